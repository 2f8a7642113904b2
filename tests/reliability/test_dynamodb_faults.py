"""Every fault between a function and DynamoDB, on every route: told rightly and in time, and nothing is lost."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from reliability.faults import ALWAYS, FAULTS, Fault, Link
from reliability.routes import ROUTES, Route, User

from support import dynamodb_local
from support.certificates import Authority
from support.function import Function
from support.runtime_api import HttpReply

#: The functions' own, in template.yaml.
DEADLINE = 10


class Environment:
    """One of a function, and its link; it lives through all faults."""

    def __init__(self, route: Route, table: str, dynamodb_url: str, authority: Authority):
        self._route = route
        self.link = Link(dynamodb_url, authority)
        self._function = Function(
            route.function,
            dynamodb_url=self.link.stub.url,
            environment={**dynamodb_local.environment(table), "AWS_CA_BUNDLE": str(authority.bundle)},
        )

    def ask(self, user: User) -> tuple[HttpReply, list[dict[str, Any]]]:
        """The reply, and what the log says of calls of DynamoDB that failed."""
        began = time.monotonic()
        outcome = self._function.invoke(self._route.event(user), remaining_seconds=DEADLINE)
        assert time.monotonic() - began < DEADLINE, "Lambda would have ended it"
        self._function.wait_for_log(1, message="request", request_id=outcome.request_id)  # the last line
        failures = self._function.wait_for_log(0, message="DynamoDB call failed", request_id=outcome.request_id)
        return outcome.http, failures

    def close(self) -> None:
        self._function.close()
        self.link.stub.close()


@pytest.fixture(scope="module")
def environments(table, dynamodb_url, tmp_path_factory) -> Iterator[dict[Route, Environment]]:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    started = {route: Environment(route, table, dynamodb_url, authority) for route in ROUTES.values()}
    yield started
    for environment in started.values():
        environment.close()


PASSING = [(name, times) for name, fault in FAULTS.items() for times in fault.passes_after]


@pytest.mark.parametrize(("fault", "times"), PASSING)
def test_a_fault_that_passes_is_not_seen(on_every_route, environments, version_at, fault, times):
    def attack(route: Route, user: User) -> None:
        environment = environments[route]
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

    on_every_route(attack)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_lasts_is_told_in_time_and_leaves_nothing_half_done(on_every_route, environments, version_at, fault):
    def attack(route: Route, user: User) -> None:
        environment = environments[route]
        before = version_at(route.address(user))
        FAULTS[fault].begin(environment.link, route.operation, ALWAYS)
        try:
            reply, failures = environment.ask(user)
        finally:
            environment.link.heal()

        assert (reply.status, reply.headers["retry-after"]) == (503, "1"), reply.body
        assert_cause(FAULTS[fault], failures)
        assert len(failures) == environment.link.spoilt or FAULTS[fault].strike
        done = FAULTS[fault].carried_out and route.strikes_a_write
        assert version_at(route.address(user)) == (route.version_after if done else before)

        # The client tries again, and the next request is served.
        reply, failures = environment.ask(user)
        assert reply.status == (route.repeated if done else route.success), reply.body
        assert not failures
        assert version_at(route.address(user)) == route.version_after

    on_every_route(attack)


def assert_cause(fault: Fault, failures: list[dict[str, Any]]) -> None:
    causes = [line["cause"] for line in failures]
    assert causes
    assert [cause for cause in causes if not re.search(fault.cause, cause)] == []
