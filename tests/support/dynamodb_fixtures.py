"""Fixtures for the conftest.py of a suite: DynamoDB Local for the session and a table for each module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from support import dynamodb_local


@pytest.fixture(scope="session")
def dynamodb_url() -> Iterator[str]:
    with dynamodb_local.running() as url:
        yield url


@pytest.fixture(scope="session")
def dynamodb(dynamodb_url: str) -> Any:
    return dynamodb_local.client(dynamodb_url)


@pytest.fixture(scope="module")
def table(dynamodb: Any) -> Iterator[str]:
    with dynamodb_local.users_table(dynamodb) as name:
        yield name
