"""The gateway's own responses, which involve no function."""

from __future__ import annotations

import pytest

from support.endpoints import methods_of
from support.events import escaped
from support.users_api import HOST, TITLES, UNKNOWN_ID, only_on

ALLOWED_HEADERS = {"content-type", "authorization", "if-match", "if-none-match", "idempotency-key"}

REQUESTS = [
    ("GET", "/"),
    ("GET", "/nothing"),
    ("POST", "/nothing"),
    ("GET", "/Users"),
    ("PUT", "/users"),
    ("DELETE", "/users"),
    ("PATCH", "/users"),
    ("POST", f"/users/{UNKNOWN_ID}"),
    ("PATCH", f"/users/{UNKNOWN_ID}"),
    ("GET", f"/users/{UNKNOWN_ID}/more"),
    ("GET", f"/userss/{UNKNOWN_ID}"),
]
UNKNOWN = [(method, path) for method, path in REQUESTS if method not in methods_of(path)]


@pytest.mark.parametrize(("method", "path"), UNKNOWN)
def test_the_gateway_rejects_an_unknown_route(api, method, path):
    response = api.request(method, path)

    assert response.status_code == (404 if HOST == "http" else 403)


@only_on("local", reason="this gateway may not decode a path before it chooses the route")
@pytest.mark.parametrize("path", [f"/{escaped('users', 0)}", f"/{escaped('users', 0)}/", f"/{escaped('users', 2)}"])
def test_a_path_is_compared_after_percent_decoding(api, path):
    status, _ = api.send_raw("GET", path, [])

    assert status == 200


@only_on("local", "rest", reason="this gateway does not let the project define its errors")
@pytest.mark.parametrize(("method", "path"), UNKNOWN)
def test_the_errors_of_the_gateway_are_problem_details(api, method, path):
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


@only_on("local", "rest", "http", reason="preflight of this gateway allows every method")
@pytest.mark.parametrize("path", ["/users", f"/users/{UNKNOWN_ID}", "/users/none"])
def test_preflight_allows_the_methods_and_headers_of_the_route(api, path):
    preflight = {
        "Origin": "https://app.example.com",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "content-type,if-match",
    }

    response = api.request("OPTIONS", path, headers=preflight)

    assert response.status_code in (200, 204)
    assert response.headers["Access-Control-Allow-Origin"] in ("*", "https://app.example.com")
    # An HTTP API has the same rules for all routes.
    expected = {"get", "post", "put", "delete"} if HOST == "http" else {method.lower() for method in methods_of(path)}
    assert names(response.headers["Access-Control-Allow-Methods"]) - {"options"} == expected
    assert names(response.headers["Access-Control-Allow-Headers"]) == ALLOWED_HEADERS
    assert response.headers["Access-Control-Max-Age"] == "7200"
