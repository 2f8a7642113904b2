"""The local API with the functions as they were built, as a process of the tests."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass

from support.function import REPOSITORY


@dataclass
class LocalApi:
    url: str
    process: subprocess.Popen[bytes]


@contextlib.contextmanager
def running(dynamodb_url: str, table: str, environment: dict[str, str] | None = None) -> Iterator[LocalApi]:
    """On a table of users at that DynamoDB, and that of their claims beside it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    build = REPOSITORY / "build/release"
    process = subprocess.Popen(
        [build / "scripts/local_api/local_api", "--template", REPOSITORY / "template.yaml", "--build-dir", build,
         "--port", str(port), "--env", f"AWS_ENDPOINT_URL_DYNAMODB={dynamodb_url}",
         "--env", f"TABLE_NAME={table}", "--env", f"CLAIMS_TABLE_NAME={table}-claims"],
        env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_until_open(process, port)
        yield LocalApi(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_open(process: subprocess.Popen[bytes], port: int) -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        assert process.poll() is None, f"the local API ended with {process.returncode}"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("the local API did not come up")
