from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from support.users_api import UsersApi


@pytest.fixture(scope="session")
def base_url() -> str:
    url = os.environ.get("API_BASE_URL")
    assert url, "API_BASE_URL must say where the API is, such as http://127.0.0.1:3000"
    return url


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
