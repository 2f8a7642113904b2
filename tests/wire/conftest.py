from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support.dynamodb_stub import DynamoDbStub, ok
from support.function import Function
from support.http_server import Reply, Request
from support.runtime_api import HttpReply


@pytest.fixture
def dynamodb() -> Iterator[DynamoDbStub]:
    stub = DynamoDbStub()
    yield stub
    stub.close()


@pytest.fixture
def capture(dynamodb: DynamoDbStub) -> Iterator[Callable[..., tuple[Request, HttpReply]]]:
    """Has a function handle an event; gives the last request that DynamoDB got, and the function's reply.

    There is one request for each answer.
    """
    started: list[Function] = []

    def capture_request(name: str, event: dict[str, Any], *answers: dict[str, Any] | Reply, **environment: str):
        dynamodb.then(*(one if isinstance(one, Reply) else ok(one) for one in answers))
        function = Function(name, dynamodb_url=dynamodb.url, environment=environment)
        started.append(function)
        reply = function.invoke(event).http
        assert len(dynamodb.requests) == len(answers)
        return dynamodb.requests[-1], reply

    yield capture_request
    for function in started:
        function.close()
