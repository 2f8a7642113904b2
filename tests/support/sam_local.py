"""`sam local start-api` with the output of `sam build`, and a Docker engine for it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from support import dynamodb_local
from support.function import REPOSITORY
from support.listening import free_port, wait_until_open

SAM = Path(sys.executable).with_name("sam")
IMAGE = "public.ecr.aws/lambda/provided:al2023-x86_64"  # Lambda's


class Unavailable(Exception):
    """No Docker engine runs, and none can be started."""


@contextlib.contextmanager
def running(dynamodb_url: str, tables: Sequence[str], settings: dict[str, str], template: str) -> Iterator[list[str]]:
    """Yields a URL for each users table, at which the API of the template with these settings serves it."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        engine = stack.enter_context(_docker(folder / "docker"))
        environment = {**dynamodb_local.credentials(), **engine, "SAM_CLI_TELEMETRY": "0"}
        _build(template, folder / "build", environment)
        urls = []
        for table in tables:
            variables, port = folder / f"{table}.json", free_port()
            variables.write_text(json.dumps({"Parameters": {
                "TABLE_NAME": table,
                "CLAIMS_TABLE_NAME": dynamodb_local.claims_table(table),
                "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url.replace("127.0.0.1", "dynamodb"),
                **settings,
            }}))  # fmt: skip
            command = [
                *(SAM, "local", "start-api", "--template", folder / "build/template.yaml", "--port", str(port)),
                *("--warm-containers", "LAZY", "--env-vars", variables, "--add-host", "dynamodb:host-gateway"),
                *(["--skip-pull-image"] if engine else []),
            ]
            process = stack.enter_context(_started(command, folder / f"{table}.log", environment))
            wait_until_open(process, port)
            urls.append(f"http://127.0.0.1:{port}")
        yield urls


def _build(template: str, folder: Path, environment: dict[str, str]) -> None:
    settings = folder.with_name("samconfig.toml")
    shutil.copy(REPOSITORY / "samconfig.toml.example", settings)
    done = subprocess.run(
        [SAM, "build", "--template", template, "--config-file", settings, "--build-dir", folder],
        cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@contextlib.contextmanager
def _started(command: Sequence[str | Path], log: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment)
    try:
        yield process
    except AssertionError as error:
        raise AssertionError(log.read_text(errors="replace")[-4000:]) from error
    finally:
        process.terminate()
        process.wait(60)


def _responds(environment: dict[str, str]) -> bool:
    try:
        return subprocess.run(["docker", "info"], env=environment, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def _docker(folder: Path) -> Iterator[dict[str, str]]:
    """Uses the running engine, or else starts one that has Lambda's image without pulling it; yields the variables for its
    clients, none for the running one."""
    if _responds(dict(os.environ)):
        yield {}
        return
    if os.geteuid() != 0 or not shutil.which("dockerd"):
        raise Unavailable("no Docker engine responds, and only root can start one, with dockerd")
    folder.mkdir()
    variables = {"DOCKER_HOST": f"unix://{folder}/socket"}
    environment = {**os.environ, **variables}
    command = [
        *("dockerd", "--data-root", folder / "data", "--exec-root", folder / "exec", "--pidfile", folder / "pid"),
        *("--host", variables["DOCKER_HOST"]),
    ]
    log = folder.with_suffix(".log")
    with _started(command, log, environment) as process:
        deadline = time.monotonic() + 60
        while not _responds(environment):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Unavailable(f"Docker cannot start here: {log.read_text().splitlines()[-1]}")
            time.sleep(0.1)
        subprocess.run(["docker", "import", "-", IMAGE], env=environment, input=_bare_image(), check=True, capture_output=True)
        yield variables


def _bare_image() -> bytes:
    """Returns the file system of an image with a shell and nothing else, as a tar file. SAM puts its emulator into it; a
    bootstrap that runs there needs nothing from an image."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as image:
        for name in ("bin", "tmp", "var", "var/task", "var/runtime"):
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            image.addfile(entry)
        image.add(shutil.which("busybox") or "/bin/busybox", "bin/busybox")
        for command in ("sh", "mv", "chmod"):
            entry = tarfile.TarInfo(f"bin/{command}")
            entry.type, entry.linkname = tarfile.SYMTYPE, "busybox"
            image.addfile(entry)
    return content.getvalue()
