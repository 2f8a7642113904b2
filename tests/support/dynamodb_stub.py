"""A scripted DynamoDB: sends the responses of a test, in order, and records every request."""

from __future__ import annotations

import json
import ssl
import zlib
from collections import deque
from typing import Any

from support.http_server import Action, CutOff, Handler, HttpServer, Request, Response
from support.user_fields import OPTIONAL, attribute

USER_ID = "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f"  # the one in tests/events


def ok(document: dict[str, Any]) -> Response:
    return _response(200, document)


def error(kind: str, message: str = "because", status: int = 400, **members: Any) -> Response:
    """Returns an error in DynamoDB's form: the kind follows the # of `__type`."""
    return _response(status, {"__type": f"com.amazonaws.dynamodb.v20120810#{kind}", "message": message, **members})


def cancelled(*codes: str) -> Response:
    """Returns the cancellation of a transaction, with a reason for each of its actions."""
    return error("TransactionCanceledException", CancellationReasons=[{"Code": code} for code in codes])


def damaged(document: dict[str, Any]) -> Response:
    """Returns a response whose checksum does not match its body."""
    right = ok(document)
    wrong = zlib.crc32(right.body) ^ 1
    return Response(right.status, right.body, {**right.headers, "x-amz-crc32": str(wrong)})


def _response(status: int, document: dict[str, Any]) -> Response:
    body = json.dumps(document, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amz-crc32": str(zlib.crc32(body))}
    return Response(status, body, headers)


def stored_user(
    user_id: str = USER_ID, *, version: int = 1, name: str = "Ada Lovelace", optional: dict[str, Any] = OPTIONAL
) -> dict[str, Any]:
    """Returns a user with these optional fields as an item of the table."""
    return {
        "userId": {"S": user_id},
        "name": {"S": name},
        "email": {"S": "ada@example.com"},
        "foldedEmail": {"S": "ada@example.com"},
        "nameInitial": {"S": "a"},
        "nameKey": {"S": f"ada lovelace\x1f{user_id}"},
        "createdAt": {"S": "2026-01-02T03:04:05.678Z"},
        "updatedAt": {"S": "2026-01-02T03:04:05.678Z"},
        "version": {"N": str(version)},
        "writeToken": {"S": "0b7a3c55-93b3-4b0e-8c3e-0d9d3a6f1e77"},
        **{field: attribute(value) for field, value in optional.items()},
    }


def success_of_any_operation() -> Response:
    return ok({"Item": stored_user(version=3), "Attributes": stored_user(), "Items": [stored_user()]})


class DynamoDbStub:
    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.always: Action | Handler | None = None  # after the end of the script
        self._script: deque[Action | Handler] = deque()
        self._scheme = "https" if tls else "http"
        self._server = HttpServer(self._respond, tls)

    @property
    def url(self) -> str:
        return f"{self._scheme}://{self._server.address}"

    @property
    def connections(self) -> int:
        return self._server.connections

    @property
    def operations(self) -> list[str]:
        return [operation(request) for request in self.requests]

    def then(self, *actions: Action | Handler) -> None:
        self._script.extend(actions)

    def silence(self, _: Request) -> CutOff:
        """Sends no response."""
        self._server.closing.wait()
        return CutOff()

    def refuse_connections(self) -> None:
        self._server.refuse_connections()

    def accept_connections(self) -> None:
        self._server.accept_connections()

    def reset_connections(self, times: float) -> None:
        """Cuts the open connections, and resets the next `times` connections before the client can send anything."""
        self._server.resets = times
        self._server.cut_connections()

    def present(self, tls: ssl.SSLContext) -> None:
        """Presents another certificate from now on."""
        self._server.tls = tls
        self._server.cut_connections()

    def cut_connections(self) -> None:
        self._server.cut_connections()

    def close(self) -> None:
        self._server.close()
        assert not self._script, f"{len(self._script)} scripted responses were never requested"

    def _respond(self, request: Request) -> Action:
        if request.method == "GET" and request.target == "/":
            # Some clients warm up their connection with this request.
            return Response(200, b"healthy: dynamodb.eu-central-1.amazonaws.com ")
        self.requests.append(request)
        action = self._script.popleft() if self._script else self.always
        assert action is not None, f"the script has no response to {operation(request)}"
        return action(request) if callable(action) else action


def operation(request: Request) -> str:
    return request.headers["x-amz-target"].removeprefix("DynamoDB_20120810.")


def document(request: Request) -> dict[str, Any]:
    return json.loads(request.body)
