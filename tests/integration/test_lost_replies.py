"""Writes whose reply is lost between DynamoDB and the function: carried out once, and told rightly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from support.dynamodb_stub import DynamoDbStub, error
from support.events import rest_event
from support.http_server import CutOff, Reply, Request

ADA = {"name": "Ada Lovelace", "email": "ada@example.com", "age": 36}


@pytest.fixture
def proxy() -> Iterator[DynamoDbStub]:
    stub = DynamoDbStub()
    yield stub
    stub.close()


@pytest.fixture
def forward(dynamodb_url: str) -> Callable[[Request], Reply]:
    """Has DynamoDB Local answer."""

    def forward_request(request: Request) -> Reply:
        answer = requests.post(dynamodb_url, request.body, headers=request.headers, timeout=10)
        passed_on = {n: v for n, v in answer.headers.items() if n.lower() in ("content-type", "x-amz-crc32")}
        return Reply(answer.status_code, answer.content, passed_on)

    return forward_request


@pytest.fixture(params=["no reply", "half a reply"])
def lose_reply(request, forward) -> Callable[[Request], CutOff]:
    """Has DynamoDB Local carry the request out, but the function never learns."""

    def carry_out(dynamodb_request: Request) -> CutOff:
        answer = forward(dynamodb_request)
        assert answer.status == 200, answer.body
        return CutOff(b"" if request.param == "no reply" else answer.wire[:-2])

    return carry_out


@pytest.fixture
def user(start) -> dict[str, Any]:
    return start("create_user").invoke(rest_event("POST", "/users", body=ADA)).http.json


@pytest.fixture
def stored(dynamodb, table) -> Callable[[str], dict[str, Any] | None]:
    return lambda user_id: dynamodb.get_item(TableName=table, Key={"userId": {"S": user_id}}).get("Item")


def test_a_create_carried_out_before_is_a_success(start, proxy, lose_reply, forward, stored):
    proxy.then(lose_reply, forward)

    reply = start("create_user", proxy.url).invoke(rest_event("POST", "/users", body=ADA)).http

    assert reply.status == 201
    assert stored(reply.json["userId"])["version"] == {"N": "1"}
    assert {request.body for request in proxy.requests} == {proxy.requests[0].body}


@pytest.mark.parametrize("if_match", ['"1"', "*", None])
def test_an_update_carried_out_before_is_a_success_and_counts_once(start, proxy, lose_reply, forward, stored, user, if_match):
    proxy.then(lose_reply, forward)
    headers = {"If-Match": if_match} if if_match else None
    event = rest_event("PUT", f"/users/{user['userId']}", body={"name": "Ada King"}, headers=headers)

    reply = start("update_user", proxy.url).invoke(event).http

    assert reply.status == 200, reply.body
    assert reply.json["version"] == 2
    assert reply.json["name"] == "Ada King"
    assert reply.headers["etag"] == '"2"'
    assert stored(user["userId"])["version"] == {"N": "2"}


def test_an_update_overtaken_by_another_writer_is_never_told_as_a_success(start, proxy, user, stored, forward):
    path = f"/users/{user['userId']}"
    other = start("update_user")

    def lose_request(_: Request) -> CutOff:
        assert other.invoke(rest_event("PUT", path, body={"name": "Somebody Else"})).http.status == 200
        return CutOff(b"HTTP/1.1 ")

    proxy.then(lose_request, forward)
    event = rest_event("PUT", path, body={"name": "Ada King"}, headers={"If-Match": '"1"'})

    reply = start("update_user", proxy.url).invoke(event).http

    # Whether the first attempt was carried out before the other's cannot be known.
    assert reply.status == 503
    assert stored(user["userId"])["name"] == {"S": "Somebody Else"}


def test_a_conflict_after_a_refused_attempt_stays_a_conflict(start, proxy, user, forward):
    proxy.then(error("ThrottlingException"), forward)
    event = rest_event("PUT", f"/users/{user['userId']}", body={"age": 1}, headers={"If-Match": '"7"'})

    assert start("update_user", proxy.url).invoke(event).http.status == 412


def test_a_delete_carried_out_before_is_not_told_as_a_user_that_never_was(start, proxy, lose_reply, forward, stored, user):
    proxy.then(lose_reply, forward)

    reply = start("delete_user", proxy.url).invoke(rest_event("DELETE", f"/users/{user['userId']}")).http

    assert reply.status == 503
    assert int(reply.headers["retry-after"]) > 0
    assert stored(user["userId"]) is None
