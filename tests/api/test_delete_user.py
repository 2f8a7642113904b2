from __future__ import annotations

from support.users_api import UNKNOWN_ID, assert_problem


def test_delete_returns_the_user_and_removes_it(api, user):
    changed = api.put(user["userId"], {"name": "Ada King"}).json()

    response = api.delete(user["userId"])

    assert response.status_code == 200
    assert response.headers["Content-Type"].partition(";")[0] == "application/json"
    assert response.json() == changed
    assert_problem(api.get(user["userId"]), 404)
    assert_problem(api.put(user["userId"], {"name": "Ada King"}), 404)


def test_a_second_delete_is_a_404(api, user):
    assert api.delete(user["userId"]).status_code == 200

    assert_problem(api.delete(user["userId"]), 404)


def test_an_unknown_id_is_a_404(api):
    assert_problem(api.delete(UNKNOWN_ID), 404)


def test_the_id_may_be_in_upper_case(api, user):
    assert api.delete(user["userId"].upper()).json() == user


def test_an_id_that_is_not_a_uuid_is_reported(api):
    assert_problem(api.delete("none"), 400, ("userId", "invalid_format"))


def test_a_body_is_ignored(api, user):
    response = api.delete(user["userId"], data="{", headers={"Content-Type": "text/plain"})

    assert response.json() == user
