"""The local API with the functions of build/release, as a process of the tests."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from support.function import REPOSITORY
from support.listening import free_port, wait_until_open


@dataclass
class LocalApi:
    url: str
    process: subprocess.Popen[bytes]

    def environments(self) -> list[int]:
        """The process ids of the functions' execution environments."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):  # the process has ended
                state, parent = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
                if int(parent) == self.process.pid and state != "Z":
                    found.append(int(stat.parent.name))
        return found


@contextlib.contextmanager
def running(
    dynamodb_url: str, table: str, environment: dict[str, str] | None = None, options: Iterable[str | Path] = ()
) -> Iterator[LocalApi]:
    """Serves a table of users at this DynamoDB, and its claims table."""
    port = free_port()
    build = REPOSITORY / "build/release"
    process = subprocess.Popen(
        [build / "scripts/local_api/local_api", "--template", REPOSITORY / "template.yaml", "--build-dir", build,
         "--port", str(port), "--env", f"AWS_ENDPOINT_URL_DYNAMODB={dynamodb_url}",
         "--env", f"TABLE_NAME={table}", "--env", f"CLAIMS_TABLE_NAME={table}-claims", *options],
        env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until_open(process, port)
        yield LocalApi(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(10)
