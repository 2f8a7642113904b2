"""The headers that every reply carries, whatever it says."""

from __future__ import annotations

import pytest

from support.users_api import NOBODY, only_on

EXPOSED = {"etag", "location", "x-request-id", "idempotency-replayed", "retry-after"}
VALID = {"name": "Ada", "email": "ada@example.com"}

REPLIES = {
    "201": (201, lambda api, user: api.post(VALID)),
    "200 of one user": (200, lambda api, user: api.get(user["userId"])),
    "200 of a list": (200, lambda api, user: api.list({"pageSize": 1})),
    "200 of a change": (200, lambda api, user: api.put(user["userId"], {"age": 1})),
    "200 of a deletion": (200, lambda api, user: api.delete(user["userId"])),
    "304": (304, lambda api, user: api.get(user["userId"], {"If-None-Match": "*"})),
    "400 of the id": (400, lambda api, user: api.get("none")),
    "400 of a parameter": (400, lambda api, user: api.list({"pageSize": 0})),
    "400 of a body": (400, lambda api, user: api.post({})),
    "404": (404, lambda api, user: api.get(NOBODY)),
    "409": (409, lambda api, user: api.post({**VALID, "email": user["email"]})),
    "412": (412, lambda api, user: api.delete(user["userId"], headers={"If-Match": '"9"'})),
    "413": (413, lambda api, user: api.post({**VALID, "name": "x" * 20_000})),
    "415": (415, lambda api, user: api.post(data="{}", headers={"Content-Type": "text/plain"})),
}


def assert_headers_of_every_reply(response):
    headers = response.headers
    assert headers["X-Request-Id"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    origin = headers["Access-Control-Allow-Origin"]
    assert origin
    varies = "origin" in headers.get("Vary", "").lower()
    assert varies == (origin != "*")
    exposed = {name.strip().lower() for name in headers["Access-Control-Expose-Headers"].split(",")}
    assert exposed == EXPOSED
    assert ("Content-Type" in headers) == bool(response.content)


@pytest.mark.parametrize(("status", "ask"), REPLIES.values(), ids=REPLIES.keys())
def test_the_headers_are_there(api, user, status, ask):
    response = ask(api, user)

    assert response.status_code == status
    assert_headers_of_every_reply(response)


@only_on("local", "rest", reason="here the gateway's own errors take no headers of ours")
def test_the_headers_are_on_the_gateways_own_errors_too(api):
    response = api.request("GET", "/nothing")

    assert response.status_code == 403
    assert_headers_of_every_reply(response)


@only_on("local", "rest", "http", reason="here one id serves for all requests")
def test_every_reply_has_a_request_id_of_its_own(api):
    ids = [api.get(NOBODY).headers["X-Request-Id"] for _ in range(5)]

    assert len(set(ids)) == 5


def test_a_page_of_another_origin_may_read_the_reply(api, user):
    response = api.get(user["userId"], {"Origin": "https://app.example.com"})

    assert response.headers["Access-Control-Allow-Origin"] in ("*", "https://app.example.com")
