"""What several tests of the deployment need."""

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
    """Runs `sam` in the project's folder; gives what it printed."""

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
    """The stack when no parameter is given."""
    return stack()
