from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from support.users_api import UsersApi


@pytest.fixture(scope="session")
def base_url(worker_id: str) -> str:
    """The URL of the API; each worker of pytest-xdist (gw0 and so on) takes one of several URLs in API_BASE_URL."""
    urls = os.environ.get("API_BASE_URL", "").split()
    assert urls, "API_BASE_URL must be set to the URL of the API, such as http://127.0.0.1:3000"
    return urls[int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0]


@pytest.fixture
def api(base_url: str) -> Iterator[UsersApi]:
    """The API; deletes the users of a test afterwards."""
    client = UsersApi(base_url)
    yield client
    client.clean_up()


@pytest.fixture
def user(api: UsersApi) -> dict[str, Any]:
    """A user aged 36 with version 1."""
    return api.create(age=36)
