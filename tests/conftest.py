"""Options and fixtures of all suites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from support import api_host, dynamodb_local


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run for the durations in docs/reliability.md instead of seconds")
    parser.addoption("--host", choices=api_host.KINDS, default="local", help="the host that tests/api starts (default: local)")
    parser.addoption(
        "--api-kind", choices=api_host.TEMPLATES, default="rest", help="the API that the host serves (default: rest)"
    )
    parser.addoption(
        "--auth", choices=("none", "jwt"), default="none", help="whether that host requires tokens (default: none)"
    )


@pytest.fixture(scope="session")
def dynamodb_url() -> Iterator[str]:
    with dynamodb_local.running() as url:
        yield url


@pytest.fixture(scope="session")
def dynamodb(dynamodb_url: str) -> Any:
    return dynamodb_local.client(dynamodb_url)


@pytest.fixture(scope="module")
def table(dynamodb: Any) -> Iterator[str]:
    """A table of users; its claims table has its name with "-claims"."""
    with dynamodb_local.users_table(dynamodb) as name:
        yield name
