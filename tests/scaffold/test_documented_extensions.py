"""docs/extending.md: its examples result in endpoints and a field that work, with tests that pass.

These tests take the examples from the page, and put them into the places that the page names.
"""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path

import pytest

from support import dynamodb_local, local_api
from support.checkout import assert_succeeded, copy_to, run, run_module, run_tests
from support.function import REPOSITORY

PAGE = (REPOSITORY / "docs/extending.md").read_text(encoding="utf-8")

PROGRAMS = ("get_version", "get_age", "set_phone")

pytestmark = [
    pytest.mark.skipif(
        any((REPOSITORY / "functions" / name).exists() for name in PROGRAMS) or (REPOSITORY / "common/users/phone.h").exists(),
        reason="this checkout already has an endpoint or a field of the examples",
    ),
    pytest.mark.skipif(
        "&UserValues::age" not in (REPOSITORY / "common/users/user.h").read_text(encoding="utf-8"),
        reason="the examples need the field age",
    ),
]


def block(mark: str) -> str:
    """Returns the code on the page that contains a text, with the indentation of the page."""
    (found,) = [one for one in re.findall(r"(?:^ {4}.*\n|^\n)+", PAGE, re.MULTILINE) if mark in one]
    return found.strip("\n") + "\n"


def code(mark: str) -> str:
    return textwrap.dedent(block(mark))


def line(path: str, mark: str = "") -> str:
    """Returns the code that a list on the page shows for a file."""
    (found,) = [one for one in re.findall(rf"^- .*`{re.escape(path)}`: `(.+)`$", PAGE, re.MULTILINE) if mark in one]
    return found


class Checkout:
    """A checkout that is changed as the page describes."""

    def __init__(self, folder: Path):
        self.folder = folder

    def text(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text, encoding="utf-8")

    def append(self, path: str, text: str) -> None:
        self.write(path, f"{self.text(path)}\n\n{text}")

    def replace(self, path: str, pattern: str, new: str) -> None:
        """Replaces all matches, and asserts that there is one."""
        text, count = re.subn(pattern, lambda _: new, self.text(path), flags=re.MULTILINE)
        assert count, f"{path} has no {pattern}"
        self.write(path, text)

    def replace_last(self, path: str, old: str, new: str) -> None:
        before, found, after = self.text(path).rpartition(old)
        assert found, f"{path} has no {old}"
        self.write(path, before + new + after)

    def replace_in_operation(self, name: str, pattern: str, new: str) -> None:
        """Replaces what matches once in the operation of openapi.yaml."""
        before, begin, rest = self.text("openapi.yaml").partition(f"operationId: {name}\n")
        (operation,) = re.findall(r"\A(?:^ {6}.*\n|^\n)+", rest, re.MULTILINE)
        changed, count = re.subn(pattern, lambda _: new, operation, count=1, flags=re.MULTILINE)
        assert count, f"{name} in openapi.yaml has no {pattern}"
        self.write("openapi.yaml", before + begin + changed + rest[len(operation) :])


#: Patterns for what new-endpoint.sh writes: the end of a handler, a test, and schemas.
LAST_PART = r"^ +\.map\(\[\]\((?:.*\n)*? +}\);\n"
FIRST_TEST = r"^TEST\(\w+, ReturnsTheIdOfTheUser\) {\n(?:.*\n)*?}\n"
SCHEMA_OF_RESPONSE = r"^ +schema: {type: object, .*\n +examples:\n +result: .*\n"
SCHEMA_OF_REQUEST = r"^ +schema: {type: object}\n +examples:\n +request: .*\n"


def add_get_version(checkout: Checkout) -> None:
    checkout.replace("functions/get_version/get_version.cpp", LAST_PART, block('member("version", user.version)'))
    checkout.replace_in_operation("getVersion", "description: .*", line("openapi.yaml"))
    checkout.replace_in_operation("getVersion", SCHEMA_OF_RESPONSE, block("required: [version]"))
    header = "functions/get_version/get_version.h"
    checkout.replace(header, "^/// Handles .*", line(header))
    unit, api = "tests/unit/functions/get_version_test.cpp", "tests/api/test_get_version.py"
    checkout.replace(unit, r"EXPECT_EQ\(response->body, .*", line(unit))
    checkout.replace(api, r"assert response\.json\(\) == .*", line(api))
    checkout.replace("scripts/test-api.sh", "^check 'GET /users/{userId}/version' .*", line("scripts/test-api.sh", "version"))
    checkout.replace("README.md", r"^\| GET /users/{userId}/version \| .*", line("README.md"))


def add_get_age(checkout: Checkout) -> None:
    handler, openapi = "functions/get_age/get_age.cpp", "openapi.yaml"
    checkout.replace("common/users/errors.h", r"(?=^/// The If-Match header)", code("/// The user has no age."))
    checkout.replace("common/users/errors.cpp", r"(?=^Problem version_mismatch)", code("Problem age_not_found() {") + "\n")
    checkout.replace(handler, LAST_PART, block("-> Result<http::Response>"))
    checkout.replace(handler, '(?=^#include "users/path.h")', '#include "users/errors.h"\n')
    checkout.replace("tests/unit/functions/get_age_test.cpp", FIRST_TEST, code("TEST(GetAge, ReturnsTheAge)"))
    checkout.replace("tests/api/test_get_age.py", r'{"userId": user\["userId"\]}', '{"age": user["age"]}')
    checkout.append("tests/api/test_get_age.py", code("def test_get_age_reports"))
    checkout.replace("scripts/test-api.sh", "^new_user get-age\n(?:.*\n)*?check .*\n", code("new_user get-age"))

    schema = block("required: [version]").replace("version", "age").replace("minimum: 1}", "minimum: 1, maximum: 150}")
    checkout.replace_in_operation("getAge", SCHEMA_OF_RESPONSE, schema)
    reference, response = block("responses/AgeNotFound").split("\n\n")
    checkout.replace_in_operation("getAge", "^        '404': .*", reference)
    (not_found,) = re.findall(r"^    NotFound:\n      description: .*\n((?:      .*\n)+)", checkout.text(openapi), re.MULTILINE)
    checkout.replace(openapi, "(?=^    NotFound:$)", response + not_found + "\n")


def add_phone(checkout: Checkout) -> None:
    user, openapi = "common/users/user.h", "openapi.yaml"
    member, _, declaration = code("Field(\"phone\", &UserValues::phone, checked_phone)\n").splitlines()
    checkout.replace(user, r"(?<=^  std::optional<int> age = {};\n)", f"  {member}\n")
    checkout.replace(user, r"\)\);\n(?=  }\n\n  bool operator==\(const UserValues&)", f"),\n{declaration});\n")
    checkout.replace(user, '(?<=^#include "users/name.h"\n)', '#include "users/phone.h"\n')
    checkout.write("common/users/phone.h", code("#pragma once"))

    reference = textwrap.indent(code("phone: {$ref: '#/components/schemas/Phone'}\n"), "        ")
    checkout.replace(openapi, "(?=^        createdAt: {)", reference)
    checkout.replace(openapi, "(?=^\n    UserPatch:)", reference)
    checkout.replace(openapi, "(?=^\n    Name:)", textwrap.indent(code("description: Null removes"), "        "))
    checkout.replace(openapi, "(?=^    Instant:)", textwrap.indent(code("description: A phone number"), "    ") + "\n")
    example = code("phone: '+441632960000'\n").strip()
    checkout.replace(openapi, "(?=^        createdAt: ')", f"        {example}\n")

    checkout.replace("tests/unit/users/user_values_test.cpp", "(?=^TEST.UserValues, RequiresName)", code("TEST(UserValues,") + "\n")
    checkout.append("tests/api/test_user_fields.py", code("def test_a_phone_number"))


def add_set_phone(checkout: Checkout) -> None:
    handler = "functions/set_phone/set_phone.cpp"
    declarations, definition = code("struct PhoneValues").split("Result<http::Response>")
    checkout.replace(handler, r"^Result<http::Response>(?:.*\n)*? +}\)\)\n", f"{declarations}Result<http::Response>{definition}")
    checkout.replace(handler, "core/http/json_body.h", "core/http/field_reader.h")
    checkout.replace_in_operation("setPhone", SCHEMA_OF_REQUEST, block("required: [phone]"))
    checkout.replace("tests/support/endpoints.py", '"SetPhone": {},', line("tests/support/endpoints.py"))
    unit, api = "tests/unit/functions/set_phone_test.cpp", "tests/api/test_set_phone.py"
    checkout.replace(unit, r'\.body\("{}"\)', line(unit))
    checkout.replace(api, "json={}", line(api))
    checkout.replace_last("tests/reliability/routes.py", "body={}", line("tests/reliability/routes.py"))
    checkout.replace_last("scripts/test-api.sh", "--json '{}'", line("scripts/test-api.sh", "phone"))
    checkout.replace_last("postman_collection.json", '"raw": "{}"', line("postman_collection.json"))
    checkout.replace_last("tests/api/users.http", "{}\n", line("tests/api/users.http") + "\n")


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built checkout with the examples."""
    folder = tmp_path_factory.mktemp("extended")
    copy_to(folder)
    for command in re.findall(r"^ {4}\./scripts/new-endpoint\.sh (.+)$", PAGE, re.MULTILINE):
        assert_succeeded(run_module(folder, "scaffold.endpoint", *shlex.split(command)))
    for add in (add_get_version, add_get_age, add_phone, add_set_phone):
        add(Checkout(folder))
    # The preset whose objects ccache may have from this project: its core and its local API have the same text.
    assert_succeeded(run(folder, "cmake", "--preset", "shared", "-DBUILD_TESTING=ON"))
    targets = ("users_tests", "functions_tests", "functions/all", "scripts/local_api/all")
    assert_succeeded(run(folder, "cmake", "--build", "--preset", "shared", "--target", *targets, timeout=3000))
    return folder


@pytest.mark.parametrize("tests", ["users_tests", "functions_tests"])
def test_the_unit_tests_pass(extended: Path, tests: str) -> None:
    assert_succeeded(run(extended, extended / "build/shared/tests/unit" / tests))


def test_the_first_requests_of_the_page_succeed(extended: Path, dynamodb_url: str, table: str) -> None:
    variables = {
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url,
        "TABLE_NAME": table,
        "CLAIMS_TABLE_NAME": dynamodb_local.claims_table(table),
    }
    with local_api.serving(extended / "template.yaml", extended / "build/shared", variables) as api:
        serve, _, requests = code("%header{location}").partition("\n")
        done = run(extended, "bash", "-c", requests.replace("http://127.0.0.1:3000", api.url))

    assert serve.startswith("./scripts/run-local.sh ")
    assert done.stdout.endswith('{"version":1}')


def test_the_tests_of_the_functions_pass(extended: Path) -> None:
    built = extended / "build/shared"
    files = [f"tests/api/test_{name}.py" for name in (*PROGRAMS, "user_fields", "create_user", "update_user", "smoke")]
    variables = {"BUILD_DIR": str(built), "LOCAL_API": str(built / "scripts/local_api/local_api")}

    assert_succeeded(run_tests(extended, *files, **variables))
    assert_succeeded(run_tests(extended, "tests/runtime/test_invocations.py", "-m", "not release", **variables))


def test_the_documents_agree_with_the_template(extended: Path) -> None:
    names = ("endpoints", "http_file", "postman_collection", "openapi")

    assert_succeeded(run_tests(extended, *(f"tests/docs/test_{name}.py" for name in names), "-k", "not the_page_shows"))


def test_the_sources_have_the_format_of_the_project(extended: Path) -> None:
    """Leaves out the files in which these tests insert code between other lines: `lint.sh --fix` formats those."""
    sources = [path for name in PROGRAMS for path in (extended / "functions" / name).iterdir()]
    sources += [extended / "common/users" / name for name in ("phone.h", "errors.h", "errors.cpp")]

    assert_succeeded(run(extended, extended / "build/venv/bin/clang-format", "--dry-run", "--Werror", *sources))
