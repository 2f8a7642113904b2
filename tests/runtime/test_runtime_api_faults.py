"""The loop when the Runtime API refuses, fails or falls silent."""

from __future__ import annotations

import pytest

from support.dynamodb_stub import ok, stored_user
from support.events import recorded
from support.function import Function
from support.http_server import CutOff, Reply

EVENT = recorded("rest_get_user")


@pytest.fixture
def function(start, dynamodb) -> Function:
    dynamodb.always = ok({"Item": stored_user()})
    return start("get_user")


def assert_serves(function: Function) -> None:
    """The next thing posted is the next event's: nothing was posted twice."""
    assert function.invoke(EVENT).http.status == 200


def test_a_reply_too_large_for_lambda_becomes_an_error_of_its_invocation(function):
    function.runtime.post_answers.append(Reply(413, b'{"errorType":"RequestEntityTooLarge"}'))

    refused = function.invoke(EVENT)
    error = function.runtime.outcome()

    assert error.kind == "error"
    assert error.request_id == refused.request_id
    assert error.request.headers["lambda-runtime-function-error-type"] == "Function.ResponseSizeTooLarge"
    assert error.json["errorType"] == "Function.ResponseSizeTooLarge"
    assert_serves(function)


@pytest.mark.parametrize("status", [400, 403])
def test_a_refused_reply_is_logged_and_the_loop_goes_on(function, status):
    function.runtime.post_answers.append(Reply(status, b'{"errorType":"InvalidStateTransition"}'))

    function.invoke(EVENT)

    assert_serves(function)
    complaints = [line for line in function.log if line.get("level") in ("WARN", "ERROR")]
    assert any(str(status) in str(line) for line in complaints), function.log


def test_an_error_of_the_runtime_api_itself_ends_the_process(function):
    function.runtime.post_answers.append(Reply(500, b'{"errorType":"ServiceException"}'))

    function.invoke(EVENT)

    assert function.wait() == 1
    assert any(line.get("level") in ("ERROR", "FATAL") for line in function.log), function.log


@pytest.mark.parametrize(
    "cut", [CutOff(), CutOff(b"HTTP/1.1 202 Acc"), CutOff(b"HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\n{")]
)
def test_a_connection_cut_while_replying_costs_that_invocation_alone(function, cut):
    function.runtime.post_answers.append(cut)

    function.invoke(EVENT)

    assert_serves(function)
    (loss,) = [line for line in function.log if line.get("level") == "ERROR"]
    assert loss["cause"]


def test_a_connection_cut_while_waiting_for_an_event_is_made_anew(function):
    assert_serves(function)
    function.runtime.wait_until_idle()

    function.runtime.cut_waiting_call()

    function.runtime.wait_until_idle()  # it asks again
    assert_serves(function)


@pytest.mark.parametrize("fault", [Reply(500), Reply(403), CutOff(), CutOff(b"HTTP/1.1 200 OK\r\nContent-Le")])
def test_two_failures_of_next_in_a_row_are_overcome(start, dynamodb, fault):
    dynamodb.always = ok({"Item": stored_user()})
    function = start("get_user")
    function.runtime.wait_until_idle()
    function.runtime.next_answers.extend([fault, fault])

    function.runtime.send(EVENT)
    assert function.runtime.outcome().http.status == 200

    assert_serves(function)
    assert function.process.poll() is None


@pytest.mark.parametrize("fault", [Reply(500), CutOff()])
def test_a_next_that_keeps_failing_ends_the_process(function, fault):
    function.runtime.wait_until_idle()
    function.runtime.next_answers.extend([fault] * 10)

    function.invoke(EVENT)

    assert function.wait() == 1
    assert any(line.get("level") in ("ERROR", "FATAL") for line in function.log), function.log
