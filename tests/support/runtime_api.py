"""A scripted Lambda Runtime API: hands out the events of a test and keeps what the function posts.

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

from support.http_server import CutOff, HttpServer, Reply, Request

NEXT = "/2018-06-01/runtime/invocation/next"
POSTED = re.compile(r"/2018-06-01/runtime/invocation/([^/]+)/(response|error)")
INIT_ERROR = "/2018-06-01/runtime/init/error"
FUNCTION_ARN = "arn:aws:lambda:eu-central-1:123456789012:function:users"
ACCEPTED = Reply(202, b'{"status":"OK"}', {"Content-Type": "application/json"})


@dataclass(frozen=True)
class HttpReply:
    """What a gateway would make of a function's response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Outcome:
    """What was posted for an invocation."""

    kind: str  # "response" or "error"
    request_id: str
    request: Request

    @property
    def json(self) -> Any:
        return json.loads(self.request.body)

    @property
    def http(self) -> HttpReply:
        assert self.kind == "response", self.request.body
        reply = self.json
        # A REST API answers 502 to a reply with any other member.
        assert set(reply) <= {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}, reply
        body = reply.get("body") or ""
        raw = base64.b64decode(body) if reply.get("isBase64Encoded") else body.encode()
        return HttpReply(reply["statusCode"], {n.lower(): v for n, v in (reply.get("headers") or {}).items()}, raw)


class RuntimeApi:
    def __init__(self) -> None:
        self.next_answers: deque[Reply | CutOff] = deque()  # for the coming calls of `next`; then events
        self.post_answers: deque[Reply | CutOff] = deque()  # for the coming posts; then 202
        self.init_errors: queue.Queue[Request] = queue.Queue()
        self.outcomes: queue.Queue[Outcome] = queue.Queue()
        self.next_calls = 0
        self.unexpected: list[str] = []
        self._events: queue.Queue[Reply | None] = queue.Queue()
        self._waiting = threading.Semaphore(0)  # one for each `next` that found nothing to hand out
        self._server = HttpServer(self._answer)

    @property
    def address(self) -> str:
        return self._server.address

    @property
    def connections(self) -> int:
        return self._server.connections

    def send(
        self, event: Any, *, remaining_seconds: float = 10, request_id: str | None = None, headers: dict[str, str] | None = None
    ) -> str:
        """Queues an event for the function, with these headers beside Lambda's or in their place.

        Gives the invocation's request id.
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
        self._events.put(Reply(200, body, headers))
        return request_id

    def deliver(self, event: Any, timeout: float = 10) -> str:
        """Sends an event to a function that waits for one; returns once it is in the function's socket, read or not."""
        sent = self._server.answers_sent
        request_id = self.send(event)
        give_up = time.monotonic() + timeout
        while self._server.answers_sent == sent:
            assert time.monotonic() < give_up, "the function was not waiting for an event"
            time.sleep(0.005)
        return request_id

    def outcome(self, timeout: float = 10) -> Outcome:
        """The next thing that the function posts."""
        return self.outcomes.get(timeout=timeout)

    def invoke(self, event: Any, *, remaining_seconds: float = 10) -> Outcome:
        request_id = self.send(event, remaining_seconds=remaining_seconds)
        outcome = self.outcome(timeout=remaining_seconds + 5)
        assert outcome.request_id == request_id
        return outcome

    def wait_until_idle(self, timeout: float = 10) -> None:
        """Returns once the function asks for an event and there is none."""
        assert self._waiting.acquire(timeout=timeout), "the function did not ask for the next event"

    def cut_waiting_call(self) -> None:
        """Closes the connection on which the function waits for an event."""
        self._events.put(None)

    def cut_connections(self) -> None:
        self._server.cut_connections()

    def close(self) -> None:
        self.cut_waiting_call()
        self._server.close()
        assert not self.unexpected, self.unexpected

    def _answer(self, request: Request) -> Reply | CutOff:
        if request.method == "GET" and request.target == NEXT:
            return self._next()
        posted = POSTED.fullmatch(request.target)
        if request.method == "POST" and posted:
            self.outcomes.put(Outcome(posted[2], posted[1], request))
            return self.post_answers.popleft() if self.post_answers else ACCEPTED
        if request.method == "POST" and request.target == INIT_ERROR:
            self.init_errors.put(request)
            return ACCEPTED
        self.unexpected.append(f"{request.method} {request.target}")
        return Reply(404)

    def _next(self) -> Reply | CutOff:
        self.next_calls += 1
        if self.next_answers:
            return self.next_answers.popleft()
        try:
            event = self._events.get_nowait()
        except queue.Empty:
            self._waiting.release()
            event = self._events.get()
        return event or CutOff()
