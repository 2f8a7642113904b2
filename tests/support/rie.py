"""AWS's Runtime Interface Emulator behind the local API.

    rie.py FOLDER    turns FOLDER into a build folder whose bootstraps run this program

As a function's bootstrap, this program starts the emulator, which starts the real bootstrap. It forwards events from the
local API's Runtime API to the emulator, and responses back.
https://github.com/aws/aws-lambda-runtime-interface-emulator
"""

from __future__ import annotations

import http.client
import importlib.util
import ipaddress
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
EVENTS, RUNTIME_API = 8080, 9001  # ports


def emulator() -> Path:
    """Returns the emulator that the SAM CLI contains."""
    samcli = importlib.util.find_spec("samcli")
    assert samcli and samcli.origin
    architecture = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
    program = Path(samcli.origin).parent / f"local/rapid/aws-lambda-rie-{architecture}"
    program.chmod(0o755)
    return program


def lay_out(folder: Path) -> None:
    for bootstrap in (REPOSITORY / "build/release/functions").glob("*/bootstrap"):
        stand_in = folder / "functions" / bootstrap.parent.name
        shutil.rmtree(stand_in, ignore_errors=True)
        stand_in.mkdir(parents=True)
        (stand_in / "function").symlink_to(bootstrap)
        (stand_in / "bootstrap").write_text(f'#!/bin/sh\nexec {sys.executable} {__file__} --serve "$PWD/function"\n')
        (stand_in / "bootstrap").chmod(0o755)


def serve(function: str) -> None:
    # A loopback address for each process: many start at once, and another emulator could take a free port before this
    # one binds it.
    address = str(ipaddress.ip_address("127.64.0.0") + os.getpid())
    environment = {name: value for name, value in os.environ.items() if name != "AWS_LAMBDA_RUNTIME_API"}
    process = subprocess.Popen(
        [emulator(), "--runtime-interface-emulator-address", f"{address}:{EVENTS}",
         "--runtime-api-address", f"{address}:{RUNTIME_API}", function],
        env=environment | {"AWS_LAMBDA_FUNCTION_TIMEOUT": "10"},
    )  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        wait_until_open(address)
        relay(address)
    finally:
        process.terminate()


def wait_until_open(address: str) -> None:
    while True:
        try:
            return socket.create_connection((address, EVENTS)).close()
        except ConnectionRefusedError:
            time.sleep(0.01)


def relay(emulated_at: str) -> None:
    # The local API distinguishes its environments by path.
    address, slash, path = os.environ["AWS_LAMBDA_RUNTIME_API"].partition("/")
    invocations = f"{slash}{path}/2018-06-01/runtime/invocation"
    runtime = http.client.HTTPConnection(address)
    emulated = http.client.HTTPConnection(emulated_at, EVENTS)
    while True:
        runtime.request("GET", f"{invocations}/next")
        event = runtime.getresponse()
        emulated.request("POST", "/2015-03-31/functions/function/invocations", event.read())
        payload = emulated.getresponse().read()
        request_id = event.headers["Lambda-Runtime-Aws-Request-Id"]
        runtime.request("POST", f"{invocations}/{request_id}/response", payload)
        runtime.getresponse().read()


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(sys.argv[2])
    else:
        lay_out(Path(sys.argv[1]))
