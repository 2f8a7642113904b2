"""Concurrent clients on one set of users, and the history of what they asked for and were told."""

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
#: As many at a time as there are clients have one changed user in common now and then.
USERS = 6
ADDRESSES = [f"user{number}@example.com" for number in range(2 * USERS)]

#: The request may have been carried out or not, or may still be: the gateway's word on a function that failed or ran
#: out of time, the function's on a DynamoDB that did, and no word at all.
UNKNOWN = {502, 503, 504, None}

#: What else the API may say, by operation.
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
    reply: dict[str, Any] = field(default_factory=dict)
    #: None where nobody knows.
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
    return {name: user[name] for name in ("version", "name", "email", "age") if name in user}


class Pool:
    """The users that clients know of, with the version that was last seen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._versions: dict[str, int] = {}

    def choose(self, chance: random.Random) -> tuple[str, int] | None:
        with self._lock:
            if len(self._versions) < USERS:
                return None
            return chance.choice(list(self._versions.items()))

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
        self._chance = random.Random(number)
        self._writes = 0
        self.history: list[Record] = []
        self.unexpected: list[tuple[str, int, Any]] = []

    def live_until(self, end: float) -> None:
        deeds = [self.read, self.update, self.update, self.update, self.list, self.find]
        while time.monotonic() < end:
            chosen = self._pool.choose(self._chance)
            if not chosen:
                self.create()
            elif self._chance.random() < 0.02:
                self.delete(*chosen)
            else:
                self._chance.choice(deeds)(*chosen)

    def create(self) -> None:
        """With one key again and again, until there is an answer."""
        body = {**self._new_values(), "email": self._chance.choice(ADDRESSES)}
        call = time.monotonic_ns()
        status, reply = None, None
        key = str(uuid.uuid4())
        while status in UNKNOWN:
            status, reply = self._ask("POST", "/users", body, {"Idempotency-Key": key})
        self._expect("create", status, reply)
        if status == 201:
            record = Record(self._number, "create", reply["userId"], call, 201, None, body, seen(reply), time.monotonic_ns())
            self.history.append(record)
            self._pool.put(reply)

    def read(self, user_id: str, version: int | None = None) -> None:
        tags = [version] if version and self._chance.random() < 0.3 else None
        self._one("read", "GET", user_id, None, "If-None-Match", tags)

    def update(self, user_id: str, version: int) -> None:
        body = self._new_values()
        if self._chance.random() < 0.3:
            body["email"] = self._chance.choice(ADDRESSES)
        self._one("update", "PUT", user_id, body, "If-Match", [version] if self._chance.random() < 0.5 else None)

    def delete(self, user_id: str, version: int) -> None:
        self._one("delete", "DELETE", user_id, None, "If-Match", [version] if self._chance.random() < 0.5 else None)

    def list(self, user_id: str, _: int) -> None:
        """As a reading of each user in the reply, and of the one that may not be."""
        self._many(f"/users?pageSize=100", user_id)

    def find(self, *_: Any) -> None:
        address = self._chance.choice(ADDRESSES)
        self._many(f"/users?email={quote(address)}", None, address)

    def _one(
        self, operation: str, method: str, user_id: str, body: dict[str, Any] | None, header: str, tags: list[int] | None
    ) -> None:
        headers = {header: f'"{tags[0]}"'} if tags else {}
        call = time.monotonic_ns()
        status, reply = self._ask(method, f"/users/{user_id}", body, headers)
        record = Record(self._number, operation, user_id, call, status, tags, body or {})
        if status not in UNKNOWN:
            record.returned = time.monotonic_ns()
            self._expect(operation, status, reply)
            if status == 200:
                record.reply = seen(reply)
                self._pool.put(reply)
            if status == 404 or (status == 200 and operation == "delete"):
                self._pool.drop(user_id)
        elif operation == "read":
            return
        self.history.append(record)

    def _many(self, path: str, missed: str | None, address: str | None = None) -> None:
        call = time.monotonic_ns()
        status, reply = self._ask("GET", path)
        returned = time.monotonic_ns()
        if status in UNKNOWN:
            return
        self._expect("read", status, reply)
        found = {user["userId"]: user for user in reply["users"]}
        if address and [user["email"] for user in found.values()] not in ([], [address]):
            self.unexpected.append(("find", address, reply))
        for user_id, user in found.items():
            self.history.append(
                Record(self._number, "read", user_id, call, 200, reply=seen(user), returned=returned)
            )
        if missed and missed not in found and "nextToken" not in reply:
            self.history.append(Record(self._number, "read", missed, call, 404, returned=returned))

    def _new_values(self) -> dict[str, Any]:
        """A name that nobody has had before, by which a write can be told from all others."""
        self._writes += 1
        return {"name": f"Client {self._number}, write {self._writes}", "age": self._chance.randint(1, 150)}

    def _expect(self, operation: str, status: int | None, reply: Any) -> None:
        if status not in EXPECTED[operation]:
            self.unexpected.append((operation, status, reply))

    def _ask(
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


def live(url: str, seconds: float) -> tuple[list[Record], list[tuple[str, int, Any]]]:
    """Gives the history, and the replies that the API should never give."""
    pool = Pool()
    clients = [Client(number, url, pool) for number in range(CLIENTS)]
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(CLIENTS) as threads:
        for result in [threads.submit(client.live_until, end) for client in clients]:
            result.result()
    return [record for client in clients for record in client.history], [one for client in clients for one in client.unexpected]
