"""Hundreds of thousands of requests in one environment: no request fails, and memory and open files do not grow."""

from __future__ import annotations

import os

import pytest
from run import Rig
from subjects import all_subjects

from support.function import REPOSITORY

RIG = REPOSITORY / "build/bench/tests/bench/rig"
SUBJECTS = {
    subject.task: subject
    for subject in all_subjects(REPOSITORY / "build/release", REPOSITORY / "build/bench/peers")
    if subject.language == "cpp"
}

#: The allowed growth of resident memory during the second half of the requests.
MAX_GROWTH_KIB = 128


@pytest.mark.parametrize("task", SUBJECTS)
def test_memory_and_open_files_do_not_grow(request, report, tmp_path, task):
    requests = 500_000 if request.config.getoption("long") else 20_000

    # The rig raises unless every response is correct, with the expected number of requests to DynamoDB.
    run = Rig(RIG, tmp_path).run(SUBJECTS[task], os.environ["PATH"], requests)

    growth = f"{run.growth_kib} KiB and {run.growth_files} files of growth"
    report(f"soak: {task}: {requests} requests, {growth}, peak {run.peak_kib} KiB")
    assert run.growth_files == 0
    assert run.growth_kib <= MAX_GROWTH_KIB
    assert run.connections == 1
