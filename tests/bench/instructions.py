"""How many instructions a function executes before it asks for its first event."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from support.function import ENVIRONMENT
from support.runtime_api import RuntimeApi


def until_first_next(bootstrap: Path) -> int:
    """Counted by callgrind, to the end of a function that gets SIGTERM while it waits; nothing answers for DynamoDB.

    Unlike times these numbers repeat, and they tell of a change that noise would hide.
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
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
        runtime.close()
    collected = re.search(r"Collected : (\d+)", said)
    if not collected:
        raise ValueError(f"callgrind counted nothing: {said}")
    return int(collected[1])
