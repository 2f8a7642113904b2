"""openapi.yaml: its validity, and its page in the local API. Schemathesis checks that it describes the API correctly."""

from __future__ import annotations

import html
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from support import local_api
from support.endpoints import FUNCTIONS
from support.function import REPOSITORY

DESCRIPTION = REPOSITORY / "openapi.yaml"
REDOCLY = REPOSITORY / "build/node/node_modules/.bin/redocly"
SPECTRAL = REPOSITORY / "build/node/node_modules/.bin/spectral"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def operations() -> dict[str, tuple[str, str, str]]:
    """Returns method, path and summary by operationId."""
    paths = yaml.safe_load(DESCRIPTION.read_text())["paths"]
    return {
        operation["operationId"]: (method.upper(), path, operation["summary"])
        for path, item in paths.items()
        for method, operation in item.items()
        if method in METHODS
    }


def test_the_description_has_every_route():
    assert {(method, path) for method, path, _ in operations().values()} == {
        (endpoint.method, endpoint.path) for endpoint in FUNCTIONS.values()
    }


def test_every_operation_documents_401_and_403():
    for item in yaml.safe_load(DESCRIPTION.read_text())["paths"].values():
        for method, operation in item.items():
            if method in METHODS:
                assert {"401", "403"} <= set(operation["responses"]), operation["operationId"]


def test_the_description_has_no_anchors():
    """Older releases of OpenAPI Generator refuse them."""
    tokens = yaml.scan(DESCRIPTION.read_text())

    assert not [token for token in tokens if isinstance(token, (yaml.AnchorToken, yaml.AliasToken))]


def test_every_body_has_an_example():
    description = yaml.safe_load(DESCRIPTION.read_text())
    responses = list(description["components"]["responses"].items())
    bodies = []
    for item in description["paths"].values():
        for operation in (item[method] for method in METHODS & item.keys()):
            bodies.append((operation["operationId"], operation.get("requestBody", {})))
            responses += operation["responses"].items()
    bodies += [(name, response) for name, response in responses if "$ref" not in response]

    for name, body in bodies:
        for media_type in body.get("content", {}).values():
            assert media_type.get("examples"), name


def test_redocly_reports_no_fault():
    result = subprocess.run(
        [REDOCLY, "lint", "--config", REPOSITORY / "tests/docs/redocly.yaml", DESCRIPTION],
        env={**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert "Your API description is valid" in result.stdout + result.stderr


def test_spectral_reports_no_fault():
    result = subprocess.run(
        [SPECTRAL, "lint", "--fail-severity", "hint", "--ruleset", REPOSITORY / "tests/docs/spectral.yaml", DESCRIPTION],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert "No results with a severity of 'hint' or higher found!" in result.stdout


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed; Ubuntu provides it only as a snap")
def test_the_page_shows_every_operation_and_needs_no_other_host(dynamodb_url: str, table: str, tmp_path: Path):
    with local_api.running(dynamodb_url, table, options=["--docs", REPOSITORY / "build/swagger-ui"]) as api:
        result = subprocess.run(
            [
                CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                f"--user-data-dir={tmp_path}", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--enable-logging=stderr", "--virtual-time-budget=10000", "--dump-dom", f"{api.url}/docs",
            ],  # fmt: skip
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )

    page = html.unescape(result.stdout)
    for operation_id, (_, _, summary) in operations().items():
        assert f'id="operations-users-{operation_id}"' in page
        assert summary in page
    console_messages = [line for line in result.stderr.splitlines() if ":CONSOLE" in line]
    assert console_messages == []
