from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.dynamodb_stub import DynamoDbStub
from support.function import Function


@pytest.fixture
def dynamodb() -> Iterator[DynamoDbStub]:
    stub = DynamoDbStub()
    yield stub
    stub.close()


@pytest.fixture
def start(dynamodb: DynamoDbStub) -> Iterator[Callable[..., Function]]:
    """Returns a function that starts functions on the stub: start("get_user"), start("get_user", TABLE_NAME=None)."""
    started: list[Function] = []

    def start_function(
        name: str, *, output: int = subprocess.PIPE, root: Path | None = None, **environment: str | None
    ) -> Function:
        function = Function(name, dynamodb_url=dynamodb.url, environment=environment, output=output, root=root)
        started.append(function)
        return function

    yield start_function
    for function in started:
        function.close()
