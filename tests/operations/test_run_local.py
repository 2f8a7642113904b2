"""run-local.sh, and a second instance at the same time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import subprocess
import time
from collections.abc import Iterator

import pytest
import requests

from support.function import REPOSITORY
from support.listening import free_port
from support.scripts import run_script


@contextlib.contextmanager
def running(*options: str) -> Iterator[tuple[str, str]]:
    """Runs the script; yields the port of its API, and its output until the API is ready."""
    port, dynamodb_port = str(free_port()), str(free_port())
    process = subprocess.Popen(
        [REPOSITORY / "scripts/run-local.sh", "--port", port, "--dynamodb-port", dynamodb_port, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output = b""
    try:
        deadline = time.monotonic() + 300
        while b"Press Ctrl-C to stop" not in output:
            ready, _, _ = select.select([process.stdout], [], [], max(0, deadline - time.monotonic()))
            assert ready, output.decode()
            piece = os.read(process.stdout.fileno(), 65536)
            assert piece, output.decode()
            output += piece
        yield port, output.decode()
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def first() -> Iterator[tuple[str, str]]:
    with running("--in-memory", "--env", "ALLOWED_ORIGIN=https://app.example", "--env", "AWS_LAMBDA_LOG_LEVEL=DEBUG") as run:
        yield run


def test_env_sets_variables_of_the_functions(first: tuple[str, str]) -> None:
    port, output = first

    response = requests.get(f"http://127.0.0.1:{port}/users", timeout=30)

    assert f"The users API: http://127.0.0.1:{port}\n" in output
    assert (response.status_code, response.headers["Access-Control-Allow-Origin"]) == (200, "https://app.example")


def test_another_instance_has_its_own_users_and_logs(first: tuple[str, str]) -> None:
    log = REPOSITORY / "build/local" / first[0] / "api.log"
    before = log.read_text()
    assert '"FunctionName":"ListUsers"' in before, "the previous test must have written this line"

    with running("--in-memory") as (port, output):
        assert f"Logs: build/local/{port}/api.log" in output
        assert requests.get(f"http://127.0.0.1:{port}/users", timeout=30).json()["count"] == 0
    assert log.read_text() == before


def test_two_instances_cannot_share_the_stored_users() -> None:
    port, dynamodb_port = str(free_port()), str(free_port())
    lock = REPOSITORY / "build/local/dynamodb.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as held:
        with contextlib.suppress(BlockingIOError):  # another instance holds the lock
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)

        refused = run_script("run-local.sh", "--port", port, "--dynamodb-port", dynamodb_port)

        assert refused.returncode == 1
        assert refused.stdout == (
            "run-local.sh: another run-local.sh uses build/local/dynamodb: stop it, or use --in-memory\n"
        )


def test_a_variable_that_no_function_has_is_rejected() -> None:
    port, dynamodb_port = str(free_port()), str(free_port())

    done = run_script(
        *("run-local.sh", "--in-memory", "--port", port, "--dynamodb-port", dynamodb_port), *("--env", "JWT_ISUER=me")
    )

    assert done.returncode == 1
    assert "local_api: --env JWT_ISUER: no function of the template has this variable\n" in done.stdout


def test_another_template_can_be_served_from_any_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY / "tests")
    with running("--in-memory", "--template", "../template-http.yaml") as (port, _):
        response = requests.get(f"http://127.0.0.1:{port}/nowhere", timeout=30)

    assert (response.status_code, response.json()) == (404, {"message": "Not Found"})
