"""One execution environment of a function: the real binary, its Runtime API and its log.

BUILD_DIR          the build folder with the functions (default: build/release)
FUNCTION_WRAPPER   a command that runs each function, such as an emulator of its processor (default: none)
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from support.runtime_api import Outcome, RuntimeApi

REPOSITORY = Path(__file__).resolve().parents[2]
(VERSION,) = re.findall(r"^project\(users_api VERSION (\S+)", (REPOSITORY / "CMakeLists.txt").read_text(), re.MULTILINE)
USER_AGENT = f"users-api/{VERSION}"

#: The variables that Lambda and the template set. The keys are the examples in AWS's documentation.
ENVIRONMENT = {
    "TABLE_NAME": "Users",
    "CLAIMS_TABLE_NAME": "UserClaims",
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "AWS_LAMBDA_FUNCTION_NAME": "users-Function",
}


#: LeakSanitizer's exit code.
LEAKED = 23


WRAPPER = shlex.split(os.environ.get("FUNCTION_WRAPPER", ""))


def build_folder() -> Path:
    return REPOSITORY / os.environ.get("BUILD_DIR", "build/release")


def binary(name: str) -> Path:
    """Returns the bootstrap of a function."""
    path = build_folder() / "functions" / name / "bootstrap"
    assert path.is_file(), f"{path} is missing; build the functions first"
    return path


def in_root(root: Path, program: Path) -> list[str]:
    shutil.copy(program, root)
    if os.geteuid() == 0:
        return ["/usr/sbin/chroot", str(root), f"/{program.name}"]
    return ["unshare", "--map-root-user", f"--root={root}", f"/{program.name}"]


class Function:
    def __init__(
        self,
        name: str,
        *,
        dynamodb_url: str,
        environment: dict[str, str | None] | None = None,
        output: int = subprocess.PIPE,
        root: Path | None = None,
    ):
        """Starts the function. A None in `environment` removes a variable; an `output` other than PIPE is not read.

        With a `root`, the function is copied into that directory and sees no other part of the file system.
        """
        self.runtime = RuntimeApi()
        variables = {
            **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")},
            **ENVIRONMENT,
            "AWS_LAMBDA_RUNTIME_API": self.runtime.address,
            "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url,
            **(environment or {}),
        }
        self.process = subprocess.Popen(
            in_root(root, binary(name)) if root else [*WRAPPER, binary(name)],
            env={name: value for name, value in variables.items() if value is not None},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        self._lines: list[bytes] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def invoke(self, event: Any, *, remaining_seconds: float = 10, headers: dict[str, str] | None = None) -> Outcome:
        return self.runtime.invoke(event, remaining_seconds=remaining_seconds, headers=headers)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def wait(self, timeout: float = 60) -> int:
        """Waits until the process has ended and its log is complete, and returns the exit code."""
        code = self.process.wait(timeout)
        self._reader.join(timeout)
        return code

    def peak_memory(self) -> int:
        """Returns the peak resident memory in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    @property
    def output(self) -> bytes:
        return b"".join(self._lines)

    @property
    def log(self) -> list[dict[str, Any]]:
        """The lines written so far; each must be a JSON object."""
        lines = [json.loads(line) for line in self._lines]
        assert all(isinstance(line, dict) for line in lines), lines
        return lines

    def wait_for_log(
        self, count: int, *, message: str, request_id: str | None = None, timeout: float = 60
    ) -> list[dict[str, Any]]:
        """Waits for `count` lines with this message, of one invocation or of all, and returns them.

        A line may be written after the response that it describes.
        """

        def matches(line: dict[str, Any]) -> bool:
            return line.get("message") == message and request_id in (None, line.get("requestId"))

        deadline = time.monotonic() + timeout
        while len(found := [line for line in self.log if matches(line)]) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count} lines “{message}” in {self.output!r}"
            time.sleep(0.005)
        return found

    def close(self) -> None:
        """Ends the process with SIGTERM, so that an instrumented build can write its report; if that fails, with SIGKILL."""
        self.terminate()
        try:
            code = self.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.wait()
        assert code != LEAKED, self.output.decode(errors="replace")
        if self.process.stdout:
            self.process.stdout.close()
        self.runtime.close()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._lines.append(line)
