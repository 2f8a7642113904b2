"""The standard headers, which every response has."""

from __future__ import annotations

import pytest

from support.users_api import HOST, UNKNOWN_ID, only_on

EXPOSED = {"etag", "location", "x-request-id", "idempotency-replayed", "retry-after"}
VALID = {"name": "Ada", "email": "ada@example.com"}

RESPONSES = {
    "201": (201, lambda api, user: api.post(VALID)),
    "200 of one user": (200, lambda api, user: api.get(user["userId"])),
    "200 of a list": (200, lambda api, user: api.list({"pageSize": 1})),
    "200 of an update": (200, lambda api, user: api.put(user["userId"], {"name": "Ada King"})),
    "200 of a deletion": (200, lambda api, user: api.delete(user["userId"])),
    "304": (304, lambda api, user: api.get(user["userId"], {"If-None-Match": "*"})),
    "400 of the id": (400, lambda api, user: api.get("none")),
    "400 of a parameter": (400, lambda api, user: api.list({"pageSize": 0})),
    "400 of a body": (400, lambda api, user: api.post({})),
    "404": (404, lambda api, user: api.get(UNKNOWN_ID)),
    "409": (409, lambda api, user: api.post({**VALID, "email": user["email"]})),
    "412": (412, lambda api, user: api.delete(user["userId"], headers={"If-Match": '"9"'})),
    "413": (413, lambda api, user: api.post({**VALID, "name": "x" * 20_000})),
    "415": (415, lambda api, user: api.post(data="{}", headers={"Content-Type": "text/plain"})),
}


def assert_standard_headers(response):
    headers = response.headers
    assert headers["X-Request-Id"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    if HOST != "http":  # it has its own CORS headers, and only for requests with an Origin
        assert_cors_headers(response)
    assert ("Content-Type" in headers) == bool(response.content)


def assert_cors_headers(response):
    origin = response.headers["Access-Control-Allow-Origin"]
    assert origin
    varies = "origin" in response.headers.get("Vary", "").lower()
    assert varies == (origin != "*")
    exposed = {name.strip().lower() for name in response.headers["Access-Control-Expose-Headers"].split(",")}
    assert exposed == EXPOSED


@pytest.mark.parametrize(("status", "send"), RESPONSES.values(), ids=RESPONSES.keys())
def test_every_response_has_the_standard_headers(api, user, status, send):
    response = send(api, user)

    assert response.status_code == status
    assert_standard_headers(response)


@only_on("local", "rest", reason="this gateway does not let the project add headers to its errors")
def test_the_errors_of_the_gateway_have_the_standard_headers(api):
    response = api.request("GET", "/nothing")

    assert response.status_code == 403
    assert_standard_headers(response)


@only_on("local", "rest", "http", reason="this gateway uses one id for all requests")
def test_every_response_has_a_unique_request_id(api):
    ids = [api.get(UNKNOWN_ID).headers["X-Request-Id"] for _ in range(5)]

    assert len(set(ids)) == 5


def test_a_web_page_of_another_origin_may_read_the_response(api, user):
    response = api.get(user["userId"], {"Origin": "https://app.example.com"})

    assert response.headers["Access-Control-Allow-Origin"] in ("*", "https://app.example.com")
    assert_cors_headers(response)
