#!/usr/bin/env python3
"""Measures whole binaries as Lambda runs them, with a Runtime API and a DynamoDB that answer at once.

Usage: tests/bench/binaries.py [--build-dir build/release] [--starts 20] [--requests 5000] [--json FILE] [FUNCTION…]

    start     from exec to the first call of `next`
    first     the first request of a process, from the event to the posted reply
    warm      the requests after it
    user      what a warm request costs the process of processor time in its own code: its time outside the network
    kernel    and in the kernel, which is all for the network, TCP on the loopback included
    resident  peak resident memory
    growth    of resident memory over the second half of the warm requests; with --requests 100000 it tells of leaks

Times are in milliseconds, of starts and firsts the median. Nothing fails for being slow; a wrong reply fails.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.dynamodb_stub import ok, stored_user  # noqa: E402
from support.events import recorded, rest_event  # noqa: E402
from support.function import ENVIRONMENT, REPOSITORY  # noqa: E402
from support.http_server import CutOff, HttpServer, Reply, Request  # noqa: E402
from support.runtime_api import ACCEPTED  # noqa: E402

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PATIENCE_SECONDS = 30  # for any single step; a binary that takes longer is broken


@dataclass(frozen=True)
class Workload:
    """One function's request, what DynamoDB answers to it, and the status that is right."""

    event: dict[str, Any]
    answer: Reply
    status: int


def page(size: int) -> dict[str, Any]:
    users = [stored_user(f"00000000-0000-4000-8000-{number:012}") for number in range(size)]
    return {"Items": users, "Count": size, "ScannedCount": size, "LastEvaluatedKey": {"userId": users[-1]["userId"]}}


WORKLOADS = {
    "create_user": Workload(recorded("rest_create_user"), ok({}), 201),
    "get_user": Workload(recorded("rest_get_user"), ok({"Item": stored_user()}), 200),
    "list_users": Workload(rest_event("GET", "/users", query={"pageSize": "25"}), ok(page(25)), 200),
    "update_user": Workload(recorded("rest_update_user"), ok({"Attributes": stored_user(version=2)}), 200),
    "delete_user": Workload(recorded("rest_delete_user"), ok({"Attributes": stored_user()}), 200),
}


@dataclass(frozen=True)
class Figures:
    function: str
    start_ms: float
    first_ms: float
    warm_p50_ms: float
    warm_p99_ms: float
    user_ms: float
    kernel_ms: float
    resident_mib: float
    growth_kib: int
    requests: int


class Run:
    """One process of a binary, served a given number of events, with the clock beside it."""

    def __init__(self, command: list[str], workload: Workload, requests: int):
        self.ready: float | None = None  # when it asked for the first event
        self.at_event: list[float] = []
        self.at_reply: list[float] = []
        self.probes: dict[int, Callable[[], None]] = {}  # called between requests, after so many of them
        self._requests = requests
        self._status = b'"statusCode":%d,' % workload.status
        self._wrong: bytes | None = None
        self._event = _event_reply(workload.event)
        self._done = threading.Event()
        self._runtime = HttpServer(self._serve_runtime)
        self._dynamodb = HttpServer(lambda request: workload.answer if request.body else Reply(200, b"healthy"))
        environment = {
            **ENVIRONMENT,
            "AWS_LAMBDA_RUNTIME_API": self._runtime.address,
            "AWS_ENDPOINT_URL_DYNAMODB": f"http://{self._dynamodb.address}",
        }
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        self.pid = self._process.pid

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._runtime.close()
        self._dynamodb.close()

    def finish(self) -> None:
        """Returns once every event is answered."""
        served = -1
        while not self._done.wait(PATIENCE_SECONDS):
            if self._process.poll() is not None or served == len(self.at_reply):
                sys.exit(f"{self._process.args[0]} stopped after {len(self.at_reply)} requests")
            served = len(self.at_reply)
        if self._wrong is not None:
            sys.exit(f"{self._process.args[0]} answered {self._wrong.decode()}")

    @property
    def latencies_ms(self) -> list[float]:
        return [(reply - event) * 1000 for event, reply in zip(self.at_event, self.at_reply)]

    def cpu_seconds(self) -> tuple[float, float]:
        """Processor time of all threads so far, in user code and in the kernel."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) / TICKS_PER_SECOND, int(fields[12]) / TICKS_PER_SECOND

    def memory_kib(self, field: str) -> int:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1])
        raise KeyError(field)

    def _serve_runtime(self, request: Request) -> Reply | CutOff:
        now = time.perf_counter()
        if request.body:
            self.at_reply.append(now)
            if self._status not in request.body:
                self._wrong = request.body
            return ACCEPTED
        self.ready = self.ready or now
        if probe := self.probes.get(len(self.at_reply)):
            probe()
        if len(self.at_reply) == self._requests or self._wrong:
            self._done.set()
            self._runtime.closing.wait()
            return CutOff()
        self.at_event.append(time.perf_counter())
        return self._event


def _event_reply(event: dict[str, Any]) -> Reply:
    headers = {
        "Content-Type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
        "Lambda-Runtime-Deadline-Ms": str(round((time.time() + 3600) * 1000)),
        "Lambda-Runtime-Trace-Id": "Root=1-6a0f1c90-6f4aa81763b4f348091e5d63;Sampled=0",
    }
    return Reply(200, json.dumps(event, ensure_ascii=False).encode(), headers)


def measure(function: str, command: list[str], workload: Workload, *, starts: int, requests: int) -> Figures:
    """Starts the command so many times with one request each, then once more for the warm requests."""
    start_ms, first_ms = [], []
    for _ in range(starts):
        with Run(command, workload, 1) as run:
            run.finish()
            start_ms.append((run.ready - run.began) * 1000)
            first_ms.append(run.latencies_ms[0])

    cpu: list[tuple[float, float]] = []
    resident: list[int] = []
    with Run(command, workload, 1 + requests) as run:
        run.probes[1] = lambda: cpu.append(run.cpu_seconds())
        run.probes[1 + requests // 2] = lambda: resident.append(run.memory_kib("VmRSS"))
        run.finish()
        cpu.append(run.cpu_seconds())
        resident.append(run.memory_kib("VmRSS"))
        peak_kib = run.memory_kib("VmHWM")
        warm = sorted(run.latencies_ms[1:])
    user_ms, kernel_ms = ((after - before) / requests * 1000 for before, after in zip(*cpu))
    return Figures(
        function=function,
        start_ms=median(start_ms),
        first_ms=median(first_ms),
        warm_p50_ms=median(warm),
        warm_p99_ms=warm[len(warm) * 99 // 100],
        user_ms=user_ms,
        kernel_ms=kernel_ms,
        resident_mib=peak_kib / 1024,
        growth_kib=resident[1] - resident[0],
        requests=requests,
    )


HEADINGS = ("function", "start", "first", "warm p50", "warm p99", "user", "kernel", "resident MiB", "growth KiB")


def table_row(figures: Figures) -> str:
    return (
        f"{figures.function:<12} {figures.start_ms:>8.2f} {figures.first_ms:>8.2f} {figures.warm_p50_ms:>9.3f}"
        f" {figures.warm_p99_ms:>9.3f} {figures.user_ms:>7.3f} {figures.kernel_ms:>7.3f} {figures.resident_mib:>13.1f} {figures.growth_kib:>11}"
    )


def at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if (value := int(text)) < least:
            raise argparse.ArgumentTypeError(f"must be {least} or more")
        return value

    return number


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("functions", nargs="*", metavar="FUNCTION", help="all when none is named")
    parser.add_argument("--build-dir", type=Path, default=REPOSITORY / "build/release", help="the build to measure")
    parser.add_argument("--starts", type=at_least(1), default=20, help="processes started for `start` and `first`")
    parser.add_argument("--requests", type=at_least(2), default=5000, help="warm requests to one process")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    arguments = parser.parse_args()
    if unknown := set(arguments.functions) - set(WORKLOADS):
        parser.error(f"no such function: {', '.join(sorted(unknown))}")

    print("{:<12} {:>8} {:>8} {:>9} {:>9} {:>7} {:>7} {:>13} {:>11}".format(*HEADINGS))
    measured = []
    for function in arguments.functions or WORKLOADS:
        command = [str(arguments.build_dir / "functions" / function / "bootstrap")]
        figures = measure(
            function, command, WORKLOADS[function], starts=arguments.starts, requests=arguments.requests
        )
        print(table_row(figures), flush=True)
        measured.append(figures)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(figures) for figures in measured], indent=2) + "\n")


if __name__ == "__main__":
    main()
