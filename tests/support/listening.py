"""Processes of the tests that listen on a port."""

from __future__ import annotations

import contextlib
import random
import socket
import subprocess
import time


def free_port() -> int:
    """Returns a free port, below the range from which the system assigns ports to clients."""
    while True:
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", random.randrange(20000, 30000))) as probe:
            return probe.getsockname()[1]


def wait_until_open(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, f"{process.args} ended with {process.returncode}"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"{process.args} does not listen")
