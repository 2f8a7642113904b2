"""scripts/test-api.sh, against the same API as the other tests."""

from __future__ import annotations

import os
import re

from support.scripts import run_script
from support.users_api import TOKEN


def test_the_smoke_test_passes(base_url: str) -> None:
    environment = dict(os.environ) | ({"TOKEN": TOKEN} if TOKEN else {})

    done = run_script("test-api.sh", base_url, environment=environment)

    assert done.returncode == 0, done.stdout
    assert re.search(r"\n[1-9]\d passed, 0 failed\n$", done.stdout)
