"""Many concurrent requests for one address: regardless of timing, one user gets it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from support.consistency import assert_consistent
from support.events import rest_event

MANY = 50
SWAPS = 20


@pytest.fixture(autouse=True)
def consistent_tables(dynamodb, table) -> Iterator[None]:
    yield
    assert_consistent(dynamodb, table)


@pytest.fixture(scope="module")
def creators(start) -> list[Any]:
    return [start("create_user") for _ in range(MANY)]


def concurrently(functions: list[Any], events: list[dict[str, Any]]) -> list[Any]:
    for function, event in zip(functions, events, strict=True):
        function.runtime.send(event)
    return [function.runtime.outcome().http for function in functions]


def test_one_of_fifty_concurrent_creations_with_one_address_succeeds(creators, dynamodb, table):
    addresses = ["wanted@example.com", "Wanted@Example.com"]
    bodies = [{"name": f"Number {number}", "email": addresses[number % 2]} for number in range(MANY)]

    responses = concurrently(creators, [rest_event("POST", "/users", body=body) for body in bodies])

    assert Counter(response.status for response in responses) == {201: 1, 409: MANY - 1}
    (winner,) = [response.json for response in responses if response.status == 201]
    (user,) = [one for one in assert_consistent(dynamodb, table) if one["foldedEmail"]["S"] == "wanted@example.com"]
    assert user["userId"]["S"] == winner["userId"]
    for response in responses:
        assert response.status == 201 or response.json["errors"][0]["code"] == "taken"


def test_fifty_concurrent_creations_with_one_key_create_one_user(creators, dynamodb, table):
    body = {"name": "Ada", "email": "idempotent@example.com"}
    event = rest_event("POST", "/users", body=body, headers={"Idempotency-Key": "the-key"})

    responses = concurrently(creators, [event] * MANY)

    assert Counter(response.status for response in responses) == {201: MANY}
    assert len({response.json["userId"] for response in responses}) == 1
    (winner,) = [response.json for response in responses if "idempotency-replayed" not in response.headers]
    (user,) = [one for one in assert_consistent(dynamodb, table) if one["foldedEmail"]["S"] == "idempotent@example.com"]
    assert user["userId"]["S"] == winner["userId"]


def test_concurrent_creations_and_deletions_with_one_address_leave_no_claim(creators, start):
    """Each client deletes its user immediately after creating it; no claim may remain without a user."""
    deleters = [start("delete_user") for _ in range(4)]

    def hold(number: int) -> int:
        held = 0
        for _ in range(SWAPS):
            body = {"name": f"Number {number}", "email": "shared@example.com"}
            response = creators[number].invoke(rest_event("POST", "/users", body=body)).http
            assert response.status in (201, 409), response.body
            if response.status == 201:
                held += 1
                path = f"/users/{response.json['userId']}"
                assert deleters[number].invoke(rest_event("DELETE", path)).http.status == 200
        return held

    with ThreadPoolExecutor(len(deleters)) as clients:
        assert sum(clients.map(hold, range(len(deleters)))) > 0


def test_two_users_who_exchange_addresses_concurrently_never_share_one(creators, start, dynamodb, table):
    """Each user takes the other's address by way of an intermediate one; some attempts must fail."""
    users = [
        creators[0].invoke(rest_event("POST", "/users", body={"name": name, "email": f"{name}@example.com"})).http.json
        for name in ("one", "two")
    ]
    addresses = [user["email"] for user in users]
    updaters = [start("update_user"), start("update_user")]
    outcomes: Counter[int] = Counter()

    def swap(side: int) -> None:
        path = f"/users/{users[side]['userId']}"
        for number in range(SWAPS):
            for address in (f"between{side}@example.com", addresses[(side + number) % 2]):
                event = rest_event("PUT", path, body={"email": address})
                outcomes[updaters[side].invoke(event).http.status] += 1

    with ThreadPoolExecutor(2) as clients:
        for result in [clients.submit(swap, side) for side in (0, 1)]:
            result.result()

    assert set(outcomes) <= {200, 409}
    assert outcomes[200] >= 2 * SWAPS  # a change to an intermediate address always succeeds
    stored = {one["userId"]["S"]: one["foldedEmail"]["S"] for one in assert_consistent(dynamodb, table)}
    exchanged = [stored[user["userId"]] for user in users]
    assert set(exchanged) <= {*addresses, "between0@example.com", "between1@example.com"}
    assert len(set(exchanged)) == 2


def test_concurrent_changes_and_a_deletion_of_one_user_leave_no_claim(creators, start):
    updaters, deleter = [start("update_user") for _ in range(3)], start("delete_user")
    for number in range(SWAPS):
        body = {"name": "Ada", "email": f"short.lived.{number}@example.com"}
        path = f"/users/{creators[0].invoke(rest_event('POST', '/users', body=body)).http.json['userId']}"
        events = [rest_event("PUT", path, body={"email": f"{side}.{body['email']}"}) for side in range(len(updaters))]

        *changes, deletion = concurrently([*updaters, deleter], [*events, rest_event("DELETE", path)])

        assert deletion.status == 200, deletion.body
        assert {response.status for response in changes} <= {200, 404}, [response.body for response in changes]
