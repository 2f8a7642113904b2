"""The tests that docs/security.md names exist."""

from __future__ import annotations

import re

import pytest

from support.function import REPOSITORY

PAGE = (REPOSITORY / "docs/security.md").read_text(encoding="utf-8")
TESTS = REPOSITORY / "tests"
UNIT = "".join(" ".join(path.read_text(encoding="utf-8").split()) for path in (TESTS / "unit").rglob("*_test.cpp"))


def shown_by() -> list[str]:
    """Returns the cells of the "Shown by" columns, each of which is the last column of its table."""
    cells = []
    for table in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE):
        head, _, *rows = table.splitlines()
        if head.rstrip(" |").endswith("Shown by"):
            cells += [row.rstrip(" |").rsplit("|", 1)[1] for row in rows]
    return cells


NAMES = sorted(
    {(name, "fuzz" in cell) for cell in shown_by() for name in re.findall(r"`([^`]+)`", cell)}
    | {(name, False) for name in re.findall(r"`([^`]*\btest_\w+)`", " ".join(PAGE.split()))}
)


def test_the_page_names_many_tests() -> None:
    assert len(NAMES) > 50


@pytest.mark.parametrize(("name", "may_be_fuzzed"), NAMES, ids=[name for name, _ in NAMES])
def test_every_named_test_exists(name: str, may_be_fuzzed: bool) -> None:
    file, _, test = name.partition(": ")
    if test:
        assert f"def {test}(" in (TESTS / file).read_text(encoding="utf-8")
    elif name.endswith((".py", ".cpp")):
        assert (TESTS / name).is_file() or (REPOSITORY / "common" / name).is_file()
    elif "." in name:  # Suite.Test, Suite.* or Suite.Beginning…
        suite, test = name.split(".")
        test = test[:-1] if test[-1] in "*…" else rf"{test}\)"
        assert re.search(rf"TEST(_F|_P)?\({suite}, {test}", UNIT)
    else:
        assert may_be_fuzzed
        assert (TESTS / f"fuzz/{name}_fuzz.cpp").is_file()
