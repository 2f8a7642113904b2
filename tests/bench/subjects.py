"""The subjects of the benchmark: the project's functions, and the builds of tests/bench/peers."""

from __future__ import annotations

import io
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tasks import TASKS

#: In the order of the tables.
LANGUAGES = {"cpp": "C++", "rust": "Rust", "go": "Go", "python": "Python", "node": "Node.js", "floor": "floor"}

TOOLCHAINS = {
    "cpp": ["c++", "--version"],
    "rust": ["rustc", "--version"],
    "go": ["go", "version"],
    "python": ["/usr/bin/python3", "--version"],
    "node": ["node", "--version"],
    "floor": ["cc", "--version"],
}


@dataclass(frozen=True)
class Subject:
    task: str
    language: str
    command: list[str]
    folder: Path  # the working directory, to which the names of files are relative
    deployed: list[str]  # files, and folders with their whole contents

    @property
    def name(self) -> str:
        return f"{self.task} in {LANGUAGES[self.language]}"

    def zipped_bytes(self) -> int:
        """Returns the size of a zip archive of the deployed files, with the strongest compression of the format."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
            for name in self.deployed:
                path = self.folder / name
                for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                    if file.is_file() and "__pycache__" not in file.parts:
                        zipped.write(file, file.relative_to(self.folder))
        return len(archive.getvalue())


def all_subjects(build: Path, peers: Path) -> list[Subject]:
    """Returns the subjects in the order in which they take turns."""
    subjects = []
    for task, definition in TASKS.items():
        subjects.append(_executable(task, "cpp", build / "functions" / (definition.function or task) / "bootstrap"))
        if task in ("get_user", "list_users", "create_user"):
            subjects.append(_executable(task, "rust", peers / "rust/release" / task))
            subjects.append(_executable(task, "go", peers / "go" / task))
        if task == "get_user":
            python = ["/usr/bin/python3", "-m", "awslambdaric", "app.handler"]
            subjects.append(Subject(task, "python", python, peers / "python", ["."]))
            client = "node_modules/aws-lambda-ric"
            node = ["node", f"{client}/bin/index.mjs", "index.handler"]
            needed = ["index.js", f"{client}/package.json", f"{client}/bin", f"{client}/dist"]
            subjects.append(Subject(task, "node", node, peers / "node", needed))
            subjects.append(_executable(task, "floor", peers / "floor"))
    return subjects


def _executable(task: str, language: str, path: Path) -> Subject:
    return Subject(task, language, [str(path)], path.parent, [path.name])


def toolchain(language: str) -> str:
    version = subprocess.run(TOOLCHAINS[language], capture_output=True, text=True, check=True).stdout
    return version.splitlines()[0]
