"""What the client of the API sees when DynamoDB falters: most often nothing."""

from __future__ import annotations

import json
import time

import pytest

from support.dynamodb_stub import cancelled, damaged, error, ok, stored_user
from support.events import recorded
from support.http_server import CutOff, Reply

GET = recorded("rest_get_user")
FOUND = {"Item": stored_user()}

PASSING_FAULTS = {
    "500": error("InternalServerError", status=500),
    "500 without a body": Reply(500),
    "502 of a proxy": Reply(502, b"<html>", {"Content-Type": "text/html"}),
    "503": Reply(503, b"Service Unavailable"),
    "504": Reply(504),
    "408": Reply(408),
    "429": Reply(429),
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

LASTING_FAULTS = {
    "AccessDenied": error("AccessDeniedException", "arn:aws:iam::123456789012:role/hidden is not authorized"),
    "ResourceNotFound": error("ResourceNotFoundException", "Requested resource not found: Table: hidden not found"),
    "Validation": error("ValidationException", "hidden: the provided key element does not match the schema"),
    "UnrecognizedClient": error("UnrecognizedClientException", "The security token hidden is invalid."),
}


def assert_problem(reply, status: int, title: str) -> None:
    assert reply.status == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json["status"] == status
    assert reply.json["title"] == title


@pytest.mark.parametrize("fault", PASSING_FAULTS.values(), ids=PASSING_FAULTS.keys())
def test_a_passing_fault_is_tried_again_and_not_seen(start, dynamodb, fault):
    dynamodb.then(fault, ok(FOUND))

    reply = start("get_user").invoke(GET).http

    assert reply.status == 200
    assert reply.json["name"] == "Ada Lovelace"


def test_the_fourth_attempt_may_still_succeed(start, dynamodb):
    fault = PASSING_FAULTS["500"]
    dynamodb.then(fault, fault, fault, ok(FOUND))

    assert start("get_user").invoke(GET).http.status == 200
    assert len(dynamodb.requests) == 4


@pytest.mark.parametrize("fault", ["500", "throttling", "wrong checksum", "cut connection"])
def test_a_fault_that_lasts_is_told_as_one_to_wait_for(start, dynamodb, fault):
    dynamodb.always = PASSING_FAULTS[fault]

    began = time.monotonic()
    reply = start("get_user").invoke(GET, remaining_seconds=5).http

    assert time.monotonic() - began < 5
    assert_problem(reply, 503, "Service Unavailable")
    assert int(reply.headers["retry-after"]) > 0
    assert len(dynamodb.requests) > 1


@pytest.mark.parametrize("fault", LASTING_FAULTS.values(), ids=LASTING_FAULTS.keys())
def test_an_error_of_ours_is_not_repeated_and_says_nothing_of_the_inside(start, dynamodb, fault):
    dynamodb.then(fault)

    reply = start("get_user", TABLE_NAME="hidden").invoke(GET).http

    assert_problem(reply, 500, "Internal Server Error")
    assert len(dynamodb.requests) == 1
    kind = json.loads(fault.body)["__type"].partition("#")[2]
    for inside in (b"hidden", b"arn:", b"ynamo", kind.encode()):
        assert inside not in reply.body
    assert "errors" not in reply.json


def test_an_item_that_is_no_user_is_an_error_of_ours(start, dynamodb):
    dynamodb.then(ok({"Item": {"userId": {"S": "hidden"}, "name": {"N": "1"}}}))

    reply = start("get_user").invoke(GET).http

    assert_problem(reply, 500, "Internal Server Error")
    assert b"hidden" not in reply.body


def test_a_page_without_items_is_no_empty_page(start, dynamodb):
    dynamodb.then(ok({"Count": 0, "ScannedCount": 0}))

    reply = start("list_users").invoke(recorded("rest_list_users")).http

    assert_problem(reply, 500, "Internal Server Error")


def test_a_reply_without_end_is_broken_off(start, dynamodb):
    """DynamoDB's own have a megabyte at most; a function has 128 of memory."""
    dynamodb.always = Reply(200, b" " * (17 << 20))
    function = start("get_user")

    assert_problem(function.invoke(GET).http, 503, "Service Unavailable")

    assert "the reply is too large" in function.wait_for_log(1, message="DynamoDB call failed")[0]["cause"]
    dynamodb.always = ok(FOUND)
    assert function.invoke(GET).http.status == 200


def test_a_dynamodb_that_is_silent_is_given_up_before_the_deadline(start, dynamodb):
    dynamodb.then(dynamodb.silence, ok(FOUND))
    function = start("get_user")
    function.runtime.wait_until_idle()

    began = time.monotonic()
    reply = function.invoke(GET, remaining_seconds=2).http

    assert time.monotonic() - began < 2
    assert_problem(reply, 503, "Service Unavailable")
    assert int(reply.headers["retry-after"]) > 0
    assert function.invoke(GET).http.status == 200  # the silent connection is not used again


def test_retries_stop_before_the_deadline(start, dynamodb):
    dynamodb.always = error("ThrottlingException")
    function = start("get_user")
    function.runtime.wait_until_idle()

    began = time.monotonic()
    reply = function.invoke(GET, remaining_seconds=1).http

    assert time.monotonic() - began < 1
    assert_problem(reply, 503, "Service Unavailable")


@pytest.mark.parametrize("started_without", [True, False], ids=["from the start", "meanwhile"])
def test_a_dynamodb_that_is_down_is_told_as_one_to_wait_for(start, dynamodb, started_without):
    dynamodb.always = ok(FOUND)
    if started_without:
        dynamodb.refuse_connections()
        function = start("get_user")
    else:
        function = start("get_user")
        assert function.invoke(GET).http.status == 200
        dynamodb.refuse_connections()

    reply = function.invoke(GET, remaining_seconds=5).http
    assert_problem(reply, 503, "Service Unavailable")
    assert int(reply.headers["retry-after"]) > 0

    dynamodb.accept_connections()
    assert function.invoke(GET).http.status == 200


def test_a_connection_closed_while_idle_is_made_anew_without_notice(start, dynamodb):
    dynamodb.always = ok({})
    function = start("create_user")
    assert function.invoke(recorded("rest_create_user")).http.status == 201

    dynamodb.cut_connections()

    assert function.invoke(recorded("rest_create_user")).http.status == 201


# libcurl sends a request again, without a word, when a connection that it had kept dies before the reply.
@pytest.mark.parametrize(
    ("function", "event", "operation", "done", "status"),
    [
        ("create_user", "rest_create_user", "TransactWriteItems", {}, 201),
        ("update_user", "rest_update_user", "UpdateItem", {"Attributes": stored_user(version=2)}, 200),
    ],
)
def test_a_write_lost_on_a_kept_connection_is_repeated_by_our_own_policy(
    start, dynamodb, function, event, operation, done, status
):
    dynamodb.then(ok(done), CutOff(), ok(done))
    environment = start(function)
    assert environment.invoke(recorded(event)).http.status == status

    assert environment.invoke(recorded(event)).http.status == status

    first, lost, repeated = dynamodb.requests
    assert lost.connection == first.connection
    assert repeated.body == lost.body
    (failure,) = environment.wait_for_log(1, message="DynamoDB call failed")
    assert (failure["operation"], failure["attempt"]) == (operation, 1)


def test_a_deletion_lost_on_a_kept_connection_is_not_taken_for_another_clients(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user(version=3)}), CutOff(), ok({}))

    reply = start("delete_user").invoke(recorded("rest_delete_user")).http

    assert reply.status == 200
    _, lost, repeated = dynamodb.requests
    assert lost.body == repeated.body  # the token in it tells DynamoDB that it is one and the same


def test_a_transaction_that_met_another_is_tried_again(start, dynamodb):
    dynamodb.then(cancelled("None", "TransactionConflict"), ok({}))

    assert start("create_user").invoke(recorded("rest_create_user")).http.status == 201


@pytest.mark.parametrize("after", [None, CutOff()], ids=["at once", "after a lost reply"])
def test_an_address_that_is_taken_is_a_conflict(start, dynamodb, after):
    dynamodb.then(*([after] if after else []), cancelled("None", "ConditionalCheckFailed"))

    reply = start("create_user").invoke(recorded("rest_create_user")).http

    assert_problem(reply, 409, "Conflict")
    assert [error["code"] for error in reply.json["errors"]] == ["taken"]
