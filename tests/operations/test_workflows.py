"""What actionlint and zizmor say of the workflows: that they are well formed, pinned, and may do no more than they must."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support.function import REPOSITORY

WORKFLOWS = REPOSITORY / ".github/workflows"
ACTIONLINT = [str(REPOSITORY / "build/go/bin/actionlint"), "-no-color"]
ZIZMOR = [str(Path(sys.executable).with_name("zizmor")), "--offline", "--no-progress", "--min-severity=medium"]

GOOD = (WORKFLOWS / "template.yml").read_text()
FAULTS = {
    "an unknown key": ("timeout-minutes:", "timeout-hours:"),
    "an unknown variable": ("github.ref", "github.reff"),
    "no such event": ("pull_request:", "pull_requests:"),
}
DANGERS = {
    "an action by tag": ("@1af3b93b6815bc44a9784bd300feb67ff0d1eeb3 # v6.0.0", "@v6"),
    "a script with a stranger's text": ("- run: ./scripts", "- run: echo ${{ github.event.pull_request.title }}; ./scripts"),
}


def said(command: list[str], *files: Path) -> tuple[int, str]:
    done = subprocess.run([*command, *files], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_there_are_three_workflows() -> None:
    assert {path.name for path in WORKFLOWS.iterdir()} == {"check.yml", "template.yml", "deploy.yml"}


def test_the_template_is_checked_by_all_its_tests_but_those_that_run_what_is_built() -> None:
    steps = yaml.safe_load((WORKFLOWS / "template.yml").read_text())["jobs"]["template"]["steps"]
    (command,) = [step["run"] for step in steps if "pytest" in step.get("run", "")]
    folder = REPOSITORY / "tests/deploy"
    left_out = {Path(word).name for word in command.split() if word.startswith("tests/deploy/")}

    assert "tests/deploy" in command.split()
    assert left_out == {"test_build.py", "test_least_privilege.py"}
    assert left_out < {path.name for path in folder.iterdir()}


def test_no_workflow_may_more_than_read_and_deploying_sign_in() -> None:
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
def test_the_workflows_pass(linter: list[str]) -> None:
    status, output = said(linter, *WORKFLOWS.iterdir())

    assert status == 0, output


@pytest.mark.parametrize(("right", "wrong"), FAULTS.values(), ids=FAULTS)
def test_actionlint_finds(tmp_path: Path, right: str, wrong: str) -> None:
    assert right in GOOD
    bad = tmp_path / "bad.yml"
    bad.write_text(GOOD.replace(right, wrong))

    assert said(ACTIONLINT, bad)[0] == 1


@pytest.mark.parametrize(("right", "wrong"), DANGERS.values(), ids=DANGERS)
def test_zizmor_finds(tmp_path: Path, right: str, wrong: str) -> None:
    assert right in GOOD
    bad = tmp_path / "bad.yml"
    bad.write_text(GOOD.replace(right, wrong))

    assert said(ZIZMOR, bad)[0] > 10


def test_main_alone_is_deployed_and_only_where_there_is_a_role() -> None:
    job = yaml.safe_load((WORKFLOWS / "deploy.yml").read_text())["jobs"]["deploy"]

    assert job["if"] == "github.ref == 'refs/heads/main'"
    assert {step.get("if") for step in job["steps"]} == {"vars.AWS_ROLE_ARN"}


def test_what_is_deployed_is_built_where_arm64_can_be() -> None:
    assert yaml.safe_load((WORKFLOWS / "deploy.yml").read_text())["jobs"]["deploy"]["container"] == "debian:12"
