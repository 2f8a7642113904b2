"""Prints the results of a run of the tests: summary.py RESULTS SUITE…

RESULTS is the folder with CTest's report, ctest.xml. The first part of a test's name is its suite, such as api in api.jwt.
A test that contains others has its own report, such as api.jwt.xml. Exit status: 0 when every suite has tests, and none failed.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree


def outcomes(report: Path) -> list[tuple[str, str]]:
    """Returns the outcome of each test in a JUnit report (passed, failed or skipped), and the reason for a skip."""
    found = []
    for test in ElementTree.parse(report).iter("testcase"):
        skipped = test.find("skipped")
        if test.find("failure") is not None or test.find("error") is not None:
            found.append(("failed", ""))
        elif skipped is not None:
            found.append(("skipped", skipped.get("message") or (test.findtext("system-out") or "").strip()))
        else:
            found.append(("passed", ""))
    return found


def main(results: Path, suites: list[str]) -> int:
    counts: dict[str, Counter[str]] = {suite: Counter() for suite in suites}
    seconds: Counter[str] = Counter()
    skips: Counter[tuple[str, str]] = Counter()
    failed_tests, notes = [], []
    tests = ElementTree.parse(results / "ctest.xml").findall("testcase")
    for test in tests:
        name = test.get("name", "")
        suite = name.partition(".")[0]
        report = results / f"{name}.xml"
        ctest_failed = test.find("failure") is not None or test.get("status") not in ("run", "notrun", "disabled")
        found = outcomes(report) if report.exists() else []
        if not found:
            skipped = test.find("skipped")
            kind = "failed" if ctest_failed else "skipped" if skipped is not None else "passed"
            found = [(kind, (test.findtext("system-out") or "").strip())]
        elif ctest_failed and ("failed", "") not in found:
            found.append(("failed", ""))  # the program failed outside its tests
        output = (test.findtext("system-out") or "").splitlines()
        notes += [line for line in output if line.startswith(("figures: ", "the stand-in for AWS "))]
        for kind, reason in found:
            counts[suite][kind] += 1
            if kind == "skipped":
                skips[suite, reason] += 1
        seconds[suite] += float(test.get("time", 0))
        if ctest_failed:
            failed_tests.append(name)
    row = "{:<12} {:<7} {:>7} {:>7} {:>8} {:>8}".format
    print("\n" + row("suite", "result", "passed", "failed", "skipped", "seconds"))
    for suite, count in counts.items():
        missing = not count["passed"] and not count["skipped"]
        result = "FAILED" if count["failed"] or missing else "ok" if count["passed"] else "skipped"
        print(row(suite, result, count["passed"], count["failed"], count["skipped"], round(seconds[suite])))
    total = sum(counts.values(), Counter())
    print(f"\n{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    for (suite, reason), count in sorted(skips.items()):
        print(f"skipped in {suite}: {count} × {reason}")
    coverage = results / "coverage/summary.json"
    if coverage.exists():
        summary = json.loads(coverage.read_text())
        print(f"line coverage: {summary['line_percent']} % of {summary['line_total']} lines (build/test-results/coverage/index.html)")
    for note in notes:
        print(note)
    if failed_tests:
        print(f"failed: {' '.join(failed_tests)}")
    return 0 if all(count["passed"] + count["skipped"] and not count["failed"] for count in counts.values()) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
