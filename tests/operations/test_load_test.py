"""load-test.sh with a server that counts requests."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.http_server import HttpServer, Request, Response
from support.scripts import run_script

ID = "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f"
#: Excludes 127.0.0.1 from the proxy of the environment.
ENVIRONMENT = {**os.environ, "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}


class Api:
    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.authorizations: set[str | None] = set()
        self.listing: Callable[[int], int] = lambda _: 200  # returns the status of the listing with this number
        self.server = HttpServer(self._respond)

    def _respond(self, request: Request) -> Response:
        self.requests[f"{request.method} {request.target}"] += 1
        self.authorizations.add(request.headers.get("authorization"))
        if request.method == "POST":
            return Response(201, f'{{"userId":"{ID}"}}'.encode())
        if "pageSize" in request.target:
            return Response(self.listing(self.requests["GET /users?pageSize=25"]))
        return Response(200)


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()
    yield api
    api.server.close()


def test_the_script_gets_its_user_lists_users_and_deletes_its_user(api: Api) -> None:
    done = run_script("load-test.sh", f"http://{api.server.address}", "--requests", "60", environment=ENVIRONMENT)

    assert done.returncode == 0, done.stdout
    assert api.requests == {"POST /users": 1, f"GET /users/{ID}": 60, "GET /users?pageSize=25": 60, f"DELETE /users/{ID}": 1}
    assert done.stdout.count("60 responses") == 2
    assert done.stdout.count("  50% in ") == 2
    assert "  0% in " not in done.stdout, "hey prints the missing 99th percentile of 60 requests as 0%"


@pytest.mark.parametrize("few", [["--requests", "5"], ["--requests", "4", "--rate", "3"]], ids=" ".join)
def test_a_small_load_needs_few_connections(api: Api, few: list[str]) -> None:
    done = run_script("load-test.sh", f"http://{api.server.address}", *few, environment=ENVIRONMENT)

    assert done.returncode == 0, done.stdout
    assert api.requests[f"GET /users/{ID}"] in (int(few[1]), int(few[1]) // 3 * 3)


def test_the_script_sends_the_token_of_the_environment(api: Api) -> None:
    done = run_script(
        "load-test.sh", f"http://{api.server.address}", "--requests", "10", environment={**ENVIRONMENT, "TOKEN": "a.b.c"}
    )

    assert done.returncode == 0, done.stdout
    assert api.authorizations == {"Bearer a.b.c"}


def test_curl_reads_the_token_from_a_file_that_is_deleted_afterwards(api: Api, tmp_path: Path) -> None:
    arguments = tmp_path / "arguments"
    recorder = tmp_path / "bin/curl"
    recorder.parent.mkdir()
    recorder.write_text(f'#!/bin/sh\necho "$@" >>{arguments}\nexec {shutil.which("curl")} "$@"\n')
    recorder.chmod(0o755)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    environment = {
        **ENVIRONMENT,
        "PATH": f"{recorder.parent}:{ENVIRONMENT['PATH']}",
        "TMPDIR": str(scratch),
        "TOKEN": "a.b.c",
    }

    done = run_script("load-test.sh", f"http://{api.server.address}", "--requests", "10", environment=environment)

    assert done.returncode == 0, done.stdout
    assert api.authorizations == {"Bearer a.b.c"}
    assert len(arguments.read_text().splitlines()) == 2
    assert "a.b.c" not in arguments.read_text()
    assert list(scratch.iterdir()) == []


def test_one_failure_among_many_requests_fails_the_test(api: Api) -> None:
    api.listing = lambda number: 503 if number == 30 else 200

    done = run_script("load-test.sh", f"http://{api.server.address}", "--requests", "60", environment=ENVIRONMENT)

    assert done.returncode == 1
    assert "[503]\t1 responses" in done.stdout
    assert done.stdout.endswith("load-test.sh: not every response had the status 200\n")
    assert api.requests[f"DELETE /users/{ID}"] == 1


MISTAKES = {
    "no URL": ([], 2, "the URL of the API is missing"),
    "unknown option": (["http://127.0.0.1:1", "--forever"], 2, "unknown argument --forever"),
    "too many requests": (["http://127.0.0.1:1", "--requests", "100001"], 2, "--requests takes a number from 1 to 100000"),
    "too much concurrency": (["http://127.0.0.1:1", "--concurrency", "20", "--rate", "10"], 2, "--concurrency must not exceed"),
    "no server": (["http://127.0.0.1:1"], 1, "cannot create a user: curl: (7)"),
}


@pytest.mark.parametrize(("arguments", "status", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_reported_in_one_line(arguments: list[str], status: int, message: str) -> None:
    done = run_script("load-test.sh", *arguments, environment=ENVIRONMENT)

    assert (done.returncode, done.stdout.count("\n")) == (status, 1)
    assert done.stdout.startswith(f"load-test.sh: {message}")
