from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from support.users_api import UsersApi


@pytest.fixture(scope="session")
def base_url(worker_id: str) -> str:
    """Workers of pytest-xdist, gw0 and so on, have a host of their own each: API_BASE_URL has several then."""
    urls = os.environ.get("API_BASE_URL", "").split()
    assert urls, "API_BASE_URL must say where the API is, such as http://127.0.0.1:3000"
    return urls[int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0]


@pytest.fixture
def api(base_url: str) -> Iterator[UsersApi]:
    """The API; whatever a test creates through it is deleted afterwards."""
    client = UsersApi(base_url)
    yield client
    client.clean_up()


@pytest.fixture
def user(api: UsersApi) -> dict[str, Any]:
    """Ada, 36 years old, in her first version."""
    return api.create(age=36)
