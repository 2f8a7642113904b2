"""tests/api/users.http is complete. httpyac runs it (test_tools.py)."""

from __future__ import annotations

import re

import pytest

from support.endpoints import FUNCTIONS, route_of
from support.function import REPOSITORY

HEAD, *REQUESTS = re.split("^### ", (REPOSITORY / "tests/api/users.http").read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_the_file_has_every_route():
    lines = re.findall(r"^([A-Z]+) {{baseUrl}}(/[^?\s]*)", "\n".join(REQUESTS), re.MULTILINE)
    routes = {(method, route_of(path)) for method, path in lines}

    assert len(lines) == len(REQUESTS)
    assert routes == {(endpoint.method, endpoint.path) for endpoint in FUNCTIONS.values()}


@pytest.mark.parametrize("request_text", REQUESTS, ids=[text.partition("\n")[0] for text in REQUESTS])
def test_every_request_checks_its_status(request_text: str):
    assert re.search(r"client\.test\(.* client\.assert\(response\.status === \d{3}\)\)", request_text)


def test_no_request_requires_an_id_that_a_person_must_enter():
    text = "".join(REQUESTS)
    settings = set(re.findall(r"^@(\w+)", HEAD, re.MULTILINE))

    assert settings == {"baseUrl", "token"}
    assert set(re.findall(r"{{(\w+)}}", text)) - settings == set(re.findall(r'client\.global\.set\("(\w+)"', text))
