"""The shutdown on SIGTERM; Lambda sends SIGKILL 500 ms later."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from support.dynamodb_stub import ok, stored_user
from support.endpoints import PROGRAMS
from support.events import recorded


@pytest.mark.parametrize("function", PROGRAMS)
def test_an_idle_function_ends_without_an_error(start, function):
    environment = start(function)
    environment.runtime.wait_until_idle()

    environment.terminate()

    assert environment.wait() == 0


def test_a_function_that_has_handled_a_request_ends_without_an_error(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))
    function = start("get_user")
    function.invoke(recorded("rest_get_user"))
    function.runtime.wait_until_idle()

    function.terminate()

    assert function.wait() == 0


def test_an_invocation_in_progress_is_completed_before_the_function_ends(start, dynamodb):
    requested, released = threading.Event(), threading.Event()

    def respond_when_released(_):
        requested.set()
        released.wait(60)
        return ok({"Item": stored_user()})

    dynamodb.then(respond_when_released)
    function = start("get_user")
    function.runtime.send(recorded("rest_get_user"))
    assert requested.wait(60)

    function.terminate()
    time.sleep(0.1)  # long enough for an unblocked signal to end the process
    assert function.process.poll() is None
    released.set()

    assert function.runtime.outcome().http.status == 200
    assert function.wait() == 0
    assert function.runtime.next_calls == 1  # the function would lose another event
    assert not [line for line in function.log if line.get("level") in ("WARN", "ERROR", "FATAL")]


def test_an_event_that_arrives_before_the_signal_is_noticed_is_handled(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))
    function = start("get_user")
    function.runtime.wait_until_idle()
    function.process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, function.process.pid, os.WSTOPPED)

    request_id = function.runtime.deliver(recorded("rest_get_user"))
    function.terminate()
    function.process.send_signal(signal.SIGCONT)

    outcome = function.runtime.outcome()
    assert outcome.request_id == request_id
    assert outcome.http.status == 200
    assert function.wait() == 0
    assert function.runtime.next_calls == 1
