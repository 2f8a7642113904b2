"""Changes of the checkout that are made completely or not at all."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Refused(Exception):
    """What was asked for is impossible; nothing has changed."""


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
            raise Refused(f"{path} exists")
        self._texts[path] = formatted(text) if path.endswith((".h", ".cpp")) else text

    def replace(self, path: str, text: str) -> None:
        self._texts[path] = text

    def insert_before(self, path: str, mark: str, text: str) -> None:
        """Inserts a text before the first line of `mark`, lines that the file has exactly once."""
        before, after = self._split(path, mark)
        self._texts[path] = before + text + mark + after

    def insert_after(self, path: str, mark: str, text: str) -> None:
        before, after = self._split(path, mark)
        self._texts[path] = before + mark + text + after

    def insert_at_end_of(self, path: str, start: str, text: str) -> None:
        """Inserts a text before the line that ends a table of Python, whose first line begins with `start`."""
        table = re.search(rf"^{re.escape(start)}.*\n(?:[ #].*\n|\n)*(?=}})", self.text(path), re.MULTILINE)
        if table is None:
            raise Refused(f"{path} has no table “{start.strip()}”, but this script needs it")
        self.insert_after(path, table[0], text)

    def write(self) -> None:
        """Writes all files. When one cannot be written, restores those before it."""
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
            raise Refused(f"{path} has {len(parts) - 1} places “{mark.strip().splitlines()[0]}”, but this script needs one")
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
        raise Refused("this is no checkout of git, so the changes could not be told apart; --dirty makes them anyway")
    if done.stdout:
        raise Refused(f"the checkout has uncommitted changes; --dirty adds to them:\n{done.stdout.rstrip()}")
