"""Runs the project's scripts as people do."""

from __future__ import annotations

import os
import subprocess

from support.function import REPOSITORY


def run_script(
    name: str, *arguments: str, typed: str = "", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs a script, with `typed` as the input at its prompts; the output includes standard error."""
    return subprocess.run(
        [REPOSITORY / "scripts" / name, *arguments],
        env=environment or dict(os.environ),
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
