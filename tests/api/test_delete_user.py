from __future__ import annotations

from support.users_api import NOBODY, assert_problem


def test_the_user_is_given_as_it_last_was_and_is_gone(api, user):
    changed = api.put(user["userId"], {"age": None}).json()

    response = api.delete(user["userId"])

    assert response.status_code == 200
    assert response.headers["Content-Type"].partition(";")[0] == "application/json"
    assert response.json() == changed
    assert_problem(api.get(user["userId"]), 404)
    assert_problem(api.put(user["userId"], {"age": 1}), 404)


def test_a_user_is_deleted_once(api, user):
    assert api.delete(user["userId"]).status_code == 200

    assert_problem(api.delete(user["userId"]), 404)


def test_nobody_is_not_found(api):
    assert_problem(api.delete(NOBODY), 404)


def test_the_id_may_be_written_in_upper_case(api, user):
    assert api.delete(user["userId"].upper()).json() == user


def test_an_id_that_is_no_uuid_is_named(api):
    assert_problem(api.delete("none"), 400, ("userId", "invalid_format"))


def test_a_body_is_ignored(api, user):
    response = api.delete(user["userId"], data="{", headers={"Content-Type": "text/plain"})

    assert response.json() == user
