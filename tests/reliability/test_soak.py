"""Hundreds of thousands of requests in one environment: no request fails, and nothing grows."""

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

#: Of resident memory, over the second half of the requests.
MOST_GROWTH_KIB = 128


@pytest.mark.parametrize("task", SUBJECTS)
def test_memory_and_open_files_stay_as_they_are(request, report, tmp_path, task):
    requests = 500_000 if request.config.getoption("long") else 20_000

    # It raises unless every request is answered rightly, and DynamoDB asked once for each.
    run = Rig(RIG, tmp_path).run(SUBJECTS[task], os.environ["PATH"], requests)

    report(f"soak: {task}: {requests} requests, {run.growth_kib} KiB and {run.growth_files} files more, peak {run.peak_kib} KiB")
    assert run.growth_files == 0
    assert run.growth_kib <= MOST_GROWTH_KIB
    assert run.connections == 1
