"""The workflows: they are well formed according to actionlint and zizmor, with pinned actions and minimal permissions."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support.function import REPOSITORY

WORKFLOWS = REPOSITORY / ".github/workflows"
ACTIONLINT = [str(REPOSITORY / "build/go/bin/actionlint"), "-no-color"]
ZIZMOR = [str(Path(sys.executable).with_name("zizmor")), "--offline", "--no-progress", "--min-severity=medium"]


def run(command: list[str], *files: Path) -> tuple[int, str]:
    done = subprocess.run([*command, *files], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_repository_has_three_workflows() -> None:
    assert {path.name for path in WORKFLOWS.iterdir()} == {"check.yml", "template.yml", "deploy.yml"}


def test_the_template_workflow_runs_all_deployment_tests_that_need_no_build() -> None:
    steps = yaml.safe_load((WORKFLOWS / "template.yml").read_text())["jobs"]["template"]["steps"]
    (command,) = [step["run"] for step in steps if "pytest" in step.get("run", "")]
    folder = REPOSITORY / "tests/deploy"
    omitted = {Path(word).name for word in command.split() if word.startswith("tests/deploy/")}

    assert "tests/deploy" in command.split()
    assert omitted == {"test_build.py", "test_least_privilege.py"}
    assert omitted < {path.name for path in folder.iterdir()}


def test_every_supported_system_runs_the_tests() -> None:
    images = yaml.safe_load((WORKFLOWS / "check.yml").read_text())["jobs"]["test"]["strategy"]["matrix"]["image"]
    script = (REPOSITORY / "scripts/install-deps.sh").read_text()
    (supported,) = re.findall(r"^ +((?:'[a-z]+ [\d.]+'[ |]*)+)\) ;;$", script, re.MULTILINE)

    assert [image.replace(":", " ") for image in images] == re.findall("'(.*?)'", supported)


def test_workflows_may_only_read_and_the_deployment_may_also_sign_in() -> None:
    allowed = {}
    for path in WORKFLOWS.iterdir():
        workflow = yaml.safe_load(path.read_text())
        allowed[path.name] = workflow["permissions"]
        allowed |= {f"{path.name} {name}": job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job}

    assert allowed == {
        "check.yml": {"contents": "read"},
        "template.yml": {"contents": "read"},
        "deploy.yml": {},
        "deploy.yml check": {"contents": "read"},
        "deploy.yml deploy": {"contents": "read", "id-token": "write"},
    }


@pytest.mark.parametrize("linter", [ACTIONLINT, ZIZMOR], ids=["actionlint", "zizmor"])
def test_the_linters_accept_the_workflows(linter: list[str]) -> None:
    status, output = run(linter, *WORKFLOWS.iterdir())

    assert status == 0, output


def test_only_main_is_deployed_and_only_with_a_role() -> None:
    job = yaml.safe_load((WORKFLOWS / "deploy.yml").read_text())["jobs"]["deploy"]

    assert job["if"] == "github.ref == 'refs/heads/main'"
    assert {step.get("if") for step in job["steps"]} == {"vars.AWS_ROLE_ARN"}


def test_the_deployment_is_built_on_debian_12_which_can_build_for_arm64() -> None:
    assert yaml.safe_load((WORKFLOWS / "deploy.yml").read_text())["jobs"]["deploy"]["container"] == "debian:12"


def test_the_deployment_can_sign_in_to_another_partition() -> None:
    steps = yaml.safe_load((WORKFLOWS / "deploy.yml").read_text())["jobs"]["deploy"]["steps"]
    (region,) = [step["with"]["aws-region"] for step in steps if "role-to-assume" in step.get("with", {})]

    # The region of STS has to be one of the partition of the role.
    assert region == "${{ vars.AWS_REGION || 'us-east-1' }}"


def test_the_deployment_signs_in_for_the_audience_of_the_partition() -> None:
    steps = yaml.safe_load((WORKFLOWS / "deploy.yml").read_text())["jobs"]["deploy"]["steps"]
    (audience,) = [step["with"]["audience"] for step in steps if "role-to-assume" in step.get("with", {})]

    # tests/deploy/test_bootstrap.py has the same of the role that the workflow assumes.
    assert audience == "${{ startsWith(vars.AWS_REGION, 'cn-') && 'sts.amazonaws.com.cn' || 'sts.amazonaws.com' }}"
