"""What SAM and cfn-lint say of template.yaml."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from support.function import REPOSITORY

ENVIRONMENT = os.environ | {"AWS_DEFAULT_REGION": "eu-central-1"}


def test_sam_finds_it_valid(sam: Callable[..., str]) -> None:
    assert "is a valid SAM Template" in sam("validate", "--lint", "--template", "template.yaml")


def test_cfn_lint_has_nothing_to_say() -> None:
    command = [str(Path(sys.executable).with_name("cfn-lint")), "template.yaml"]
    done = subprocess.run(command, cwd=REPOSITORY, env=ENVIRONMENT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout + done.stderr) == (0, "")
