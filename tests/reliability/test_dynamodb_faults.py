"""Every fault between a function and DynamoDB, on every route: the response is correct and in time, and no write is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from reliability.faults import ALWAYS, FAULTS, Fault, Link
from reliability.routes import ROUTES, Route, User

from support import dynamodb_local
from support.certificates import Authority
from support.function import Function
from support.runtime_api import HttpResponse

#: The timeout of the functions in template.yaml, in seconds.
DEADLINE = 10


class Environment:
    """An environment of a function, and its link; it survives all faults."""

    def __init__(self, route: Route, table: str, dynamodb_url: str, authority: Authority):
        self._route = route
        self.link = Link(dynamodb_url, authority)
        self._function = Function(
            route.function,
            dynamodb_url=self.link.stub.url,
            environment={**dynamodb_local.environment(table), "AWS_CA_BUNDLE": str(authority.bundle)},
        )

    def send(self, user: User) -> tuple[HttpResponse, list[dict[str, Any]]]:
        """Returns the response, and the log's lines about failed calls of DynamoDB."""
        outcome = self._function.invoke(self._route.event(user), remaining_seconds=DEADLINE)
        (line,) = self._function.wait_for_log(1, message="request", request_id=outcome.request_id)  # the last line
        # Lambda ends a function that has not responded by its deadline. The function measures this time itself, so that
        # it excludes the test's own work.
        assert line["durationMs"] < DEADLINE * 1000
        failures = self._function.wait_for_log(0, message="attempt to call DynamoDB failed", request_id=outcome.request_id)
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


TRANSIENT = [(name, times) for name, fault in FAULTS.items() for times in fault.tolerated]


@pytest.mark.parametrize(("fault", "times"), TRANSIENT)
def test_a_transient_fault_is_hidden_from_the_client(on_every_route, environments, version_at, fault, times):
    def attack(route: Route, user: User) -> None:
        environment = environments[route]
        FAULTS[fault].begin(environment.link, route.operation, times)
        try:
            response, failures = environment.send(user)
        finally:
            environment.link.restore()

        assert response.status == route.success, response.body
        assert "idempotency-replayed" not in response.headers
        assert version_at(route.address(user)) == route.version_after
        assert len(failures) == times
        assert_cause(FAULTS[fault], failures)

    on_every_route(attack)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_persistent_fault_is_a_503_in_time_and_leaves_no_partial_write(on_every_route, environments, version_at, fault):
    def attack(route: Route, user: User) -> None:
        environment = environments[route]
        before = version_at(route.address(user))
        FAULTS[fault].begin(environment.link, route.operation, ALWAYS)
        try:
            response, failures = environment.send(user)
        finally:
            environment.link.restore()

        assert (response.status, response.headers["retry-after"]) == (503, "1"), response.body
        assert_cause(FAULTS[fault], failures)
        assert len(failures) == environment.link.affected_requests or FAULTS[fault].affect_connections
        done = FAULTS[fault].carried_out and route.affects_a_write
        assert version_at(route.address(user)) == (route.version_after if done else before)

        # The client repeats its request without the fault.
        response, failures = environment.send(user)
        assert response.status == (route.repeated if done else route.success), response.body
        assert not failures
        assert version_at(route.address(user)) == route.version_after

    on_every_route(attack)


def assert_cause(fault: Fault, failures: list[dict[str, Any]]) -> None:
    causes = [line["cause"] for line in failures]
    assert causes
    assert [cause for cause in causes if not re.search(fault.cause, cause)] == []
