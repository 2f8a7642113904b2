"""Idempotent creation: the Idempotency-Key of a POST."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from support.user_fields import OPTIONAL
from support.users_api import assert_problem

MANY = 50


def new_key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def new_body(**fields: Any) -> dict[str, Any]:
    return {"name": "Ada Lovelace", "email": f"ada.{uuid.uuid4()}@example.com", **OPTIONAL, **fields}


def test_a_repeated_request_creates_nothing_and_returns_the_user(api):
    key, body = new_key(), new_body()
    first = api.post(body, headers=key)
    assert first.status_code == 201
    assert "Idempotency-Replayed" not in first.headers

    for _ in range(3):
        again = api.post(body, headers=key)

        assert again.status_code == 201
        assert again.json() == first.json()
        assert again.headers["Idempotency-Replayed"] == "true"
        for name in ("ETag", "Location", "Content-Type"):
            assert again.headers[name] == first.headers[name]


def test_bodies_with_the_same_values_count_as_the_same_request(api):
    key = {**new_key(), "Content-Type": "application/json"}
    address = new_body()["email"]
    texts = (
        f'{{"name": "José", "email": "{address}"}}',
        f'{{ "email":"{address}","name":"  Jos\\u00e9 " }}',
    )

    first, again = (api.post(data=text, headers=key) for text in texts)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()


def test_a_replay_returns_the_current_state_of_the_user(api):
    key, body = new_key(), new_body()
    user = api.post(body, headers=key).json()
    changed = api.put(user["userId"], {"name": "Ada King", "email": f"king.{body['email']}", **dict.fromkeys(OPTIONAL)}).json()

    again = api.post(body, headers=key)

    assert again.status_code == 201
    assert again.json() == changed
    assert again.headers["ETag"] == '"2"'


@pytest.mark.parametrize(
    "change", [{"name": "Ada King"}, {"email": "king@example.com"}, *({field: None} for field in OPTIONAL)]
)
def test_a_different_body_is_rejected(api, change):
    key, body = new_key(), new_body()
    user = api.post(body, headers=key).json()
    other = {name: value for name, value in {**body, **change}.items() if value is not None}

    assert_problem(api.post(other, headers=key), 422, ("Idempotency-Key", "taken"))
    assert api.get(user["userId"]).json() == user


def test_an_address_in_another_case_is_a_different_body(api):
    key, body = new_key(), new_body()
    api.post(body, headers=key)

    assert_problem(api.post({**body, "email": body["email"].upper()}, headers=key), 422, ("Idempotency-Key", "taken"))


def test_a_deleted_user_is_not_created_again(api):
    key, body = new_key(), new_body()
    user = api.post(body, headers=key).json()
    api.delete(user["userId"])

    assert_problem(api.post(body, headers=key), 410)
    assert_problem(api.post({**body, "name": "Ada King"}, headers=key), 422, ("Idempotency-Key", "taken"))
    assert_problem(api.get(user["userId"]), 404)
    assert api.post(body, headers=new_key()).status_code == 201  # the address is free


def test_the_same_body_with_another_key_is_a_new_creation(api):
    body = new_body()
    api.post(body, headers=new_key())

    assert_problem(api.post(body, headers=new_key()), 409, ("email", "taken"))
    assert api.post(new_body(), headers=new_key()).status_code == 201


def test_without_a_key_a_repeated_request_is_a_new_creation(api):
    body = new_body()
    assert api.post(body).status_code == 201

    assert_problem(api.post(body), 409, ("email", "taken"))


def test_a_rejected_request_does_not_use_up_its_key(api, user):
    key, body = new_key(), new_body()
    assert_problem(api.post({**body, "name": ""}, headers=key), 400, ("name", "too_short"))
    assert_problem(api.post({**body, "email": user["email"]}, headers=key), 409, ("email", "taken"))

    created = api.post(body, headers=key)

    assert created.status_code == 201
    assert "Idempotency-Replayed" not in created.headers


@pytest.mark.parametrize("key", ["k", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "x" * 64])
def test_a_key_of_visible_ascii_is_accepted(api, key):
    body = new_body()
    response = api.post(body, headers={"Idempotency-Key": key})
    # An earlier run may have used the key; keys outlive their users.
    assert response.status_code in (201, 422), response.text


@pytest.mark.parametrize("key", ["two words", "x" * 65, "tab\there", "caf\u00e9"])
def test_a_key_that_is_too_long_or_not_visible_ascii_is_rejected(api, key):
    response = api.post(new_body(), headers={"Idempotency-Key": key.encode()})

    assert_problem(response, 400, ("Idempotency-Key", "invalid_format"))


def test_the_key_is_checked_before_the_body(api):
    response = api.post(data="{", headers={"Idempotency-Key": "two words", "Content-Type": "text/plain"})

    assert_problem(response, 400, ("Idempotency-Key", "invalid_format"))


def test_concurrent_requests_with_one_key_all_get_the_same_user(api):
    key, body = new_key(), new_body()

    with ThreadPoolExecutor(MANY) as clients:
        responses = list(clients.map(lambda _: api.another_client().post(body, headers=key), range(MANY)))

    assert {response.status_code for response in responses} == {201}
    assert len({response.json()["userId"] for response in responses}) == 1
    assert [response.headers.get("Idempotency-Replayed") for response in responses].count(None) == 1


def test_concurrent_requests_with_one_address_create_one_user(api):
    body = new_body()

    with ThreadPoolExecutor(MANY) as clients:
        responses = list(clients.map(lambda _: api.another_client().post(body), range(MANY)))

    assert sorted(response.status_code for response in responses) == [201] + [409] * (MANY - 1)
