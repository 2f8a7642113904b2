"""Two environments of update_user with the same version in hand: one wins, whatever the timing."""

from __future__ import annotations

import pytest

from support.events import rest_event

ROUNDS = 25


@pytest.fixture(scope="module")
def user(start) -> dict:
    body = {"name": "Ada Lovelace", "email": "ada@example.com", "age": 36}
    return start("create_user").invoke(rest_event("POST", "/users", body=body)).http.json


@pytest.fixture(scope="module")
def updaters(start):
    return start("update_user"), start("update_user")


def race(updaters, user_id: str, bodies: list[dict], headers: dict[str, str]) -> list:
    events = [rest_event("PUT", f"/users/{user_id}", body=body, headers=headers) for body in bodies]
    for updater, event in zip(updaters, events, strict=True):
        updater.runtime.send(event)
    return [updater.runtime.outcome().http for updater in updaters]


def test_of_two_updates_with_the_same_if_match_one_wins(start, updaters, user):
    get_user = start("get_user")
    path = f"/users/{user['userId']}"
    version = get_user.invoke(rest_event("GET", path)).http.json["version"]
    for _ in range(ROUNDS):
        bodies = [{"name": "First", "email": "first@example.com"}, {"name": "Second", "email": "second@example.com"}]

        replies = race(updaters, user["userId"], bodies, {"If-Match": f'"{version}"'})

        assert sorted(reply.status for reply in replies) == [200, 412]
        winner = next(reply.json for reply in replies if reply.status == 200)
        version += 1
        assert winner["version"] == version
        assert get_user.invoke(rest_event("GET", path)).http.json == winner


def test_of_two_updates_without_if_match_both_count_and_neither_is_half_applied(start, updaters, user):
    get_user = start("get_user")
    path = f"/users/{user['userId']}"
    version = get_user.invoke(rest_event("GET", path)).http.json["version"]
    for _ in range(ROUNDS):
        bodies = [{"name": "First", "email": "first@example.com"}, {"name": "Second", "email": "second@example.com"}]

        replies = race(updaters, user["userId"], bodies, {})

        assert [reply.status for reply in replies] == [200, 200]
        version += 2
        last = max((reply.json for reply in replies), key=lambda changed: changed["version"])
        assert sorted(reply.json["version"] for reply in replies) == [version - 1, version]
        assert (last["name"], last["email"]) in [("First", "first@example.com"), ("Second", "second@example.com")]
        assert get_user.invoke(rest_event("GET", path)).http.json == last
