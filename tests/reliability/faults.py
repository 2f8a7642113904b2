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

    def spoil(self, answer: Callable[[Request, Forward], Answer], affected: str, times: float) -> None:
        """Has so many requests of the affected operation answered in this way."""
        left = times

        def perhaps_spoilt(request: Request) -> Answer:
            nonlocal left
            if operation(request) != affected or left == 0:
                return self._forward(request)
            left -= 1
            return answer(request, self._forward)

        self.stub.always = perhaps_spoilt

    def heal(self) -> None:
        self.stub.always = self._forward
        self.stub.accept_connections()
        self.stub.reset_connections(0)
        self.stub.present(self._certificate)


@dataclass(frozen=True)
class Fault:
    #: Makes it happen so many times; what strikes requests strikes those of one operation.
    begin: Callable[[Link, str, float], None]
    #: What the log says of it: a regular expression.
    cause: str
    #: After how many attempts it can be over and not be seen by the client.
    passes_after: tuple[int, ...] = (1,)
    #: Whether DynamoDB carries the request out all the same.
    carried_out: bool = False


def answered(answer: Answer, cause: str, **more: tuple[int, ...]) -> Fault:
    """The request does not get to DynamoDB, and this is what comes back."""
    return Fault(lambda link, affected, times: link.spoil(lambda *_: answer, affected, times), cause, **more)


def spoilt(answer: Callable[[Reply], Answer], cause: str) -> Fault:
    """DynamoDB carries the request out, and this is what becomes of its reply."""

    def begin(link: Link, affected: str, times: float) -> None:
        link.spoil(lambda request, forward: answer(forward(request)), affected, times)

    return Fault(begin, cause, carried_out=True)


def on_connecting(begin: Callable[[Link, float], None], cause: str, passes_after: tuple[int, ...] = ()) -> Fault:
    """No request gets out at all."""
    return Fault(lambda link, _, times: begin(link, times), cause, passes_after)


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
    "reset after the request": answered(Reset(), "[Rr]eset|died"),
    "reset before the reply": spoilt(lambda _: Reset(), "[Rr]eset|died"),
    "half a reply": spoilt(lambda reply: CutOff(reply.wire[: len(reply.wire) // 2]), "eof|closed|died"),
    "1 byte/s": spoilt(lambda reply: Drip(reply.wire), "timed out"),
    "30 s of silence": spoilt(silence, "timed out"),
    "500": answered(error("InternalServerError", status=500), "HTTP 500 InternalServerError"),
    "503": answered(Reply(503, b"Service Unavailable"), "HTTP 503"),
    "throttling": answered(error("ThrottlingException"), "HTTP 400 ThrottlingException", passes_after=(1, 3)),
    "wrong checksum": spoilt(with_wrong_checksum, "x-amz-crc32"),
    "no JSON": spoilt(lambda _: HTML, "not JSON"),
}
