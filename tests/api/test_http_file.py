"""Each request of users.http, which users open in an editor, returns the status in its title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from support.endpoints import FUNCTIONS

FILE = Path(__file__).with_name("users.http")

REQUEST = re.compile(
    r"(?P<title>[^\n]+): (?P<status>\d{3})\n"
    r"(?P<method>[A-Z]+) \{\{baseUrl\}\}(?P<path>/\S*)\n"
    r"(?P<headers>(?:[A-Za-z-]+: [^\n]+\n)*)"
    r"(?:\n(?P<body>.+))?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Request:
    title: str
    status: int
    method: str
    path: str
    headers: dict[str, str]
    body: str | None


def parse(text: str) -> Request:
    match = REQUEST.fullmatch(text.strip() + "\n")
    assert match, f"the request does not have the expected form:\n{text}"
    body = match["body"]
    return Request(
        title=match["title"],
        status=int(match["status"]),
        method=match["method"],
        path=match["path"],
        headers=dict(line.split(": ", 1) for line in match["headers"].splitlines()),
        body=body.strip() if body else None,
    )


def requests() -> list[Request]:
    _, *parts = re.split(r"^### ", FILE.read_text(), flags=re.MULTILINE)
    return [parse(part) for part in parts]


def test_every_request_returns_the_status_in_its_title(api):
    user_id = ""
    statuses = []
    for request in requests():
        path = request.path.replace("{{userId}}", user_id)
        response = api.request(request.method, path, data=request.body, headers=request.headers)
        statuses.append((request.title, response.status_code))
        if response.status_code == 201:
            user_id = response.json()["userId"]

    assert statuses == [(request.title, request.status) for request in requests()]


def test_the_file_has_every_route():
    routes = {
        (request.method, re.sub(r"(?<=/users/)[^/]+", "{userId}", request.path.partition("?")[0])) for request in requests()
    }

    assert routes == {(endpoint.method, endpoint.path) for endpoint in FUNCTIONS.values()}
