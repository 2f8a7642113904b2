"""Tools that call the API as its documentation describes it, each without and with tokens."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from support.function import REPOSITORY
from support.scripts import run_script

NODE_TOOLS = REPOSITORY / "build/node/node_modules/.bin"
NEWMAN = NODE_TOOLS / "newman"
HTTPYAC = NODE_TOOLS / "httpyac"
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


def run(*command: str | Path, cwd: Path = REPOSITORY) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_newman_runs_the_postman_collection(api: dict[str, str]) -> None:
    token = ["--env-var", f"token={api['API_TOKEN']}"] if "API_TOKEN" in api else []

    run(NEWMAN, "run", "postman_collection.json", "--env-var", f"baseUrl={api['API_BASE_URL']}", *token)


def requests_for_editors(api: dict[str, str]) -> str:
    """Returns users.http with the settings that a person would enter for this API."""
    text = (REPOSITORY / "tests/api/users.http").read_text(encoding="utf-8")
    text = re.sub("^@baseUrl = .*", f"@baseUrl = {api['API_BASE_URL']}", text, flags=re.MULTILINE)
    if "API_TOKEN" in api:
        text = re.sub("^@token = .*", f"@token = {api['API_TOKEN']}", text, flags=re.MULTILINE)
    return text


def send_all(file: Path) -> None:
    run(HTTPYAC, "send", file.name, "--all", "--output-failed", "exchange", cwd=file.parent)


def test_httpyac_runs_the_requests_for_editors_from_top_to_bottom(api: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "users.http"
    file.write_text(requests_for_editors(api), encoding="utf-8")

    send_all(file)


def test_httpyac_runs_the_requests_for_editors_after_a_run_that_stopped_midway(api: dict[str, str], tmp_path: Path) -> None:
    requests, stopped = tmp_path / "users.http", tmp_path / "stopped.http"
    text = requests_for_editors(api)
    requests.write_text(text, encoding="utf-8")
    stopped.write_text(text[: text.index("### Get the user")], encoding="utf-8")

    send_all(stopped)
    send_all(requests)


def test_schemathesis_finds_no_difference_between_the_api_and_its_description(api: dict[str, str]) -> None:
    token = ["--header", f"Authorization: Bearer {api['API_TOKEN']}"] if "API_TOKEN" in api else []

    run(SCHEMATHESIS, "--config-file", "tests/docs/schemathesis.toml", "run", "openapi.yaml", "--url", api["API_BASE_URL"], *token)


def test_the_output_of_the_examples_is_current() -> None:
    done = run_script("examples.sh", "--check")

    assert done.returncode == 0, done.stdout
