"""The event loop without faults: events in, responses out, one after another."""

from __future__ import annotations

import re
from typing import Any

import pytest

from support.dynamodb_stub import USER_ID, document, ok, stored_user, success_of_any_operation
from support.endpoints import PROGRAMS
from support.events import escaped, event_of, recorded, rest_event

FOUND = {"Item": stored_user(version=3)}
DELETED = {"Item": stored_user(version=3)}
CHANGED = {"Attributes": stored_user(version=2, name="Ada King", optional={})}
PAGE = {"Items": [stored_user()], "Count": 1, "ScannedCount": 1}


def with_path(event: dict[str, Any], path: str) -> dict[str, Any]:
    """Returns the event for another path; that of a REST API has a custom domain and no stage."""
    context = event["requestContext"]
    if "rawPath" in event:
        event["rawPath"] = context["http"]["path"] = path
    else:
        event["path"] = context["path"] = path
    return event


@pytest.mark.parametrize(
    ("event", "function", "path"),
    [
        ("rest_list_users", "list_users", f"/{escaped('users', 0)}"),
        ("rest_list_users", "list_users", f"/prod/{escaped('users', *range(len('users')))}"),
        ("rest_list_users", "list_users", f"/%61ccounts/v1/{escaped('users', -1)}/"),
        ("rest_get_user", "get_user", f"/prod/{escaped('users', 1)}/{USER_ID}"),
        ("rest_get_user", "get_user", f"/users/%3{USER_ID[0]}{USER_ID[1:]}"),
        ("http_list_users", "list_users", f"/{escaped('users', 0)}"),
        ("function_url_get_user", "get_user", f"/{escaped('users', 0)}/{USER_ID[:8]}%2D{USER_ID[9:]}"),
        ("function_url_get_user", "get_user", f"/{escaped('users', 0)}/{USER_ID[:8]}%2d{USER_ID[9:]}"),
    ],
)
def test_a_percent_encoded_path_is_equivalent_to_the_decoded_one(start, dynamodb, event, function, path):
    """RFC 3986, section 6.2.2.2."""
    dynamodb.then(ok(PAGE if function == "list_users" else FOUND))

    outcome = start(function).invoke(with_path(recorded(event), path))

    assert outcome.http.status == 200, outcome.http.body


# event, function, DynamoDB's responses, status
RECORDED = [
    ("rest_create_user", "create_user", [{}], 201),
    ("rest_create_user_base64", "create_user", [{}], 201),
    ("rest_create_user_custom_domain", "create_user", [{}], 201),
    ("rest_create_user_non_ascii", "create_user", [{}], 201),
    ("rest_create_user_not_utf8", "create_user", [], 400),
    ("rest_create_user_nulls", "create_user", [], 400),
    ("http_create_user", "create_user", [{}], 201),
    ("http_create_user_base64", "create_user", [{}], 201),
    ("http_create_user_non_ascii", "create_user", [{}], 201),
    ("http_create_user_nulls", "create_user", [], 400),
    ("http_create_user_stage", "create_user", [{}], 201),
    ("function_url_create_user", "create_user", [{}], 201),
    ("sam_local_create_user", "create_user", [{}], 201),
    ("rest_get_user", "get_user", [FOUND], 200),
    ("rest_get_user_if_none_match", "get_user", [FOUND], 304),
    ("rest_get_user_nulls", "get_user", [FOUND], 200),
    ("http_get_user", "get_user", [FOUND], 200),
    ("http_get_user_if_none_match", "get_user", [FOUND], 304),
    ("function_url_get_user", "get_user", [FOUND], 200),
    ("sam_local_get_user", "get_user", [FOUND], 200),
    ("rest_list_users", "list_users", [PAGE], 200),
    ("rest_list_users_nulls", "list_users", [PAGE], 200),
    ("rest_list_users_query", "list_users", [PAGE], 200),
    ("rest_list_users_repeated_query", "list_users", [], 400),
    ("http_list_users", "list_users", [PAGE], 200),
    ("http_list_users_nulls", "list_users", [PAGE], 200),
    ("http_list_users_query", "list_users", [PAGE], 200),
    ("http_list_users_repeated_query", "list_users", [], 400),
    ("sam_local_list_users_query", "list_users", [PAGE], 200),
    ("rest_update_user", "update_user", [CHANGED], 200),
    ("http_update_user", "update_user", [CHANGED], 200),
    ("rest_delete_user", "delete_user", [DELETED, {}], 200),
    ("http_delete_user", "delete_user", [DELETED, {}], 200),
]


@pytest.mark.parametrize(("event", "function", "responses", "status"), RECORDED, ids=[row[0] for row in RECORDED])
def test_a_recorded_event_gets_its_response(start, dynamodb, event, function, responses, status):
    dynamodb.then(*map(ok, responses))

    outcome = start(function).invoke(recorded(event))

    assert outcome.http.status == status, outcome.http.body
    assert len(dynamodb.requests) == len(responses)


@pytest.mark.parametrize(
    ("event", "location"),
    [
        ("rest_create_user", "/prod/users/"),
        ("rest_create_user_custom_domain", "/accounts/v1/users/"),
        ("http_create_user", "/users/"),
        ("http_create_user_stage", "/v1/users/"),
        ("function_url_create_user", "/users/"),
        ("sam_local_create_user", "/users/"),
    ],
)
def test_location_has_the_stage_or_base_path_of_the_request(start, dynamodb, event, location):
    dynamodb.then(ok({}))

    response = start("create_user").invoke(recorded(event)).http

    assert response.headers["location"] == location + response.json["userId"]


@pytest.mark.parametrize(
    ("event", "instance"),
    [
        ("rest_get_user", f"/prod/users/{USER_ID}"),
        ("http_get_user", f"/users/{USER_ID}"),
        ("function_url_get_user", f"/users/{USER_ID}"),
        ("sam_local_get_user", f"/users/{USER_ID}"),
    ],
)
def test_the_instance_of_a_problem_is_the_path_of_the_request(start, dynamodb, event, instance):
    dynamodb.then(ok({}))

    response = start("get_user").invoke(recorded(event)).http

    assert response.status == 404
    assert response.json["instance"] == instance


# A client that resolves "//host/path" sends its next request to another host.
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("//evil.example/users", "/evil.example/users"),
        ("///evil.example/users", "/evil.example/users"),
        ("/\\evil.example/users", "/%5Cevil.example/users"),
    ],
)
@pytest.mark.parametrize("gateway", ["rest", "function_url"])
def test_a_path_in_a_response_never_leads_to_another_host(start, dynamodb, gateway, path, expected):
    dynamodb.then(ok({}))
    creation = with_path(recorded(f"{gateway}_create_user"), path)
    location = start("create_user").invoke(creation).http.headers["location"]
    assert re.fullmatch(re.escape(expected) + "/[0-9a-f-]{36}", location)

    dynamodb.then(ok({}))
    read = with_path(recorded(f"{gateway}_get_user"), f"{path}/{USER_ID}")
    response = start("get_user").invoke(read).http
    assert response.status == 404
    assert response.json["instance"] == f"{expected}/{USER_ID}"


# A REST API and a function URL do not decode the path; an HTTP API does.
@pytest.mark.parametrize(
    ("gateway", "user_id", "status"),
    [
        ("rest", f"%35{USER_ID[1:]}", 200),
        ("rest", f"%2535{USER_ID[1:]}", 400),
        ("function_url", f"%35{USER_ID[1:]}", 200),
        ("function_url", f"%2535{USER_ID[1:]}", 400),
        ("http", f"%35{USER_ID[1:]}", 400),
        ("http", f"%2535{USER_ID[1:]}", 400),
    ],
)
def test_a_path_is_decoded_exactly_once(start, dynamodb, gateway, user_id, status):
    if status == 200:
        dynamodb.then(ok(FOUND))
    event = with_path(recorded(f"{gateway}_get_user"), f"/users/{user_id}")
    if gateway != "function_url":
        event["pathParameters"] = {"userId": user_id}

    assert start("get_user").invoke(event).http.status == status

    requested = [document(request)["Key"]["userId"]["S"] for request in dynamodb.requests]
    assert requested == ([USER_ID] if status == 200 else [])


@pytest.mark.parametrize("event", ["rest_get_user", "http_get_user"])
def test_lambdas_request_id_replaces_a_missing_id_of_the_gateway(start, dynamodb, event):
    dynamodb.then(ok({}))
    event = recorded(event)
    del event["requestContext"]["requestId"]

    outcome = start("get_user").invoke(event)

    assert outcome.http.headers["x-request-id"] == outcome.request_id
    assert outcome.http.json["requestId"] == outcome.request_id


@pytest.mark.parametrize(
    "event", ["rest_create_user_base64", "rest_create_user_non_ascii", "http_create_user_base64",
              "http_create_user_non_ascii", "sam_local_create_user"],
)  # fmt: skip
def test_non_ascii_text_is_preserved_from_the_event_to_the_table_and_back(start, dynamodb, event):
    dynamodb.then(ok({}))

    response = start("create_user").invoke(recorded(event)).http

    assert response.json["name"] == "José 名前 👩‍🚀"
    assert document(dynamodb.requests[0])["TransactItems"][0]["Put"]["Item"]["name"] == {"S": "José 名前 👩‍🚀"}


def test_invocations_share_one_connection_to_each_server(start, dynamodb):
    dynamodb.always = ok(FOUND)
    function = start("get_user")

    for _ in range(50):
        assert function.invoke(recorded("rest_get_user")).http.status == 200

    assert len(dynamodb.requests) == 50
    assert dynamodb.connections == 1
    assert function.runtime.connections == 1


def test_each_invocation_sees_only_its_own_request(start, dynamodb):
    dynamodb.then(ok(FOUND), ok({}), ok(FOUND))
    function = start("get_user")
    known = recorded("rest_get_user")
    unknown = rest_event("GET", "/users/00000000-0000-4000-8000-000000000000")

    responses = [function.invoke(event).http for event in (known, unknown, known)]

    assert [response.status for response in responses] == [200, 404, 200]
    assert responses[0].headers["x-request-id"] == known["requestContext"]["requestId"]
    assert responses[1].headers["x-request-id"] == unknown["requestContext"]["requestId"]
    assert responses[2].json == responses[0].json


@pytest.mark.parametrize("function", PROGRAMS)
@pytest.mark.parametrize("event", [b"not JSON", b"null", b"[]", b"{}", b'"text"', recorded("sqs_message")])
def test_an_event_of_another_source_fails_its_invocation_only(start, dynamodb, function, event):
    environment = start(function)

    outcome = environment.invoke(event)

    assert outcome.kind == "error"
    assert outcome.request.headers["lambda-runtime-function-error-type"] == "Runtime.InvalidEvent"
    assert outcome.json["errorType"] == "Runtime.InvalidEvent"
    assert outcome.json["errorMessage"]
    assert outcome.json["stackTrace"] == []
    dynamodb.always = success_of_any_operation()
    assert environment.invoke(event_of(PROGRAMS[function])).http.status == PROGRAMS[function].status


def test_a_body_of_megabytes_is_rejected_and_the_next_event_is_served(start, dynamodb):
    dynamodb.then(ok({}))
    function = start("create_user")

    assert function.invoke(rest_event("POST", "/users", body=" " * 5_000_000)).http.status == 413
    assert function.invoke(recorded("rest_create_user")).http.status == 201


@pytest.mark.parametrize("path", ["/elsewhere", f"/users/{USER_ID}/more", "/"])
@pytest.mark.parametrize("function", PROGRAMS)
def test_a_path_that_the_function_does_not_serve_is_a_404(start, dynamodb, function, path):
    event = recorded("function_url_get_user")
    event["rawPath"] = event["requestContext"]["http"]["path"] = path

    response = start(function).invoke(event).http

    assert response.status == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("function", "path", "method", "allow"),
    [
        ("create_user", "/users", "DELETE", {"POST"}),
        ("list_users", "/users", "PATCH", {"GET"}),
        ("get_user", f"/users/{USER_ID}", "PATCH", {"GET"}),
        ("update_user", f"/users/{USER_ID}", "POST", {"PUT"}),
        ("delete_user", f"/users/{USER_ID}", "GET", {"DELETE"}),
    ],
)
def test_a_method_that_the_function_does_not_serve_is_a_405_with_allow(start, dynamodb, function, path, method, allow):
    event = recorded("function_url_get_user")
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    event["requestContext"]["http"]["method"] = method

    response = start(function).invoke(event).http

    assert response.status == 405
    assert allow <= {name.strip() for name in response.headers["allow"].split(",")}
