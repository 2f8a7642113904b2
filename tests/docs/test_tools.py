"""Tools that read the documentation of the API and call the API with it, each without and with tokens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from support.function import REPOSITORY
from support.scripts import run_script

NEWMAN = REPOSITORY / "build/node/node_modules/.bin/newman"
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


def run(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_newman_runs_the_postman_collection(api: dict[str, str]) -> None:
    token = ["--env-var", f"token={api['API_TOKEN']}"] if "API_TOKEN" in api else []

    run(NEWMAN, "run", "postman_collection.json", "--env-var", f"baseUrl={api['API_BASE_URL']}", *token)


def test_schemathesis_finds_no_difference_between_the_api_and_its_description(api: dict[str, str]) -> None:
    token = ["--header", f"Authorization: Bearer {api['API_TOKEN']}"] if "API_TOKEN" in api else []

    run(SCHEMATHESIS, "--config-file", "tests/docs/schemathesis.toml", "run", "openapi.yaml", "--url", api["API_BASE_URL"], *token)


def test_the_output_of_the_examples_is_current() -> None:
    done = run_script("examples.sh", "--check")

    assert done.returncode == 0, done.stdout
