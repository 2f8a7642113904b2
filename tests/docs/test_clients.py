"""The clients that generators make of openapi.yaml: no generator warns, the clients compile, and the programs in
tests/docs/clients, which docs/clients.md explains, use the API with them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support import api_host
from support.function import REPOSITORY

CLIENTS = REPOSITORY / "tests/docs/clients"
DESCRIPTION = REPOSITORY / "openapi.yaml"
PAGE = (REPOSITORY / "docs/clients.md").read_text(encoding="utf-8")

PYTHON = REPOSITORY / "build/venv-clients/bin"
NODE = REPOSITORY / "build/node/node_modules"
GO = REPOSITORY / "build/go"

#: OpenAPI Generator warns so of any description: of one with a property when it generates Python, and of one whose errors
#: are not application/json.
WARNINGS_OF_ANY_DESCRIPTION = (
    "ModelUtils - Failed to get the schema name: null",
    "ExamplesUtils - No application/json content media type found in response.",
)


@pytest.fixture(scope="module")
def api(dynamodb_url: str) -> Iterator[list[str]]:
    """The URL of an API that requires tokens, and a token."""
    with api_host.running("local", dynamodb_url, requires_tokens=True) as variables:
        yield [variables["API_BASE_URL"], variables["API_TOKEN"]]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    """Runs a command in the folder of a client, with the generators on the PATH; returns its output."""
    path = ":".join(map(str, [PYTHON, NODE / ".bin", GO / "bin", REPOSITORY / "build/venv/bin", os.environ["PATH"]]))
    go = {"GOPATH": str(GO), "GOCACHE": str(GO / "cache"), "GOTOOLCHAIN": "local", "GOFLAGS": "-modcacherw"}

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            command, cwd=tmp_path, env={**os.environ, **go, "PATH": path}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        return done.stdout

    return run


def test_openapi_python_client(api, run, tmp_path):
    shutil.copytree(CLIENTS / "python", tmp_path, dirs_exist_ok=True)

    run(
        "openapi-python-client", "generate", "--path", DESCRIPTION, "--meta", "none", "--output-path", "users_api_client",
        "--fail-on-warning",
    )  # fmt: skip
    # client.py, which is the same for all descriptions, does not pass the strict check.
    run("mypy", "--strict", "--follow-imports=silent", "walkthrough.py", "users_api_client/models", "users_api_client/api")
    assert "Another user has this email address" in run(PYTHON / "python", "walkthrough.py", *api)


def test_openapi_generator(api, run, tmp_path):
    shutil.copytree(CLIENTS / "python-openapi-generator", tmp_path, dirs_exist_ok=True)

    log = run(
        "java", "-jar", REPOSITORY / "build/openapi-generator/openapi-generator-cli.jar", "generate", "--generator-name",
        "python", "--input-spec", DESCRIPTION, "--output", ".", "--package-name", "users_client",
    )  # fmt: skip
    warnings = re.findall(r"(?:WARN|ERROR).*", log)
    assert [line for line in warnings if not any(known in line for known in WARNINGS_OF_ANY_DESCRIPTION)] == []
    run("mypy", "--strict", "--follow-imports=silent", "walkthrough.py")
    # configuration.py, which hardly depends on the description, does not pass the check.
    run("mypy", "--follow-imports=silent", "users_client/models", "users_client/api")
    assert "Another user has this email address" in run(PYTHON / "python", "walkthrough.py", *api)


def test_openapi_fetch(api, run, tmp_path):
    shutil.copytree(CLIENTS / "typescript", tmp_path, dirs_exist_ok=True)
    (tmp_path / "node_modules").symlink_to(NODE)

    assert "⚠" not in run("openapi-typescript", DESCRIPTION, "--output", "users-api.d.ts")
    run("tsc", "--project", ".")
    assert "Another user has this email address" in run("node", "walkthrough.js", *api)


def test_oapi_codegen(api, run, tmp_path):
    shutil.copytree(CLIENTS / "go", tmp_path, dirs_exist_ok=True)
    (tmp_path / "users").mkdir()

    assert run("oapi-codegen", "--config", "oapi-codegen.yaml", DESCRIPTION) == ""
    assert "Another user has this email address" in run("go", "run", ".", *api)


def without_indentation(text: str) -> str:
    return re.sub(r"^[ \t]+", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("example", re.findall(r"^```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
def test_the_examples_of_the_page_are_parts_of_the_programs(example: str):
    files = [path for path in CLIENTS.glob("*/*") if path.is_file()]
    programs = [without_indentation(path.read_text(encoding="utf-8")) for path in files]

    for passage in example.split("\n\n"):
        assert any(without_indentation(passage) in program for program in programs), passage


def test_the_versions_on_the_page_are_those_that_the_tests_use():
    files = [
        CLIENTS / "requirements.txt", CLIENTS / "go/go.mod", REPOSITORY / "tests/package.json",
        REPOSITORY / "scripts/install-deps.sh", REPOSITORY / "scripts/deps/openapi-generator.pom.xml",
    ]  # fmt: skip
    pins = "".join(file.read_text(encoding="utf-8") for file in files)
    versions = re.findall(r"([\w-]+)(?:==|@v?|:)(\d+\.\d+\.\d+)", PAGE)

    assert len(versions) >= 8
    for name, version in versions:
        assert re.search(rf"{name}\W[^\n]*\n?[^\n]*(?<![\d.]){re.escape(version)}\b", pins), f"{name} {version}"
