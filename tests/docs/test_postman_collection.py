"""postman_collection.json is complete. newman runs its tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from support.endpoints import FUNCTIONS
from support.function import REPOSITORY

COLLECTION = json.loads((REPOSITORY / "postman_collection.json").read_text())


def requests_in(folder: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in folder["item"]:
        if "item" in item:
            yield from requests_in(item)
        else:
            yield item


REQUESTS = list(requests_in(COLLECTION))


def test_the_collection_has_format_2_1_and_declares_its_variables():
    assert COLLECTION["info"]["schema"].endswith("/collection/v2.1.0/collection.json")
    variables = {variable["key"] for variable in COLLECTION["variable"]}
    assert variables == {"baseUrl", "userId", "token", "idempotencyKey", "idempotentUserId"}


def test_the_collection_has_every_route():
    routes = {(item["request"]["method"], item["request"]["url"]["raw"].partition("?")[0]) for item in REQUESTS}

    assert routes >= {
        (endpoint.method, "{{baseUrl}}" + endpoint.path_with("{{userId}}")) for endpoint in FUNCTIONS.values()
    }


@pytest.mark.parametrize("item", REQUESTS, ids=[item["name"] for item in REQUESTS])
def test_every_request_has_its_own_test(item):
    [source] = ["\n".join(event["script"]["exec"]) for event in item["event"] if event["listen"] == "test"]

    assert "pm.test(" in source
    assert "pm.response" in source
