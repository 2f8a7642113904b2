"""Tools that read the documentation of the API and call the API with it, each without and with tokens."""

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


def test_httpyac_runs_the_requests_for_editors_from_top_to_bottom(api: dict[str, str], tmp_path: Path) -> None:
    text = (REPOSITORY / "tests/api/users.http").read_text(encoding="utf-8")
    text = re.sub("^@baseUrl = .*", f"@baseUrl = {api['API_BASE_URL']}", text, flags=re.MULTILINE)
    if "API_TOKEN" in api:
        text = re.sub(r"^([A-Z]+ {{baseUrl}}.*)", rf"\1\nAuthorization: Bearer {api['API_TOKEN']}", text, flags=re.MULTILINE)
    (tmp_path / "users.http").write_text(text, encoding="utf-8")

    run(HTTPYAC, "send", "users.http", "--all", "--output-failed", "exchange", cwd=tmp_path)


def test_schemathesis_finds_no_difference_between_the_api_and_its_description(api: dict[str, str]) -> None:
    token = ["--header", f"Authorization: Bearer {api['API_TOKEN']}"] if "API_TOKEN" in api else []

    run(SCHEMATHESIS, "--config-file", "tests/docs/schemathesis.toml", "run", "openapi.yaml", "--url", api["API_BASE_URL"], *token)


def test_the_output_of_the_examples_is_current() -> None:
    done = run_script("examples.sh", "--check")

    assert done.returncode == 0, done.stdout
