from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def base_url() -> str:
    url = os.environ.get("API_BASE_URL")
    assert url, "API_BASE_URL must be set to the URL of a local API, such as http://127.0.0.1:3000"
    return url
