"""scripts/new-endpoint.sh: what it writes compiles and passes the checks of the contract and the stack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
import support.checkout

from support.checkout import assert_succeeded, copy_to, git, run, run_module, run_tests
from support.scripts import run_script
from support.user_fields import OPTIONAL

#: A new path, which reads a user; another method of that path, which changes it; another method of a path without a user.
#: Nobody would choose their names, so these tests can also run in a checkout to which somebody added endpoints.
ENDPOINTS = {
    "read_probe": ("ReadProbe", "GET", "/users/{userId}/probe"),
    "replace_probe": ("ReplaceProbe", "PUT", "/users/{userId}/probe"),
    "probe_users": ("ProbeUsers", "PATCH", "/users"),
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    copy_to(folder)
    return folder


@pytest.fixture
def changed(checkout: Path) -> Iterator[Path]:
    """A checkout that the test may change."""
    yield checkout
    git(checkout, "checkout", "--", ".")
    git(checkout, "clean", "-dq", "--force")


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with the added endpoints."""
    folder = tmp_path_factory.mktemp("extended")
    copy_to(folder)
    for arguments in ENDPOINTS.values():
        assert_succeeded(run_module(folder, "scaffold.endpoint", "--dirty", *arguments))
    return folder


def test_the_documentation_and_the_stack_agree_with_the_template(extended: Path) -> None:
    docs = [f"tests/docs/test_{name}.py" for name in ("endpoints", "http_file", "postman_collection", "openapi")]
    deploy = [f"tests/deploy/test_{name}.py" for name in ("api", "callers", "functions", "logs", "monitoring", "roles")]

    assert_succeeded(run_tests(extended, *docs, *deploy, "-k", "not the_page_shows"))


def test_the_sources_and_the_longest_test_compile_without_a_warning(extended: Path) -> None:
    """The suite scaffold builds and runs the rest."""
    objects = [f"functions/CMakeFiles/{name}.dir/{name}/{name}.cpp.o" for name in ENDPOINTS]
    objects.append("functions/CMakeFiles/replace_probe_bootstrap.dir/replace_probe/main.cpp.o")
    objects.append("tests/CMakeFiles/functions_tests.dir/unit/functions/replace_probe_test.cpp.o")

    assert_succeeded(run(extended, "cmake", "--preset", "dev"))
    assert_succeeded(run(extended, "cmake", "--build", "--preset", "dev", "--target", *objects, timeout=3000))


def test_the_sources_have_the_format_of_the_project(extended: Path) -> None:
    sources = [path for name in ENDPOINTS for path in (extended / "functions" / name).iterdir()]
    sources += [extended / f"tests/unit/functions/{name}_test.cpp" for name in ENDPOINTS]

    assert_succeeded(run(extended, extended / "build/venv/bin/clang-format", "--dry-run", "--Werror", *sources))


def test_more_than_ten_functions_have_a_second_alarm(changed: Path) -> None:
    for number in range(10):
        assert_succeeded(run_module(changed, "scaffold.endpoint", "--dirty", f"ReadProbe{number}", "GET", f"/probes/{number}"))

    assert "-functions-throttled-2" in (changed / "stack/monitoring.yaml").read_text(encoding="utf-8")
    assert_succeeded(run_tests(changed, "tests/deploy/test_monitoring.py"))


def test_a_long_name_shortens_the_longest_name_of_a_stack(changed: Path) -> None:
    arguments = ("ReplaceProbeOfUser", "PUT", "/users/{userId}/probe")
    assert_succeeded(run_module(changed, "scaffold.endpoint", "--dirty", *arguments))

    assert "MaxLength: 45 # a function's name, STACK-ReplaceProbeOfUser," in (changed / "bootstrap.yaml").read_text(encoding="utf-8")
    assert_succeeded(run_tests(changed, "tests/deploy/test_bootstrap.py", "-k", "name_of_the_stack"))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("GetUser", "GET", "/users/{userId}/other"), "GetUser already exists in template.yaml"),
        (("UsersTable", "GET", "/users/{userId}/other"), "UsersTable already exists in template.yaml"),
        (("ReadUser", "GET", "/users/{userId}"), "GET /users/{userId} already exists in template.yaml"),
        (("SearchUsers", "GET", "/users/search"), "the path /users/search also matches /users/{userId}"),
        (("Version", "GET", "/users/{userId}/version"), "must be a verb and a noun"),
        (("get_version", "GET", "/users/{userId}/version"), "must be a verb and a noun"),
        (("GetVersion", "HEAD", "/users/{userId}/version"), "must be one of GET"),
        (("GetVersion", "GET", "users/{userId}/version"), "must consist of segments"),
        (("GetNote", "GET", "/users/{userId}/notes/{noteId}"), "must consist of segments"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_an_existing_or_invalid_endpoint_is_refused_and_nothing_changes(
    checkout: Path, arguments: tuple[str, ...], reason: str
) -> None:
    done = run_module(checkout, "scaffold.endpoint", *arguments)

    assert (done.returncode, git(checkout, "status", "--porcelain", "functions", "tests", "*.yaml")) == (1, "")
    assert reason in done.stdout


def test_a_file_without_the_expected_structure_is_named_and_nothing_changes(changed: Path) -> None:
    (changed / "tests/reliability/routes.py").write_text("# empty\n")

    done = run_module(changed, "scaffold.endpoint", "--dirty", *ENDPOINTS["read_probe"])

    assert done.returncode == 1
    assert "tests/reliability/routes.py has no table “ROUTES =”" in done.stdout
    assert git(changed, "status", "--porcelain", "--", ".", ":!tests/reliability/routes.py") == ""


def test_an_endpoint_can_be_added_to_an_api_with_other_fields(changed: Path) -> None:
    for name in ("scripts/test-api.sh", "tests/api/users.http", "postman_collection.json"):
        path = changed / name
        path.write_text(re.sub("|".join(["email", *OPTIONAL]), "title", path.read_text(encoding="utf-8")), encoding="utf-8")

    assert_succeeded(run_module(changed, "scaffold.endpoint", "--dirty", *ENDPOINTS["replace_probe"]))


def test_without_a_function_to_copy_the_permissions_from_nothing_changes(changed: Path) -> None:
    endpoints = changed / "tests/support/endpoints.py"
    endpoints.write_text(re.sub('    "UpdateUser": {"UsersTable.*\n', "", endpoints.read_text(encoding="utf-8")), encoding="utf-8")

    done = run_module(changed, "scaffold.endpoint", "--dirty", *ENDPOINTS["replace_probe"])

    assert done.returncode == 1
    assert "no function of PERMISSIONS in tests/support/endpoints.py uses TableUpdater" in done.stdout
    assert git(changed, "status", "--porcelain", "functions", "*.yaml") == ""


def test_a_copy_of_the_checkout_has_the_files_that_are_not_added_to_git(changed: Path, tmp_path: Path) -> None:
    (changed / "functions/read_probe").mkdir()
    (changed / "functions/read_probe/main.cpp").write_text("int main() {}\n")

    with mock.patch.object(support.checkout, "REPOSITORY", changed):
        copy_to(tmp_path)

    assert (tmp_path / "functions/read_probe/main.cpp").exists()


def test_a_checkout_with_uncommitted_changes_is_refused_without_dirty(changed: Path) -> None:
    (changed / "notes.txt").write_text("mine")

    done = run_module(changed, "scaffold.endpoint", *ENDPOINTS["read_probe"])

    assert done.returncode == 1
    assert "uncommitted changes" in done.stdout
    assert "notes.txt" in done.stdout
    assert not (changed / "functions/read_probe").exists()


@pytest.mark.parametrize("arguments", [(), ("GetVersion", "GET"), ("GetVersion", "GET", "/version", "more"), ("--force", "a", "b", "c")])
def test_wrong_arguments_are_usage_errors(arguments: tuple[str, ...]) -> None:
    assert run_script("new-endpoint.sh", *arguments).returncode == 2
