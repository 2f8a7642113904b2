"""The program: its options, its ready message and its shutdown."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from local_api.harness import ECHO, GATED, PROGRAM, eventually, is_alive, run, template, write_function


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "--template is missing (see --help)"),
        (["--template", "t"], "--build-dir is missing (see --help)"),
        (["--template"], "--template needs a value"),
        (["--port", "x"], "--port takes a number from 0 to 65535, not 'x'"),
        (["--port", "65536"], "--port takes a number from 0 to 65535, not '65536'"),
        (["--max-environments", "0"], "--max-environments takes a number from 1 to 100, not '0'"),
        (["--env", "NAME"], "--env takes NAME=VALUE, not 'NAME'"),
        (["--env", "=x"], "--env takes NAME=VALUE, not '=x'"),
        (["--verbose"], "unknown option --verbose (see --help)"),
        (["--template", "/no/such", "--build-dir", "b"], "cannot read /no/such"),
    ],
)
def test_invalid_options_are_reported_in_one_line(arguments, reason):
    result = run(*arguments)

    assert (result.returncode, result.stdout, result.stderr) == (2, "", f"local_api: {reason}\n")


def test_help_names_every_option():
    result = run("--help")

    assert (result.returncode, result.stderr) == (0, "")
    for option in ("template", "build-dir", "port", "host", "env", "docs", "watch", "log-file", "max-environments"):
        assert f"--{option} " in result.stdout


def test_the_program_prints_its_url_once_it_listens(start):
    api = start()

    assert api.ready_line == f"listening on http://127.0.0.1:{api.port}\n"
    assert api.get().status == 200


def test_a_port_in_use_is_reported_in_one_line(start, tmp_path):
    api = start()

    result = run("--template", api.template, "--build-dir", api.build_dir, "--port", str(api.port))

    assert result.returncode == 1
    assert result.stderr == f"local_api: cannot listen on 127.0.0.1:{api.port}: Address already in use\n"


def test_a_port_can_be_reused_immediately(start):
    first = start()
    first.get()
    assert first.stop() == 0

    second = start(options=("--port", str(first.port)))

    assert second.port == first.port
    assert second.get().status == 200


def test_without_a_log_file_the_log_goes_to_standard_error(tmp_path):
    (tmp_path / "template.yaml").write_text(template())
    write_function(tmp_path, "echo", "print('hello', flush=True)\n" + ECHO)
    process = subprocess.Popen(
        [PROGRAM, "--template", tmp_path / "template.yaml", "--build-dir", tmp_path, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    port = int(process.stdout.readline().rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
    process.terminate()
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 0
    assert "hello" in errors.splitlines()
    assert any('"message":"started Echo-1"' in line for line in errors.splitlines())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_program_and_its_environments(start, number):
    api = start()
    api.get()
    [pid] = api.environments()

    assert api.stop(number) == 0

    assert not is_alive(pid)
    assert [line["level"] for line in api.log if line["level"] in ("WARN", "ERROR")] == []


def test_an_environment_that_ignores_sigterm_is_killed_after_half_a_second(start):
    api = start("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + ECHO)
    api.get()
    [pid] = api.environments()
    start_time = time.monotonic()

    assert api.stop() == 0

    assert time.monotonic() - start_time > 0.4
    assert not is_alive(pid)


def test_a_request_in_progress_finishes_before_the_program_ends(start):
    api = start("""
    import signal, threading
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    def handle(event):
        print("serving", flush=True)
        stopped.wait()
        return proxy_response("finished")
    serve(handle)
    """)
    with ThreadPoolExecutor() as pool:
        response = pool.submit(api.get)
        api.wait_until_serving(1)
        assert api.stop() == 0

    assert response.result().json == "finished"


def test_requests_that_cannot_finish_before_the_end_get_a_502(start):
    api = start(
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + GATED,
        options=("--max-environments", "1"),
    )
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(api.connect()) for _ in range(3)]
        for connection in connections:
            connection.send(b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
        api.wait_until_serving(1)
        assert api.get("/nothing").status == 403  # so the requests before it have arrived
        assert api.stop() == 0

        assert [connection.response().status for connection in connections] == [502, 502, 502]


def test_a_signal_before_any_request_ends_the_program(start):
    assert start().stop() == 0


def test_an_idle_connection_does_not_delay_the_shutdown(start):
    api = start()
    with socket.create_connection(("127.0.0.1", api.port)):
        start_time = time.monotonic()
        assert api.stop() == 0
        # The shutdown takes about half a second; without a signal, the server closes an idle connection after 30 s.
        assert time.monotonic() - start_time < 25


def test_killing_the_program_ends_its_environments(tmp_path):
    (tmp_path / "template.yaml").write_text(template())
    write_function(tmp_path, "echo", "import os; print(os.getpid(), flush=True)\n" + ECHO)
    log = tmp_path / "log"
    process = subprocess.Popen(
        [PROGRAM, "--template", tmp_path / "template.yaml", "--build-dir", tmp_path, "--port", "0", "--log-file", log],
        stdout=subprocess.PIPE,
        text=True,
    )
    port = int(process.stdout.readline().rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
    [pid] = [int(line) for line in log.read_text().splitlines() if line.isdigit()]

    process.kill()
    process.communicate(timeout=60)

    eventually(lambda: not is_alive(pid))
