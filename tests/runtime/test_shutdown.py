"""SIGTERM: Lambda gives a runtime 500 ms between it and SIGKILL."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from support.dynamodb_stub import ok, stored_user
from support.endpoints import PROGRAMS
from support.events import recorded

GRACE_SECONDS = 0.5


@pytest.mark.parametrize("function", PROGRAMS)
def test_an_idle_function_ends_well_within_the_grace_period(start, function):
    environment = start(function)
    environment.runtime.wait_until_idle()

    asked = time.monotonic()
    environment.terminate()

    assert environment.wait() == 0
    assert time.monotonic() - asked < GRACE_SECONDS


def test_a_function_that_has_served_ends_as_quickly(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))
    function = start("get_user")
    function.invoke(recorded("rest_get_user"))
    function.runtime.wait_until_idle()

    asked = time.monotonic()
    function.terminate()

    assert function.wait() == 0
    assert time.monotonic() - asked < GRACE_SECONDS


def test_an_invocation_under_way_is_answered_before_the_end(start, dynamodb):
    asked, go_on = threading.Event(), threading.Event()

    def answer_when_told(_):
        asked.set()
        go_on.wait(10)
        return ok({"Item": stored_user()})

    dynamodb.then(answer_when_told)
    function = start("get_user")
    function.runtime.send(recorded("rest_get_user"))
    assert asked.wait(10)

    function.terminate()
    time.sleep(0.1)  # time enough for a signal that is not held back to do harm
    assert function.process.poll() is None
    go_on.set()

    assert function.runtime.outcome().http.status == 200
    assert function.wait() == 0
    assert function.runtime.next_calls == 1  # another event would be lost
    assert not [line for line in function.log if line.get("level") in ("WARN", "ERROR", "FATAL")]


def test_an_event_that_arrived_before_the_signal_was_seen_is_answered(start, dynamodb):
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
