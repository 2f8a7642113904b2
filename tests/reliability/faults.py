"""What can go wrong between a function and DynamoDB, and a link on which it does."""

from __future__ import annotations

import math
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from support.certificates import DAY, Authority
from support.dynamodb_stub import DynamoDbStub, error, operation
from support.forward import forward_to
from support.http_server import Answer, CutOff, Drip, Reply, Request, Reset

ALWAYS = math.inf

#: Gives DynamoDB Local's own answer, once it has done what the request asks for.
Forward = Callable[[Request], Reply]


class Link:
    """A function's way to DynamoDB Local, over TLS."""

    def __init__(self, dynamodb_url: str, authority: Authority):
        self._forward = forward_to(dynamodb_url)
        self._certificate = authority.server()
        self.expired_certificate = authority.server(expires_in=-DAY)
        self.certificate_of_another = authority.server("127.0.0.2")
        self.stub = DynamoDbStub(self._certificate)
        self.stub.always = self._forward
        self.spoilt = 0  # requests, since spoil was called

    def spoil(self, answer: Callable[[Request, Forward], Answer], affected: str, times: float) -> None:
        """Has so many requests of the affected operation answered in this way."""
        left = times
        self.spoilt = 0

        def perhaps_spoilt(request: Request) -> Answer:
            nonlocal left
            if operation(request) != affected or left == 0:
                return self._forward(request)
            left -= 1
            self.spoilt += 1
            return answer(request, self._forward)

        self.stub.always = perhaps_spoilt

    def heal(self) -> None:
        self.stub.always = self._forward
        self.stub.accept_connections()
        self.stub.reset_connections(0)
        self.stub.present(self._certificate)


@dataclass(frozen=True)
class Fault:
    #: What the log says of it: a regular expression.
    cause: str
    #: After how many attempts it can be over and not be seen by the client.
    passes_after: tuple[int, ...] = (1,)
    #: What comes back in place of DynamoDB's own answer,
    answer: Callable[[Request, Forward], Answer] | None = None
    #: whether DynamoDB carries the request out all the same;
    carried_out: bool = False
    #: or what happens so many times to connections that are made.
    strike: Callable[[Link, float], None] | None = None

    def begin(self, link: Link, affected: str, times: float) -> None:
        """Makes it happen so many times; what strikes requests strikes those of one operation."""
        if self.strike:
            self.strike(link, times)
        else:
            link.spoil(self.answer, affected, times)


def on_connecting(strike: Callable[[Link, float], None], cause: str, passes_after: tuple[int, ...] = ()) -> Fault:
    return Fault(cause, passes_after, strike=strike)


def instead(answer: Answer, cause: str, passes_after: tuple[int, ...] = (1,)) -> Fault:
    """The request does not get to DynamoDB."""
    return Fault(cause, passes_after, answer=lambda *_: answer)


def afterwards(answer: Callable[[Reply], Answer], cause: str) -> Fault:
    """This is what becomes of DynamoDB's reply."""
    return Fault(cause, answer=lambda request, forward: answer(forward(request)), carried_out=True)


def silence(_: Reply) -> CutOff:
    time.sleep(30)
    return CutOff()


def with_wrong_checksum(reply: Reply) -> Reply:
    return replace(reply, headers={"x-amz-crc32": str(zlib.crc32(reply.body) ^ 1)})


HTML = Reply(200, b"<html>Welcome to the hotel's network</html>", {"Content-Type": "text/html"})

FAULTS = {
    "connection refused": on_connecting(lambda link, _: link.stub.refuse_connections(), "Connection refused"),
    "expired certificate": on_connecting(lambda link, _: link.stub.present(link.expired_certificate), "certificate has expired"),
    "certificate for another name": on_connecting(
        lambda link, _: link.stub.present(link.certificate_of_another), "certificate.*(name|host|address)"
    ),
    "reset before the request": on_connecting(lambda link, times: link.stub.reset_connections(times), "[Rr]eset", (1, 3)),
    "reset after the request": instead(Reset(), "[Rr]eset|died"),
    "reset before the reply": afterwards(lambda _: Reset(), "[Rr]eset|died"),
    "half a reply": afterwards(lambda reply: CutOff(reply.wire[: len(reply.wire) // 2]), "eof|closed|died"),
    "1 byte/s": afterwards(lambda reply: Drip(reply.wire), "timed out"),
    "30 s of silence": afterwards(silence, "timed out"),
    "500": instead(error("InternalServerError", status=500), "HTTP 500 InternalServerError"),
    "503": instead(Reply(503, b"Service Unavailable"), "HTTP 503"),
    "throttling": instead(error("ThrottlingException"), "HTTP 400 ThrottlingException", (1, 3)),
    "wrong checksum": afterwards(with_wrong_checksum, "x-amz-crc32"),
    "no JSON": afterwards(lambda _: HTML, "not JSON"),
}
