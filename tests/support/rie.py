"""A program that runs a function in AWS's Runtime Interface Emulator, behind the local API.

    rie.py BOOTSTRAP

The local API runs this program as a function's bootstrap. The program starts the emulator, which starts the real bootstrap.
It forwards events from the local API's Runtime API to the emulator, and responses back.
https://github.com/aws/aws-lambda-runtime-interface-emulator
"""

from __future__ import annotations

import http.client
import importlib.util
import ipaddress
import os
import platform
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

EVENTS, RUNTIME_API = 8080, 9001  # ports


def emulator() -> Path:
    """Returns the emulator that the SAM CLI contains."""
    samcli = importlib.util.find_spec("samcli")
    assert samcli and samcli.origin
    architecture = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
    program = Path(samcli.origin).parent / f"local/rapid/aws-lambda-rie-{architecture}"
    program.chmod(0o755)
    return program


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
    serve(sys.argv[1])
