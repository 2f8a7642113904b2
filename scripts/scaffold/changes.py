"""Changes to the checkout that are written completely or not at all."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Refused(Exception):
    """The script cannot do what the arguments request, and has changed nothing."""


class Changes:
    """The texts of the files to write, by path in the checkout."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def __iter__(self):
        return iter(self._texts)

    def text(self, path: str) -> str:
        """Returns the text of a file, with the changes so far."""
        if path not in self._texts:
            return (ROOT / path).read_text(encoding="utf-8")
        return self._texts[path]

    def create(self, path: str, text: str) -> None:
        if (ROOT / path).exists():
            raise Refused(f"{path} already exists")
        self._texts[path] = formatted(text) if path.endswith((".h", ".cpp")) else text

    def replace(self, path: str, text: str) -> None:
        self._texts[path] = text

    def insert_before(self, path: str, mark: str, text: str) -> None:
        """Inserts a text before `mark`, one or more lines that the file contains exactly once."""
        before, after = self._split(path, mark)
        self._texts[path] = before + text + mark + after

    def insert_after(self, path: str, mark: str, text: str) -> None:
        before, after = self._split(path, mark)
        self._texts[path] = before + mark + text + after

    def insert_at_end_of(self, path: str, start: str, text: str) -> None:
        """Inserts a text at the end of a dictionary in Python, whose first line begins with `start`."""
        table = re.search(rf"^{re.escape(start)}.*\n(?:[ #].*\n|\n)*(?=}})", self.text(path), re.MULTILINE)
        if table is None:
            raise Refused(f"{path} has no table “{start.strip()}”, to which this script must add the endpoint")
        self.insert_after(path, table[0], text)

    def write(self) -> None:
        """Writes all files. If it cannot write one, it restores those that it has written."""
        written: list[tuple[Path, bytes | None]] = []
        try:
            for name, text in self._texts.items():
                path = ROOT / name
                path.parent.mkdir(parents=True, exist_ok=True)
                written.append((path, path.read_bytes() if path.exists() else None))
                path.write_text(text, encoding="utf-8")
        except OSError:
            for path, original in written:
                path.unlink(missing_ok=True) if original is None else path.write_bytes(original)
            raise

    def _split(self, path: str, mark: str) -> tuple[str, str]:
        parts = self.text(path).split(mark)
        if len(parts) != 2:
            raise Refused(f"{path} must contain “{mark.strip().splitlines()[0]}” exactly once, not {len(parts) - 1} times")
        return parts[0], parts[1]


def formatted(text: str) -> str:
    """Returns C++ in the project's format."""
    done = subprocess.run(
        [ROOT / "build/venv/bin/clang-format", f"--assume-filename={ROOT}/common/file.cpp"],
        input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def refuse_uncommitted_changes() -> None:
    command = ["git", "-C", str(ROOT), "status", "--porcelain"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused("this folder is not a git checkout, so you could not see or revert the changes; use --dirty to make them anyway")
    if done.stdout:
        raise Refused(f"the checkout has uncommitted changes; commit them, or use --dirty to add to them:\n{done.stdout.rstrip()}")
