"""Fixtures of the deployment tests."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.cloudformation import Stack, stack
from support.function import REPOSITORY


@pytest.fixture(scope="session")
def sam() -> Callable[..., str]:
    """Returns a function that runs `sam` in the project's folder and returns its output."""

    def run(*arguments: str) -> str:
        environment = os.environ | {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "eu-central-1"}
        command = [str(Path(sys.executable).with_name("sam")), *arguments]
        done = subprocess.run(
            command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    return run


@pytest.fixture(scope="session")
def default() -> Stack:
    """The stack with the default parameters."""
    return stack()
