"""tests/summary.py: what the summary of scripts/test.sh counts, and when it fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from support.function import REPOSITORY

PASSED = '<testcase name="{}" time="1.2" status="run"/>'
FAILED = '<testcase name="{}" time="1.2" status="fail"><failure message="Failed"/></testcase>'


def summary(results: Path, suites: list[str], *tests: str, **reports: str) -> tuple[int, str]:
    (results / "ctest.xml").write_text(f"<testsuite>{''.join(tests)}</testsuite>")
    for name, cases in reports.items():
        (results / f"{name.replace('__', '.')}.xml").write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    command = [sys.executable, REPOSITORY / "tests/summary.py", results, *suites]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_report_counts_for_its_suite_and_skips_are_listed_with_their_reasons(tmp_path: Path) -> None:
    report = '<testcase name="a"/><testcase name="b"><skipped message="no Docker"/></testcase>'

    code, output = summary(tmp_path, ["unit", "api"], PASSED.format("unit.A"), PASSED.format("api.none"), api__none=report)

    assert code == 0
    assert "2 passed, 0 failed, 1 skipped" in output
    assert "skipped in api: 1 × no Docker" in output


def test_a_failed_test_fails_its_suite(tmp_path: Path) -> None:
    report = '<testcase name="a"/><testcase name="b"><failure/></testcase>'

    code, output = summary(tmp_path, ["api"], FAILED.format("api.none"), api__none=report)

    assert code == 1
    assert "1 passed, 1 failed, 0 skipped" in output
    assert "failed: api.none" in output


def test_a_program_that_fails_outside_its_tests_fails_its_suite(tmp_path: Path) -> None:
    code, output = summary(tmp_path, ["api"], FAILED.format("api.none"), api__none='<testcase name="a"/>')

    assert code == 1
    assert "1 passed, 1 failed, 0 skipped" in output


def test_a_program_without_a_report_fails_its_suite(tmp_path: Path) -> None:
    assert summary(tmp_path, ["api"], FAILED.format("api.none"))[0] == 1


def test_a_suite_without_tests_fails(tmp_path: Path) -> None:
    code, output = summary(tmp_path, ["unit", "api"], PASSED.format("unit.A"))

    assert code == 1
    assert "api          FAILED        0" in output
