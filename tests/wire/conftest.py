from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support.dynamodb_stub import DynamoDbStub, ok
from support.function import Function
from support.http_server import Request
from support.runtime_api import HttpReply


@pytest.fixture
def dynamodb() -> Iterator[DynamoDbStub]:
    stub = DynamoDbStub()
    yield stub
    stub.close()


@pytest.fixture
def capture(dynamodb: DynamoDbStub) -> Iterator[Callable[..., tuple[Request, HttpReply]]]:
    """Has a function handle an event; gives the one request that DynamoDB got, and the function's reply."""
    started: list[Function] = []

    def capture_request(name: str, event: dict[str, Any], answer: dict[str, Any], **environment: str):
        dynamodb.then(ok(answer))
        function = Function(name, dynamodb_url=dynamodb.url, environment=environment)
        started.append(function)
        reply = function.invoke(event).http
        (request,) = dynamodb.requests
        return request, reply

    yield capture_request
    for function in started:
        function.close()
