"""The caller's settings for other programs do not change what the scripts do."""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import pytest
import requests

from support.function import REPOSITORY
from support.http_server import HttpServer, Response
from support.listening import free_port
from support.scripts import run_script

SETTINGS = {
    "CDPATH": ".:/usr",
    "CC": "clang",
    "CXX": "clang++",
    "CXXFLAGS": "-flto=thin",
    "CMAKE_GENERATOR": "Unix Makefiles",
    "BOOST_ROOT": "/nowhere",
    "Boost_DIR": "/nowhere",
    "DESTDIR": "/nowhere",
    "MAKEFLAGS": "--dry-run",
    "PIP_USER": "1",
    "PIP_TARGET": "/nowhere",
    "PYTHONPATH": "/nowhere",
    "PYTEST_ADDOPTS": "-k nothing",
    "GTEST_FILTER": "Nothing*",
    "CPLUS_INCLUDE_PATH": "/nowhere",
    "GIT_DIR": "/nowhere",
    "GIT_INDEX_FILE": "/nowhere",
    "LC_ALL": "de_DE.UTF-8",
    "LANGUAGE": "de",
    "http_proxy": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "no_proxy": "intranet.example",
}


def environment(**settings: str) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if name.upper() not in ("NO_PROXY", "HTTP_PROXY")}
    return {**others, **settings}


def test_the_scripts_remove_settings_for_other_programs_from_the_environment(tmp_path: Path) -> None:
    script = tmp_path / "script.sh"
    script.write_text(f'set -euo pipefail\n. "{REPOSITORY}/scripts/lib/common.sh"\necho "ROOT=$ROOT"\numask\nenv\n')

    done = subprocess.run(
        ["bash", script], env=environment(**SETTINGS), umask=0o077, capture_output=True, text=True, check=True
    )

    root, umask, *lines = done.stdout.splitlines()
    known = dict(line.split("=", 1) for line in lines if "=" in line)
    assert (root, umask) == (f"ROOT={REPOSITORY}", "0022")
    assert known.keys() & SETTINGS.keys() == {"LC_ALL", "http_proxy", "HTTP_PROXY", "no_proxy"}
    assert known["LC_ALL"] == "C.UTF-8"
    assert known["http_proxy"] == SETTINGS["http_proxy"]
    assert known["no_proxy"] == "intranet.example,127.0.0.1,localhost"
    assert known["NO_PROXY"] == "127.0.0.1,localhost"


def test_the_smoke_test_ignores_the_settings_of_curl(tmp_path: Path) -> None:
    (tmp_path / ".curlrc").write_text("fail\n")
    server = HttpServer(lambda _: Response(401, b"from the API"))

    done = run_script("test-api.sh", f"http://{server.address}", environment=environment(HOME=str(tmp_path)))

    server.close()
    assert "401 from the API" in done.stdout


def test_a_local_api_is_tested_without_the_proxy() -> None:
    server = HttpServer(lambda _: Response(401, b"from the API"))

    done = run_script("test-api.sh", f"http://{server.address}", environment=environment(**SETTINGS))

    server.close()
    assert "401 from the API" in done.stdout


def test_the_release_has_the_compiler_of_its_static_libraries(tmp_path: Path) -> None:
    command = ["cmake", "--preset", "release", "-S", REPOSITORY, "-B", tmp_path]
    subprocess.run(command, env=environment(CC="clang", CXX="clang++"), check=True, capture_output=True)

    cache = (tmp_path / "CMakeCache.txt").read_text()
    assert re.search(r"^CMAKE_CXX_COMPILER:\w+=.*g\+\+$", cache, re.MULTILINE)


def test_lambda_can_read_a_build_with_a_strict_umask(tmp_path: Path) -> None:
    subprocess.run(
        ["make", "build-GetUser"], cwd=REPOSITORY, env=environment(ARTIFACTS_DIR=str(tmp_path)), umask=0o077, check=True,
        capture_output=True,
    )  # fmt: skip

    assert stat.S_IMODE((tmp_path / "bootstrap").stat().st_mode) == 0o755


def test_a_checkout_on_windows_has_unix_line_endings(tmp_path: Path) -> None:
    files = ["scripts/test-api.sh", "scripts/lib/common.sh", ".gitattributes"]
    repository, clone = tmp_path / "repository", tmp_path / "clone"
    for file in files:
        (repository / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / file, repository / file)
    git = ["git", "-C", repository, "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for command in (["init"], ["add", "."], ["commit", "-m", "files"]):
        subprocess.run([*git, *command], check=True, capture_output=True)

    subprocess.run(["git", "-c", "core.autocrlf=true", "clone", repository, clone], check=True, capture_output=True)

    assert [file for file in files if b"\r" in (clone / file).read_bytes()] == []


def test_builds_of_a_moved_checkout_are_removed(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "scripts/lib", tmp_path / "scripts/lib")
    for folder, home in (("moved", "/elsewhere"), ("kept", tmp_path)):
        cache = tmp_path / "build" / folder / "CMakeCache.txt"
        cache.parent.mkdir(parents=True)
        cache.write_text(f"CMAKE_HOME_DIRECTORY:INTERNAL={home}\n")
    for venv, home in (("venv", "/elsewhere"), ("venv-checkov", tmp_path)):
        pip = tmp_path / "build" / venv / "bin/pip"
        pip.parent.mkdir(parents=True)
        pip.write_text(f"#!{home}/build/{venv}/bin/python\n")
    script = tmp_path / "script.sh"
    script.write_text(f"set -eu\n. {tmp_path}/scripts/lib/common.sh\n. {tmp_path}/scripts/lib/build.sh\nremove_moved_builds\n")

    done = subprocess.run(["bash", script], capture_output=True, text=True, check=True)

    assert {entry.name for entry in (tmp_path / "build").iterdir()} == {"kept", "venv-checkov"}
    assert done.stdout == (
        "==> removing build/moved: it was built when the project was in another folder\n"
        "==> removing build/venv: it was built when the project was in another folder\n"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_script_can_stop_run_local_that_it_started_in_the_background(number: int) -> None:
    port = free_port()
    start = f"trap '' INT; scripts/run-local.sh --in-memory --port {port} --dynamodb-port {free_port()}"
    process = subprocess.Popen(
        ["bash", "-c", f"{start} & echo $!; wait"], cwd=REPOSITORY, env=environment(**SETTINGS), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    pid = int(process.stdout.readline())
    for line in process.stdout:
        if line.startswith("Press Ctrl-C"):
            break
    assert requests.get(f"http://127.0.0.1:{port}/users", timeout=60).status_code == 200

    os.kill(pid, number)

    assert process.wait(60) is not None
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/users", timeout=60)
