"""The API as its clients see it: a base URL and HTTP. Cleans up after itself.

API_BASE_URL   the URL of the API, with the stage or base path if it has one: http://127.0.0.1:3000, https://…/Prod
API_TOKEN      a bearer token that grants users:read and users:write, where the API requires one
API_READ_TOKEN a bearer token that grants users:read only
API_HOST       the kind of host, for the few checks on which hosts differ:
               local (this project's local API; the default), sam (sam local start-api), rest (a deployed REST API),
               http (a deployed HTTP API, or the local API with template-http.yaml)
"""

from __future__ import annotations

import http.client
import os
import re
import uuid
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
import requests

from support.user_fields import MEMBERS, REQUIRED_MEMBERS

HOSTS = ("local", "sam", "rest", "http")
HOST = os.environ.get("API_HOST", "local")
assert HOST in HOSTS, f"API_HOST={HOST}; it must be one of {', '.join(HOSTS)}"

MAX_BODY_BYTES = 16 * 1024

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    410: "Gone",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
}
CODES = {
    "required", "wrong_type", "too_short", "too_long", "out_of_range", "invalid_format", "unknown_field", "taken",
    "malformed_json",
}  # fmt: skip
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
UUID_V4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

#: The id of no user.
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"


def only_on(*hosts: str, reason: str) -> pytest.MarkDecorator:
    """Skips a check, and reports it as skipped, on a host that cannot pass it."""
    assert set(hosts) <= set(HOSTS)
    return pytest.mark.skipif(HOST not in hosts, reason=f"API_HOST={HOST}: {reason}")


TOKEN = os.environ.get("API_TOKEN")


class UsersApi:
    def __init__(self, base_url: str):
        self.base_url = base_url.rstrip("/")
        self._session = requests.Session()
        if TOKEN:
            self._session.headers["Authorization"] = f"Bearer {TOKEN}"
        self._created: set[str] = set()

    @property
    def base_path(self) -> str:
        return urlsplit(self.base_url).path

    def request(
        self, method: str, path: str, *, json: Any = None, data: bytes | str | None = None, headers: dict[str, str] | None = None,
        params: Any = None,
    ) -> requests.Response:  # fmt: skip
        """Sends `json` as application/json; sends `data` as it is, without a Content-Type unless `headers` has one."""
        if isinstance(data, str):
            data = data.encode()
        response = self._session.request(
            method, self.base_url + path, json=json, data=data, headers=headers, params=params, timeout=40
        )
        if response.status_code == 201 and path == "/users":
            self._created.add(response.json()["userId"])
        return response

    def post(self, json: Any = None, **options: Any) -> requests.Response:
        return self.request("POST", "/users", json=json, **options)

    def list(self, params: Any = None) -> requests.Response:
        return self.request("GET", "/users", params=params)

    def get(self, user_id: str, headers: dict[str, str] | None = None) -> requests.Response:
        return self.request("GET", f"/users/{user_id}", headers=headers)

    def put(self, user_id: str, json: Any = None, **options: Any) -> requests.Response:
        return self.request("PUT", f"/users/{user_id}", json=json, **options)

    def delete(self, user_id: str, **options: Any) -> requests.Response:
        return self.request("DELETE", f"/users/{user_id}", **options)

    def create(self, **fields: Any) -> dict[str, Any]:
        """Creates a user that exists until the end of the test; fills in a name and a unique address."""
        response = self.post({"name": "Ada Lovelace", "email": f"ada.{uuid.uuid4()}@example.com", **fields})
        assert response.status_code == 201, response.text
        return response.json()

    def resolve(self, location: str) -> str:
        """Returns the URL of a Location of POST /users."""
        return urljoin(f"{self.base_url}/users", location)

    def follow(self, location: str) -> requests.Response:
        return self._session.get(self.resolve(location), timeout=40)

    def send_raw(self, method: str, path: str, headers: list[tuple[str, str]], body: bytes = b"") -> tuple[int, bytes]:
        """Sends these headers unchanged and in this order; the client library would correct them."""
        url = urlsplit(self.base_url)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.netloc, timeout=40)
        try:
            connection.putrequest(method, url.path + path)
            if TOKEN:
                connection.putheader("Authorization", f"Bearer {TOKEN}")
            for name, value in [*headers, ("Content-Length", str(len(body)))]:
                connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def another_client(self) -> UsersApi:
        """Returns a client with its own connections, for another thread; `clean_up` also deletes its users."""
        other = UsersApi(self.base_url)
        other._created = self._created
        return other

    def clean_up(self) -> None:
        for user_id in self._created:
            assert self.delete(user_id).status_code in (200, 404)
        self._session.close()


def assert_problem(
    response: requests.Response, status: int, *errors: tuple[str, str]
) -> dict[str, Any]:
    """Asserts that the response is a problem of the contract with exactly these (field, code) pairs, in any order."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].partition(";")[0] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == "about:blank"
    assert problem["title"] == TITLES[status]
    assert problem["status"] == status
    assert isinstance(problem["detail"], str) and problem["detail"]
    path = urlsplit(response.request.url).path
    assert problem["instance"] == (quote(unquote(path), safe="/:+") if HOST in ("sam", "http") else path)  # they decode paths
    assert problem["requestId"] == response.headers["X-Request-Id"]
    members = {"type", "title", "status", "detail", "instance", "requestId"}
    assert set(problem) == (members | {"errors"} if errors else members)
    for error in problem.get("errors", []):
        assert set(error) == {"field", "code", "message"}
        assert error["code"] in CODES
        assert isinstance(error["message"], str) and error["message"]
    assert sorted((error["field"], error["code"]) for error in problem.get("errors", [])) == sorted(errors)
    return problem


def assert_user(user: dict[str, Any], **fields: Any) -> None:
    """Asserts that the user has every member in the right form and no other, and that these members have these values."""
    assert REQUIRED_MEMBERS <= set(user) <= MEMBERS
    assert UUID_V4.fullmatch(user["userId"])
    assert INSTANT.fullmatch(user["createdAt"])
    assert INSTANT.fullmatch(user["updatedAt"])
    assert type(user["version"]) is int
    assert {name: user.get(name) for name in fields} == fields


def etag(user: dict[str, Any]) -> str:
    return f'"{user["version"]}"'


def as_json(text: str) -> dict[str, Any]:
    """Returns a request's body and its type, for tests of the text itself."""
    return {"data": text, "headers": {"Content-Type": "application/json"}}


def path_of(value: str) -> str:
    return quote(value, safe="")
