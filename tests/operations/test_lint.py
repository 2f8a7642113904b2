"""lint.sh: what it does without clang-tidy, which takes minutes."""

from __future__ import annotations

from pathlib import Path

from support.checkout import assert_succeeded, copy_to, run
from support.scripts import run_script


def test_fix_formats_the_sources(tmp_path: Path) -> None:
    copy_to(tmp_path)
    (tmp_path / "scripts/install-deps.sh").write_text("#!/bin/sh\n")  # the tools are installed
    source = tmp_path / "functions/get_user/get_user.cpp"
    formatted = source.read_text(encoding="utf-8")
    source.write_text(formatted.replace("return", "  return \n"), encoding="utf-8")

    assert_succeeded(run(tmp_path, tmp_path / "scripts/lint.sh", "--fix"))

    assert source.read_text(encoding="utf-8") == formatted


def test_other_arguments_are_usage_errors() -> None:
    assert run_script("lint.sh", "--all").returncode == 2
