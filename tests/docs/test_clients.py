"""The clients that generators create from openapi.yaml: no generator warns, the clients compile, and the programs in
tests/docs/clients, which docs/clients.md explains, use the API with them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from support import api_host, dynamodb_local
from support.function import REPOSITORY

CLIENTS = REPOSITORY / "tests/docs/clients"
DESCRIPTION = REPOSITORY / "openapi.yaml"
PAGE = (REPOSITORY / "docs/clients.md").read_text(encoding="utf-8")

#: The programs in tests/docs/clients, and the parts of them on the page.
PROGRAMS = re.findall(r"\]\(\.\./tests/docs/clients/(\S+)\)", PAGE)
EXAMPLES = re.findall(r"^```(?:python|ts|go)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

PYTHON = REPOSITORY / "build/venv-clients/bin"
NODE = REPOSITORY / "build/node/node_modules"
GO = REPOSITORY / "build/go"

#: OpenAPI Generator issues these warnings for any description: the first for a property, when it generates Python, and the
#: second for errors that are not application/json.
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


def test_a_client_from_openapi_python_client_type_checks_and_works(api, run, tmp_path):
    shutil.copytree(CLIENTS / "python", tmp_path, dirs_exist_ok=True)

    run(
        "openapi-python-client", "generate", "--path", DESCRIPTION, "--meta", "none", "--output-path", "users_api_client",
        "--fail-on-warning",
    )  # fmt: skip
    # client.py, which is the same for all descriptions, does not pass the strict check.
    run("mypy", "--strict", "--follow-imports=silent", "walkthrough.py", "users_api_client/models", "users_api_client/api")
    assert "Another user has this email address" in run(PYTHON / "python", "walkthrough.py", *api)


def test_a_client_from_openapi_generator_type_checks_and_works(api, run, tmp_path):
    shutil.copytree(CLIENTS / "python-openapi-generator", tmp_path, dirs_exist_ok=True)

    log = run(
        dynamodb_local.java(), "-jar", REPOSITORY / "build/openapi-generator/openapi-generator-cli.jar", "generate", "--generator-name",
        "python", "--input-spec", DESCRIPTION, "--output", ".", "--package-name", "users_client",
    )  # fmt: skip
    warnings = re.findall(r"(?:WARN|ERROR).*", log)
    assert [line for line in warnings if not any(known in line for known in WARNINGS_OF_ANY_DESCRIPTION)] == []
    run("mypy", "--strict", "--follow-imports=silent", "walkthrough.py")
    # configuration.py, which hardly depends on the description, does not pass the check.
    run("mypy", "--follow-imports=silent", "users_client/models", "users_client/api")
    assert "Another user has this email address" in run(PYTHON / "python", "walkthrough.py", *api)


def test_a_client_with_openapi_fetch_compiles_and_works(api, run, tmp_path):
    shutil.copytree(CLIENTS / "typescript", tmp_path, dirs_exist_ok=True)
    (tmp_path / "node_modules").symlink_to(NODE)

    assert "⚠" not in run("openapi-typescript", DESCRIPTION, "--output", "users-api.d.ts")
    run("tsc", "--project", ".")
    assert "Another user has this email address" in run("node", "walkthrough.js", *api)


def test_a_client_from_oapi_codegen_compiles_and_works(api, run, tmp_path):
    shutil.copytree(CLIENTS / "go", tmp_path, dirs_exist_ok=True)
    (tmp_path / "users").mkdir()

    assert run("oapi-codegen", "--config", "oapi-codegen.yaml", DESCRIPTION) == ""
    assert "Another user has this email address" in run("go", "run", ".", *api)


def without_indentation(text: str) -> str:
    return re.sub(r"^[ \t]+", "", text, flags=re.MULTILINE)


def steps(paragraphs: list[str]) -> dict[str, str]:
    """Returns the code of the paragraphs that begin with a comment, by their comments."""
    parts = [paragraph.partition("\n") for paragraph in paragraphs]
    return {line: code for line, _, code in parts if line.startswith(("# ", "// "))}


@pytest.mark.parametrize(("file", "example"), list(zip(PROGRAMS, EXAMPLES, strict=True)), ids=PROGRAMS)
def test_each_example_of_the_page_shows_every_step_of_its_program(file: str, example: str):
    client, *shown = without_indentation(example).strip().split("\n\n")
    _, found, rest = without_indentation((CLIENTS / file).read_text(encoding="utf-8")).partition(client)
    assert found

    program = steps(rest.split("\n\n"))
    page = steps(shown)
    assert len(page) == len(shown)
    assert list(page) == list(program)
    for step, code in page.items():
        assert code, step
        assert f"{program[step]}\n".startswith(f"{code}\n"), step


def test_the_configuration_on_the_page_is_that_of_the_tests():
    (configuration,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

    assert yaml.safe_load(configuration) == yaml.safe_load((CLIENTS / "go/oapi-codegen.yaml").read_text(encoding="utf-8"))


def pins() -> dict[str, str]:
    """Returns the versions that the tests install, by the names that package managers give to the packages."""
    python = (CLIENTS / "requirements.txt").read_text(encoding="utf-8")
    node = json.loads((REPOSITORY / "tests/package.json").read_text(encoding="utf-8"))
    go = (CLIENTS / "go/go.mod").read_text(encoding="utf-8")
    scripts = (REPOSITORY / "scripts/install-deps.sh").read_text(encoding="utf-8")
    maven = ElementTree.parse(REPOSITORY / "scripts/deps/openapi-generator.pom.xml").getroot()
    (java,) = maven.iterfind("{*}dependencies/{*}dependency")
    return {
        **dict(re.findall(r"^([\w-]+)==(\S+)$", python, re.MULTILINE)),
        **node["devDependencies"],
        **dict(re.findall(r"^(?:require )?\s*(\S+/\S+) v(\S+)", go, re.MULTILINE)),
        **dict(re.findall(r" install (\S+)@v(\S+)$", scripts, re.MULTILINE)),
        f"{java.findtext('{*}groupId')}:{java.findtext('{*}artifactId')}": java.findtext("{*}version", ""),
    }


def test_the_versions_on_the_page_are_those_that_the_tests_use():
    versions = dict(re.findall(r"(@?[\w./:-]+)(?:==|@v?|:)(\d+\.\d+\.\d+)\b", PAGE))

    assert versions
    assert list(versions.values()) == re.findall(r"(?<![\d.])\d+\.\d+\.\d+(?!\.?\d)", PAGE)
    assert versions == {name: version for name, version in pins().items() if name in versions}
