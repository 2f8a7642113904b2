"""The local API as a process, with the functions and the template of a test."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = REPOSITORY / os.environ.get("BUILD_DIR", "build/release") / "scripts/local_api/local_api"

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "EXAMPLEKEY"}

#: A function that returns every event.
ECHO = "serve(lambda event: proxy_response(event))"

#: A function that writes "serving" to the log, and returns its environment's name once the gate is open.
GATED = """
import time
def handle(event):
    print("serving", flush=True)
    while not os.path.exists("gate"):
        time.sleep(0.01)
    return proxy_response(ENVIRONMENT_NAME)
serve(handle)
"""


@dataclass(frozen=True)
class Response:
    status: int
    fields: list[tuple[str, str]]
    body: bytes

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers by lower-case name; the values of a repeated header are joined."""
        found: dict[str, str] = {}
        for name, value in self.fields:
            found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
        return found

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def sanitizer_options() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}


def write_function(build_dir: Path, folder: str, source: str) -> Path:
    """Puts a stand-in where the local API looks for the executable of a function."""
    bootstrap = build_dir / "functions" / folder / "bootstrap"
    bootstrap.parent.mkdir(parents=True, exist_ok=True)
    new = bootstrap.with_name("bootstrap.new")
    new.write_text(
        f"#!{sys.executable} -S\n"
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        f"from stand_in import *\n{textwrap.dedent(source)}\n"
    )
    new.chmod(0o755)
    new.rename(bootstrap)
    return bootstrap


def template(
    *,
    method: str = "any",
    path: str = "/echo",
    function: str = "Echo",
    properties: str = "Timeout: 60",
    rest: str = "",
) -> str:
    """Returns a template with one function and one route."""
    return f"""\
Resources:
  {function}:
    Type: AWS::Serverless::Function
    Properties:
{textwrap.indent(textwrap.dedent(properties), "      ")}
      Events:
        Route: {{Type: Api, Properties: {{Path: '{path}', Method: {method}}}}}
{textwrap.dedent(rest)}"""


class Connection:
    """A connection to the local API that sends bytes as they are."""

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._received = self.socket.makefile("rb")

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._received.close()
        self.socket.close()

    def send(self, wire: bytes) -> None:
        self.socket.sendall(wire)

    def response(self, *, has_body: bool = True) -> Response:
        """Returns the next response."""
        status = int(self._received.readline().split()[1])
        headers = http.client.parse_headers(self._received)
        body = self._received.read(int(headers.get("Content-Length", 0)) if has_body else 0)
        return Response(status, headers.items(), body)

    def rest(self) -> bytes:
        """Returns what the server sends until it closes the connection."""
        return self._received.read()


class LocalApi:
    def __init__(
        self,
        folder: Path,
        template_text: str,
        functions: dict[str, str],
        options: Iterable[str] = (),
        environment: dict[str, str] | None = None,
    ):
        """Starts the local API on a free port. `functions` are the sources of stand-ins, by folder."""
        self.build_dir = folder / "build"
        self.template = folder / "template.yaml"
        self.log_file = folder / "log"
        self.template.write_text(template_text)
        for name, source in functions.items():
            write_function(self.build_dir, name, source)
        self.process = subprocess.Popen(
            [
                PROGRAM, "--template", self.template, "--build-dir", self.build_dir, "--port", "0",
                "--log-file", self.log_file, *options,
            ],  # fmt: skip
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ["PATH"], **CREDENTIALS, **sanitizer_options(), **(environment or {})},
        )
        assert self.process.stdout is not None
        self.ready_line = self.process.stdout.readline()
        if not self.ready_line:
            _, errors = self.process.communicate(timeout=60)
            raise AssertionError(f"the local API did not start: {errors}")
        self.port = int(self.ready_line.rpartition(":")[2])

    def request(
        self, method: str, target: str, body: bytes | None = None, headers: Iterable[tuple[str, str]] = ()
    ) -> Response:
        """Sends exactly this request, plus Host and, with a body, Content-Length."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        received = connection.getresponse()
        response = Response(received.status, received.getheaders(), received.read())
        connection.close()
        return response

    def connect(self) -> Connection:
        return Connection(self.port)

    def send_raw(self, wire: bytes) -> Response:
        with self.connect() as connection:
            connection.send(wire)
            return connection.response()

    def get(self, target: str = "/echo") -> Response:
        return self.request("GET", target)

    @property
    def log(self) -> list[dict[str, Any]]:
        """The lines of the log that are JSON objects."""
        return [json.loads(line) for line in self.log_file.read_text().splitlines() if line.startswith("{")]

    def wait_until_serving(self, count: int) -> None:
        """Returns once gated functions have received that many requests."""
        eventually(lambda: self.log_file.read_text().splitlines().count("serving") == count)

    def open_gate(self, folder: str = "echo") -> None:
        (self.build_dir / "functions" / folder / "gate").touch()

    def errors(self) -> list[dict[str, Any]]:
        return [line for line in self.log if line["level"] == "ERROR"]

    def environments(self) -> list[int]:
        """Returns the process ids of its environments, the oldest first."""
        started = [line["pid"] for line in self.log if line["message"].startswith("started ")]
        return [pid for pid in started if is_alive(pid)]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stops the local API and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.communicate(timeout=60)
        return self.process.returncode


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs the local API with arguments with which it cannot start."""
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False)


def eventually(condition: Callable[[], Any], *, seconds: float = 60) -> Any:
    """Waits until the condition is true, and returns its value."""
    end = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < end, "the condition did not become true in time"
        time.sleep(0.02)
    return result


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
