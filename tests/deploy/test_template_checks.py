"""The results of SAM, cfn-lint and checkov for the templates."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from support.function import REPOSITORY

ENVIRONMENT = os.environ | {"AWS_DEFAULT_REGION": "eu-central-1"}


#: The templates that `sam deploy` can deploy.
ROOTS = ("template.yaml", "template-http.yaml")
EXAMPLE = "examples/minimal/template.yaml"


@pytest.mark.parametrize("template", [*ROOTS, EXAMPLE])
def test_sam_validates_the_template(sam: Callable[..., str], template: str) -> None:
    assert "is a valid SAM Template" in sam("validate", "--lint", "--template", template)


def test_cfn_lint_reports_nothing() -> None:
    nested = sorted(str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "stack").glob("*.yaml"))
    linter = str(Path(sys.executable).with_name("cfn-lint"))
    # `sam build` expands YAML aliases; without SAM's transform in a template, cfn-lint does not know that.
    command = [linter, "--ignore-checks", "W1100", "W1101", "--", *ROOTS, EXAMPLE, *nested]
    done = subprocess.run(command, cwd=REPOSITORY, env=ENVIRONMENT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def templates() -> list[Path]:
    return [*(REPOSITORY / root for root in ROOTS), *sorted((REPOSITORY / "stack").glob("*.yaml"))]


@pytest.fixture(scope="module")
def checkov(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    program = REPOSITORY / "build/venv-checkov/bin/checkov"
    assert program.is_file(), f"{program} is missing; run scripts/install-deps.sh test"
    folder = tmp_path_factory.mktemp("expanded")
    for template in templates():  # checkov cannot read all of YAML's aliases
        expanded = json.dumps(yaml_parse(template.read_text(encoding="utf-8")), indent=2)
        (folder / f"{template.stem}.json").write_text(expanded, encoding="utf-8")
    command = [program, "--directory", folder, "--framework", "cloudformation", "--skip-download", "--output", "json"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def test_checkov_reports_no_failure(checkov: dict[str, Any]) -> None:
    failed = [(check["check_id"], check["resource"]) for check in checkov["results"]["failed_checks"]]

    assert checkov["results"]["parsing_errors"] == []
    assert failed == []
    assert len(checkov["results"]["passed_checks"]) > 80


def test_every_skipped_check_has_a_reason_in_the_template(checkov: dict[str, Any]) -> None:
    skipped = checkov["results"]["skipped_checks"]

    assert {check["check_id"] for check in skipped} == {
        reason["id"]
        for root in ROOTS
        for resource in yaml_parse((REPOSITORY / root).read_text(encoding="utf-8"))["Resources"].values()
        for reason in resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
    }  # a skip of a passing check would be superfluous
    for check in skipped:
        assert len(check["check_result"]["suppress_comment"].split()) > 3, check["check_id"]
