"""Finding users by address and by name prefix."""

from __future__ import annotations

import time
import unicodedata
import uuid
from typing import Any

import pytest

from support.users_api import UsersApi, assert_problem

#: A unique prefix of all names in this run.
MARK = "".join(chr(ord("a") + int(digit, 16)) for digit in uuid.uuid4().hex[:12])

NAMES = ["", " Ada", " ada lovelace", " ADA", "  Zoe", " Ádám", "a", " José", " Jos", " 名前"]


@pytest.fixture(scope="module")
def named(base_url) -> dict[str, dict[str, Any]]:
    """The users whose names begin with MARK, by id, once the index contains them."""
    api = UsersApi(base_url)
    users = [api.create(name=f"{MARK.title()}{name}") for name in NAMES]
    deadline = time.monotonic() + 60
    while len(found(api, MARK)) < len(users):
        assert time.monotonic() < deadline, "the index does not contain every user"
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


def test_an_unknown_address_finds_no_user(api, user):
    assert api.list({"email": f"no.{user['email']}"}).json() == {"users": [], "count": 0}


def test_an_address_finds_the_current_state_of_its_user(api, user):
    changed = api.put(user["userId"], {"name": "Ada King", "email": f"king+x.{user['email']}"}).json()

    assert api.list({"email": user["email"]}).json() == {"users": [], "count": 0}
    assert api.list({"email": changed["email"]}).json() == {"users": [changed], "count": 1}

    api.delete(user["userId"])
    assert api.list({"email": changed["email"]}).json() == {"users": [], "count": 0}


@pytest.mark.parametrize("address", ["", "ada", "ada@", " ada@example.com", "ada@example", "ädä@example.com"])
def test_an_invalid_address_is_rejected(api, address):
    assert_problem(api.list({"email": address}), 400, ("email", "invalid_format"))


@pytest.mark.parametrize("other", ["pageSize", "limit", "nextToken", "namePrefix"])
def test_an_address_cannot_be_combined_with_another_parameter(api, other):
    assert_problem(api.list({"email": "ada@example.com", other: "1"}), 400, (other, "invalid_format"))


def test_a_repeated_address_is_rejected(api):
    params = [("email", "ada@example.com"), ("email", "ada@example.com")]

    assert_problem(api.list(params), 400, ("email", "invalid_format"))


@pytest.mark.parametrize("page_size", [1, 2, 3, 100])
def test_users_are_listed_in_the_order_of_their_names_and_once_each(api, named, page_size):
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
def test_a_name_prefix_matches_regardless_of_case_and_accents(api, named, prefix, names):
    assert {user["name"] for user in found(api, MARK + prefix)} == {f"{MARK.title()}{name}" for name in names}


def test_a_token_is_valid_for_its_own_listing_only(api, named):
    token = api.list({"namePrefix": MARK, "pageSize": 1}).json()["nextToken"]
    assert api.list({"namePrefix": MARK.upper(), "nextToken": token, "pageSize": 2}).status_code == 200
    token_of_all = api.list({"pageSize": 1}).json()["nextToken"]

    for params in (
        {"nextToken": token},
        {"namePrefix": MARK[:-1], "nextToken": token},
        {"namePrefix": f"{MARK} ", "nextToken": token},
        {"namePrefix": MARK, "nextToken": token_of_all},
        {"namePrefix": MARK, "nextToken": token[:-1]},
        {"namePrefix": MARK, "nextToken": ""},
    ):
        assert_problem(api.list(params), 400, ("nextToken", "invalid_format"))


@pytest.mark.parametrize(
    ("prefix", "code"),
    [("", "too_short"), ("名" * 101, "too_long"), ("a\tb", "invalid_format"), ("\x00", "invalid_format")],
)
def test_an_invalid_name_prefix_is_rejected(api, prefix, code):
    assert_problem(api.list({"namePrefix": prefix}), 400, ("namePrefix", code))


def test_a_prefix_of_a_hundred_characters_is_accepted(api):
    assert api.list({"namePrefix": "名" * 100}).json() == {"users": [], "count": 0}
