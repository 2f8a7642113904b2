"""What a function logs: one JSON object per line, for people and for CloudWatch, without personal data."""

from __future__ import annotations

import hashlib
import os
import re

import pytest

from support.dynamodb_stub import error, ok, stored_user
from support.events import recorded, rest_event
from support.function import ENVIRONMENT, Function
from support.http_server import Response

EVENT = recorded("rest_get_user")
FOUND = ok({"Item": stored_user()})
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
LEVELS = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}


def metrics_of(function: Function) -> list[dict]:
    return [line for line in function.log if "_aws" in line]


def finish(function: Function) -> None:
    """Ends the function, which completes its log."""
    function.runtime.wait_until_idle()
    function.terminate()
    assert function.wait() == 0


def test_every_request_is_logged(start, dynamodb):
    dynamodb.then(FOUND)
    function = start("get_user")

    outcome = function.invoke(EVENT)
    finish(function)

    (line,) = [line for line in function.log if line.get("message") == "request"]
    assert TIMESTAMP.fullmatch(line.pop("timestamp"))
    duration = line.pop("durationMs")
    assert isinstance(duration, (int, float)) and 0 < duration < 10_000
    assert line == {
        "level": "INFO",
        "message": "request",
        "requestId": outcome.request_id,
        "apiRequestId": EVENT["requestContext"]["requestId"],
        "route": "GET /users/{userId}",
        "status": 200,
        "coldStart": True,
    }


@pytest.mark.parametrize(
    ("function", "event", "response", "route"),
    [
        ("create_user", "http_create_user", {}, "POST /users"),
        ("get_user", "http_get_user", {"Item": stored_user()}, "GET /users/{userId}"),
        ("list_users", "http_list_users", {"Items": [], "Count": 0, "ScannedCount": 0}, "GET /users"),
        ("update_user", "http_update_user", {"Attributes": stored_user(version=2)}, "PUT /users/{userId}"),
        ("delete_user", "http_delete_user", {"Item": stored_user(version=3)}, "DELETE /users/{userId}"),
    ],
)
def test_the_route_is_logged_without_the_user_id(start, dynamodb, function, event, response, route):
    dynamodb.then(ok(response), *([ok({})] if function == "delete_user" else []))
    environment = start(function)

    environment.invoke(recorded(event))

    (line,) = environment.wait_for_log(1, message="request")
    assert line["route"] == route


def test_the_cold_start_is_logged_once(start, dynamodb):
    dynamodb.always = FOUND
    function = start("get_user")

    for _ in range(3):
        function.invoke(EVENT)
    finish(function)

    requests = [line for line in function.log if line.get("message") == "request"]
    assert [line["coldStart"] for line in requests] == [True, False, False]
    assert [line["ColdStart"] for line in metrics_of(function)] == [1, 0, 0]


def test_every_line_has_a_level_and_a_timestamp_or_is_a_metric(start, dynamodb):
    dynamodb.then(error("AccessDeniedException"), FOUND)
    function = start("get_user", AWS_LAMBDA_LOG_LEVEL="TRACE")

    function.invoke(EVENT)
    function.invoke(b"{}")
    function.invoke(EVENT)
    finish(function)

    assert len(function.log) >= 6
    for line in function.log:
        if "_aws" not in line:
            assert TIMESTAMP.fullmatch(line["timestamp"])
            assert line["level"] in LEVELS
            assert line["message"]


@pytest.mark.parametrize("level", ["WARN", "ERROR", "FATAL"])
def test_lines_below_the_level_are_dropped_and_metrics_remain(start, dynamodb, level):
    dynamodb.then(FOUND)
    function = start("get_user", AWS_LAMBDA_LOG_LEVEL=level)

    function.invoke(EVENT)
    finish(function)

    assert len(function.log) == 1
    assert len(metrics_of(function)) == 1


@pytest.mark.parametrize(
    ("event", "response", "errors"),
    [
        (EVENT, FOUND, (0, 0)),
        (EVENT, ok({}), (1, 0)),
        (rest_event("GET", "/users/none"), None, (1, 0)),
        (EVENT, error("AccessDeniedException"), (0, 1)),
    ],
    ids=["200", "404", "400", "500"],
)
def test_metrics_have_the_embedded_metric_format_of_cloudwatch(start, dynamodb, event, response, errors):
    if response:
        dynamodb.then(response)
    function = start("get_user", AWS_LAMBDA_FUNCTION_NAME="users-GetUser-1A2B", AWS_LAMBDA_FUNCTION_VERSION="7")

    function.invoke(event)
    finish(function)

    (line,) = metrics_of(function)
    assert isinstance(line["_aws"]["Timestamp"], int)
    assert 1_700_000_000_000 < line["_aws"]["Timestamp"] < 10_000_000_000_000  # milliseconds
    by_function, *by_version = line["_aws"]["CloudWatchMetrics"]
    assert by_function["Namespace"] == "UsersApi"
    assert by_function["Dimensions"] == [["FunctionName"]]
    assert {metric["Name"]: metric["Unit"] for metric in by_function["Metrics"]} == {
        "Requests": "Count",
        "ClientErrors": "Count",
        "ServerErrors": "Count",
        "Latency": "Milliseconds",
        "ColdStart": "Count",
    }
    assert line["FunctionName"] == "users-GetUser-1A2B"
    assert line["Requests"] == 1
    assert (line["ClientErrors"], line["ServerErrors"]) == errors
    assert line["Latency"] > 0
    assert line["ColdStart"] == 1
    if errors == (0, 1):
        server_errors = {"Name": "ServerErrors", "Unit": "Count"}
        dimensions = [["FunctionName", "ExecutedVersion"]]
        assert by_version == [{"Namespace": "UsersApi", "Dimensions": dimensions, "Metrics": [server_errors]}]
        assert line["ExecutedVersion"] == "7"
    else:
        assert by_version == []
        assert "ExecutedVersion" not in line


ARN = "arn:aws:iam::123456789012:user/ada"
ISSUER = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_A1b2C3d4E"
CLAIMS = {"iss": ISSUER, "sub": "5f0c7d6e", "email": "ada@example.com"}
CALLERS = {
    "REST API, IAM": ("rest_get_user", {"identity": {"userArn": ARN}}, f"iam {ARN}"),
    "REST API, Cognito": ("rest_get_user", {"authorizer": {"claims": CLAIMS}}, f"jwt {ISSUER} 5f0c7d6e"),
    "HTTP API, IAM": ("http_get_user", {"authorizer": {"iam": {"userArn": ARN}}}, f"iam {ARN}"),
    "HTTP API, JWT": ("http_get_user", {"authorizer": {"jwt": {"claims": CLAIMS}}}, f"jwt {ISSUER} 5f0c7d6e"),
}


@pytest.mark.parametrize(("event", "context", "caller"), CALLERS.values(), ids=CALLERS.keys())
def test_the_caller_authenticated_by_the_gateway_is_logged_as_a_hash(start, dynamodb, event, context, caller):
    dynamodb.then(FOUND, FOUND)
    function = start("get_user")
    authenticated = recorded(event)
    authenticated["requestContext"] |= context

    function.invoke(authenticated)
    function.invoke(recorded(event))
    finish(function)

    known, unknown = [line for line in function.log if line.get("message") == "request"]
    assert known["caller"] == hashlib.sha256(caller.encode()).hexdigest()
    assert "caller" not in unknown
    assert not any(text in function.output for text in (b"arn:aws:iam", b"5f0c7d6e-", b"ada@example.com", ISSUER.encode()))


def test_an_event_of_another_source_is_logged_as_a_failure(start):
    function = start("get_user")

    outcome = function.invoke(recorded("sqs_message"))
    finish(function)

    failure, request, metrics = sorted(function.log, key=lambda line: line.get("level", "~"))
    assert (failure["level"], failure["errorType"]) == ("ERROR", "Runtime.InvalidEvent")
    assert (request["message"], request["status"]) == ("request", 502)  # the status that the gateway responds with
    assert failure["requestId"] == request["requestId"] == outcome.request_id
    assert (metrics["Requests"], metrics["ClientErrors"], metrics["ServerErrors"]) == (1, 0, 1)


def test_a_broken_log_pipe_does_not_affect_responses(start, dynamodb):
    dynamodb.always = FOUND
    reader, writer = os.pipe()
    os.close(reader)
    function = start("get_user", output=writer)
    os.close(writer)

    for _ in range(3):
        assert function.invoke(EVENT).http.status == 200


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("AccessDeniedException", "arn:aws:iam::123456789012:role/users is not authorized to perform dynamodb:GetItem"),
        ("ResourceNotFoundException", "Requested resource not found: Table: Users not found"),
    ],
)
def test_the_cause_of_a_500_is_logged(start, dynamodb, kind, message):
    dynamodb.then(error(kind, message))
    function = start("get_user")

    function.invoke(EVENT)
    finish(function)

    (line,) = [line for line in function.log if line.get("level") == "ERROR"]
    assert kind in line["cause"]
    assert message in line["cause"]
    assert line["apiRequestId"] == EVENT["requestContext"]["requestId"]  # the id that the client received


SESSION_TOKEN = "session-token-of-a-test"
SECRET = "Xyzzy"  # part of every string of the user below
ADDRESS = f"{SECRET}@example.com"
USER = {"name": f"{SECRET} Müller", "email": ADDRESS}
STORED = {**stored_user(name=USER["name"]), "email": {"S": ADDRESS}}
PATH = EVENT["path"]
#: The responses to a change of address: a refusal with the old user, then success.
MOVED = [error("ConditionalCheckFailedException", Item={**STORED, "email": {"S": f"{SECRET}@example.org"}}), ok({})]
CLAIM = {"claim": {"S": f"email#{ADDRESS}"}, "userId": {"S": stored_user()["userId"]["S"]}}
REFUSED_CLAIM = error(
    "TransactionCanceledException", ADDRESS,
    CancellationReasons=[{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Item": CLAIM}],
)  # fmt: skip
REFUSED = {**USER, "email": f"{SECRET} at example", "name": SECRET * 50, SECRET: 1}


def assert_no_secret_is_logged(function: Function) -> None:
    for secret in (SECRET, "Müller", ENVIRONMENT["AWS_SECRET_ACCESS_KEY"], SESSION_TOKEN, "AWS4-HMAC"):
        assert secret.encode() not in function.output


@pytest.mark.parametrize("level", ["TRACE", "INFO"])
@pytest.mark.parametrize(
    ("function", "event", "responses", "status"),
    [
        ("create_user", rest_event("POST", "/users", body=USER), ok({}), 201),
        ("create_user", rest_event("POST", "/users", body=REFUSED), None, 400),
        ("create_user", rest_event("POST", "/users", body="{" + SECRET), None, 400),
        ("create_user", rest_event("POST", "/users", body=USER), error("ValidationException"), 500),
        ("get_user", EVENT, ok({"Item": STORED}), 200),
        ("get_user", EVENT, ok({"Item": {**STORED, "version": {"S": SECRET}}}), 500),
        ("list_users", recorded("rest_list_users"), ok({"Items": [STORED], "Count": 1, "ScannedCount": 1}), 200),
        ("list_users", rest_event("GET", "/users", query={"nextToken": SECRET}), None, 400),
        ("update_user", rest_event("PUT", PATH, body=USER), ok({"Attributes": STORED}), 200),
        ("update_user", rest_event("PUT", PATH, body=REFUSED), None, 400),
        ("update_user", rest_event("PUT", PATH, body=USER), Response(400, f"<p>{ADDRESS}</p>".encode()), 500),
        ("update_user", rest_event("PUT", PATH, body=USER), MOVED, 200),
        ("update_user", rest_event("PUT", PATH, body=USER), [MOVED[0], REFUSED_CLAIM], 409),
        ("create_user", rest_event("POST", "/users", body=USER), REFUSED_CLAIM, 409),
        ("delete_user", rest_event("DELETE", PATH), [ok({"Item": STORED}), ok({})], 200),
    ],
)
def test_no_names_addresses_bodies_or_credentials_are_logged(
    start, dynamodb, level, function, event, responses, status
):
    if responses:
        dynamodb.then(*(responses if isinstance(responses, list) else [responses]))
    environment = start(function, AWS_LAMBDA_LOG_LEVEL=level, AWS_SESSION_TOKEN=SESSION_TOKEN)

    assert environment.invoke(event).http.status == status
    finish(environment)

    assert environment.wait_for_log(1, message="request")
    assert_no_secret_is_logged(environment)


# Messages in which DynamoDB may quote the request.
CANONICAL_REQUEST = f"""The Canonical String for this request should have been
'POST
/

content-type:application/x-amz-json-1.0
host:dynamodb.eu-central-1.amazonaws.com
x-amz-date:20261121T093000Z
x-amz-security-token:{SESSION_TOKEN}'

The String-to-Sign should have been
'AWS4-HMAC-SHA256
20261121T093000Z'"""


@pytest.mark.parametrize("level", ["TRACE", "INFO"])
@pytest.mark.parametrize(
    ("kind", "message", "http_status", "status"),
    [
        ("InvalidSignatureException", CANONICAL_REQUEST, 400, 500),
        ("ValidationException", f"The value {USER['name']} of :name is not valid", 400, 500),
        ("SerializationException", f"Unexpected token: {ADDRESS}", 400, 500),
        ("AnExceptionOfTheFuture", f"{USER['name']} <{ADDRESS}> {SESSION_TOKEN}", 400, 500),
        ("InternalServerError", f"{USER['name']} <{ADDRESS}> {SESSION_TOKEN}", 500, 503),
    ],
)
def test_an_exception_that_may_quote_the_request_is_logged_by_name_only(
    start, dynamodb, level, kind, message, http_status, status
):
    dynamodb.always = error(kind, message, http_status)
    function = start("update_user", AWS_LAMBDA_LOG_LEVEL=level, AWS_SESSION_TOKEN=SESSION_TOKEN)

    assert function.invoke(rest_event("PUT", PATH, body=USER)).http.status == status
    finish(function)

    assert any(kind in line.get("cause", "") for line in function.log), function.log
    assert_no_secret_is_logged(function)
