"""The local API as a process of the tests.

It runs the functions that support.function describes. LOCAL_API is the path of the local API (default: the one in
build/release).
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from support import dynamodb_local
from support.function import REPOSITORY, WRAPPER, build_folder
from support.listening import free_port, wait_until_open

#: The reports of the sanitizers, if a function or the local API is built with them.
REPORT = re.compile(r"ERROR: (Address|Leak)Sanitizer|runtime error:")


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


def wrap_functions(folder: Path, build: Path, command: str) -> None:
    """Turns `folder` into a build folder whose bootstraps run a shell command, followed by the path of the bootstrap in `build`."""
    for bootstrap in (build / "functions").glob("*/bootstrap"):
        wrapped = folder / "functions" / bootstrap.parent.name / "bootstrap"
        wrapped.parent.mkdir(parents=True)
        wrapped.write_text(f'#!/bin/sh\nexec {command} "{bootstrap}"\n')
        wrapped.chmod(0o755)


def running(
    dynamodb_url: str, table: str, environment: dict[str, str] | None = None, options: Iterable[str | Path] = ()
) -> contextlib.AbstractContextManager[LocalApi]:
    """Serves a users table and its claims table in the DynamoDB at this URL."""
    variables = {
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url,
        "TABLE_NAME": table,
        "CLAIMS_TABLE_NAME": dynamodb_local.claims_table(table),
    }
    return serving(REPOSITORY / "template.yaml", build_folder(), variables, environment, options)


@contextlib.contextmanager
def serving(
    template: Path, build: Path, variables: dict[str, str], environment: dict[str, str] | None = None,
    options: Iterable[str | Path] = (),
) -> Iterator[LocalApi]:  # fmt: skip
    """Serves the functions of a template from a build folder. Fails at the end if a sanitizer reported anything."""
    port = free_port()
    program = REPOSITORY / os.environ.get("LOCAL_API", "build/release/scripts/local_api/local_api")
    with tempfile.TemporaryDirectory() as folder:
        functions, log = build, Path(folder) / "log"
        if WRAPPER:
            functions = Path(folder)
            wrap_functions(functions, build, shlex.join(WRAPPER))
        command = [program, "--template", template, "--build-dir", functions, "--port", str(port)]
        for name, value in variables.items():
            command += ["--env", f"{name}={value}"]
        with log.open("wb") as output:
            process = subprocess.Popen([*command, *options], env=environment or dynamodb_local.credentials(), stdout=output, stderr=output)
        try:
            wait_until_open(process, port, log)
            yield LocalApi(f"http://127.0.0.1:{port}", process)
        finally:
            process.terminate()
            process.wait(60)
            text = log.read_text(errors="replace")
            assert not REPORT.search(text), text
