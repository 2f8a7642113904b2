"""Finding users by address, and by the beginning of their names."""

from __future__ import annotations

import time
import unicodedata
import uuid
from typing import Any

import pytest

from support.users_api import UsersApi, assert_problem

#: Begins the names of this run, so that nobody else is found.
MARK = "".join(chr(ord("a") + int(digit, 16)) for digit in uuid.uuid4().hex[:12])

NAMES = ["", " Ada", " ada lovelace", " ADA", "  Zoe", " Ádám", "a", " José", " Jos", " 名前"]


@pytest.fixture(scope="module")
def named(base_url) -> dict[str, dict[str, Any]]:
    """Users by id whose names begin with MARK, once the index has them."""
    api = UsersApi(base_url)
    users = [api.create(name=f"{MARK.title()}{name}") for name in NAMES]
    give_up = time.monotonic() + 20
    while len(found(api, MARK)) < len(users):
        assert time.monotonic() < give_up, "the index does not show every user"
        time.sleep(0.1)
    yield {user["userId"]: user for user in users}
    api.clean_up()


def found(api: UsersApi, prefix: str, page_size: int = 100) -> list[dict[str, Any]]:
    users: list[dict[str, Any]] = []
    params: dict[str, Any] = {"namePrefix": prefix, "pageSize": page_size}
    while True:
        response = api.list(params)
        assert response.status_code == 200, response.text
        page = response.json()
        assert page["count"] == len(page["users"]) <= page_size
        users += page["users"]
        if "nextToken" not in page:
            return users
        params["nextToken"] = page["nextToken"]


def folded(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)).lower()


@pytest.mark.parametrize("spelling", [str, str.upper, str.title])
def test_an_address_finds_its_user(api, user, spelling):
    response = api.list({"email": spelling(user["email"])})

    assert response.status_code == 200
    assert response.json() == {"users": [user], "count": 1}


def test_an_address_of_nobody_finds_nobody(api, user):
    assert api.list({"email": f"no.{user['email']}"}).json() == {"users": [], "count": 0}


def test_an_address_finds_its_user_as_it_now_is(api, user):
    changed = api.put(user["userId"], {"name": "Ada King", "email": f"king+x.{user['email']}"}).json()

    assert api.list({"email": user["email"]}).json() == {"users": [], "count": 0}
    assert api.list({"email": changed["email"]}).json() == {"users": [changed], "count": 1}

    api.delete(user["userId"])
    assert api.list({"email": changed["email"]}).json() == {"users": [], "count": 0}


@pytest.mark.parametrize("address", ["", "ada", "ada@", " ada@example.com", "ada@example", "ädä@example.com"])
def test_what_is_no_address_is_refused(api, address):
    assert_problem(api.list({"email": address}), 400, ("email", "invalid_format"))


@pytest.mark.parametrize("other", ["pageSize", "limit", "nextToken", "namePrefix"])
def test_an_address_goes_with_no_other_parameter(api, other):
    assert_problem(api.list({"email": "ada@example.com", other: "1"}), 400, (other, "invalid_format"))


def test_an_address_given_twice_is_refused(api):
    params = [("email", "ada@example.com"), ("email", "ada@example.com")]

    assert_problem(api.list(params), 400, ("email", "invalid_format"))


@pytest.mark.parametrize("page_size", [1, 2, 3, 100])
def test_names_come_in_their_order_each_once(api, named, page_size):
    users = found(api, MARK, page_size)

    assert {user["userId"]: user for user in users} == named
    assert len(users) == len(named)
    assert users == sorted(users, key=lambda user: (folded(user["name"]), user["userId"]))


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        (" ada", {" Ada", " ada lovelace", " ADA", " Ádám"}),
        (" ÁDA", {" Ada", " ada lovelace", " ADA", " Ádám"}),
        (" ada ", {" ada lovelace"}),
        (" A\u0301d", {" Ada", " ada lovelace", " ADA", " Ádám"}),
        (" jose", {" José"}),
        (" jos", {" José", " Jos"}),
        (" 名", {" 名前"}),
        ("  ", {"  Zoe"}),
        (" x", set()),
    ],
)
def test_a_name_is_found_without_case_and_accents(api, named, prefix, names):
    assert {user["name"] for user in found(api, MARK + prefix)} == {f"{MARK.title()}{name}" for name in names}


def test_a_token_is_of_its_listing_alone(api, named):
    token = api.list({"namePrefix": MARK, "pageSize": 1}).json()["nextToken"]
    assert api.list({"namePrefix": MARK.upper(), "nextToken": token, "pageSize": 2}).status_code == 200
    everybody = api.list({"pageSize": 1}).json()["nextToken"]

    for params in (
        {"nextToken": token},
        {"namePrefix": MARK[:-1], "nextToken": token},
        {"namePrefix": f"{MARK} ", "nextToken": token},
        {"namePrefix": MARK, "nextToken": everybody},
        {"namePrefix": MARK, "nextToken": token[:-1]},
        {"namePrefix": MARK, "nextToken": ""},
    ):
        assert_problem(api.list(params), 400, ("nextToken", "invalid_format"))


@pytest.mark.parametrize(
    ("prefix", "code"),
    [("", "too_short"), ("名" * 101, "too_long"), ("a\tb", "invalid_format"), ("\x00", "invalid_format")],
)
def test_what_no_name_begins_with_is_refused(api, prefix, code):
    assert_problem(api.list({"namePrefix": prefix}), 400, ("namePrefix", code))


def test_a_beginning_of_a_hundred_characters_is_taken(api):
    assert api.list({"namePrefix": "名" * 100}).json() == {"users": [], "count": 0}
