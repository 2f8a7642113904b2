"""The template as AWS sees it, and the command line of SAM."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

REPOSITORY = Path(__file__).resolve().parents[2]


class ManagedPolicies:
    def load(self) -> dict[str, str]:
        name = "AWSLambdaBasicExecutionRole"
        return {name: f"arn:aws:iam::aws:policy/service-role/{name}"}


@pytest.fixture(scope="session")
def resources() -> dict[str, Any]:
    """The resources by logical id once AWS's transform has expanded them, the code being where `sam package` puts it."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")  # the transform asks for one
    template = yaml_parse((REPOSITORY / "template.yaml").read_text())
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    return transform(template, {}, ManagedPolicies())["Resources"]


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
