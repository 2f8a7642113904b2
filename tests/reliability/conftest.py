from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from reliability.routes import ROUTES, Route, User

from support import dynamodb_local
from support.consistency import assert_consistent
from support.events import rest_event
from support.function import Function
from support.user_fields import OPTIONAL


FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Returns a function that adds a line of figures to the end of the output."""
    return request.config.stash.setdefault(FIGURES, []).append


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for line in config.stash.get(FIGURES, []):
        terminalreporter.write_line(f"figures: {line}")


@pytest.fixture
def consistent_tables(dynamodb: Any, table: str) -> Iterator[None]:
    yield
    assert_consistent(dynamodb, table)


@pytest.fixture
def version_at(dynamodb: Any, table: str) -> Callable[[str], int]:
    """Returns a function that returns the version of the user with an address, or 0 when there is none."""

    def version(address: str) -> int:
        key = {"claim": {"S": f"email#{address}"}}
        claim = dynamodb.get_item(TableName=dynamodb_local.claims_table(table), Key=key).get("Item")
        if not claim:
            return 0
        user = dynamodb.get_item(TableName=table, Key={"userId": claim["userId"]})["Item"]
        return int(user["version"]["N"])

    return version


@pytest.fixture(scope="module")
def new_user(table: str, dynamodb_url: str) -> Iterator[Callable[[], User]]:
    create = Function("create_user", dynamodb_url=dynamodb_url, environment=dynamodb_local.environment(table))

    def create_user() -> User:
        body = {"name": "Ada Lovelace", "email": f"{uuid.uuid4()}@example.com", **OPTIONAL}
        return create.invoke(rest_event("POST", "/users", body=body)).http.json

    yield create_user
    create.close()


@pytest.fixture
def on_every_route(
    new_user: Callable[[], User], consistent_tables: None, subtests: pytest.Subtests
) -> Callable[[Callable[[Route, User], None]], None]:
    """Returns a function that attacks all routes concurrently, each with its own user. Most attacks mostly wait."""

    def run(attack: Callable[[Route, User], None]) -> None:
        users = {name: new_user() for name in ROUTES}
        with ThreadPoolExecutor(len(ROUTES)) as pool:
            attacks = {name: pool.submit(attack, route, users[name]) for name, route in ROUTES.items()}
        for name, outcome in attacks.items():
            with subtests.test(name):
                outcome.result()

    return run
