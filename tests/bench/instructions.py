"""Counts the instructions that a function executes before it requests its first event."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from support.function import ENVIRONMENT
from support.runtime_api import RuntimeApi


def until_first_next(bootstrap: Path) -> int:
    """Counts with callgrind until the waiting function ends on SIGTERM; no server plays DynamoDB.

    Unlike times, these counts are reproducible and reveal changes that noise would hide.
    """
    runtime = RuntimeApi()
    process = subprocess.Popen(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", bootstrap],
        env={
            **ENVIRONMENT,
            "PATH": "/usr/bin:/bin",
            "AWS_LAMBDA_RUNTIME_API": runtime.address,
            "AWS_ENDPOINT_URL_DYNAMODB": "https://127.0.0.1:1",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        runtime.wait_until_idle(timeout=60)
        process.terminate()
        _, output = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
        runtime.close()
    collected = re.search(r"Collected : (\d+)", output)
    if not collected:
        raise ValueError(f"callgrind reported no count: {output}")
    return int(collected[1])
