"""Processes of the tests that listen on a port."""

from __future__ import annotations

import contextlib
import random
import socket
import subprocess
import time
from pathlib import Path


def free_port() -> int:
    """Returns a free port, below the range from which the system assigns ports to clients."""
    while True:
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", random.randrange(20000, 30000))) as probe:
            return probe.getsockname()[1]


def wait_until_open(process: subprocess.Popen[bytes], port: int, log: Path | None = None) -> None:
    """Waits until the process listens. Fails, with its log, if it ends first or does not listen within ten minutes."""
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    output = log.read_text(errors="replace") if log else ""
    raise AssertionError(f"{process.args} does not listen (exit status {process.returncode})\n{output}")
