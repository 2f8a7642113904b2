"""Copies of the project, for tests of scripts that write files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from support.function import REPOSITORY


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=tests", "-c", "user.email=tests@example.com", *arguments]
    # In a git hook, variables name another repository. The caller's settings may require signed commits.
    others = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(command, env=others | settings, capture_output=True, text=True, check=True).stdout


def copy_to(folder: Path) -> None:
    """Creates a repository with the present files of the project and the installed tools."""
    for name in git(REPOSITORY, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name and (REPOSITORY / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, folder / name)
    git(folder, "init", "--initial-branch", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--message", "the project")
    link_tools(folder)


def link_tools(folder: Path) -> None:
    (folder / "build").mkdir()
    for name in ("venv", "node", "dynamodb-local"):
        if (REPOSITORY / "build" / name).exists():
            (folder / "build" / name).symlink_to(REPOSITORY / "build" / name)


def run(folder: Path, *command: str | Path, timeout: float = 600, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in a copy; the output includes standard error."""
    # ccache then shares objects between copies in different folders.
    environment = os.environ | {"CCACHE_BASEDIR": str(folder), "CCACHE_NOHASHDIR": "1"} | variables
    return subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout,
        check=False,
    )  # fmt: skip


def run_module(folder: Path, name: str, *arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a module of the copy's scripts/."""
    return run(folder, sys.executable, "-m", name, *arguments, PYTHONPATH=str(folder / "scripts"), **variables)


def run_tests(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, "-m", "pytest", "--quiet", *arguments, timeout=3000, **variables)


def assert_succeeded(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout[-8000:]
