"""Every fault between a function and DynamoDB, on every route: told rightly and in time, and nothing is lost."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from reliability.faults import ALWAYS, FAULTS, Fault, Link

from support import dynamodb_local
from support.certificates import Authority
from support.events import rest_event
from support.function import Function
from support.in_step import assert_in_step
from support.runtime_api import HttpReply

#: The functions' own, in template.yaml.
DEADLINE = 10
#: What a busy machine may add to it.
PATIENCE = 2

User = dict[str, Any]


def change(user: User, body: dict[str, Any]) -> dict[str, Any]:
    return rest_event("PUT", f"/users/{user['userId']}", body=body, headers={"If-Match": '"1"'})


@dataclass(frozen=True)
class Route:
    function: str
    #: What the faults strike.
    operation: str
    #: The request, of a user who is there in version 1 and has an address to spare.
    event: Callable[[User], dict[str, Any]]
    success: int
    #: What it has come to: the version of whoever has the address that it is about, 0 where nobody has.
    address: Callable[[User], str] = lambda user: user["email"]
    version_after: int = 1
    #: The answer when the client repeats a request that was carried out before.
    repeated: int = 200


def spare(user: User) -> str:
    return f"spare.{user['email']}"


ROUTES = {
    "POST /users": Route(
        "create_user", "TransactWriteItems",
        lambda user: rest_event(
            "POST", "/users", body={"name": "Ada King", "email": spare(user)}, headers={"Idempotency-Key": user["userId"]}
        ),
        success=201, address=spare, repeated=201,
    ),
    "GET /users": Route("list_users", "Scan", lambda _: rest_event("GET", "/users"), success=200),
    "GET /users/{userId}": Route(
        "get_user", "GetItem", lambda user: rest_event("GET", f"/users/{user['userId']}"), success=200
    ),
    "PUT /users/{userId}": Route(
        "update_user", "UpdateItem", lambda user: change(user, {"name": "Ada King"}),
        success=200, version_after=2, repeated=412,
    ),
    "PUT /users/{userId}, another address": Route(
        "update_user", "TransactWriteItems", lambda user: change(user, {"email": spare(user)}),
        success=200, address=spare, version_after=2, repeated=412,
    ),
    "DELETE /users/{userId}": Route(
        "delete_user", "TransactWriteItems",
        lambda user: rest_event("DELETE", f"/users/{user['userId']}", headers={"If-Match": '"1"'}),
        success=200, version_after=0, repeated=404,
    ),
}  # fmt: skip


class Environment:
    """One of a function, and its link; it lives through all faults."""

    def __init__(self, route: Route, table: str, dynamodb_url: str, authority: Authority):
        self.route = route
        self.link = Link(dynamodb_url, authority)
        self.function = Function(
            route.function,
            dynamodb_url=self.link.stub.url,
            environment={**dynamodb_local.environment(table), "AWS_CA_BUNDLE": str(authority.bundle)},
        )

    def ask(self, user: User) -> tuple[HttpReply, list[dict[str, Any]]]:
        """The reply, and what the log says of calls of DynamoDB that failed."""
        outcome = self.function.invoke(self.route.event(user), remaining_seconds=DEADLINE)
        self.function.wait_for_log(1, message="request", request_id=outcome.request_id)  # the last line
        failures = self.function.wait_for_log(0, message="DynamoDB call failed", request_id=outcome.request_id)
        return outcome.http, failures

    def close(self) -> None:
        self.function.close()
        self.link.stub.close()


@pytest.fixture(scope="module")
def environments(table, dynamodb_url, tmp_path_factory) -> Iterator[dict[str, Environment]]:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    started = {name: Environment(route, table, dynamodb_url, authority) for name, route in ROUTES.items()}
    yield started
    for environment in started.values():
        environment.close()


@pytest.fixture(scope="module")
def new_user(table, dynamodb_url) -> Iterator[Callable[[], User]]:
    create = Function("create_user", dynamodb_url=dynamodb_url, environment=dynamodb_local.environment(table))
    body = {"name": "Ada Lovelace", "age": 36}
    yield lambda: create.invoke(rest_event("POST", "/users", body={**body, "email": f"{uuid.uuid4()}@example.com"})).http.json
    create.close()


@pytest.fixture
def version_at(dynamodb, table) -> Callable[[str], int]:
    """The version of the user with this address; 0 when there is none."""

    def version(address: str) -> int:
        key = {"claim": {"S": f"email#{address}"}}
        claim = dynamodb.get_item(TableName=dynamodb_local.claims_table(table), Key=key).get("Item")
        if not claim:
            return 0
        user = dynamodb.get_item(TableName=table, Key={"userId": claim["userId"]})["Item"]
        return int(user["version"]["N"])

    return version


@pytest.fixture(autouse=True)
def tables_in_step(dynamodb, table) -> Iterator[None]:
    yield
    assert_in_step(dynamodb, table)


def on_every_route(environments, new_user, subtests, attack: Callable[[Environment, User], None]) -> None:
    """All at once, as most of the time is spent in waiting."""
    with ThreadPoolExecutor(len(environments)) as pool:
        attacks = {
            route: pool.submit(attack, environment, user)
            for (route, environment), user in [(one, new_user()) for one in environments.items()]
        }
    for route, outcome in attacks.items():
        with subtests.test(route):
            outcome.result()


PASSING = [(name, times) for name, fault in FAULTS.items() for times in fault.passes_after]


@pytest.mark.parametrize(("fault", "times"), PASSING)
def test_a_fault_that_passes_is_not_seen(environments, new_user, version_at, subtests, fault, times):
    def attack(environment: Environment, user: User) -> None:
        route = environment.route
        FAULTS[fault].begin(environment.link, route.operation, times)
        try:
            reply, failures = environment.ask(user)
        finally:
            environment.link.heal()

        assert reply.status == route.success, reply.body
        assert "idempotency-replayed" not in reply.headers
        assert version_at(route.address(user)) == route.version_after
        assert len(failures) == times
        assert_cause(FAULTS[fault], failures)

    on_every_route(environments, new_user, subtests, attack)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_lasts_is_told_in_time_and_leaves_nothing_half_done(environments, new_user, version_at, subtests, fault):
    def attack(environment: Environment, user: User) -> None:
        route = environment.route
        before = version_at(route.address(user))
        began = time.monotonic()
        FAULTS[fault].begin(environment.link, route.operation, ALWAYS)
        try:
            reply, failures = environment.ask(user)
        finally:
            environment.link.heal()

        assert time.monotonic() - began < DEADLINE + PATIENCE
        assert (reply.status, reply.headers["retry-after"]) == (503, "1"), reply.body
        assert_cause(FAULTS[fault], failures)
        done = FAULTS[fault].carried_out
        assert version_at(route.address(user)) == (route.version_after if done else before)

        # The client tries again, and the next request is served.
        reply, failures = environment.ask(user)
        assert reply.status == (route.repeated if done else route.success), reply.body
        assert not failures
        assert version_at(route.address(user)) == route.version_after

    on_every_route(environments, new_user, subtests, attack)


def assert_cause(fault: Fault, failures: list[dict[str, Any]]) -> None:
    causes = {line["cause"] for line in failures}
    assert causes
    assert [cause for cause in causes if not re.search(fault.cause, cause)] == []
