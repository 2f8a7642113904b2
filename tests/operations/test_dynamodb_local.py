"""How the scripts and the tests start DynamoDB Local."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from support import dynamodb_local


def test_a_java_that_is_too_old_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    java = dynamodb_local.java()

    assert java != str(old)
    done = subprocess.run([java, "-version"], capture_output=True, text=True, check=True)
    (version,) = re.findall(r'version "(\d+)', done.stderr)
    assert int(version) >= 17
