"""Writes whose reply is lost between DynamoDB and the function: carried out once, and told rightly."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from support.dynamodb_stub import DynamoDbStub, error
from support.events import rest_event
from support.forward import forward_to
from support.http_server import CutOff, Reply, Request
from support.in_step import assert_in_step, items

def ada() -> dict[str, Any]:
    """Each test has an Ada of its own."""
    return {"name": "Ada Lovelace", "email": f"ada.{uuid.uuid4()}@example.com", "age": 36}


@pytest.fixture
def proxy() -> Iterator[DynamoDbStub]:
    stub = DynamoDbStub()
    yield stub
    stub.close()


@pytest.fixture
def forward(dynamodb_url: str) -> Callable[[Request], Reply]:
    return forward_to(dynamodb_url)


@pytest.fixture(params=["no reply", "half a reply"])
def lose_reply(request, forward) -> Callable[[Request], CutOff]:
    """Has DynamoDB Local carry the request out, but the function never learns."""

    def carry_out(dynamodb_request: Request) -> CutOff:
        answer = forward(dynamodb_request)
        return CutOff(b"" if request.param == "no reply" else answer.wire[:-2])

    return carry_out


@pytest.fixture
def user(start) -> dict[str, Any]:
    return start("create_user").invoke(rest_event("POST", "/users", body=ada())).http.json


@pytest.fixture(autouse=True)
def tables_in_step(dynamodb, table) -> Iterator[None]:
    yield
    assert_in_step(dynamodb, table)


@pytest.fixture
def stored(dynamodb, table) -> Callable[[str], dict[str, Any] | None]:
    return lambda user_id: dynamodb.get_item(TableName=table, Key={"userId": {"S": user_id}}).get("Item")


def test_a_create_carried_out_before_is_a_success(start, proxy, lose_reply, forward, stored):
    proxy.then(lose_reply, forward)

    reply = start("create_user", proxy.url).invoke(rest_event("POST", "/users", body=ada())).http

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


def test_a_delete_carried_out_before_is_a_success(start, proxy, lose_reply, forward, stored, user):
    proxy.then(forward, lose_reply, forward)

    reply = start("delete_user", proxy.url).invoke(rest_event("DELETE", f"/users/{user['userId']}")).http

    assert reply.status == 200
    assert reply.json == user
    assert stored(user["userId"]) is None


@pytest.mark.parametrize("lost", ["the first reply", "the second reply", "both"])
@pytest.mark.parametrize("if_match", ['"1"', "*", None])
def test_a_change_of_address_carried_out_before_is_a_success_and_counts_once(
    start, proxy, lose_reply, forward, stored, user, if_match, lost
):
    address = f"king.{user['email']}"
    first = [lose_reply, forward] if lost != "the second reply" else [forward]
    proxy.then(*first, *([lose_reply, forward] if lost != "the first reply" else [forward]))
    headers = {"If-Match": if_match} if if_match else None
    event = rest_event("PUT", f"/users/{user['userId']}", body={"email": address}, headers=headers)

    reply = start("update_user", proxy.url).invoke(event).http

    assert reply.status == 200, reply.body
    assert (reply.json["email"], reply.json["version"]) == (address, 2)
    assert stored(user["userId"])["version"] == {"N": "2"}


def test_an_address_that_is_taken_is_told_so_whatever_was_lost(start, proxy, lose_reply, forward, user):
    proxy.then(lose_reply, forward)

    reply = start("create_user", proxy.url).invoke(rest_event("POST", "/users", body={**ada(), "email": user["email"]})).http

    assert reply.status == 409, reply.body


def test_a_creation_with_a_key_is_no_replay_of_itself(start, proxy, lose_reply, forward, stored):
    proxy.then(lose_reply, forward)
    event = rest_event("POST", "/users", body=ada(), headers={"Idempotency-Key": str(uuid.uuid4())})

    reply = start("create_user", proxy.url).invoke(event).http

    assert reply.status == 201
    assert "idempotency-replayed" not in reply.headers
    assert stored(reply.json["userId"])["version"] == {"N": "1"}


def test_a_client_that_repeats_its_key_after_a_lost_reply_gets_its_user(start, proxy, lose_reply, forward, dynamodb, table):
    """All attempts of the function are lost; the client's own retry finds what was done."""
    body = ada()
    event = rest_event("POST", "/users", body=body, headers={"Idempotency-Key": str(uuid.uuid4())})
    create = start("create_user", proxy.url)
    proxy.then(*[lose_reply] * 4)
    assert create.invoke(event).http.status == 503
    proxy.then(forward, forward)

    reply = create.invoke(event).http

    assert (reply.status, reply.headers["idempotency-replayed"]) == (201, "true")
    assert [one["userId"]["S"] for one in items(dynamodb, table) if one["email"]["S"] == body["email"]] == [reply.json["userId"]]


def test_a_user_deleted_before_the_retry_of_its_creation_is_not_made_again(start, proxy, forward, dynamodb, table):
    """DynamoDB knows the transaction by its token, whatever has become of its work."""
    address = ada()["email"]

    def carry_out_and_delete(request: Request) -> CutOff:
        forward(request)
        (made,) = [one for one in items(dynamodb, table) if one["email"]["S"] == address]
        path = f"/users/{made['userId']['S']}"
        assert start("delete_user").invoke(rest_event("DELETE", path)).http.status == 200
        return CutOff()

    proxy.then(carry_out_and_delete, forward)

    reply = start("create_user", proxy.url).invoke(rest_event("POST", "/users", body={**ada(), "email": address})).http

    assert reply.status == 201  # as it was
    assert address not in [one["email"]["S"] for one in items(dynamodb, table)]


CLIENTS = 4
ROUNDS = 12


def test_many_clients_whose_replies_are_lost_at_random_never_hear_what_is_false(start, proxy, forward, dynamodb, table):
    chance = random.Random(6)

    def perhaps_lost(request: Request) -> Reply | CutOff:
        fate = chance.random()
        if fate < 0.1:
            return CutOff()  # the request is lost
        answer = forward(request)
        return CutOff(answer.wire[:-2] if fate < 0.2 else b"") if fate < 0.3 else answer

    proxy.always = perhaps_lost

    def live(client: int) -> None:
        create, update, delete = (start(name, proxy.url) for name in ("create_user", "update_user", "delete_user"))

        def ask(function, method: str, path: str, body: Any = None, if_match: str | None = None):
            event = rest_event(method, path, body=body, headers={"If-Match": if_match} if if_match else None)
            reply = function.invoke(event).http
            # Four replies in a row may be lost; then nobody can know.
            return None if reply.status == 503 else reply

        for number in range(ROUNDS):
            address = f"client{client}.{number}.{uuid.uuid4()}@example.com"
            body = {"name": f"Client {client}", "email": address}
            event = rest_event("POST", "/users", body=body, headers={"Idempotency-Key": str(uuid.uuid4())})
            made = create.invoke(event).http
            while made.status == 503:  # the key makes it safe to go on until there is an answer
                made = create.invoke(event).http
            assert made.status == 201, made.body
            path = f"/users/{made.json['userId']}"
            moved = ask(update, "PUT", path, {"email": f"moved.{address}"}, '"1"')
            if moved is None:
                continue
            assert (moved.status, moved.json["version"]) == (200, 2), moved.body
            named = ask(update, "PUT", path, {"name": "Moved", "email": f"Moved.{address}"}, '"2"')
            if named is None:
                continue
            assert (named.status, named.json["version"]) == (200, 3), named.body
            if number % 2:
                gone = ask(delete, "DELETE", path, if_match='"3"')
                assert gone is None or gone.status == 200, gone.body

    with ThreadPoolExecutor(CLIENTS) as clients:
        for result in [clients.submit(live, client) for client in range(CLIENTS)]:
            result.result()

    assert len(proxy.requests) > CLIENTS * ROUNDS * 4
