"""The core in other projects: the function in docs/core.md, and examples/minimal, built as described there."""

from __future__ import annotations

import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import requests
from tables.shapes import attributes

from support import dynamodb_local, local_api, rie
from support.checkout import assert_succeeded, copy_to, run
from support.function import REPOSITORY
from support.sam_local import SAM

EXAMPLE = REPOSITORY / "examples/minimal"
PAGE = (REPOSITORY / "docs/core.md").read_text(encoding="utf-8")

#: Linking with link-time optimization takes minutes on a busy machine.
BUILD_SECONDS = 3000


def write_documented_files(folder: Path) -> set[str]:
    """Writes the files that docs/core.md shows in full, with the path of this project; returns their names."""
    files = dict(re.findall(r"^`([\w.]+)`[^\n]*:\n\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
    for name, text in files.items():
        (folder / name).write_text(text.replace("../users-api", str(REPOSITORY)), encoding="utf-8")
    return set(files)


def configure(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "cmake", "-S", ".", "-B", "build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=RelWithDebInfo", *options)


def assert_static(bootstrap: Path) -> None:
    segments = subprocess.run(["readelf", "--program-headers", bootstrap], capture_output=True, text=True, check=True)
    assert "DYNAMIC" in segments.stdout  # readelf understood the file, which is a position-independent executable
    assert "INTERP" not in segments.stdout


@pytest.fixture(scope="module")
def hello(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built project of docs/core.md."""
    folder = tmp_path_factory.mktemp("hello")
    assert write_documented_files(folder) == {"hello.cpp", "CMakeLists.txt", "template.yaml"}
    assert_succeeded(configure(folder))
    assert_succeeded(run(folder, "cmake", "--build", "build", timeout=BUILD_SECONDS))
    return folder


@pytest.fixture(params=["local", "emulator"])
def hello_url(hello: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The function in the local API, by itself and in AWS's Runtime Interface Emulator."""
    wrapper = [sys.executable, rie.__file__] if request.param == "emulator" else []
    with (
        mock.patch.object(local_api, "WRAPPER", wrapper),
        local_api.serving(hello / "template.yaml", hello / "build", variables={}) as api,
    ):
        yield api.url


def test_the_documented_function_is_static(hello: Path) -> None:
    assert_static(hello / "build/functions/hello/bootstrap")


@pytest.mark.parametrize("name", ["Ada", "Jörg"])
def test_the_documented_function_responds(hello_url: str, name: str) -> None:
    response = requests.get(f"{hello_url}/hello/{name}", timeout=30)

    assert (response.status_code, response.json()) == (200, {"message": f"Hello, {name}!"})
    assert response.headers["Content-Type"] == "application/json"


def test_the_documented_handler_with_other_services_compiles(tmp_path: Path) -> None:
    (source,) = re.findall(r"^## A handler with other services\n.*?^```cpp\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "hello.cpp").write_text(source, encoding="utf-8")

    flags = ["-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", f"-I{REPOSITORY}/common"]
    assert_succeeded(run(tmp_path, "g++", *flags, "hello.cpp"))


def test_a_project_can_take_the_core_by_fetchcontent(tmp_path: Path) -> None:
    """The project uses another checkout, without static libraries, as docs/core.md describes."""
    checkout, folder = tmp_path / "checkout", tmp_path / "hello"
    copy_to(checkout)
    folder.mkdir()
    write_documented_files(folder)
    project = folder / "CMakeLists.txt"
    declaration = f"FetchContent_Declare(serverless GIT_REPOSITORY {checkout} GIT_TAG main)"
    project.write_text(
        project.read_text().replace(
            f"add_subdirectory({REPOSITORY} serverless)",
            f"include(FetchContent)\n{declaration}\nFetchContent_MakeAvailable(serverless)",
        )
    )
    assert declaration in project.read_text()

    assert_succeeded(configure(folder, f"-DSERVERLESS_STATIC_LIBS={REPOSITORY / 'build/static-libs/native'}"))

    targets = run(folder, "ninja", "-C", "build", "-t", "targets", "all").stdout
    assert "functions/hello/bootstrap" in targets
    assert "libserverless_core.a" in targets
    assert "libserverless_testing.a" in targets
    assert "users" not in targets.replace(str(REPOSITORY), "").replace(str(tmp_path), "")  # nothing else of this project


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of `sam build` for examples/minimal."""
    output = tmp_path_factory.mktemp("sam")
    assert_succeeded(
        run(
            EXAMPLE, SAM, "build", "--build-in-source", "--build-dir", output, timeout=BUILD_SECONDS,
            SAM_CLI_TELEMETRY="0", AWS_DEFAULT_REGION=dynamodb_local.REGION,
        )
    )  # fmt: skip
    return output


@pytest.fixture(scope="module")
def example_url(example: Path, dynamodb: Any, dynamodb_url: str) -> Iterator[str]:
    """The example in the local API, with an empty table."""
    table = f"Visits-{uuid.uuid4()}"
    dynamodb.create_table(
        TableName=table, BillingMode="PAY_PER_REQUEST", AttributeDefinitions=attributes("page"),
        KeySchema=[{"AttributeName": "page", "KeyType": "HASH"}],
    )  # fmt: skip
    variables = {"TABLE_NAME": table, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url}
    with local_api.serving(
        EXAMPLE / "template.yaml", EXAMPLE / "build", variables, environment=dynamodb_local.credentials()
    ) as api:
        yield api.url
    dynamodb.delete_table(TableName=table)


def test_sam_build_of_the_example_contains_the_function_only(example: Path) -> None:
    artifact = example / "CountVisit"

    assert [entry.name for entry in artifact.iterdir()] == ["bootstrap"]
    assert (artifact / "bootstrap").read_bytes() == (EXAMPLE / "build/functions/count_visit/bootstrap").read_bytes()
    assert_static(artifact / "bootstrap")


def visit(url: str, page: str) -> dict[str, Any]:
    response = requests.post(f"{url}/pages/{page}/visits", timeout=30)
    assert response.status_code == 200, response.text
    return response.json()


def test_the_example_counts_the_visits_of_each_page(example_url: str) -> None:
    assert visit(example_url, "start") == {"page": "start", "visits": 1}
    assert visit(example_url, "start") == {"page": "start", "visits": 2}
    assert visit(example_url, "caf%C3%A9") == {"page": "café", "visits": 1}


def test_the_example_counts_concurrent_visits_once_each(example_url: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        counted = list(threads.map(lambda _: visit(example_url, "busy")["visits"], range(24)))

    assert sorted(counted) == list(range(1, 25))


def test_the_example_refuses_a_page_with_a_long_name(example_url: str) -> None:
    response = requests.post(f"{example_url}/pages/{'x' * 101}/visits", timeout=30)

    assert response.status_code == 400
