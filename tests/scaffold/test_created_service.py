"""A service that scripts/new-service.sh creates passes its own tests, with an endpoint that new-endpoint.sh adds for each method.

The functions use the shared libraries of the system, which takes minutes less than the release. The core does not depend
on the resource, so its unit tests are not repeated.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support.checkout import assert_succeeded, link_tools, run, run_module, run_tests
from support.function import REPOSITORY

#: An endpoint for each method; with those of the service, as many as one alarm can watch. No path has both GET and DELETE:
#: the endpoints store nothing yet, and Schemathesis would report that GET still finds what DELETE has deleted.
ENDPOINTS = [
    ("ReadProbe", "GET", "/people/{personId}/probe"),
    ("ReplaceProbe", "PUT", "/people/{personId}/probe"),
    ("RemoveMark", "DELETE", "/people/{personId}/mark"),
    ("PatchPerson", "PATCH", "/people/{personId}"),
    ("CreateProbe", "POST", "/probes"),
]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built service of a resource with an irregular plural."""
    folder = tmp_path_factory.mktemp("services") / "people"
    assert_succeeded(run_module(REPOSITORY, "scaffold.service", folder, "person", "people"))
    link_tools(folder)
    for endpoint in ENDPOINTS:
        assert_succeeded(run_module(folder, "scaffold.endpoint", "--dirty", *endpoint))
    # The preset whose objects ccache may have from this project: its core and its local API have the same text.
    assert_succeeded(run(folder, "cmake", "--preset", "shared", "-DBUILD_TESTING=ON"))
    targets = ("people_tests", "functions_tests", "functions/all", "scripts/local_api/all")
    assert_succeeded(run(folder, "cmake", "--build", "--preset", "shared", "--target", *targets, timeout=3000))
    return folder


def assert_tests_pass(service: Path, *arguments: str) -> None:
    """Runs tests of the service with what was built."""
    built = service / "build/shared"
    variables = {"BUILD_DIR": str(built), "LOCAL_API": str(built / "scripts/local_api/local_api")}
    assert_succeeded(run_tests(service, *arguments, **variables))


@pytest.mark.parametrize("tests", ["people_tests", "functions_tests"])
def test_its_unit_tests_pass(service: Path, tests: str) -> None:
    assert_succeeded(run(service, service / "build/shared/tests/unit" / tests))


def test_its_api_tests_pass(service: Path) -> None:
    assert_tests_pass(service, "tests/api")


def test_its_api_tests_of_authentication_pass(service: Path) -> None:
    assert_tests_pass(service, "tests/api/test_authentication.py", "tests/api/test_smoke.py", "--auth", "jwt")


def test_its_requests_for_people_succeed(service: Path) -> None:
    names = "newman or from_top_to_bottom or schemathesis"
    assert_tests_pass(service, "tests/docs/test_tools.py", "-k", f"({names}) and without")


def test_its_roles_allow_what_the_functions_do(service: Path) -> None:
    assert_tests_pass(service, "tests/deploy/test_least_privilege.py")


def test_its_functions_serve_the_runtime_api(service: Path) -> None:
    files = [f"tests/runtime/test_{name}.py" for name in ("authentication", "invocations", "start")]
    assert_tests_pass(service, *files, "-m", "not release")
