"""Every file that names the endpoints names those of template.yaml, which is their only complete list.

Other tests compare the routes of openapi.yaml, the requests for editors and the Postman collection with the template in
detail; this one reports the files that lack a new endpoint.
"""

from __future__ import annotations

import re

import yaml

from reliability.routes import ROUTES
from support.endpoints import BODIES, FUNCTIONS, PERMISSIONS, PROGRAMS, STATUSES, Endpoint, each_function
from support.function import REPOSITORY


def files_that_name(name: str, endpoint: Endpoint) -> dict[str, str]:
    """Returns the files that must name an endpoint, each with the pattern by which it does."""
    route = re.escape(f"{endpoint.method} {endpoint.path}")
    url = re.escape(endpoint.path_with("{{userId}}"))
    operation = f"{name[0].lower()}{name[1:]}"
    return {
        f"functions/{endpoint.program}/main.cpp": rf"\b{endpoint.program}_endpoint\b",
        f"functions/{endpoint.program}/{endpoint.program}.h": rf'{{"{endpoint.method}", "{re.escape(endpoint.path)}"}}',
        f"tests/unit/functions/{endpoint.program}_test.cpp": rf"\bTEST\({name}, ",
        "README.md": rf"^\| {route} \| {name} \|",
        "openapi.yaml": rf"^      operationId: {operation}$",
        "postman_collection.json": rf'"raw": "{{{{baseUrl}}}}{url}[?"]',
        "scripts/test-api.sh": rf"^check '{route}[^/{{]",
        "stack/monitoring.yaml": rf"-{name}\b",
        "tests/api/users.http": rf"^{endpoint.method} {{{{baseUrl}}}}{url}$",
    }


@each_function
def test_every_file_that_lists_endpoints_contains_this_one(function: str) -> None:
    files = files_that_name(function, FUNCTIONS[function])
    present = {name: REPOSITORY / name for name in files if (REPOSITORY / name).is_file()}
    texts = {name: path.read_text(encoding="utf-8") for name, path in present.items()}

    lacking = [name for name, pattern in files.items() if not re.search(pattern, texts.get(name, ""), re.MULTILINE)]

    assert lacking == [], f"{function} is in template.yaml, but not in {', '.join(lacking)}"


def test_every_program_is_a_function_of_the_template() -> None:
    programs = {path.parent.name for path in (REPOSITORY / "functions").glob("*/main.cpp")}

    assert programs == set(PROGRAMS), "functions/ and template.yaml differ"


def test_support_endpoints_names_only_functions_of_the_template() -> None:
    named = PERMISSIONS.keys() | BODIES.keys() | STATUSES.keys()

    assert named <= FUNCTIONS.keys(), "tests/support/endpoints.py names unknown functions"


@each_function
def test_the_valid_request_of_the_tests_matches_openapi_yaml(function: str) -> None:
    endpoint = FUNCTIONS[function]
    paths = yaml.safe_load((REPOSITORY / "openapi.yaml").read_text(encoding="utf-8"))["paths"]
    operation = paths[endpoint.path][endpoint.method.lower()]

    assert ("requestBody" in operation) == (endpoint.body is not None), "openapi.yaml and BODIES in endpoints.py differ"
    assert str(endpoint.status) in operation["responses"], "openapi.yaml and STATUSES in endpoints.py differ"


def test_the_faults_are_injected_into_every_function_that_accesses_dynamodb() -> None:
    attacked = {route.function for route in ROUTES.values()}
    accessing = {endpoint.program for endpoint in FUNCTIONS.values() if endpoint.permissions}

    assert attacked == accessing, "tests/reliability/routes.py differs from the functions with access to DynamoDB"
