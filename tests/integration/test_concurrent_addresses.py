"""One address and many who want it at once: whatever the timing, one has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from support.events import rest_event
from support.in_step import assert_in_step

MANY = 50
SWAPS = 20


@pytest.fixture(autouse=True)
def tables_in_step(dynamodb, table) -> Iterator[None]:
    yield
    assert_in_step(dynamodb, table)


@pytest.fixture(scope="module")
def creators(start) -> list[Any]:
    return [start("create_user") for _ in range(MANY)]


def at_once(functions: list[Any], events: list[dict[str, Any]]) -> list[Any]:
    for function, event in zip(functions, events, strict=True):
        function.runtime.send(event)
    return [function.runtime.outcome().http for function in functions]


def test_of_fifty_creations_with_one_address_one_succeeds(creators, dynamodb, table):
    addresses = ["wanted@example.com", "Wanted@Example.com"]
    bodies = [{"name": f"Number {number}", "email": addresses[number % 2]} for number in range(MANY)]

    replies = at_once(creators, [rest_event("POST", "/users", body=body) for body in bodies])

    assert Counter(reply.status for reply in replies) == {201: 1, 409: MANY - 1}
    (winner,) = [reply.json for reply in replies if reply.status == 201]
    (user,) = [one for one in assert_in_step(dynamodb, table) if one["foldedEmail"]["S"] == "wanted@example.com"]
    assert user["userId"]["S"] == winner["userId"]
    for reply in replies:
        assert reply.status == 201 or reply.json["errors"][0]["code"] == "taken"


def test_fifty_creations_with_one_key_make_one_user(creators, dynamodb, table):
    body = {"name": "Once", "email": "once@example.com"}
    event = rest_event("POST", "/users", body=body, headers={"Idempotency-Key": "the-key"})

    replies = at_once(creators, [event] * MANY)

    assert Counter(reply.status for reply in replies) == {201: MANY}
    assert len({reply.json["userId"] for reply in replies}) == 1
    assert sum("idempotency-replayed" not in reply.headers for reply in replies) == 1
    assert [one for one in assert_in_step(dynamodb, table) if one["foldedEmail"]["S"] == "once@example.com"]


def test_an_address_is_passed_on_by_many_who_delete_and_create(creators, start):
    """Each holder gives it up as soon as it has it; nobody is left with a claim on nothing."""
    deleters = [start("delete_user") for _ in range(4)]

    def hold(number: int) -> int:
        held = 0
        for _ in range(SWAPS):
            body = {"name": f"Number {number}", "email": "passed.on@example.com"}
            reply = creators[number].invoke(rest_event("POST", "/users", body=body)).http
            assert reply.status in (201, 409), reply.body
            if reply.status == 201:
                held += 1
                path = f"/users/{reply.json['userId']}"
                assert deleters[number].invoke(rest_event("DELETE", path)).http.status == 200
        return held

    with ThreadPoolExecutor(len(deleters)) as clients:
        assert sum(clients.map(hold, range(len(deleters)))) > 0


def test_two_users_swap_addresses_from_both_sides_at_once(creators, start, dynamodb, table):
    """Each wants what the other has, by way of an address in between; some attempts have to lose."""
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
    assert outcomes[200] >= 2 * SWAPS  # the way to an address in between is always free
    stored = {one["userId"]["S"]: one["foldedEmail"]["S"] for one in assert_in_step(dynamodb, table)}
    swapped = [stored[user["userId"]] for user in users]
    assert set(swapped) <= {*addresses, "between0@example.com", "between1@example.com"}
    assert len(set(swapped)) == 2


def test_changes_and_a_deletion_of_one_user_at_once_leave_no_claim_behind(creators, start):
    updaters, deleter = [start("update_user") for _ in range(3)], start("delete_user")
    for number in range(SWAPS):
        body = {"name": "Ada", "email": f"short.lived.{number}@example.com"}
        path = f"/users/{creators[0].invoke(rest_event('POST', '/users', body=body)).http.json['userId']}"
        events = [rest_event("PUT", path, body={"email": f"{side}.{body['email']}"}) for side in range(len(updaters))]

        *changes, deletion = at_once([*updaters, deleter], [*events, rest_event("DELETE", path)])

        assert deletion.status == 200, deletion.body
        assert {reply.status for reply in changes} <= {200, 404}, [reply.body for reply in changes]
