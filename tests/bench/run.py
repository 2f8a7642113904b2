"""Runs a subject on the rig, and checks that all of its work was correct."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import signature
from subjects import Subject
from support.certificates import Authority
from support.function import ENVIRONMENT
from tasks import TASKS

#: The roots of AWS's endpoints, in the distribution's ca-certificates.
AMAZON_ROOTS = (
    "Amazon_Root_CA_1",
    "Amazon_Root_CA_2",
    "Amazon_Root_CA_3",
    "Amazon_Root_CA_4",
    "Starfield_Services_Root_Certificate_Authority_-_G2",
)
CERTIFICATES = Path("/usr/share/ca-certificates/mozilla")

CREDENTIALS = signature.Credentials(
    key=ENVIRONMENT["AWS_ACCESS_KEY_ID"],
    secret=ENVIRONMENT["AWS_SECRET_ACCESS_KEY"],
    token="IQoJb3JpZ2luX2VjEXAMPLE" * 30,  # as long as those of Lambda
)


@dataclass(frozen=True)
class Run:
    """Times in milliseconds, memory in kibibytes."""

    init: float
    first: float
    warm: list[float]
    init_cpu: float
    first_cpu: float
    warm_cpu: float  # the mean of one request
    peak_kib: int
    growth_kib: int  # growth of resident memory during the second half of the requests
    growth_files: int  # growth of the number of open files during the same time
    connections: int  # to DynamoDB
    repeated: int  # requests to DynamoDB beyond those that the events need


class Rig:
    def __init__(self, program: Path, folder: Path):
        """Keeps its files in the existing directory `folder`."""
        self._program = program
        self._folder = folder
        authority = Authority(folder)
        self._certificate = authority.server_pem()
        roots = [(CERTIFICATES / f"{name}.crt").read_bytes() for name in AMAZON_ROOTS]
        bundle = folder / "bundle.pem"
        # The root of DynamoDB's certificate comes first, like Amazon Root CA 1 in the functions' own list.
        bundle.write_bytes(b"".join([authority.bundle.read_bytes(), *roots]))
        self._environment = {
            **ENVIRONMENT,
            "AWS_SESSION_TOKEN": CREDENTIALS.token,
            "AWS_DEFAULT_REGION": ENVIRONMENT["AWS_REGION"],
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/users-Function",
            "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            # The trusted authorities, in the variable of each subject.
            "AWS_CA_BUNDLE": str(bundle),
            "SSL_CERT_FILE": str(bundle),
            "NODE_EXTRA_CA_CERTS": str(bundle),
            # No subject may read the configuration of the person who runs the benchmark.
            "HOME": str(folder),
        }
        for name, task in TASKS.items():
            (folder / f"{name}.event").write_text(json.dumps(task.event), encoding="utf-8")
            (folder / f"{name}.response").write_text(json.dumps(task.response), encoding="utf-8")
            (folder / f"{name}.jwks").write_bytes(task.jwks)

    def run(self, subject: Subject, path: str, requests: int) -> Run:
        """Starts the subject and has it serve a first request and this many more; raises when anything goes wrong."""
        command = [
            self._program,
            self._certificate,
            self._folder / f"{subject.task}.event",
            self._folder / f"{subject.task}.response",
            str(1 + requests),
            self._folder,
            *subject.command,
        ]
        subprocess.run(
            command,
            cwd=subject.folder,
            env={**self._environment, **self._environment_of(subject.task), "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=60 + requests / 50,
            check=True,
        )
        figures = json.loads((self._folder / "figures").read_text())
        repeated = self._check(subject, 1 + requests, figures["responses"], figures["requests"])
        first, *warm = (nanoseconds / 1e6 for nanoseconds in figures["latencies_ns"])
        return Run(
            init=figures["init_ns"] / 1e6,
            first=first,
            warm=warm,
            init_cpu=figures["init_cpu_ns"] / 1e6,
            first_cpu=(figures["cold_cpu_ns"] - figures["init_cpu_ns"]) / 1e6,
            warm_cpu=(figures["total_cpu_ns"] - figures["cold_cpu_ns"]) / 1e6 / requests,
            peak_kib=figures["peak_kib"],
            growth_kib=figures["resident_kib"] - figures["half_way_kib"],
            growth_files=figures["open_files"] - figures["half_way_files"],
            connections=figures["connections"],
            repeated=repeated,
        )

    def _environment_of(self, task: str) -> dict[str, str]:
        keys = {"JWT_JWKS_FILE": str(self._folder / f"{task}.jwks")} if TASKS[task].jwks else {}
        return {**TASKS[task].environment, **keys}

    def _check(self, subject: Subject, events: int, responses: int, requests: int) -> int:
        """Returns the number of repeated requests; the project's functions must not repeat any, as no fault occurs."""
        for response in recorded_messages(self._folder / "responses"):
            TASKS[subject.task].check(posted_json(response))
        for request in recorded_messages(self._folder / "requests"):
            signature.check(request, CREDENTIALS, ENVIRONMENT["AWS_REGION"], "dynamodb")
        expected = 0 if subject.language == "floor" else events * TASKS[subject.task].dynamodb_requests
        repeated = requests - expected
        if responses != events or repeated < 0 or (repeated and subject.language == "cpp"):
            raise ValueError(f"{responses} responses and {requests} requests to DynamoDB for {events} events")
        return repeated


def recorded_messages(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while line := file.readline():
            yield file.read(int(line))


def posted_json(message: bytes) -> Any:
    head, _, body = message.partition(b"\r\n\r\n")
    if b"\r\ntransfer-encoding: chunked" in head.lower():
        chunks = body.split(b"\r\n")  # size, data, size, data, and so on; the JSON contains no line break
        body = b"".join(chunks[1::2])
    return json.loads(body)
