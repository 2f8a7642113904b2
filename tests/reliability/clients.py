"""Concurrent clients of one set of users, and the history of their requests and responses."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

CLIENTS = 8
#: Few enough that clients often choose the same user.
USERS = 6
ADDRESSES = [f"user{number}@example.com" for number in range(2 * USERS)]

#: The outcomes after which the request may or may not have been carried out, or may be carried out later: the gateway's
#: statuses for a function that failed or timed out, the function's status for an unavailable DynamoDB, and no response.
UNKNOWN = {502, 503, 504, None}

#: The other statuses that the API may return, by operation.
EXPECTED = {
    "create": {201, 409},
    "read": {200, 304, 404},
    "update": {200, 404, 409, 412},
    "delete": {200, 404, 412},
}


@dataclass
class Record:
    """One line of a history, as the checker in linearizability/ reads it."""

    client: int
    operation: str
    user: str
    call: int
    status: int | None = None
    tags: list[int] | None = None
    body: dict[str, Any] = field(default_factory=dict)
    response: dict[str, Any] = field(default_factory=dict)
    #: None when the outcome is unknown.
    returned: int | None = None

    @property
    def is_unknown(self) -> bool:
        return self.returned is None

    def line(self) -> str:
        members = asdict(self)
        members["return"] = members.pop("returned")
        members["status"] = self.status or 0
        return json.dumps(members)


def seen(user: dict[str, Any]) -> dict[str, Any]:
    return {name: user[name] for name in ("version", "name", "email") if name in user}


class Pool:
    """The users that the clients know, with their last known versions."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._versions: dict[str, int] = {}

    def choose(self, rng: random.Random) -> tuple[str, int] | None:
        with self._lock:
            if len(self._versions) < USERS:
                return None
            return rng.choice(list(self._versions.items()))

    def put(self, user: dict[str, Any]) -> None:
        with self._lock:
            self._versions[user["userId"]] = user["version"]

    def drop(self, user_id: str) -> None:
        with self._lock:
            self._versions.pop(user_id, None)


class Client:
    def __init__(self, number: int, url: str, pool: Pool):
        self._number = number
        self._address = urlsplit(url).netloc
        self._pool = pool
        self._rng = random.Random(number)
        self._writes = 0
        self.history: list[Record] = []
        self.unexpected: list[tuple[str, int, Any]] = []

    def run_until(self, end: float) -> None:
        actions = [self.read, self.update, self.update, self.update, self.list, self.find]
        while time.monotonic() < end:
            chosen = self._pool.choose(self._rng)
            if not chosen:
                self.create()
            elif self._rng.random() < 0.02:
                self.delete(*chosen)
            else:
                self._rng.choice(actions)(*chosen)

    def create(self) -> None:
        """Repeats the request with one idempotency key until it gets a response."""
        body = {**self._new_values(), "email": self._rng.choice(ADDRESSES)}
        call = time.monotonic_ns()
        status, response = None, None
        key = str(uuid.uuid4())
        while status in UNKNOWN:
            status, response = self._send("POST", "/users", body, {"Idempotency-Key": key})
        self._expect("create", status, response)
        if status == 201:
            returned = time.monotonic_ns()
            record = Record(self._number, "create", response["userId"], call, 201, None, body, seen(response), returned)
            self.history.append(record)
            self._pool.put(response)

    def read(self, user_id: str, version: int | None = None) -> None:
        tags = [version] if version and self._rng.random() < 0.3 else None
        self._send_for_one_user("read", "GET", user_id, None, "If-None-Match", tags)

    def update(self, user_id: str, version: int) -> None:
        body = self._new_values()
        if self._rng.random() < 0.3:
            body["email"] = self._rng.choice(ADDRESSES)
        self._send_for_one_user("update", "PUT", user_id, body, "If-Match", [version] if self._rng.random() < 0.5 else None)

    def delete(self, user_id: str, version: int) -> None:
        self._send_for_one_user("delete", "DELETE", user_id, None, "If-Match", [version] if self._rng.random() < 0.5 else None)

    def list(self, user_id: str, _: int) -> None:
        """Records a read of each user in the response, and of this user when the response lacks it."""
        self._read_several("/users?pageSize=100", user_id)

    def find(self, *_: Any) -> None:
        address = self._rng.choice(ADDRESSES)
        self._read_several(f"/users?email={quote(address)}", None, address)

    def _send_for_one_user(
        self, operation: str, method: str, user_id: str, body: dict[str, Any] | None, header: str, tags: list[int] | None
    ) -> None:
        headers = {header: f'"{tags[0]}"'} if tags else {}
        call = time.monotonic_ns()
        status, response = self._send(method, f"/users/{user_id}", body, headers)
        record = Record(self._number, operation, user_id, call, status, tags, body or {})
        if status not in UNKNOWN:
            record.returned = time.monotonic_ns()
            self._expect(operation, status, response)
            if status == 200:
                record.response = seen(response)
                self._pool.put(response)
            if status == 404 or (status == 200 and operation == "delete"):
                self._pool.drop(user_id)
        elif operation == "read":
            return
        self.history.append(record)

    def _read_several(self, path: str, missed: str | None, address: str | None = None) -> None:
        call = time.monotonic_ns()
        status, response = self._send("GET", path)
        returned = time.monotonic_ns()
        if status in UNKNOWN:
            return
        self._expect("read", status, response)
        found = {user["userId"]: user for user in response["users"]}
        if address and [user["email"] for user in found.values()] not in ([], [address]):
            self.unexpected.append(("find", address, response))
        for user_id, user in found.items():
            self.history.append(
                Record(self._number, "read", user_id, call, 200, response=seen(user), returned=returned)
            )
        if missed and missed not in found and "nextToken" not in response:
            self.history.append(Record(self._number, "read", missed, call, 404, returned=returned))

    def _new_values(self) -> dict[str, Any]:
        """Returns values with a unique name, which identifies the write."""
        self._writes += 1
        return {"name": f"Client {self._number}, write {self._writes}"}

    def _expect(self, operation: str, status: int | None, response: Any) -> None:
        if status not in EXPECTED[operation]:
            self.unexpected.append((operation, status, response))

    def _send(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int | None, Any]:
        connection = http.client.HTTPConnection(self._address, timeout=60)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {"Content-Type": "application/json", **(headers or {})})
            response = connection.getresponse()
            content = response.read()
            return response.status, json.loads(content) if content else None
        except (OSError, http.client.HTTPException):
            return None, None
        finally:
            connection.close()


def run_clients(url: str, seconds: float) -> tuple[list[Record], list[tuple[str, int, Any]]]:
    """Runs the clients; returns the history, and the responses that the API must never return."""
    pool = Pool()
    clients = [Client(number, url, pool) for number in range(CLIENTS)]
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(CLIENTS) as threads:
        for result in [threads.submit(client.run_until, end) for client in clients]:
            result.result()
    return [record for client in clients for record in client.history], [one for client in clients for one in client.unexpected]
