"""run-local.sh, and a second one beside it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest
import requests

from support.function import REPOSITORY
from support.scripts import run_script


def free_ports() -> tuple[str, str]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return str(one.getsockname()[1]), str(other.getsockname()[1])


@contextlib.contextmanager
def running(*options: str) -> Iterator[tuple[str, str]]:
    """The port of its API, and what it said until that was there."""
    port, dynamodb_port = free_ports()
    process = subprocess.Popen(
        [REPOSITORY / "scripts/run-local.sh", "--port", port, "--dynamodb-port", dynamodb_port, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = b""
    try:
        give_up = time.monotonic() + 300
        while b"Ctrl-C ends it" not in said:
            ready, _, _ = select.select([process.stdout], [], [], max(0, give_up - time.monotonic()))
            assert ready, said.decode()
            piece = os.read(process.stdout.fileno(), 65536)
            assert piece, said.decode()
            said += piece
        yield port, said.decode()
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def first() -> Iterator[tuple[str, str]]:
    with running("--in-memory", "--env", "ALLOWED_ORIGIN=https://app.example", "--env", "AWS_LAMBDA_LOG_LEVEL=DEBUG") as run:
        yield run


def test_it_serves_with_the_variables_that_it_is_given(first: tuple[str, str]) -> None:
    port, said = first

    reply = requests.get(f"http://127.0.0.1:{port}/users", timeout=30)

    assert f"The users API is at http://127.0.0.1:{port}\n" in said
    assert (reply.status_code, reply.headers["Access-Control-Allow-Origin"]) == (200, "https://app.example")


def test_another_has_users_and_logs_of_its_own(first: tuple[str, str]) -> None:
    log = REPOSITORY / "build/local" / first[0] / "api.log"
    before = log.read_text()
    assert '"FunctionName":"ListUsers"' in before, "of the test before this"

    with running("--in-memory") as (port, said):
        assert f"Logs: build/local/{port}/api.log" in said
        assert requests.get(f"http://127.0.0.1:{port}/users", timeout=30).json()["count"] == 0
    assert log.read_text() == before


def test_two_do_not_share_the_users_that_are_kept() -> None:
    port, dynamodb_port = free_ports()
    lock = REPOSITORY / "build/local/dynamodb.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as held:
        with contextlib.suppress(BlockingIOError):  # then there is another indeed
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)

        refused = run_script("run-local.sh", "--port", port, "--dynamodb-port", dynamodb_port)

        assert refused.returncode == 1
        assert refused.stdout == (
            "run-local.sh: another run-local.sh has the users in build/local/dynamodb: try with --in-memory\n"
        )


def test_a_variable_that_no_function_has_is_refused() -> None:
    port, dynamodb_port = free_ports()

    done = run_script(
        *("run-local.sh", "--in-memory", "--port", port, "--dynamodb-port", dynamodb_port), *("--env", "JWT_ISUER=me")
    )

    assert done.returncode == 1
    assert "local_api: --env JWT_ISUER: the template gives no function a variable of this name\n" in done.stdout
