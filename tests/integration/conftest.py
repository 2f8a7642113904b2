from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from support import dynamodb_local
from support.function import Function


@pytest.fixture(scope="module")
def start(dynamodb_url: str, table: str) -> Iterator[Callable[..., Function]]:
    """Returns a function that starts functions on the module's table; by default they use DynamoDB Local directly."""
    started: list[Function] = []

    def start_function(name: str, url: str = dynamodb_url) -> Function:
        function = Function(name, dynamodb_url=url, environment=dynamodb_local.environment(table))
        started.append(function)
        return function

    yield start_function
    for function in started:
        function.close()
