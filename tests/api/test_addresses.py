"""Each address belongs to one user at most, regardless of case."""

from __future__ import annotations

import pytest

from support.user_fields import OPTIONAL
from support.users_api import assert_problem

TAKEN = ("email", "taken")


@pytest.mark.parametrize("spelling", [str, str.upper, str.title])
def test_a_taken_address_is_rejected_regardless_of_case(api, user, spelling):
    body = {"name": "Somebody Else", "email": spelling(user["email"])}

    assert_problem(api.post(body), 409, TAKEN)


def test_a_user_cannot_take_the_address_of_another(api, user):
    other = api.create()

    assert_problem(api.put(user["userId"], {"name": "Ada King", "email": other["email"].upper()}), 409, TAKEN)
    assert api.get(user["userId"]).json() == user
    assert api.get(other["userId"]).json() == other


@pytest.mark.parametrize("if_match", [None, "*", '"1"'])
def test_a_user_may_change_the_case_of_its_address(api, user, if_match):
    address = user["email"].upper()

    response = api.put(user["userId"], {"email": address}, headers={"If-Match": if_match} if if_match else None)

    assert response.status_code == 200, response.text
    assert response.json()["email"] == address
    assert_problem(api.post({"name": "Somebody Else", "email": user["email"]}), 409, TAKEN)


@pytest.mark.parametrize("if_match", [None, "*", '"1"'])
def test_a_change_of_address_releases_the_old_one_immediately(api, user, if_match):
    address = f"countess.{user['email']}"

    response = api.put(user["userId"], {"email": address}, headers={"If-Match": if_match} if if_match else None)

    assert response.status_code == 200, response.text
    changed = response.json()
    assert changed == {**user, "email": address, "version": 2, "updatedAt": changed["updatedAt"]}
    assert response.headers["ETag"] == '"2"'
    assert api.get(user["userId"]).json() == changed
    assert api.create(email=user["email"])["email"] == user["email"]
    assert_problem(api.post({"name": "Somebody Else", "email": address}), 409, TAKEN)


def test_an_address_changes_together_with_other_fields(api, user):
    change = {"name": "Ada King", "email": f"king.{user['email']}", **dict.fromkeys(OPTIONAL)}

    changed = api.put(user["userId"], change).json()

    assert not OPTIONAL.keys() & changed.keys()
    assert (changed["name"], changed["email"], changed["version"]) == (change["name"], change["email"], 2)
    assert api.get(user["userId"]).json() == changed


def test_a_deletion_releases_the_address_immediately(api, user):
    api.delete(user["userId"])

    assert api.create(email=user["email"])["userId"] != user["userId"]


def test_two_users_can_exchange_addresses(api):
    one, other = api.create(), api.create()

    for user, address in ((one, f"between.{one['email']}"), (other, one["email"]), (one, other["email"])):
        assert api.put(user["userId"], {"email": address}).status_code == 200

    assert api.get(one["userId"]).json()["email"] == other["email"]
    assert api.get(other["userId"]).json()["email"] == one["email"]
