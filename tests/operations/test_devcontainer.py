"""The parts of the development container that tests can check without building it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from support.function import REPOSITORY

FOLDER = REPOSITORY / ".devcontainer"


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    return json.loads((FOLDER / "devcontainer.json").read_text())


@pytest.fixture(scope="module")
def services(settings: dict[str, Any]) -> dict[str, Any]:
    return yaml.safe_load((FOLDER / settings["dockerComposeFile"]).read_text())["services"]


def test_hadolint_reports_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, FOLDER / "Dockerfile"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_workspace_is_the_project(settings: dict[str, Any], services: dict[str, Any]) -> None:
    workspace = services[settings["service"]]

    assert workspace["volumes"] == [f"..:{settings['workspaceFolder']}"]
    assert (FOLDER / workspace["build"]["context"]).resolve() == REPOSITORY
    assert (REPOSITORY / workspace["build"]["dockerfile"]).is_file()


def test_the_build_context_of_the_image_contains_the_files_that_the_installation_reads() -> None:
    included = [line[1:] for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    read = {
        path
        for script in ("install-deps.sh", "deps/build-static-libs.sh")
        for path in re.findall(r"\$ROOT/([\w./-]+)", (REPOSITORY / "scripts" / script).read_text())
        if (REPOSITORY / path).exists() and path.split("/")[0] != "build"
    }

    assert read
    assert [path for path in read if not any(fnmatch(path, one) or path.startswith(f"{one}/") for one in included)] == []


def test_the_installation_knows_every_suite() -> None:
    installation = (REPOSITORY / "scripts/install-deps.sh").read_text()
    (installed,) = re.findall(r"\|\| set -- ((?:[\w ]|\\\n)+)", installation)
    lists = re.findall(r"^(?:default|other)_suites=\((.+)\)$", (REPOSITORY / "scripts/test.sh").read_text(), re.MULTILINE)

    assert installed.replace("\\\n", " ").split() == " ".join(lists).split()


def test_dynamodb_local_has_the_version_that_the_tests_use(services: dict[str, Any]) -> None:
    pom = ElementTree.parse(REPOSITORY / "scripts/deps/dynamodb-local.pom.xml")
    version = pom.find(".//{*}dependency[{*}artifactId='DynamoDBLocal']/{*}version")

    assert version is not None
    assert services["dynamodb"]["image"] == f"amazon/dynamodb-local:{version.text}"
