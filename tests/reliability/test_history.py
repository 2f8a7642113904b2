"""Concurrent clients on one set of users, while everything around the functions fails: the API keeps its promises.

The history of what the clients asked for and were told is checked for linearizability, user by user, by porcupine
(https://github.com/anishathalye/porcupine), and against what is in the tables at the end.
"""

from __future__ import annotations

import json
import os
import random
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
from reliability.clients import Record, live
from reliability.faults import FAULTS, Forward

from support import dynamodb_local, local_api
from support.dynamodb_stub import DynamoDbStub, document, operation
from support.forward import forward_to
from support.function import REPOSITORY
from support.http_server import Answer, Reply, Request
from support.in_step import assert_in_step
from support.local_api import LocalApi

CHECKER = REPOSITORY / "build/go/bin/linearizability"

#: How likely a request of DynamoDB fails, in turns of a second.
WEATHER = (0, 0.1, 0.3, 0.7)
#: Of all failures; a client waits seconds for it.
SILENT = 0.002
FAST_FAULTS = {name: fault for name, fault in FAULTS.items() if fault.answer and name not in ("1 byte/s", "30 s of silence")}


class Weather:
    """Between the functions and DynamoDB Local."""

    def __init__(self, dynamodb_url: str):
        self._forward = forward_to(dynamodb_url)
        self._chance = random.Random(7)
        self.fails = 0.0
        self.faults: Counter[str] = Counter()
        #: The versions that updates with this name made, in an UpdateItem.
        self.made: dict[str, set[int]] = defaultdict(set)
        self._at_work: set[int] = set()

    def __call__(self, request: Request) -> Answer:
        if self._chance.random() >= self.fails:
            return self._carry_out(request)
        name = "30 s of silence" if self._chance.random() < SILENT else self._chance.choice(list(FAST_FAULTS))
        self.faults[name] += 1
        return FAULTS[name].answer(request, self._carry_out)

    def _carry_out(self, request: Request) -> Reply:
        self._at_work.add(threading.get_ident())
        try:
            reply = self._forward(request)
        finally:
            self._at_work.discard(threading.get_ident())
        if reply.status == 200 and operation(request) == "UpdateItem":
            made = json.loads(reply.body)["Attributes"]
            self.made[made["name"]["S"]].add(int(made["version"]["N"]))
        return reply

    def repeats(self, name: str) -> int:
        """How often an update with this name was carried out again after another's, as a lost reply makes it."""
        return sum(later > earlier + 1 for earlier, later in pairwise(sorted(self.made[name])))

    def wait_for_calm(self) -> None:
        """What a function that was killed has sent may still be on its way."""
        time.sleep(0.5)
        while self._at_work:
            time.sleep(0.1)


@contextmanager
def havoc(api: LocalApi, dynamodb: DynamoDbStub, weather: Weather) -> Iterator[Counter[str]]:
    """Kills environments, cuts connections and changes the weather, until the end."""
    over = threading.Event()
    chance = random.Random(9)
    done: Counter[str] = Counter()

    def kill() -> None:
        environments = api.environments()
        if environments:
            with suppress(ProcessLookupError):  # it ended meanwhile
                os.kill(chance.choice(environments), signal.SIGKILL)
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
            weather.fails = WEATHER[second % len(WEATHER)]
            for deed in chance.sample([kill, kill, kill, cut, refuse], 5):
                deed()
                if over.wait(chance.uniform(0, 0.4)):
                    weather.fails = 0
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
    """One for each history."""
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
    """The checker's; the history and its picture stay in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "history.jsonl"
    file.write_text("".join(record.line() + "\n" for record in history))
    checked = subprocess.run([CHECKER, file, folder / "history.html"], capture_output=True, text=True, timeout=600)
    return (checked.stdout + checked.stderr).strip()


def with_repeated_writes(history: list[Record], weather: Weather) -> Iterator[Record]:
    """An update without a condition may be carried out twice when a reply is lost and others write in between.

    The last writer wins, as docs/architecture.md tells. The checker is to know of each time.
    """
    for record in history:
        yield record
        if record.operation == "update" and record.tags is None:
            for _ in range(weather.repeats(record.body["name"])):
                yield Record(record.client, "again", record.user, record.call, body=record.body, returned=record.returned)


def read_at_the_end(dynamodb: Any, table: str, history: list[Record]) -> tuple[list[Record], dict[str, int]]:
    """What every user is then, as one more reading of each, and the versions of those who are there."""
    stored = {item["userId"]["S"]: item for item in assert_in_step(dynamodb, table)}
    readings = []
    for user_id in {record.user for record in history} | set(stored):
        call = time.monotonic_ns()
        item = stored.get(user_id)
        reply = {} if item is None else {
            "version": int(item["version"]["N"]), "name": item["name"]["S"], "email": item["email"]["S"],
            "age": int(item["age"]["N"]),
        }  # fmt: skip
        readings.append(Record(0, "read", user_id, call, 200 if item else 404, reply=reply, returned=time.monotonic_ns()))
    return readings, {user_id: int(item["version"]["N"]) for user_id, item in stored.items()}


def test_nothing_that_was_promised_is_lost(request, dynamodb_url, dynamodb, table, api_behind, report, tmp_path):
    seconds = 60 if request.config.getoption("long") else 10
    weather = Weather(dynamodb_url)
    proxy = DynamoDbStub()
    proxy.always = weather
    with api_behind(proxy.url) as api:
        with havoc(api, proxy, weather) as done:
            history, unexpected = live(api.url, seconds)
    proxy.close()
    weather.wait_for_calm()

    assert unexpected == []
    readings, versions = read_at_the_end(dynamodb, table, history)
    creations = {record.user for record in history if record.operation == "create"}
    assert set(versions) <= creations, "somebody is there of whose creation no client was told"
    deletions = {record.user for record in history if record.operation == "delete" and record.status in (200, None, 502, 503, 504)}
    assert creations <= set(versions) | deletions, "who was created is gone"
    for user_id, version in versions.items():
        changes = [record for record in history if record.user == user_id and record.operation == "update"]
        acknowledged = [record.reply["version"] for record in changes if record.status == 200]
        assert len(set(acknowledged)) == len(acknowledged), "two changes made one version"
        tried = sum(1 + weather.repeats(one.body["name"]) for one in changes if one.status == 200 or one.is_unknown)
        assert len(acknowledged) <= version - 1 <= tried, "a change is lost"

    full = [*with_repeated_writes(history, weather), *readings]
    assert verdict(full, tmp_path) == f"linearizable: {len(full)} requests"
    statuses = Counter(record.status for record in history)
    report(f"history: {len(history)} requests of {len(creations)} users in {seconds} s, {dict(statuses)}")
    report(f"history: {sum(weather.faults.values())} faults {dict(weather.faults)}, {dict(done)}")
    assert set(weather.faults) >= set(FAST_FAULTS)
    assert set(done) == {"environments killed", "connections cut", "connections refused"}
    assert statuses[200] and statuses[412] and statuses[503]


def drop_condition(request: Request, forward: Forward) -> Reply:
    """As if an update were not conditional."""
    if operation(request) != "UpdateItem":
        return forward(request)
    update = document(request)
    update["ConditionExpression"] = f"({update['ConditionExpression']}) OR attribute_exists(userId)"
    return forward(Request(request.head, json.dumps(update).encode(), request.connection))


def drop_write(request: Request, forward: Forward) -> Reply:
    """As if writes were acknowledged before they are safe."""
    is_lost = operation(request) == "TransactWriteItems" and zlib.crc32(request.body) % 10 == 0
    return Reply(200, b"{}") if is_lost else forward(request)


def read_stale(request: Request, forward: Forward) -> Reply:
    """As if some users were read from a copy that nobody updates."""
    reply = forward(request)
    is_stale = operation(request) == "GetItem" and zlib.crc32(request.body) % 3 == 0
    return COPIES.setdefault(request.body, reply) if is_stale else reply


COPIES: dict[bytes, Reply] = {}


def apply_twice(request: Request, forward: Forward) -> Reply:
    """As if an update whose reply was lost did not know its own work."""
    if operation(request) != "UpdateItem":
        return forward(request)
    update = document(request)
    update["ConditionExpression"] = "attribute_exists(userId)"
    again = Request(request.head, json.dumps(update).encode(), request.connection)
    forward(again)
    return forward(again)


@pytest.mark.parametrize("bug", [drop_condition, drop_write, read_stale, apply_twice])
def test_a_bug_would_be_seen(dynamodb_url, dynamodb, table, api_behind, tmp_path, bug):
    forward = forward_to(dynamodb_url)
    proxy = DynamoDbStub()
    proxy.always = lambda request: bug(request, forward)
    with api_behind(proxy.url) as api:
        history, _ = live(api.url, 3)
    proxy.close()

    assert verdict(history, tmp_path).startswith("not linearizable")
    assert (tmp_path / "history.html").stat().st_size
