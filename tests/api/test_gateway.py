"""What the gateway answers without asking a function."""

from __future__ import annotations

import pytest

from support.users_api import HOST, NOBODY, TITLES, only_on

ALLOWED_HEADERS = {"content-type", "authorization", "if-match", "if-none-match", "idempotency-key"}

UNKNOWN = [
    ("GET", "/"),
    ("GET", "/nothing"),
    ("POST", "/nothing"),
    ("GET", "/Users"),
    ("PUT", "/users"),
    ("DELETE", "/users"),
    ("PATCH", "/users"),
    ("POST", f"/users/{NOBODY}"),
    ("PATCH", f"/users/{NOBODY}"),
    ("GET", f"/users/{NOBODY}/more"),
    ("GET", f"/userss/{NOBODY}"),
]


@pytest.mark.parametrize(("method", "path"), UNKNOWN)
def test_an_unknown_route_is_the_gateways_to_refuse(api, method, path):
    response = api.request(method, path)

    assert response.status_code == (404 if HOST == "http" else 403)


@only_on("local", "rest", reason="here the gateway's own errors are not ours to word")
@pytest.mark.parametrize(("method", "path"), UNKNOWN)
def test_the_gateways_own_errors_are_problems_too(api, method, path):
    response = api.request(method, path)

    assert response.headers["Content-Type"].partition(";")[0] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == "about:blank"
    assert problem["title"] == TITLES[403]
    assert problem["status"] == 403
    assert problem["requestId"] == response.headers["X-Request-Id"]
    assert set(problem) == {"type", "title", "status", "requestId"}


def names(text: str) -> set[str]:
    return {name.strip().lower() for name in text.split(",")}


@only_on("local", "rest", "http", reason="here a preflight allows every method")
@pytest.mark.parametrize(
    ("path", "methods"),
    [("/users", {"get", "post"}), (f"/users/{NOBODY}", {"get", "put", "delete"}), ("/users/none", {"get", "put", "delete"})],
)
def test_preflight_allows_the_methods_and_headers_of_the_route(api, path, methods):
    asked = {
        "Origin": "https://app.example.com",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "content-type,if-match",
    }

    response = api.request("OPTIONS", path, headers=asked)

    assert response.status_code in (200, 204)
    assert response.headers["Access-Control-Allow-Origin"] in ("*", "https://app.example.com")
    assert names(response.headers["Access-Control-Allow-Methods"]) - {"options"} == methods
    assert names(response.headers["Access-Control-Allow-Headers"]) == ALLOWED_HEADERS
