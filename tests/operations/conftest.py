from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support import aws, dynamodb_local
from support.function import Function


@pytest.fixture
def add(dynamodb: Any, table: str) -> Callable[..., str]:
    """Returns a function that adds a user as older versions stored it, without a claim or an index entry, and returns its id."""

    def add_user(email: str, name: str = "Ada Lovelace") -> str:
        user_id = str(uuid.uuid4())
        user = {
            "userId": {"S": user_id},
            "name": {"S": name},
            "email": {"S": email},
            "createdAt": {"S": "2026-01-02T03:04:05.678Z"},
            "updatedAt": {"S": "2026-01-02T03:04:05.678Z"},
            "version": {"N": "3"},
        }
        dynamodb.put_item(TableName=table, Item=user)
        return user_id

    return add_user


@pytest.fixture
def start(dynamodb_url: str, table: str) -> Iterator[Callable[[str], Function]]:
    """Returns a function that starts a Lambda function with the tables of the test."""
    started: list[Function] = []
    environment = dynamodb_local.environment(table)

    def start_function(name: str) -> Function:
        started.append(Function(name, dynamodb_url=dynamodb_url, environment=environment))
        return started[-1]

    yield start_function
    for function in started:
        function.close()


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[aws.Aws]:
    """A stand-in for AWS, initially empty, for the tests of the module."""
    with aws.running(tmp_path_factory.mktemp("home")) as stand_in:
        yield stand_in
