"""scripts/sbom.sh: what is linked into the functions, and what is known against it by a tracker of the test's."""

from __future__ import annotations

import json
import platform
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.endpoints import PROGRAMS
from support.function import REPOSITORY, binary
from support.http_server import HttpServer, Reply
from support.scripts import run_script

if "ID=debian" not in Path("/etc/os-release").read_text(encoding="utf-8").splitlines():
    pytest.skip("Debian's tracker is about no other distribution", allow_module_level=True)

VERSIONS = (REPOSITORY / "build/static-libs/native/versions").read_text(encoding="ascii").splitlines()
each_program = pytest.mark.parametrize("program", PROGRAMS)
FIXED_LATER = "CVE-2026-0001"


def bill() -> dict[str, str]:
    """The one that was written last."""
    components = json.loads((REPOSITORY / f"build/sbom/{platform.machine()}.cdx.json").read_text(encoding="utf-8"))["components"]
    assert all(component["purl"].startswith("pkg:deb/debian/") for component in components)
    return {component["name"]: component["version"] for component in components}


class Tracker:
    def __init__(self) -> None:
        self.answer = Reply()
        self.server = HttpServer(lambda _: self.answer)


@pytest.fixture
def tracker() -> Iterator[Tracker]:
    tracker = Tracker()
    yield tracker
    tracker.server.close()


def known(*flaws: tuple[str, str, bool]) -> Reply:
    """The tracker's answer, for flaws given as id, source package and whether there is a fix, at some version to come."""
    names = [f"{flaw},,a flaw" for flaw, _, _ in flaws]
    lines = [f"{package},{index},S R{'F' if fixed else ' '},9999," for index, (_, package, fixed) in enumerate(flaws)]
    return Reply(200, zlib.compress("\n".join(["VERSION 1", *names, "", *lines, "", "openssl,openssl libssl3", ""]).encode()))


def scan(tracker: Tracker) -> subprocess.CompletedProcess[str]:
    return run_script("sbom.sh", "--scan", "--source", f"http://{tracker.server.address}")


@each_program
def test_the_bill_has_all_that_is_linked_in(program: str) -> None:
    ended = run_script("sbom.sh", "--executable", str(binary(program)))

    assert ended.returncode == 0, ended.stdout
    assert bill() == dict(line.split() for line in VERSIONS if not line.startswith("distribution "))
    assert {"openssl", "curl", "c-ares", "gcc-12", "glibc", "fmtlib", "rapidjson", "util-linux"} <= bill().keys()


def test_the_bill_is_of_what_was_built_and_not_of_what_would_be(tmp_path: Path) -> None:
    (tmp_path / "versions").write_text("distribution debian-12-bookworm\nopenssl 3.0.1-1\n", encoding="ascii")
    old = tmp_path / "bootstrap"
    subprocess.run(["objcopy", "--update-section", f".libraries={tmp_path / 'versions'}", binary("get_user"), old], check=True)

    ended = run_script("sbom.sh", "--executable", str(old))

    assert ended.returncode == 0, ended.stdout
    assert bill() == {"openssl": "3.0.1-1"}


def test_what_is_no_executable_of_ours_is_refused(tmp_path: Path) -> None:
    for file, said in (("/bin/true", "does not say what is linked into it"), (__file__, "can't be read"), ("/nowhere", "there is no")):
        ended = run_script("sbom.sh", "--executable", file)

        assert ended.returncode == 1
        assert said in ended.stdout


def test_a_flaw_that_has_a_fix_ends_the_scan_with_an_error(tracker: Tracker) -> None:
    tracker.answer = known((FIXED_LATER, "openssl", True), ("CVE-2026-0002", "not-linked-in", True))

    ended = scan(tracker)

    assert ended.returncode == 1
    assert f"there are fixes that the functions lack: {FIXED_LATER} openssl" in ended.stdout
    assert "not-linked-in" not in ended.stdout


def test_a_flaw_without_a_fix_is_told(tracker: Tracker) -> None:
    tracker.answer = known((FIXED_LATER, "glibc", False))

    ended = scan(tracker)

    assert ended.returncode == 0, ended.stdout
    assert FIXED_LATER in ended.stdout
    assert "no flaw is known that has a fix" in ended.stdout


def test_a_tracker_that_cannot_be_asked_is_not_taken_for_one_that_knows_of_nothing(tracker: Tracker) -> None:
    tracker.answer = Reply(503)

    ended = scan(tracker)

    assert ended.returncode == 1
    assert "the tracker could not be asked" in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["arm64"], "unknown argument arm64"), (["--source", "http://127.0.0.1"], "--source goes with --scan"), (["--scan", "--source"], "--source")],
)  # fmt: skip
def test_what_makes_no_sense_is_said(arguments: list[str], said: str) -> None:
    ended = run_script("sbom.sh", *arguments)

    assert ended.returncode == 2
    assert said in ended.stdout
