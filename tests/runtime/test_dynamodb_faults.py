"""What a client of the API sees when DynamoDB fails: in most cases, nothing."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from support.dynamodb_stub import cancelled, damaged, error, ok, stored_user
from support.events import recorded
from support.http_server import CutOff, Handler, Request, Response

GET = recorded("rest_get_user")
FOUND = {"Item": stored_user()}

TRANSIENT_FAULTS = {
    "500": error("InternalServerError", status=500),
    "500 without a body": Response(500),
    "502 of a proxy": Response(502, b"<html>", {"Content-Type": "text/html"}),
    "503": Response(503, b"Service Unavailable"),
    "504": Response(504),
    "408": Response(408),
    "429": Response(429),
    "throttling": error("ThrottlingException"),
    "throughput exceeded": error("ProvisionedThroughputExceededException"),
    "request limit": error("RequestLimitExceeded"),
    "transaction conflict": error("TransactionConflictException"),
    "wrong checksum": damaged(FOUND),
    "wrong checksum of an error": damaged({"__type": "com.amazonaws.dynamodb.v20120810#ValidationException"}),
    "cut connection": CutOff(),
    "cut headers": CutOff(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "cut body": CutOff(ok(FOUND).wire[:-10]),
    "no status": CutOff(b"HTTP/22 200 OK\r\n\r\n"),
}

PERMANENT_FAULTS = {
    "AccessDenied": error("AccessDeniedException", "arn:aws:iam::123456789012:role/hidden is not authorized"),
    "ResourceNotFound": error("ResourceNotFoundException", "Requested resource not found: Table: hidden not found"),
    "Validation": error("ValidationException", "hidden: the provided key element does not match the schema"),
    "ExpiredToken": error("ExpiredTokenException", "The security token hidden is expired"),
}


def assert_problem(response, status: int, title: str) -> None:
    assert response.status == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json["status"] == status
    assert response.json["title"] == title


@pytest.mark.parametrize("fault", TRANSIENT_FAULTS.values(), ids=TRANSIENT_FAULTS.keys())
def test_a_transient_fault_is_retried_and_hidden_from_the_client(start, dynamodb, fault):
    dynamodb.then(fault, ok(FOUND))

    response = start("get_user").invoke(GET).http

    assert response.status == 200
    assert response.json["name"] == "Ada Lovelace"


def test_the_fourth_attempt_may_still_succeed(start, dynamodb):
    fault = TRANSIENT_FAULTS["500"]
    dynamodb.then(fault, fault, fault, ok(FOUND))

    assert start("get_user").invoke(GET).http.status == 200
    assert len(dynamodb.requests) == 4


@pytest.mark.parametrize("fault", ["500", "throttling", "wrong checksum", "cut connection"])
def test_a_fault_that_persists_is_a_503_with_retry_after(start, dynamodb, fault):
    dynamodb.always = TRANSIENT_FAULTS[fault]

    response = start("get_user").invoke(GET, remaining_seconds=5).http

    assert_problem(response, 503, "Service Unavailable")
    assert int(response.headers["retry-after"]) > 0
    assert len(dynamodb.requests) > 1


@pytest.mark.parametrize("fault", PERMANENT_FAULTS.values(), ids=PERMANENT_FAULTS.keys())
def test_a_permanent_fault_is_not_retried_and_reveals_no_internals(start, dynamodb, fault):
    dynamodb.then(fault)

    response = start("get_user", TABLE_NAME="hidden").invoke(GET).http

    assert_problem(response, 500, "Internal Server Error")
    assert len(dynamodb.requests) == 1
    kind = json.loads(fault.body)["__type"].partition("#")[2]
    for internal in (b"hidden", b"arn:", b"ynamo", kind.encode()):
        assert internal not in response.body
    assert "errors" not in response.json


def dated(response: Response, date: datetime) -> Response:
    return Response(response.status, response.body, {**response.headers, "Date": format_datetime(date, usegmt=True)})


def with_skewed_clock(skew: timedelta, response: Response) -> Handler:
    """Returns the handler of a DynamoDB with a skewed clock. Like AWS, it refuses signatures that are minutes off its time."""

    def respond(request: Request) -> Response:
        now = datetime.now(timezone.utc) + skew
        signed = datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
        refused = abs(now - signed) > timedelta(minutes=5)
        return dated(error("InvalidSignatureException", "Signature expired") if refused else response, now)

    return respond


@pytest.mark.parametrize("hours", [1, -1, 24 * 400], ids=["slow", "fast", "more than a year slow"])
def test_a_function_corrects_for_its_wrong_clock(start, dynamodb, hours):
    dynamodb.always = with_skewed_clock(timedelta(hours=hours), ok(FOUND))
    function = start("get_user")

    for _ in range(3):
        assert function.invoke(GET).http.status == 200

    assert len(dynamodb.requests) == 4  # the first request is sent twice


def test_a_function_corrects_again_when_its_clock_changes(start, dynamodb):
    function = start("get_user")
    for hours in (1, 0, -1):
        dynamodb.always = with_skewed_clock(timedelta(hours=hours), ok(FOUND))
        assert function.invoke(GET).http.status == 200


def test_the_first_signature_after_a_freeze_may_be_refused(start, dynamodb):
    """The clock is right again when the response arrives."""
    dynamodb.then(dated(error("InvalidSignatureException"), datetime.now(timezone.utc)), ok(FOUND))

    assert start("get_user").invoke(GET).http.status == 200


@pytest.mark.parametrize("kind", ["InvalidSignatureException", "UnrecognizedClientException", "RequestExpired"])
def test_a_signature_that_is_always_refused_is_an_internal_error(start, dynamodb, kind):
    dynamodb.always = dated(error(kind, "hidden"), datetime(1970, 1, 1, tzinfo=timezone.utc))
    function = start("get_user")

    response = function.invoke(GET).http

    assert_problem(response, 500, "Internal Server Error")
    assert b"hidden" not in response.body
    dynamodb.always = with_skewed_clock(timedelta(), ok(FOUND))
    dynamodb.requests.clear()
    assert function.invoke(GET).http.status == 200
    assert len(dynamodb.requests) == 1  # the wrong date is forgotten


def test_an_item_that_is_not_a_user_is_an_internal_error(start, dynamodb):
    dynamodb.then(ok({"Item": {"userId": {"S": "hidden"}, "name": {"N": "1"}}}))

    response = start("get_user").invoke(GET).http

    assert_problem(response, 500, "Internal Server Error")
    assert b"hidden" not in response.body


def test_a_page_without_items_is_an_internal_error(start, dynamodb):
    dynamodb.then(ok({"Count": 0, "ScannedCount": 0}))

    response = start("list_users").invoke(recorded("rest_list_users")).http

    assert_problem(response, 500, "Internal Server Error")


def test_a_response_that_is_too_large_is_aborted(start, dynamodb):
    """DynamoDB's responses have at most one megabyte; a function has 128 megabytes of memory."""
    dynamodb.always = Response(200, b" " * (17 << 20))
    function = start("get_user")

    assert_problem(function.invoke(GET).http, 503, "Service Unavailable")

    assert "the response is too large" in function.wait_for_log(1, message="attempt to call DynamoDB failed")[0]["cause"]
    dynamodb.always = ok(FOUND)
    assert function.invoke(GET).http.status == 200


def test_a_silent_dynamodb_is_abandoned_before_the_deadline(start, dynamodb):
    dynamodb.then(dynamodb.silence, ok(FOUND))
    function = start("get_user")
    function.runtime.wait_until_idle()

    response = function.invoke(GET, remaining_seconds=2).http

    assert_problem(response, 503, "Service Unavailable")
    assert int(response.headers["retry-after"]) > 0
    assert function.invoke(GET).http.status == 200  # the function does not reuse the silent connection


@pytest.mark.parametrize("down_from_start", [True, False], ids=["from the start", "after an invocation"])
def test_a_dynamodb_that_is_down_is_a_503_with_retry_after(start, dynamodb, down_from_start):
    dynamodb.always = ok(FOUND)
    if down_from_start:
        dynamodb.refuse_connections()
        function = start("get_user")
    else:
        function = start("get_user")
        assert function.invoke(GET).http.status == 200
        dynamodb.refuse_connections()

    response = function.invoke(GET, remaining_seconds=5).http
    assert_problem(response, 503, "Service Unavailable")
    assert int(response.headers["retry-after"]) > 0

    dynamodb.accept_connections()
    assert function.invoke(GET).http.status == 200


def test_a_connection_closed_while_idle_is_replaced_without_a_failure(start, dynamodb):
    dynamodb.always = ok({})
    function = start("create_user")
    assert function.invoke(recorded("rest_create_user")).http.status == 201

    dynamodb.cut_connections()

    assert function.invoke(recorded("rest_create_user")).http.status == 201


# An HTTP client may silently resend a request when a reused connection closes before the response. Ours must not.
@pytest.mark.parametrize(
    ("function", "event", "operation", "done", "status"),
    [
        ("create_user", "rest_create_user", "TransactWriteItems", {}, 201),
        ("update_user", "rest_update_user", "UpdateItem", {"Attributes": stored_user(version=2)}, 200),
    ],
)
def test_a_write_lost_on_a_reused_connection_is_retried_by_the_projects_own_policy(
    start, dynamodb, function, event, operation, done, status
):
    dynamodb.then(ok(done), CutOff(), ok(done))
    environment = start(function)
    assert environment.invoke(recorded(event)).http.status == status

    assert environment.invoke(recorded(event)).http.status == status

    first, lost, repeated = dynamodb.requests
    assert lost.connection == first.connection
    assert repeated.body == lost.body
    (failure,) = environment.wait_for_log(1, message="attempt to call DynamoDB failed")
    assert (failure["operation"], failure["attempt"]) == (operation, 1)


def test_a_deletion_lost_on_a_reused_connection_is_recognized_as_the_same(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user(version=3)}), CutOff(), ok({}))

    response = start("delete_user").invoke(recorded("rest_delete_user")).http

    assert response.status == 200
    _, lost, repeated = dynamodb.requests
    assert lost.body == repeated.body  # DynamoDB recognizes the repetition by the token in the body


def test_a_transaction_conflict_is_retried(start, dynamodb):
    dynamodb.then(cancelled("None", "TransactionConflict"), ok({}))

    assert start("create_user").invoke(recorded("rest_create_user")).http.status == 201


@pytest.mark.parametrize("after", [None, CutOff()], ids=["at the first attempt", "after a lost response"])
def test_a_taken_address_is_a_conflict(start, dynamodb, after):
    dynamodb.then(*([after] if after else []), cancelled("None", "ConditionalCheckFailed"))

    response = start("create_user").invoke(recorded("rest_create_user")).http

    assert_problem(response, 409, "Conflict")
    assert [error["code"] for error in response.json["errors"]] == ["taken"]
