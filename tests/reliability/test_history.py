"""Concurrent clients of one set of users, while everything around the functions fails: the API keeps its promises.

porcupine (https://github.com/anishathalye/porcupine) checks the history of requests and responses for linearizability,
user by user. The history is also compared with the contents of the tables at the end.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import threading
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from reliability.clients import Record, run_clients
from reliability.faults import FAULTS, Forward

from support import dynamodb_local, local_api
from support.consistency import assert_consistent
from support.dynamodb_stub import DynamoDbStub, document, operation
from support.forward import forward_to
from support.function import REPOSITORY
from support.http_server import Action, Request, Response
from support.local_api import LocalApi

CHECKER = REPOSITORY / "build/go/bin/linearizability"

#: The probability that a request to DynamoDB fails, in phases of about a second.
FAILURE_RATES = (0, 0.1, 0.3, 0.7)
#: The share of silent failures, each of which makes a client wait for seconds.
SILENT = 0.002
FAST_FAULTS = {name: fault for name, fault in FAULTS.items() if fault.respond and name not in ("1 byte/s", "30 s of silence")}


class UnreliableLink:
    """A link between the functions and DynamoDB Local on which requests fail at random."""

    def __init__(self, dynamodb_url: str):
        self._forward = forward_to(dynamodb_url)
        self._rng = random.Random(7)
        self.failure_rate = 0.0
        self.faults: Counter[str] = Counter()
        #: The versions that an UpdateItem with this name created.
        self.versions: dict[str, set[int]] = defaultdict(set)
        self._active: set[int] = set()

    def __call__(self, request: Request) -> Action:
        if self._rng.random() >= self.failure_rate:
            return self._carry_out(request)
        name = "30 s of silence" if self._rng.random() < SILENT else self._rng.choice(list(FAST_FAULTS))
        self.faults[name] += 1
        return FAULTS[name].respond(request, self._carry_out)

    def _carry_out(self, request: Request) -> Response:
        self._active.add(threading.get_ident())
        try:
            response = self._forward(request)
        finally:
            self._active.discard(threading.get_ident())
        if response.status == 200 and operation(request) == "UpdateItem":
            user = json.loads(response.body)["Attributes"]
            self.versions[user["name"]["S"]].add(int(user["version"]["N"]))
        return response

    def repeats(self, name: str) -> int:
        """Returns how often an update with this name was repeated, after a lost response, over another client's update."""
        return sum(later > earlier + 1 for earlier, later in pairwise(sorted(self.versions[name])))

    def wait_until_idle(self) -> None:
        """Waits for requests of killed functions, which may still be in progress."""
        time.sleep(0.5)
        while self._active:
            time.sleep(0.1)


@contextmanager
def chaos(api: LocalApi, dynamodb: DynamoDbStub, link: UnreliableLink) -> Iterator[Counter[str]]:
    """Kills environments, cuts connections and changes the failure rate, until the end."""
    over = threading.Event()
    rng = random.Random(9)
    done: Counter[str] = Counter()

    def kill() -> None:
        environments = api.environments()
        if environments:
            with suppress(ProcessLookupError):  # the environment has ended
                os.kill(rng.choice(environments), signal.SIGKILL)
                done["environments killed"] += 1

    def cut() -> None:
        dynamodb.cut_connections()
        done["connections cut"] += 1

    def refuse() -> None:
        dynamodb.refuse_connections()
        time.sleep(0.2)
        dynamodb.accept_connections()
        done["connections refused"] += 1

    def run() -> None:
        for second in range(1_000_000):
            link.failure_rate = FAILURE_RATES[second % len(FAILURE_RATES)]
            for action in rng.sample([kill, kill, kill, cut, refuse], 5):
                action()
                if over.wait(rng.uniform(0, 0.4)):
                    link.failure_rate = 0
                    return

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()


@pytest.fixture
def table(dynamodb) -> Iterator[str]:
    """A table for each history."""
    with dynamodb_local.users_table(dynamodb) as name:
        yield name


@pytest.fixture
def api_behind(table, tmp_path) -> Callable[[str], Any]:
    return lambda dynamodb_url: local_api.running(
        dynamodb_url, table,
        {"PATH": os.environ["PATH"], "AWS_REGION": dynamodb_local.REGION, "AWS_ACCESS_KEY_ID": dynamodb_local.ACCESS_KEY,
         "AWS_SECRET_ACCESS_KEY": dynamodb_local.SECRET_KEY},
        ["--log-file", tmp_path / "local-api.log"],
    )  # fmt: skip


def verdict(history: list[Record], folder: Path) -> str:
    """Returns the output of the checker; leaves the history and its picture in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "history.jsonl"
    file.write_text("".join(record.line() + "\n" for record in history))
    done = subprocess.run([CHECKER, file, folder / "history.html"], capture_output=True, text=True, timeout=600)
    return (done.stdout + done.stderr).strip()


def with_repeated_writes(history: list[Record], link: UnreliableLink) -> Iterator[Record]:
    """Adds each repetition of an unconditional update, for the checker.

    Such an update may be carried out twice, when its response is lost and other clients write in between. The last writer
    wins; see docs/decisions/0006-writes-recognize-their-own-work.md.
    """
    for record in history:
        yield record
        if record.operation == "update" and record.tags is None:
            for _ in range(link.repeats(record.body["name"])):
                yield Record(record.client, "again", record.user, record.call, body=record.body, returned=record.returned)


def final_reads(dynamodb: Any, table: str, history: list[Record]) -> tuple[list[Record], dict[str, int]]:
    """Returns a read of the final state of every user, and the versions of the existing users."""
    stored = {item["userId"]["S"]: item for item in assert_consistent(dynamodb, table)}
    reads = []
    for user_id in {record.user for record in history} | set(stored):
        call = time.monotonic_ns()
        item = stored.get(user_id)
        response = {} if item is None else {
            "version": int(item["version"]["N"]), "name": item["name"]["S"], "email": item["email"]["S"],
        }  # fmt: skip
        reads.append(Record(0, "read", user_id, call, 200 if item else 404, response=response, returned=time.monotonic_ns()))
    return reads, {user_id: int(item["version"]["N"]) for user_id, item in stored.items()}


def test_no_acknowledged_write_is_lost(request, dynamodb_url, dynamodb, table, api_behind, report, tmp_path):
    seconds = 60 if request.config.getoption("long") else 10
    link = UnreliableLink(dynamodb_url)
    proxy = DynamoDbStub()
    proxy.always = link
    with api_behind(proxy.url) as api:
        with chaos(api, proxy, link) as done:
            history, unexpected = run_clients(api.url, seconds)
    proxy.close()
    link.wait_until_idle()

    assert unexpected == []
    reads, versions = final_reads(dynamodb, table, history)
    creations = {record.user for record in history if record.operation == "create"}
    assert set(versions) <= creations, "a user exists whose creation was reported to no client"
    deletions = {
        record.user for record in history if record.operation == "delete" and record.status in (200, None, 502, 503, 504)
    }
    assert creations <= set(versions) | deletions, "a created user is missing"
    for user_id, version in versions.items():
        changes = [record for record in history if record.user == user_id and record.operation == "update"]
        acknowledged = [record.response["version"] for record in changes if record.status == 200]
        assert len(set(acknowledged)) == len(acknowledged), "two changes created the same version"
        attempted = sum(1 + link.repeats(one.body["name"]) for one in changes if one.status == 200 or one.is_unknown)
        assert len(acknowledged) <= version - 1 <= attempted, "a change is lost"

    full = [*with_repeated_writes(history, link), *reads]
    assert verdict(full, tmp_path) == f"linearizable: {len(full)} requests"
    statuses = Counter(record.status for record in history)
    report(f"history: {len(history)} requests of {len(creations)} users in {seconds} s, {dict(statuses)}")
    report(f"history: {sum(link.faults.values())} faults {dict(link.faults)}, {dict(done)}")
    assert set(link.faults) >= set(FAST_FAULTS)
    assert set(done) == {"environments killed", "connections cut", "connections refused"}
    assert statuses[200] and statuses[412] and statuses[503]


def with_condition(request: Request, condition: str) -> Request:
    """Returns the UpdateItem with another condition, and without placeholders that no expression uses any more."""
    update = document(request)
    update["ConditionExpression"] = condition
    used = set(re.findall(r"[#:]\w+", update["UpdateExpression"] + condition))
    for member in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        update[member] = {placeholder: value for placeholder, value in update[member].items() if placeholder in used}
    return Request(request.head, json.dumps(update).encode(), request.connection)


def drop_condition(request: Request, forward: Forward) -> Response:
    """Imitates updates that ignore their condition."""
    if operation(request) != "UpdateItem":
        return forward(request)
    condition = document(request)["ConditionExpression"]
    return forward(with_condition(request, f"({condition}) OR attribute_exists(#userId)"))


def drop_write(request: Request, forward: Forward) -> Response:
    """Imitates writes that are acknowledged before they are durable."""
    is_lost = operation(request) == "TransactWriteItems" and zlib.crc32(request.body) % 10 == 0
    return Response(200, b"{}") if is_lost else forward(request)


def read_stale(request: Request, forward: Forward) -> Response:
    """Imitates reads of some users from a stale copy."""
    response = forward(request)
    is_stale = operation(request) == "GetItem" and zlib.crc32(request.body) % 3 == 0
    return COPIES.setdefault(request.body, response) if is_stale else response


COPIES: dict[bytes, Response] = {}


def apply_twice(request: Request, forward: Forward) -> Response:
    """Imitates updates that do not recognize, after a lost response, that they were carried out."""
    if operation(request) != "UpdateItem":
        return forward(request)
    unconditional = with_condition(request, "attribute_exists(#userId)")
    forward(unconditional)
    return forward(unconditional)


@pytest.mark.parametrize("bug", [drop_condition, drop_write, read_stale, apply_twice])
def test_the_checker_detects_a_bug(dynamodb_url, dynamodb, table, api_behind, tmp_path, bug):
    forward = forward_to(dynamodb_url)
    proxy = DynamoDbStub()
    proxy.always = lambda request: bug(request, forward)
    with api_behind(proxy.url) as api:
        history, _ = run_clients(api.url, 3)
    proxy.close()

    assert verdict(history, tmp_path).startswith("not linearizable")
    assert (tmp_path / "history.html").stat().st_size
