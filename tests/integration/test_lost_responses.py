"""Writes whose response is lost between DynamoDB and the function: each is carried out once and reported correctly."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from support.consistency import assert_consistent, items
from support.dynamodb_stub import DynamoDbStub, error
from support.events import rest_event
from support.forward import forward_to
from support.http_server import CutOff, Request, Response
from support.user_fields import OPTIONAL


def ada() -> dict[str, Any]:
    """Returns the fields of a user with a unique address."""
    return {"name": "Ada Lovelace", "email": f"ada.{uuid.uuid4()}@example.com", **OPTIONAL}


@pytest.fixture
def proxy() -> Iterator[DynamoDbStub]:
    stub = DynamoDbStub()
    yield stub
    stub.close()


@pytest.fixture
def forward(dynamodb_url: str) -> Callable[[Request], Response]:
    return forward_to(dynamodb_url)


@pytest.fixture(params=["no response", "half a response"])
def lose_response(request, forward) -> Callable[[Request], CutOff]:
    """A handler that lets DynamoDB Local carry out the request, but withholds the response from the function."""

    def carry_out(dynamodb_request: Request) -> CutOff:
        response = forward(dynamodb_request)
        return CutOff(b"" if request.param == "no response" else response.wire[:-2])

    return carry_out


@pytest.fixture
def user(start) -> dict[str, Any]:
    return start("create_user").invoke(rest_event("POST", "/users", body=ada())).http.json


@pytest.fixture(autouse=True)
def consistent_tables(dynamodb, table) -> Iterator[None]:
    yield
    assert_consistent(dynamodb, table)


@pytest.fixture
def stored(dynamodb, table) -> Callable[[str], dict[str, Any] | None]:
    return lambda user_id: dynamodb.get_item(TableName=table, Key={"userId": {"S": user_id}}).get("Item")


def test_a_creation_whose_response_was_lost_is_reported_as_a_success(start, proxy, lose_response, forward, stored):
    proxy.then(lose_response, forward)

    response = start("create_user", proxy.url).invoke(rest_event("POST", "/users", body=ada())).http

    assert response.status == 201
    assert stored(response.json["userId"])["version"] == {"N": "1"}
    assert {request.body for request in proxy.requests} == {proxy.requests[0].body}


@pytest.mark.parametrize("if_match", ['"1"', "*", None])
def test_an_update_whose_response_was_lost_is_reported_as_a_success_and_counts_once(
    start, proxy, lose_response, forward, stored, user, if_match
):
    proxy.then(lose_response, forward)
    headers = {"If-Match": if_match} if if_match else None
    event = rest_event("PUT", f"/users/{user['userId']}", body={"name": "Ada King"}, headers=headers)

    response = start("update_user", proxy.url).invoke(event).http

    assert response.status == 200, response.body
    assert response.json["version"] == 2
    assert response.json["name"] == "Ada King"
    assert response.headers["etag"] == '"2"'
    assert stored(user["userId"])["version"] == {"N": "2"}


def test_an_update_overtaken_by_another_writer_is_never_reported_as_a_success(start, proxy, user, stored, forward):
    path = f"/users/{user['userId']}"
    other = start("update_user")

    def lose_request(_: Request) -> CutOff:
        assert other.invoke(rest_event("PUT", path, body={"name": "Somebody Else"})).http.status == 200
        return CutOff(b"HTTP/1.1 ")

    proxy.then(lose_request, forward)
    event = rest_event("PUT", path, body={"name": "Ada King"}, headers={"If-Match": '"1"'})

    response = start("update_user", proxy.url).invoke(event).http

    # The function cannot know whether its first attempt was carried out before the other writer's.
    assert response.status == 503
    assert stored(user["userId"])["name"] == {"S": "Somebody Else"}


def test_a_failed_precondition_after_a_throttled_attempt_remains_a_412(start, proxy, user, forward):
    proxy.then(error("ThrottlingException"), forward)
    event = rest_event("PUT", f"/users/{user['userId']}", body={"name": "Ada King"}, headers={"If-Match": '"7"'})

    assert start("update_user", proxy.url).invoke(event).http.status == 412


def test_a_deletion_whose_response_was_lost_is_reported_as_a_success(start, proxy, lose_response, forward, stored, user):
    proxy.then(forward, lose_response, forward)

    response = start("delete_user", proxy.url).invoke(rest_event("DELETE", f"/users/{user['userId']}")).http

    assert response.status == 200
    assert response.json == user
    assert stored(user["userId"]) is None


@pytest.mark.parametrize("lost", ["the first response", "the second response", "both"])
@pytest.mark.parametrize("if_match", ['"1"', "*", None])
def test_a_change_of_address_whose_response_was_lost_is_reported_as_a_success_and_counts_once(
    start, proxy, lose_response, forward, stored, user, if_match, lost
):
    address = f"king.{user['email']}"
    first = [lose_response, forward] if lost != "the second response" else [forward]
    proxy.then(*first, *([lose_response, forward] if lost != "the first response" else [forward]))
    headers = {"If-Match": if_match} if if_match else None
    event = rest_event("PUT", f"/users/{user['userId']}", body={"email": address}, headers=headers)

    response = start("update_user", proxy.url).invoke(event).http

    assert response.status == 200, response.body
    assert (response.json["email"], response.json["version"]) == (address, 2)
    assert stored(user["userId"])["version"] == {"N": "2"}


def test_a_taken_address_remains_a_conflict_after_a_lost_response(start, proxy, lose_response, forward, user):
    proxy.then(lose_response, forward)

    response = start("create_user", proxy.url).invoke(rest_event("POST", "/users", body={**ada(), "email": user["email"]})).http

    assert response.status == 409, response.body


def test_a_retry_by_the_function_is_not_a_replay(start, proxy, lose_response, forward, stored):
    proxy.then(lose_response, forward)
    event = rest_event("POST", "/users", body=ada(), headers={"Idempotency-Key": str(uuid.uuid4())})

    response = start("create_user", proxy.url).invoke(event).http

    assert response.status == 201
    assert "idempotency-replayed" not in response.headers
    assert stored(response.json["userId"])["version"] == {"N": "1"}


def test_a_client_that_repeats_its_key_after_lost_responses_gets_its_user(start, proxy, lose_response, forward, dynamodb, table):
    """The responses to all attempts of the function are lost; the client's own retry finds the user."""
    body = ada()
    event = rest_event("POST", "/users", body=body, headers={"Idempotency-Key": str(uuid.uuid4())})
    create = start("create_user", proxy.url)
    proxy.then(*[lose_response] * 4)
    assert create.invoke(event).http.status == 503
    proxy.then(forward, forward)

    response = create.invoke(event).http

    assert (response.status, response.headers["idempotency-replayed"]) == (201, "true")
    created = [one["userId"]["S"] for one in items(dynamodb, table) if one["email"]["S"] == body["email"]]
    assert created == [response.json["userId"]]


def test_a_user_deleted_before_the_retry_of_its_creation_is_not_created_again(start, proxy, forward, dynamodb, table):
    """DynamoDB recognizes the transaction by its token, even after the user is deleted."""
    address = ada()["email"]

    def carry_out_and_delete(request: Request) -> CutOff:
        forward(request)
        (created,) = [one for one in items(dynamodb, table) if one["email"]["S"] == address]
        path = f"/users/{created['userId']['S']}"
        assert start("delete_user").invoke(rest_event("DELETE", path)).http.status == 200
        return CutOff()

    proxy.then(carry_out_and_delete, forward)

    response = start("create_user", proxy.url).invoke(rest_event("POST", "/users", body={**ada(), "email": address})).http

    assert response.status == 201  # the creation did succeed
    assert address not in [one["email"]["S"] for one in items(dynamodb, table)]


CLIENTS = 4
ROUNDS = 12


def test_clients_whose_responses_are_lost_at_random_never_get_a_wrong_response(start, proxy, forward, dynamodb, table):
    rng = random.Random(6)

    def perhaps_lost(request: Request) -> Response | CutOff:
        chance = rng.random()
        if chance < 0.1:
            return CutOff()  # the request is lost
        response = forward(request)
        return CutOff(response.wire[:-2] if chance < 0.2 else b"") if chance < 0.3 else response

    proxy.always = perhaps_lost

    def live(client: int) -> None:
        create, update, delete = (start(name, proxy.url) for name in ("create_user", "update_user", "delete_user"))

        def send(function, method: str, path: str, body: Any = None, if_match: str | None = None):
            event = rest_event(method, path, body=body, headers={"If-Match": if_match} if if_match else None)
            response = function.invoke(event).http
            # Four responses in a row may be lost; the function then cannot know the outcome.
            return None if response.status == 503 else response

        for number in range(ROUNDS):
            address = f"client{client}.{number}.{uuid.uuid4()}@example.com"
            body = {"name": f"Client {client}", "email": address}
            event = rest_event("POST", "/users", body=body, headers={"Idempotency-Key": str(uuid.uuid4())})
            created = create.invoke(event).http
            while created.status == 503:  # with the key, repeating the request is safe
                created = create.invoke(event).http
            assert created.status == 201, created.body
            path = f"/users/{created.json['userId']}"
            moved = send(update, "PUT", path, {"email": f"moved.{address}"}, '"1"')
            if moved is None:
                continue
            assert (moved.status, moved.json["version"]) == (200, 2), moved.body
            renamed = send(update, "PUT", path, {"name": "Moved", "email": f"Moved.{address}"}, '"2"')
            if renamed is None:
                continue
            assert (renamed.status, renamed.json["version"]) == (200, 3), renamed.body
            if number % 2:
                deleted = send(delete, "DELETE", path, if_match='"3"')
                assert deleted is None or deleted.status == 200, deleted.body

    with ThreadPoolExecutor(CLIENTS) as clients:
        for result in [clients.submit(live, client) for client in range(CLIENTS)]:
            result.result()

    assert len(proxy.requests) > CLIENTS * ROUNDS * 4
