"""Two environments of update_user that change one user: regardless of timing, one succeeds with If-Match, both without."""

from __future__ import annotations

import pytest

from support.events import rest_event

ROUNDS = 25


@pytest.fixture(scope="module")
def user(start) -> dict:
    body = {"name": "Ada Lovelace", "email": "ada@example.com"}
    return start("create_user").invoke(rest_event("POST", "/users", body=body)).http.json


@pytest.fixture(scope="module")
def updaters(start):
    return start("update_user"), start("update_user")


def race(updaters, user_id: str, bodies: list[dict], headers: dict[str, str]) -> list:
    events = [rest_event("PUT", f"/users/{user_id}", body=body, headers=headers) for body in bodies]
    for updater, event in zip(updaters, events, strict=True):
        updater.runtime.send(event)
    return [updater.runtime.outcome().http for updater in updaters]


def test_one_of_two_concurrent_updates_with_the_same_if_match_succeeds(start, updaters, user):
    get_user = start("get_user")
    path = f"/users/{user['userId']}"
    version = get_user.invoke(rest_event("GET", path)).http.json["version"]
    for _ in range(ROUNDS):
        bodies = [{"name": "First", "email": "first@example.com"}, {"name": "Second", "email": "second@example.com"}]

        responses = race(updaters, user["userId"], bodies, {"If-Match": f'"{version}"'})

        assert sorted(response.status for response in responses) == [200, 412]
        winner = next(response.json for response in responses if response.status == 200)
        version += 1
        assert winner["version"] == version
        assert get_user.invoke(rest_event("GET", path)).http.json == winner


def test_two_concurrent_updates_without_if_match_both_succeed_and_apply_completely(start, updaters, user):
    get_user = start("get_user")
    path = f"/users/{user['userId']}"
    version = get_user.invoke(rest_event("GET", path)).http.json["version"]
    for _ in range(ROUNDS):
        bodies = [{"name": "First", "email": "first@example.com"}, {"name": "Second", "email": "second@example.com"}]

        responses = race(updaters, user["userId"], bodies, {})

        assert [response.status for response in responses] == [200, 200]
        version += 2
        last = max((response.json for response in responses), key=lambda changed: changed["version"])
        assert sorted(response.json["version"] for response in responses) == [version - 1, version]
        assert (last["name"], last["email"]) in [("First", "first@example.com"), ("Second", "second@example.com")]
        assert get_user.invoke(rest_event("GET", path)).http.json == last
