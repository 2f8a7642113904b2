"""The local API with the functions as they were built, as a process of the tests."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from support.function import REPOSITORY
from support.listening import free_port, wait_until_open


@dataclass
class LocalApi:
    url: str
    process: subprocess.Popen[bytes]


@contextlib.contextmanager
def running(dynamodb_url: str, table: str, environment: dict[str, str] | None = None) -> Iterator[LocalApi]:
    """On a table of users at that DynamoDB, and that of their claims beside it."""
    port = free_port()
    build = REPOSITORY / "build/release"
    process = subprocess.Popen(
        [build / "scripts/local_api/local_api", "--template", REPOSITORY / "template.yaml", "--build-dir", build,
         "--port", str(port), "--env", f"AWS_ENDPOINT_URL_DYNAMODB={dynamodb_url}",
         "--env", f"TABLE_NAME={table}", "--env", f"CLAIMS_TABLE_NAME={table}-claims"],
        env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until_open(process, port)
        yield LocalApi(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(10)
