from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from support.user_fields import OPTIONAL
from support.users_api import UsersApi, assert_problem, assert_user

MANY = 30  # more than one page of the default size
MAX_PAGES = 100_000


@pytest.fixture(scope="module")
def created(base_url):
    """Users by id; the table may contain others."""
    api = UsersApi(base_url)
    users = [api.create(name=f"Listed {number} 名前", **OPTIONAL) for number in range(MANY)]
    yield {user["userId"]: user for user in users}
    api.clean_up()


def page_of(api: UsersApi, params: Any = None) -> dict[str, Any]:
    response = api.list(params)
    assert response.status_code == 200, response.text
    page = response.json()
    assert set(page) - {"nextToken"} == {"users", "count"}
    assert page["count"] == len(page["users"])
    return page


def follow(api: UsersApi, sizes: list[int]) -> list[dict[str, Any]]:
    """Returns all users; requests pages of these sizes in turn."""
    users: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    for number in range(MAX_PAGES):
        size = sizes[number % len(sizes)]
        page = page_of(api, {"pageSize": size, **token})
        assert page["count"] <= size
        users += page["users"]
        if "nextToken" not in page:
            return users
        token = {"nextToken": page["nextToken"]}
    raise AssertionError("the listing does not end")


def first_token(api: UsersApi) -> str:
    """Returns the token of a second page, which the users of this module guarantee."""
    return page_of(api, {"pageSize": 1})["nextToken"]


@pytest.mark.parametrize("sizes", [[1], [2], [7], [25], [100], [3, 100, 1]], ids=str)
def test_every_user_is_listed_completely_and_exactly_once(api, created, sizes):
    listed = follow(api, sizes)

    times = Counter(user["userId"] for user in listed)
    assert set(times.values()) == {1}
    assert {user["userId"]: user for user in listed if user["userId"] in created} == created
    for user in listed:
        assert_user(user)


def test_a_page_has_at_most_25_users_by_default(api, created):
    page = page_of(api)

    assert page["count"] <= 25
    assert "nextToken" in page


@pytest.mark.parametrize("parameter", ["pageSize", "limit"])
@pytest.mark.parametrize("size", [1, 2, 99, 100])
def test_page_size_and_limit_are_synonyms(api, created, parameter, size):
    assert page_of(api, {parameter: size})["count"] <= size


def test_limit_works_with_tokens(api, created):
    token = page_of(api, {"limit": 1})["nextToken"]

    assert page_of(api, {"limit": 1, "nextToken": token})["count"] <= 1


def test_tokens_are_base64url_without_padding(api, created):
    assert set(first_token(api)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_unknown_parameters_are_ignored(api, created):
    assert page_of(api, [("pageSize", "1"), ("colour", "blue"), ("colour", "red"), ("PageSize", "x")])["count"] <= 1


@pytest.mark.parametrize("parameter", ["pageSize", "limit"])
@pytest.mark.parametrize("value", ["0", "101", "1000", "99999999999999999999999"])
def test_a_size_out_of_range_is_reported(api, parameter, value):
    assert_problem(api.list({parameter: value}), 400, (parameter, "out_of_range"))


@pytest.mark.parametrize("parameter", ["pageSize", "limit"])
@pytest.mark.parametrize("value", ["", "abc", "-1", "+1", " 1", "1 ", "1.0", "1e1", "0x10", "10;", "٣", "１", "\u0661"])
def test_a_size_that_is_not_a_number_is_reported(api, parameter, value):
    assert_problem(api.list({parameter: value}), 400, (parameter, "invalid_format"))


@pytest.mark.parametrize("parameter", ["pageSize", "limit", "nextToken"])
def test_a_repeated_parameter_is_reported(api, created, parameter):
    value = first_token(api) if parameter == "nextToken" else "10"

    assert_problem(api.list([(parameter, value), (parameter, value)]), 400, (parameter, "invalid_format"))


def test_page_size_and_limit_together_are_rejected(api):
    response = api.list({"pageSize": 10, "limit": 10})

    assert response.status_code == 400
    assert {error["field"] for error in response.json()["errors"]} <= {"pageSize", "limit"}


def altered(token: str) -> list[str]:
    """Returns the token with each of its characters replaced in turn."""
    return [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token))]


TAMPERED = {
    "empty": lambda token: "",
    "without the last character": lambda token: token[:-1],
    "first half only": lambda token: token[: len(token) // 2],
    "first character only": lambda token: token[:1],
    "without the first character": lambda token: token[1:],
    "one more character": lambda token: token + "A",
    "four more characters": lambda token: token + "AAAA",
    "repeated": lambda token: token + token,
    "padded": lambda token: token + "=",
    "padded twice": lambda token: token + "==",
    "trailing space": lambda token: token + " ",
    "trailing line feed": lambda token: token + "\n",
    "inverted case": lambda token: token.swapcase(),
    "reversed": lambda token: token[::-1],
    "plain base64 characters": lambda token: token[:-2] + "+/",
    "not ASCII": lambda token: token[:-1] + "é",
    "words": lambda token: "not a token",
    "JSON": lambda token: '{"userId":"1"}',
    "a user id": lambda token: "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f",
    "very long": lambda token: "A" * 4000,
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED.keys())
def test_a_forged_token_is_reported(api, created, tamper):
    token = tamper(first_token(api))

    assert_problem(api.list({"nextToken": token}), 400, ("nextToken", "invalid_format"))


def test_every_altered_character_is_detected(api, created):
    token = first_token(api)
    for wrong in altered(token):
        assert_problem(api.list({"nextToken": wrong}), 400, ("nextToken", "invalid_format"))


def test_all_faults_are_reported_at_once(api):
    response = api.list({"pageSize": "0", "nextToken": "x"})

    assert_problem(response, 400, ("pageSize", "out_of_range"), ("nextToken", "invalid_format"))
