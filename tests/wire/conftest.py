from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support.dynamodb_stub import DynamoDbStub, ok
from support.function import Function
from support.http_server import Request, Response
from support.runtime_api import HttpResponse


@pytest.fixture
def dynamodb() -> Iterator[DynamoDbStub]:
    stub = DynamoDbStub()
    yield stub
    stub.close()


@pytest.fixture
def capture(dynamodb: DynamoDbStub) -> Iterator[Callable[..., tuple[Request, HttpResponse]]]:
    """Returns a function that invokes a function and returns its last request to DynamoDB and its response.

    DynamoDB must receive exactly one request for each of the scripted responses.
    """
    started: list[Function] = []

    def capture_request(name: str, event: dict[str, Any], *responses: dict[str, Any] | Response, **environment: str):
        dynamodb.then(*(one if isinstance(one, Response) else ok(one) for one in responses))
        function = Function(name, dynamodb_url=dynamodb.url, environment=environment)
        started.append(function)
        response = function.invoke(event).http
        assert len(dynamodb.requests) == len(responses)
        return dynamodb.requests[-1], response

    yield capture_request
    for function in started:
        function.close()
