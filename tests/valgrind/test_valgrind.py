"""Each function under Valgrind, while it serves the smoke test.

The executables must be dynamically linked, as Valgrind cannot check the heap of a static one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support import local_api
from support.endpoints import PROGRAMS
from support.function import binary
from support.scripts import run_script


@pytest.fixture(scope="module")
def reports(dynamodb_url: str, table: str, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder: Path = tmp_path_factory.mktemp("valgrind")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_api, "WRAPPER", ["valgrind", "--leak-check=full", f"--log-file={folder}/%p.txt"])
        with local_api.running(dynamodb_url, table) as api:
            done = run_script("test-api.sh", api.url)
    assert done.returncode == 0, done.stdout
    return [path.read_text() for path in folder.glob("*.txt")]


@pytest.mark.parametrize("program", PROGRAMS)
def test_valgrind_reports_no_error(reports: list[str], program: str) -> None:
    of_program = [report for report in reports if f"Command: {binary(program)}\n" in report]

    assert of_program
    for report in of_program:
        assert "ERROR SUMMARY: 0 errors" in report, report
