"""scripts/sbom.sh: the libraries of the functions, and their known vulnerabilities in the test's own security tracker."""

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
from support.http_server import HttpServer, Response
from support.scripts import run_script

if "ID=debian" not in Path("/etc/os-release").read_text(encoding="utf-8").splitlines():
    pytest.skip("Debian's security tracker covers Debian only", allow_module_level=True)

VERSIONS = (REPOSITORY / "build/static-libs/native/versions").read_text(encoding="ascii").splitlines()
each_program = pytest.mark.parametrize("program", PROGRAMS)
FIXED_LATER = "CVE-2026-0001"


def bill() -> dict[str, str]:
    """Returns the components of the last bill of materials."""
    components = json.loads((REPOSITORY / f"build/sbom/{platform.machine()}.cdx.json").read_text(encoding="utf-8"))["components"]
    assert all(component["purl"].startswith("pkg:deb/debian/") for component in components)
    return {component["name"]: component["version"] for component in components}


class Tracker:
    def __init__(self) -> None:
        self.response = Response()
        self.server = HttpServer(lambda _: self.response)


@pytest.fixture
def tracker() -> Iterator[Tracker]:
    tracker = Tracker()
    yield tracker
    tracker.server.close()


def known(*vulnerabilities: tuple[str, str, bool]) -> Response:
    """Returns the tracker's response for vulnerabilities, each with its id, its source package, and whether a fix exists."""
    names = [f"{vulnerability},,a vulnerability" for vulnerability, _, _ in vulnerabilities]
    lines = [
        f"{package},{index},S R{'F' if is_fixed else ' '},9999,"
        for index, (_, package, is_fixed) in enumerate(vulnerabilities)
    ]
    text = "\n".join(["VERSION 1", *names, "", *lines, "", "openssl,openssl libssl3", ""])
    return Response(200, zlib.compress(text.encode()))


def scan(tracker: Tracker) -> subprocess.CompletedProcess[str]:
    return run_script("sbom.sh", "--scan", "--source", f"http://{tracker.server.address}")


@each_program
def test_the_bill_lists_every_linked_library(program: str) -> None:
    done = run_script("sbom.sh", "--executable", str(binary(program)))

    assert done.returncode == 0, done.stdout
    assert bill() == dict(line.split() for line in VERSIONS if not line.startswith("distribution "))
    compilers = {name for name in bill() if name.startswith("gcc-")}
    assert len(compilers) == 1
    assert {"openssl", "curl", "c-ares", "glibc", "fmtlib", "rapidjson", "util-linux"} <= bill().keys()


def test_the_bill_describes_the_executable_and_not_the_current_libraries(tmp_path: Path) -> None:
    (tmp_path / "versions").write_text("distribution debian-12-bookworm\nopenssl 3.0.1-1\n", encoding="ascii")
    old = tmp_path / "bootstrap"
    subprocess.run(["objcopy", "--update-section", f".libraries={tmp_path / 'versions'}", binary("get_user"), old], check=True)

    done = run_script("sbom.sh", "--executable", str(old))

    assert done.returncode == 0, done.stdout
    assert bill() == {"openssl": "3.0.1-1"}


UNREADABLE = {
    "/bin/true": "it is not a static executable of this project",
    __file__: "it is not an ELF executable",
    "/nowhere": "/nowhere does not exist",
}


@pytest.mark.parametrize(("file", "message"), UNREADABLE.items(), ids=["another executable", "no executable", "no file"])
def test_a_file_that_is_not_an_executable_of_the_project_is_rejected(file: str, message: str) -> None:
    done = run_script("sbom.sh", "--executable", file)

    assert done.returncode == 1
    assert message in done.stdout


def test_a_vulnerability_with_a_fix_fails_the_scan(tracker: Tracker) -> None:
    tracker.response = known((FIXED_LATER, "openssl", True), ("CVE-2026-0002", "not-linked-in", True))

    done = scan(tracker)

    assert done.returncode == 1
    assert f"the functions lack fixes for known vulnerabilities: {FIXED_LATER} openssl" in done.stdout
    assert "not-linked-in" not in done.stdout


def test_a_vulnerability_without_a_fix_is_reported(tracker: Tracker) -> None:
    tracker.response = known((FIXED_LATER, "glibc", False))

    done = scan(tracker)

    assert done.returncode == 0, done.stdout
    assert FIXED_LATER in done.stdout
    assert "the functions contain every available fix for known vulnerabilities" in done.stdout


def test_a_failed_lookup_fails_the_scan(tracker: Tracker) -> None:
    tracker.response = Response(503)

    done = scan(tracker)

    assert done.returncode == 1
    assert "the lookup in the security tracker failed" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["arm64"], "unknown argument arm64"),
        (["--source", "http://127.0.0.1"], "--source requires --scan"),
        (["--scan", "--source"], "--source"),
    ],
)
def test_a_mistake_is_reported(arguments: list[str], message: str) -> None:
    done = run_script("sbom.sh", *arguments)

    assert done.returncode == 2
    assert message in done.stdout
