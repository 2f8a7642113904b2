"""A scripted Lambda Runtime API: hands out the events of a test and records the function's posts.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import base64
import json
import queue
import re
import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass
from typing import Any

from support.http_server import CutOff, HttpServer, Request, Response

NEXT = "/2018-06-01/runtime/invocation/next"
POSTED = re.compile(r"/2018-06-01/runtime/invocation/([^/]+)/(response|error)")
INIT_ERROR = "/2018-06-01/runtime/init/error"
FUNCTION_ARN = "arn:aws:lambda:eu-central-1:123456789012:function:users"
ACCEPTED = Response(202, b'{"status":"OK"}', {"Content-Type": "application/json"})


@dataclass(frozen=True)
class HttpResponse:
    """The HTTP response that a gateway creates from a proxy response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Outcome:
    """A post of the function about an invocation."""

    kind: str  # "response" or "error"
    request_id: str
    request: Request

    @property
    def json(self) -> Any:
        return json.loads(self.request.body)

    @property
    def http(self) -> HttpResponse:
        assert self.kind == "response", self.request.body
        response = self.json
        # A REST API returns 502 for a proxy response with any other member.
        assert set(response) <= {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}, response
        body = response.get("body") or ""
        raw = base64.b64decode(body) if response.get("isBase64Encoded") else body.encode()
        headers = {name.lower(): value for name, value in (response.get("headers") or {}).items()}
        return HttpResponse(response["statusCode"], headers, raw)


class RuntimeApi:
    def __init__(self) -> None:
        self.next_responses: deque[Response | CutOff] = deque()  # for the next calls of `next`; events follow
        self.post_responses: deque[Response | CutOff] = deque()  # for the next posts; 202 follows
        self.init_errors: queue.Queue[Request] = queue.Queue()
        self.outcomes: queue.Queue[Outcome] = queue.Queue()
        self.next_calls = 0
        self.unexpected: list[str] = []
        self._events: queue.Queue[Response | None] = queue.Queue()
        self._waiting = threading.Semaphore(0)  # one for each `next` that found no event
        self._server = HttpServer(self._respond)

    @property
    def address(self) -> str:
        return self._server.address

    @property
    def connections(self) -> int:
        return self._server.connections

    def send(
        self, event: Any, *, remaining_seconds: float = 10, request_id: str | None = None, headers: dict[str, str] | None = None
    ) -> str:
        """Queues an event for the function and returns the request id of the invocation.

        `headers` are added to Lambda's own or replace them.
        """
        request_id = request_id or str(uuid.uuid4())
        body = event if isinstance(event, bytes) else json.dumps(event, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Deadline-Ms": str(round((time.time() + remaining_seconds) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": FUNCTION_ARN,
            "Lambda-Runtime-Trace-Id": "Root=1-6a0f1c90-6f4aa81763b4f348091e5d63;Sampled=0",
            **(headers or {}),
        }
        self._events.put(Response(200, body, headers))
        return request_id

    def deliver(self, event: Any, timeout: float = 60) -> str:
        """Sends an event to a waiting function; returns once it is in the function's socket, whether read or not."""
        sent = self._server.responses_sent
        request_id = self.send(event)
        deadline = time.monotonic() + timeout
        while self._server.responses_sent == sent:
            assert time.monotonic() < deadline, "the function was not waiting for an event"
            time.sleep(0.005)
        return request_id

    def outcome(self, timeout: float = 60) -> Outcome:
        """Waits for the function's next post, and returns it."""
        return self.outcomes.get(timeout=timeout)

    def invoke(self, event: Any, *, remaining_seconds: float = 10, headers: dict[str, str] | None = None) -> Outcome:
        request_id = self.send(event, remaining_seconds=remaining_seconds, headers=headers)
        outcome = self.outcome(timeout=remaining_seconds + 60)
        assert outcome.request_id == request_id
        return outcome

    def wait_until_idle(self, timeout: float = 60) -> None:
        """Returns once the function waits for an event."""
        assert self._waiting.acquire(timeout=timeout), "the function did not request the next event"

    def cut_waiting_call(self) -> None:
        """Closes the connection on which the function waits for an event."""
        self._events.put(None)

    def cut_connections(self) -> None:
        self._server.cut_connections()

    def close(self) -> None:
        self.cut_waiting_call()
        self._server.close()
        assert not self.unexpected, self.unexpected

    def _respond(self, request: Request) -> Response | CutOff:
        if request.method == "GET" and request.target == NEXT:
            return self._next()
        posted = POSTED.fullmatch(request.target)
        if request.method == "POST" and posted:
            self.outcomes.put(Outcome(posted[2], posted[1], request))
            return self.post_responses.popleft() if self.post_responses else ACCEPTED
        if request.method == "POST" and request.target == INIT_ERROR:
            self.init_errors.put(request)
            return ACCEPTED
        self.unexpected.append(f"{request.method} {request.target}")
        return Response(404)

    def _next(self) -> Response | CutOff:
        self.next_calls += 1
        if self.next_responses:
            return self.next_responses.popleft()
        try:
            event = self._events.get_nowait()
        except queue.Empty:
            self._waiting.release()
            event = self._events.get()
        return event or CutOff()
