from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support import dynamodb_local
from support.function import Function


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


@pytest.fixture(scope="module")
def start(dynamodb_url: str, table: str) -> Iterator[Callable[..., Function]]:
    """Starts functions on the module's table, by default straight to DynamoDB Local."""
    started: list[Function] = []

    def start_function(name: str, url: str = dynamodb_url) -> Function:
        environment = {
            "TABLE_NAME": table,
            "CLAIMS_TABLE_NAME": dynamodb_local.claims_table(table),
            "AWS_REGION": dynamodb_local.REGION,
            "AWS_ACCESS_KEY_ID": dynamodb_local.ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": dynamodb_local.SECRET_KEY,
        }
        function = Function(name, dynamodb_url=url, environment=environment)
        started.append(function)
        return function

    yield start_function
    for function in started:
        function.close()
