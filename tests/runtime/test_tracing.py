"""What X-Ray's daemon receives: a subsegment for each call of DynamoDB, if the request is sampled."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from support.dynamodb_stub import USER_ID, cancelled, damaged, error, ok, stored_user
from support.events import recorded, rest_event
from support.http_server import CutOff, Response
from support.xray_daemon import XRayDaemon, assert_is_subsegment

GET = recorded("rest_get_user")
FOUND = ok({"Item": stored_user()})
TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793"
PARENT_ID = "defdfd9912dc5a56"
SAMPLED = {"Lambda-Runtime-Trace-Id": f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=1;Lineage=1:a87bd80c:0"}
CLAIM = {"Item": {"claim": {"S": "email#ada@example.com"}, "userId": {"S": USER_ID}}}


@pytest.fixture
def daemon() -> Iterator[XRayDaemon]:
    one = XRayDaemon()
    yield one
    one.close()


def test_a_sampled_call_is_sent_as_a_subsegment_of_the_function(start, dynamodb, daemon):
    dynamodb.then(Response(FOUND.status, FOUND.body, {**FOUND.headers, "x-amzn-RequestId": "UBQNSO5AEM8T4FDA4"}))
    function = start("get_user", AWS_XRAY_DAEMON_ADDRESS=daemon.address)
    before = time.time()

    assert function.invoke(GET, headers=SAMPLED).http.status == 200

    (document,) = daemon.received()
    assert_is_subsegment(document)
    assert before - 0.001 <= document.pop("start_time") <= document.pop("end_time") <= time.time() + 0.001
    del document["id"]
    assert document == {
        "name": "DynamoDB",
        "namespace": "aws",
        "type": "subsegment",
        "trace_id": TRACE_ID,
        "parent_id": PARENT_ID,
        "http": {"response": {"status": 200}},
        "aws": {
            "operation": "GetItem",
            "region": "eu-central-1",
            "table_name": "Users",
            "resource_names": ["Users"],
            "retries": 0,
            "request_id": "UBQNSO5AEM8T4FDA4",
        },
    }


BY_EMAIL = rest_event("GET", "/users", query={"email": "ada@example.com"})
PAGE = ok({"Items": [], "Count": 0, "ScannedCount": 0})
BOTH = ["Users", "UserClaims"]
REMOVED = [("GetItem", ["Users"]), ("TransactWriteItems", BOTH)]


@pytest.mark.parametrize(
    ("function", "event", "responses", "calls"),
    [
        ("create_user", recorded("rest_create_user"), [ok({})], [("TransactWriteItems", BOTH)]),
        ("list_users", recorded("rest_list_users"), [PAGE], [("Scan", ["Users"])]),
        ("list_users", BY_EMAIL, [ok(CLAIM), FOUND], [("GetItem", ["UserClaims"]), ("GetItem", ["Users"])]),
        ("update_user", recorded("rest_update_user"), [ok({"Attributes": stored_user()})], [("UpdateItem", ["Users"])]),
        ("delete_user", recorded("rest_delete_user"), [ok({"Item": stored_user(version=3)}), ok({})], REMOVED),
    ],
    ids=["create_user", "list_users", "list_users by email", "update_user", "delete_user"],
)
def test_every_call_is_sent_with_its_tables(start, dynamodb, daemon, function, event, responses, calls):
    dynamodb.then(*responses)

    assert start(function, AWS_XRAY_DAEMON_ADDRESS=daemon.address).invoke(event, headers=SAMPLED).http.status < 300

    documents = daemon.received()
    for document in documents:
        assert_is_subsegment(document)
    assert [(one["aws"]["operation"], one["aws"]["resource_names"]) for one in documents] == calls
    assert len({one["id"] for one in documents}) == len(calls)


@pytest.mark.parametrize(
    "header",
    [
        f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=0",
        f"Root={TRACE_ID};Parent={PARENT_ID}",
        f"Root={TRACE_ID};Sampled=1",
        f"Root=\"{TRACE_ID[1:]};Parent={PARENT_ID};Sampled=1",
        "",
    ],
    ids=["not sampled", "undecided", "no parent", "malformed", "empty"],
)
def test_a_request_that_is_not_sampled_sends_nothing(start, dynamodb, daemon, header):
    dynamodb.always = FOUND
    function = start("get_user", AWS_XRAY_DAEMON_ADDRESS=daemon.address)
    assert function.invoke(GET, headers=SAMPLED).http.status == 200
    assert len(daemon.received()) == 1

    assert function.invoke(GET, headers={"Lambda-Runtime-Trace-Id": header}).http.status == 200

    assert daemon.received() == []


THROTTLED = error("ThrottlingException")
FAILED = error("InternalServerError", status=500)


@pytest.mark.parametrize(
    ("responses", "flags", "status", "retries"),
    [
        ([FAILED, THROTTLED, FOUND], set(), 200, 2),
        ([CutOff(), FOUND], set(), 200, 1),
        ([error("ValidationException")], {"error"}, 400, 0),
        ([THROTTLED] * 4, {"error", "throttle"}, 400, 3),
        ([Response(429)] * 4, {"error", "throttle"}, 429, 3),
        ([FAILED] * 4, {"fault"}, 500, 3),
        ([CutOff()] * 4, {"fault"}, None, 3),
        ([damaged({"Item": stored_user()})] * 4, {"fault"}, 200, 3),
    ],
    ids=["retried", "lost once", "rejected", "throttled", "429", "500", "lost", "damaged"],
)
def test_a_subsegment_reports_the_failure_and_the_retries_of_its_call(start, dynamodb, daemon, responses, flags, status, retries):
    dynamodb.then(*responses)

    start("get_user", AWS_XRAY_DAEMON_ADDRESS=daemon.address).invoke(GET, remaining_seconds=20, headers=SAMPLED)

    (document,) = daemon.received()
    assert_is_subsegment(document)
    assert {name for name in ("error", "throttle", "fault") if document.get(name)} == flags
    assert document.get("http", {}).get("response", {}).get("status") == status
    assert document["aws"]["retries"] == retries
    if flags:
        assert document["cause"]["exceptions"][0]["remote"] is (status is not None)


def test_no_personal_data_is_sent(start, dynamodb, daemon):
    body = {"name": "Xyzzy", "email": "Xyzzy@example.com"}
    refusal = error("ValidationException", "The value Xyzzy is not valid")
    dynamodb.then(cancelled("None", "ConditionalCheckFailed"), refusal)
    function = start("create_user", AWS_XRAY_DAEMON_ADDRESS=daemon.address)

    for _ in range(2):
        function.invoke(rest_event("POST", "/users", body=body), headers=SAMPLED)

    documents = daemon.received()
    assert len(documents) == 2
    assert "xyzzy" not in json.dumps(documents).lower()


@pytest.mark.parametrize(
    "address", [None, "", "nowhere", "localhost:2000", "127.0.0.1:0", "[::1]:2000", "255.255.255.255:2000"]
)
def test_requests_are_served_whatever_the_address_of_the_daemon_is(start, dynamodb, address):
    dynamodb.always = FOUND
    function = start("get_user", AWS_XRAY_DAEMON_ADDRESS=address)

    for _ in range(3):
        assert function.invoke(GET, headers=SAMPLED).http.status == 200


def test_requests_are_served_without_a_daemon(start, dynamodb, daemon):
    address = daemon.address
    daemon.close()
    dynamodb.always = FOUND
    function = start("get_user", AWS_XRAY_DAEMON_ADDRESS=address)

    for _ in range(3):
        assert function.invoke(GET, headers=SAMPLED).http.status == 200

    assert not [line for line in function.log if "X-Ray" in line.get("message", "")]


def test_requests_are_served_while_the_daemon_reads_nothing(start, dynamodb):
    daemon = XRayDaemon(buffer_bytes=1)  # the system's minimum
    dynamodb.always = FOUND
    function = start("get_user", AWS_XRAY_DAEMON_ADDRESS=daemon.address)

    for _ in range(50):
        assert function.invoke(GET, headers=SAMPLED).http.status == 200

    assert 0 < len(daemon.received()) < 50  # the others were lost
    assert function.invoke(GET, headers=SAMPLED).http.status == 200
    assert len(daemon.received()) == 1
    daemon.close()


def test_an_invalid_address_is_logged_once(start, dynamodb):
    dynamodb.always = FOUND
    function = start("get_user", AWS_XRAY_DAEMON_ADDRESS="nowhere")

    for _ in range(2):
        function.invoke(GET, headers=SAMPLED)

    (line,) = function.wait_for_log(1, message="X-Ray receives no subsegments")
    assert line["level"] == "WARN"
    assert "127.0.0.1:2000" in line["cause"]  # an example of an address
