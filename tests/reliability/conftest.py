from __future__ import annotations

import pytest

from support.dynamodb_fixtures import dynamodb, dynamodb_url, table  # noqa: F401


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="attack as long as docs/reliability.md says, not for seconds")
