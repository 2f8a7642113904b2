"""The faults between a function and DynamoDB, and a link on which they occur."""

from __future__ import annotations

import math
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from support.certificates import Authority, DAY
from support.dynamodb_stub import DynamoDbStub, error, operation
from support.forward import forward_to
from support.http_server import Action, CutOff, Drip, Request, Reset, Response

ALWAYS = math.inf

#: Returns DynamoDB Local's own response, after DynamoDB Local has carried the request out.
Forward = Callable[[Request], Response]


class Link:
    """A function's connection to DynamoDB Local, over TLS."""

    def __init__(self, dynamodb_url: str, authority: Authority):
        self._forward = forward_to(dynamodb_url)
        self._certificate = authority.server()
        self.expired_certificate = authority.server(expires_in=-DAY)
        self.certificate_of_another_host = authority.server("127.0.0.2")
        self.stub = DynamoDbStub(self._certificate)
        self.stub.always = self._forward
        self.affected_requests = 0  # since the last call of inject

    def inject(self, respond: Callable[[Request, Forward], Action], affected: str, times: float) -> None:
        """Handles this many requests of the affected operation with `respond`."""
        remaining = times
        self.affected_requests = 0

        def respond_or_forward(request: Request) -> Action:
            nonlocal remaining
            if operation(request) != affected or remaining == 0:
                return self._forward(request)
            remaining -= 1
            self.affected_requests += 1
            return respond(request, self._forward)

        self.stub.always = respond_or_forward

    def restore(self) -> None:
        self.stub.always = self._forward
        self.stub.accept_connections()
        self.stub.reset_connections(0)
        self.stub.present(self._certificate)


@dataclass(frozen=True)
class Fault:
    #: A regular expression that matches the cause in the log.
    cause: str
    #: The numbers of occurrences after which a retry still succeeds.
    tolerated: tuple[int, ...] = (1,)
    #: Replaces the exchange with DynamoDB; None for a fault of connections.
    respond: Callable[[Request, Forward], Action] | None = None
    #: Affects this many new connections; None for a fault of requests.
    affect_connections: Callable[[Link, float], None] | None = None
    #: Whether DynamoDB carries the request out before the fault.
    carried_out: bool = False

    def begin(self, link: Link, affected: str, times: float) -> None:
        """Makes the fault occur this many times; a fault of requests affects those of one operation."""
        if self.affect_connections:
            self.affect_connections(link, times)
        else:
            link.inject(self.respond, affected, times)


def on_connecting(affect: Callable[[Link, float], None], cause: str, tolerated: tuple[int, ...] = ()) -> Fault:
    return Fault(cause, tolerated, affect_connections=affect)


def instead(action: Action, cause: str, tolerated: tuple[int, ...] = (1,)) -> Fault:
    """Returns a fault that prevents the request from reaching DynamoDB."""
    return Fault(cause, tolerated, respond=lambda *_: action)


def afterwards(damage: Callable[[Response], Action], cause: str) -> Fault:
    """Returns a fault that damages or loses DynamoDB's response."""
    return Fault(cause, respond=lambda request, forward: damage(forward(request)), carried_out=True)


def silence(_: Response) -> CutOff:
    time.sleep(30)
    return CutOff()


def with_wrong_checksum(response: Response) -> Response:
    return replace(response, headers={"x-amz-crc32": str(zlib.crc32(response.body) ^ 1)})


HTML = Response(200, b"<html>Welcome to the hotel's network</html>", {"Content-Type": "text/html"})

FAULTS = {
    "connection refused": on_connecting(lambda link, _: link.stub.refuse_connections(), "Connection refused"),
    "expired certificate": on_connecting(lambda link, _: link.stub.present(link.expired_certificate), "certificate has expired"),
    "certificate for another name": on_connecting(
        lambda link, _: link.stub.present(link.certificate_of_another_host), "certificate.*(name|host|address)"
    ),
    "reset before the request": on_connecting(lambda link, times: link.stub.reset_connections(times), "[Rr]eset", (1, 3)),
    "reset after the request": instead(Reset(), "[Rr]eset|lost before the response"),
    "reset before the response": afterwards(lambda _: Reset(), "[Rr]eset|lost before the response"),
    "half a response": afterwards(
        lambda response: CutOff(response.wire[: len(response.wire) // 2]), "eof|closed|lost before the response"
    ),
    "1 byte/s": afterwards(lambda response: Drip(response.wire), "timed out"),
    "30 s of silence": afterwards(silence, "timed out"),
    "500": instead(error("InternalServerError", status=500), "HTTP 500 InternalServerError"),
    "503": instead(Response(503, b"Service Unavailable"), "HTTP 503"),
    "throttling": instead(error("ThrottlingException"), "HTTP 400 ThrottlingException", (1, 3)),
    "wrong checksum": afterwards(with_wrong_checksum, "x-amz-crc32"),
    "not JSON": afterwards(lambda _: HTML, "not JSON"),
}
