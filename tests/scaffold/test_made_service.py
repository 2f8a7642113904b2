"""A service that scripts/new-service.sh made, with an endpoint that its scripts/new-endpoint.sh added, passes its own tests.

The functions are built with sanitizers, which takes minutes less than the release.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support.checkout import assert_succeeded, link_tools, run, run_module, run_tests
from support.function import REPOSITORY


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built service of a resource with an irregular plural."""
    folder = tmp_path_factory.mktemp("services") / "people"
    assert_succeeded(run_module(REPOSITORY, "scaffold.service", folder, "person", "people"))
    link_tools(folder)
    endpoint = ("GetAge", "GET", "/people/{personId}/age")
    assert_succeeded(run_module(folder, "scaffold.endpoint", "--dirty", *endpoint))
    assert_succeeded(run(folder, "cmake", "--preset", "dev"))
    targets = ("unit_tests", "functions/all", "scripts/local_api/all")
    assert_succeeded(run(folder, "cmake", "--build", "--preset", "dev", "--target", *targets, timeout=3000))
    return folder


def test_its_unit_tests_pass(service: Path) -> None:
    assert_succeeded(run(service, "ctest", "--preset", "dev", "--label-regex", "^unit$", "--parallel", "2"))


@pytest.mark.parametrize("authentication", ["none", "jwt"])
def test_its_api_tests_pass(service: Path, authentication: str) -> None:
    built = service / "build/dev"

    assert_succeeded(
        run_tests(
            service, "tests/api", "--auth", authentication, BUILD_DIR=str(built), LOCAL_API=str(built / "scripts/local_api/local_api")
        )
    )  # fmt: skip
