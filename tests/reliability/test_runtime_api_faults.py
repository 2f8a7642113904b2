"""Every fault between Lambda and a function, on every route: the next request succeeds, and no write is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from reliability.routes import Route, User

from support import dynamodb_local
from support.dynamodb_stub import DynamoDbStub
from support.forward import forward_to
from support.function import Function
from support.http_server import CutOff, Response
from support.runtime_api import ACCEPTED

MEBIBYTE = 1 << 20
#: The memory of a function in template.yaml.
MEMORY = 128 * MEBIBYTE


@pytest.fixture
def start(table, dynamodb_url):
    """Returns a function that starts the function of a route; by default, it uses DynamoDB Local directly."""
    started = []

    def start_function(route: Route, url: str = dynamodb_url) -> Function:
        started.append(Function(route.function, dynamodb_url=url, environment=dynamodb_local.environment(table)))
        return started[-1]

    yield start_function
    for function in started:
        function.close()


@pytest.fixture
def assert_served(version_at) -> Callable[..., None]:
    """Returns a function that sends the request of a client, and asserts that in total it has been carried out once."""

    def served(function: Function, route: Route, user: User, *, already_carried_out: bool = False) -> None:
        response = function.invoke(route.event(user)).http
        assert response.status == (route.repeated if already_carried_out else route.success), response.body
        assert version_at(route.address(user)) == route.version_after

    return served


REJECTED = {
    "400": Response(400, b'{"errorType":"InvalidRequestID"}'),
    "403": Response(403, b'{"errorType":"InvalidStateTransition"}'),
    "413": Response(413, b'{"errorType":"RequestEntityTooLarge"}'),
    "500": Response(500, b'{"errorType":"ServiceException"}'),
    "closed before the response": CutOff(),
    "closed in the head of the response": CutOff(b"HTTP/1.1 202 Acc"),
    "closed in the response": CutOff(ACCEPTED.wire[:-1]),
    "closed after the response": CutOff(ACCEPTED.wire),
}


@pytest.mark.parametrize("fault", REJECTED)
def test_a_request_is_carried_out_once_even_if_posting_its_response_fails(on_every_route, start, assert_served, fault):
    def attack(route: Route, user: User) -> None:
        function = start(route)
        function.runtime.post_responses.append(REJECTED[fault])

        assert function.invoke(route.event(user)).http.status == route.success

        if fault != "closed after the response":
            (failure,) = function.wait_for_log(1, message="the Runtime API did not accept a post")
            assert fault in failure["cause"] or fault.startswith("closed")
        if fault == "413":
            assert function.runtime.outcome().kind == "error"
        if fault == "500":  # as the Runtime API requires; Lambda starts another environment
            assert function.wait() == 1
            function = start(route)
        assert_served(function, route, user, already_carried_out=True)

    on_every_route(attack)


def event_response(route: Route, user: User) -> bytes:
    body = json.dumps(route.event(user)).encode()
    return Response(200, body, {"Lambda-Runtime-Aws-Request-Id": "lost"}).wire


LOST_EVENTS: dict[str, Callable[[bytes], Response | CutOff]] = {
    "closed before the event": lambda _: CutOff(),
    "closed in the head of the event": lambda wire: CutOff(wire[:20]),
    "closed in the event": lambda wire: CutOff(wire[:-20]),
    "400": lambda _: Response(400),
    "403": lambda _: Response(403),
    "413": lambda _: Response(413),
    "500": lambda _: Response(500),
    "an event without a request id": lambda wire: Response(200, wire),
    "a header of a mebibyte": lambda wire: Response(
        200, wire, {"Lambda-Runtime-Aws-Request-Id": "lost", "Lambda-Runtime-Client-Context": "x" * MEBIBYTE}
    ),
}


@pytest.mark.parametrize("fault", LOST_EVENTS)
def test_a_lost_event_is_not_carried_out(on_every_route, start, version_at, assert_served, fault):
    def attack(route: Route, user: User) -> None:
        function = start(route)
        function.runtime.wait_until_idle()
        before = version_at(route.address(user))
        function.runtime.next_responses.append(LOST_EVENTS[fault](event_response(route, user)))
        function.runtime.cut_waiting_call()
        function.runtime.wait_until_idle()

        assert version_at(route.address(user)) == before
        assert function.wait_for_log(1, message="could not fetch the next invocation")[-1]["cause"]
        assert_served(function, route, user)

    on_every_route(attack)


def test_a_connection_that_closes_during_the_invocation_loses_no_response(on_every_route, start, dynamodb_url, assert_served):
    def attack(route: Route, user: User) -> None:
        dynamodb = DynamoDbStub()
        function = start(route, dynamodb.url)
        forward = forward_to(dynamodb_url)

        def cut_and_forward(request: Any) -> Response:
            function.runtime.cut_connections()
            return forward(request)

        dynamodb.always = cut_and_forward
        assert_served(function, route, user)

    on_every_route(attack)


def test_an_event_after_its_deadline_is_not_carried_out(on_every_route, start, version_at, assert_served):
    def attack(route: Route, user: User) -> None:
        function = start(route)
        before = version_at(route.address(user))

        response = function.invoke(route.event(user), remaining_seconds=-1).http

        assert (response.status, response.headers["retry-after"]) == (503, "1")
        assert "no time is left" in function.wait_for_log(1, message="request failed")[0]["cause"]
        assert version_at(route.address(user)) == before
        assert_served(function, route, user)

    on_every_route(attack)


@pytest.mark.parametrize("deadline", ["", "soon", "123abc", "99999999999999999999999"])
def test_an_invalid_deadline_is_ignored(on_every_route, start, version_at, deadline):
    def attack(route: Route, user: User) -> None:
        function = start(route)
        function.runtime.send(route.event(user), headers={"Lambda-Runtime-Deadline-Ms": deadline})

        assert function.runtime.outcome().http.status == route.success
        assert version_at(route.address(user)) == route.version_after

    on_every_route(attack)


def test_a_repeated_event_is_carried_out_once(on_every_route, start, version_at):
    def attack(route: Route, user: User) -> None:
        function = start(route)
        event = route.event(user)
        for _ in range(2):
            function.runtime.send(event, request_id="8476a536-e9f4-11e8-9739-2dfe598c3fcd")

        assert [function.runtime.outcome().http.status for _ in range(2)] == [route.success, route.repeated]
        assert version_at(route.address(user)) == route.version_after

    on_every_route(attack)


def as_json(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()


MALFORMED: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "empty": lambda _: b"",
    "zeros": lambda event: b"\0" * len(as_json(event)),
    "truncated": lambda event: as_json(event)[:-1],
    "with trailing JSON": lambda event: as_json(event) + b"{}",
    "not UTF-8": lambda event: as_json(event).replace(b"tests", b"\xff\xfe"),
    "nested too deeply": lambda event: as_json(event)[:-1] + b',"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "with a body that is not base64": lambda event: as_json({**event, "body": "?", "isBase64Encoded": True}),
    "with 50,000 headers": lambda event: as_json(with_headers(event, {f"X-{n}": "x" for n in range(50_000)})),
}


@pytest.mark.parametrize("damage", MALFORMED)
def test_a_malformed_event_fails_its_invocation_only(on_every_route, start, version_at, assert_served, damage):
    def attack(route: Route, user: User) -> None:
        function = start(route)
        before = version_at(route.address(user))

        outcome = function.invoke(MALFORMED[damage](route.event(user)))

        assert (outcome.kind, outcome.json["errorType"]) == ("error", "Runtime.InvalidEvent")
        assert function.wait_for_log(1, message="invocation failed")[0]["errorMessage"]
        assert version_at(route.address(user)) == before
        assert_served(function, route, user)

    on_every_route(attack)


@dataclass(frozen=True)
class Load:
    """Enlarges an event to nearly six megabytes, Lambda's limit, or its headers to their maximum size."""

    event: Callable[[dict[str, Any]], dict[str, Any]] = lambda event: event
    headers: dict[str, str] | None = None


LOADS = {
    "6 MB of stage variables": Load(lambda event: {**event, "stageVariables": {"x": "x" * 6_000_000}}),
    "6 MB of small variables": Load(lambda event: {**event, "stageVariables": {f"x{n}": "" for n in range(400_000)}}),
    "a header of 5 MB": Load(lambda event: with_headers(event, {"X-Large": "x" * 5_000_000})),
    "2,400 headers": Load(lambda event: with_headers(event, {f"X-{n}": "x" for n in range(2_400)})),
    "a context of 64 KB": Load(headers={"Lambda-Runtime-Client-Context": "x" * 65_536}),
}


def with_headers(event: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    single = {**(event["headers"] or {}), **headers}
    return {**event, "headers": single, "multiValueHeaders": {name: [value] for name, value in single.items()}}


@pytest.mark.parametrize("load", LOADS)
def test_an_event_of_any_size_is_served_within_the_memory_of_the_function(on_every_route, start, version_at, load):
    def attack(route: Route, user: User) -> None:
        function = start(route)
        event = LOADS[load].event(route.event(user))
        for status in (route.success, route.repeated):
            function.runtime.send(event, headers=LOADS[load].headers)
            assert function.runtime.outcome().http.status == status

        assert version_at(route.address(user)) == route.version_after
        assert function.peak_memory() < MEMORY

    on_every_route(attack)
