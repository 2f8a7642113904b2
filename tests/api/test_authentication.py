"""Authentication: an API that requires bearer tokens accepts only callers with a valid one."""

from __future__ import annotations

import base64
import json
import os

import pytest

from support.users_api import TOKEN, UNKNOWN_ID, assert_problem

READ_TOKEN = os.environ.get("API_READ_TOKEN")

with_tokens = pytest.mark.skipif(not TOKEN, reason="API_TOKEN is not set: authentication is off")
without_tokens = pytest.mark.skipif(bool(TOKEN), reason="API_TOKEN is set: authentication is on")

NO_TOKEN = 'Bearer realm="users"'
BAD_TOKEN = 'Bearer realm="users", error="invalid_token"'

READS = {"list": ("GET", "/users"), "get": ("GET", f"/users/{UNKNOWN_ID}")}
WRITES = {
    "create": ("POST", "/users"),
    "update": ("PUT", f"/users/{UNKNOWN_ID}"),
    "delete": ("DELETE", f"/users/{UNKNOWN_ID}"),
}
ROUTES = {**READS, **WRITES}


def send(api, method, path, authorization, **options):
    """Sends a request with this Authorization header; None omits the header."""
    return api.request(method, path, headers={"Authorization": authorization}, **options)


def challenge(response):
    """Returns the challenge. A REST API renames its header, and so does the local API."""
    return response.headers.get("x-amzn-Remapped-WWW-Authenticate") or response.headers["WWW-Authenticate"]


def encoded(content):
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def forged():
    """Returns tokens that anyone can make from a valid one."""
    header, payload, signature = (TOKEN or "..").split(".")
    without_signature = f"{encoded({'alg': 'none'})}.{payload}."
    claims = json.loads(base64.urlsafe_b64decode(payload + "==") or "{}")
    other = encoded({**claims, "sub": "somebody else"})
    return {
        "nonsense": "nonsense",
        "nothing": "",
        "no signature": f"{header}.{payload}.",
        "a truncated signature": f"{header}.{payload}.{signature[:-4]}",
        "another payload": f"{header}.{other}.{signature}",
        "alg none": without_signature,
        "four parts": f"{TOKEN}.{signature}",
        "repeated": f"{TOKEN}, Bearer {TOKEN}",
    }


@with_tokens
@pytest.mark.parametrize(("method", "path"), ROUTES.values(), ids=ROUTES.keys())
def test_every_route_requires_a_token(api, method, path):
    response = send(api, method, path, None)

    assert_problem(response, 401)
    assert challenge(response) == NO_TOKEN


@with_tokens
@pytest.mark.parametrize("authorization", ["Basic YWRhOnNlY3JldA==", "Token abc", "Bearerabc"])
def test_other_schemes_do_not_authenticate(api, authorization):
    response = send(api, "GET", "/users", authorization)

    assert_problem(response, 401)
    assert challenge(response) == NO_TOKEN


@with_tokens
@pytest.mark.parametrize("token", forged().values(), ids=forged().keys())
def test_the_rejection_of_a_forged_token_does_not_reveal_the_reason(api, token):
    response = send(api, "GET", f"/users/{UNKNOWN_ID}", f"Bearer {token}")

    problem = assert_problem(response, 401)
    assert challenge(response) == BAD_TOKEN
    assert problem["detail"] == "The request must carry a valid bearer token."


@with_tokens
@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("GET", "/users/none", {}),
        ("GET", "/users", {"params": {"pageSize": "0"}}),
        ("POST", "/users", {"data": "{"}),
        ("PUT", "/users/none", {"data": "x" * 20_000}),
    ],
)
def test_the_token_is_checked_before_anything_else(api, method, path, options):
    assert_problem(send(api, method, path, None, **options), 401)


@with_tokens
def test_the_scheme_is_case_insensitive(api):
    assert send(api, "GET", "/users", f"bearer {TOKEN}").status_code == 200


@pytest.mark.skipif(not READ_TOKEN, reason="API_READ_TOKEN is not set")
@pytest.mark.parametrize(("method", "path"), WRITES.values(), ids=WRITES.keys())
def test_a_read_token_cannot_write(api, method, path):
    response = send(api, method, path, f"Bearer {READ_TOKEN}", json={"name": "Ada", "email": "ada@example.com"})

    assert_problem(response, 403)
    assert challenge(response) == 'Bearer realm="users", error="insufficient_scope", scope="users:write"'


@pytest.mark.skipif(not READ_TOKEN, reason="API_READ_TOKEN is not set")
def test_a_read_token_can_read(api, user):
    assert send(api, "GET", f"/users/{user['userId']}", f"Bearer {READ_TOKEN}").status_code == 200
    assert send(api, "GET", "/users", f"Bearer {READ_TOKEN}").status_code == 200


@without_tokens
@pytest.mark.parametrize(("method", "path"), READS.values(), ids=READS.keys())
def test_without_authentication_a_token_has_no_effect(api, method, path):
    assert send(api, method, path, "Bearer nonsense").status_code == send(api, method, path, None).status_code
    assert send(api, method, path, None).status_code in (200, 404)
