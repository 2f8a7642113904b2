"""The scripts of the project as a person runs them."""

from __future__ import annotations

import os
import subprocess

from support.function import REPOSITORY


def run_script(
    name: str, *arguments: str, answer: str = "", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """`answer` is what the user would type; what is said on standard error is part of the output."""
    return subprocess.run(
        [REPOSITORY / "scripts" / name, *arguments],
        env=environment or dict(os.environ),
        input=answer,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
