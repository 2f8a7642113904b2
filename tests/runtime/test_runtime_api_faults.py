"""The event loop when the Runtime API rejects requests, fails or stops responding."""

from __future__ import annotations

import pytest

from support.dynamodb_stub import ok, stored_user
from support.events import recorded
from support.function import Function
from support.http_server import CutOff, Response

EVENT = recorded("rest_get_user")


@pytest.fixture
def function(start, dynamodb) -> Function:
    dynamodb.always = ok({"Item": stored_user()})
    return start("get_user")


def assert_serves(function: Function) -> None:
    """Invokes the function. Fails if the next post does not belong to this event, as when a response was posted twice."""
    assert function.invoke(EVENT).http.status == 200


def test_a_response_too_large_for_lambda_becomes_an_invocation_error(function):
    function.runtime.post_responses.append(Response(413, b'{"errorType":"RequestEntityTooLarge"}'))

    refused = function.invoke(EVENT)
    error = function.runtime.outcome()

    assert error.kind == "error"
    assert error.request_id == refused.request_id
    assert error.request.headers["lambda-runtime-function-error-type"] == "Function.ResponseSizeTooLarge"
    assert error.json["errorType"] == "Function.ResponseSizeTooLarge"
    assert_serves(function)


@pytest.mark.parametrize("status", [400, 403])
def test_a_rejected_response_is_logged_and_the_loop_continues(function, status):
    function.runtime.post_responses.append(Response(status, b'{"errorType":"InvalidStateTransition"}'))

    function.invoke(EVENT)

    assert_serves(function)
    failures = function.wait_for_log(1, message="the Runtime API did not accept a post")
    assert [line["cause"] for line in failures] == [f"HTTP {status}"]


def test_a_server_error_of_the_runtime_api_ends_the_process(function):
    function.runtime.post_responses.append(Response(500, b'{"errorType":"ServiceException"}'))

    function.invoke(EVENT)

    assert function.wait() == 1
    assert any(line.get("level") in ("ERROR", "FATAL") for line in function.log), function.log


@pytest.mark.parametrize(
    "cut", [CutOff(), CutOff(b"HTTP/1.1 202 Acc"), CutOff(b"HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\n{")]
)
def test_a_connection_cut_during_the_post_affects_that_invocation_only(function, cut):
    function.runtime.post_responses.append(cut)

    function.invoke(EVENT)

    assert_serves(function)
    function.terminate()
    assert function.wait() == 0
    (failure,) = [line for line in function.log if line.get("level") == "ERROR"]
    assert failure["cause"]


def test_a_connection_cut_while_waiting_for_an_event_is_replaced(function):
    assert_serves(function)
    function.runtime.wait_until_idle()

    function.runtime.cut_waiting_call()

    function.runtime.wait_until_idle()  # it requests an event again
    assert_serves(function)


@pytest.mark.parametrize("fault", [Response(500), Response(403), CutOff(), CutOff(b"HTTP/1.1 200 OK\r\nContent-Le")])
def test_two_consecutive_failures_of_next_are_tolerated(start, dynamodb, fault):
    dynamodb.always = ok({"Item": stored_user()})
    function = start("get_user")
    function.runtime.wait_until_idle()
    function.runtime.next_responses.extend([fault, fault])

    function.runtime.send(EVENT)
    assert function.runtime.outcome().http.status == 200

    assert_serves(function)
    assert function.process.poll() is None


@pytest.mark.parametrize("fault", [Response(500), CutOff()])
def test_a_next_that_keeps_failing_ends_the_process(function, fault):
    function.runtime.wait_until_idle()
    function.runtime.next_responses.extend([fault] * 10)

    function.invoke(EVENT)

    assert function.wait() == 1
    assert any(line.get("level") in ("ERROR", "FATAL") for line in function.log), function.log
