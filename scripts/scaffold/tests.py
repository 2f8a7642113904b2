"""Adds the tests of an endpoint."""

from __future__ import annotations

import json

from scaffold.changes import Changes
from scaffold.route import PARAMETER, Endpoint
from scaffold.stack import permissions


def add_tests(changes: Changes, endpoint: Endpoint) -> None:
    name = endpoint.program
    changes.create(
        f"tests/unit/functions/{name}_test.cpp",
        f"""#include "{name}/{name}.h"

#include <gtest/gtest.h>

#include "tests/support/users/fakes.h"
#include "tests/support/users/matchers.h"
#include "tests/support/users/requests.h"

namespace users::testing {{
namespace {{

{unit_tests(endpoint)}
}}  // namespace
}}  // namespace users::testing
""",
    )
    changes.create(f"tests/api/test_{name}.py", api_tests(endpoint))
    add_to_tables(changes, endpoint)
    body = " --json '{}'" if endpoint.has_body else ""
    check = f"""request {endpoint.method} "{endpoint.path.replace(PARAMETER, "$new_id")}"{body}
check '{endpoint.method} {endpoint.path}' status=200"""
    if endpoint.has_user:
        expected = r'"body=\"userId\":\"$new_id\""'
        check = f"new_user {name.replace('_', '-')}\n{check} {expected}"
    changes.replace("scripts/test-api.sh", f"{changes.text('scripts/test-api.sh')}\n{check}\n")


def unit_tests(endpoint: Endpoint) -> str:
    name = endpoint.program
    builder = 'RequestBuilder("PATCH")' if endpoint.method == "PATCH" else f"a_{endpoint.method.lower()}()"
    body = '.body("{}")' if endpoint.has_body else ""
    tests = {}
    if endpoint.has_user:
        request = f"for_user({builder}, ada().id.text())"
        tests["ReturnsTheIdOfTheUser"] = f"""services.with(ada());
  const auto response = {name}({request}{body}, services);
  ASSERT_THAT(response, HasStatus(200));
  EXPECT_EQ(response->body, R"({{"userId":"ada00000-0000-4000-8000-000000000001"}})");"""
        tests["ReportsAnUnknownUser"] = f"""const auto response = {name}({request}{body}, services);
  EXPECT_THAT(response, IsProblem(Problem::Kind::not_found));"""
        tests["RejectsAnIdThatIsNotAUuid"] = f"""const auto response = {name}(for_user({builder}, "42"){body}, services);
  EXPECT_THAT(response, IsInvalid("userId", "invalid_format"));"""
    else:
        request = f'{builder}.path("{endpoint.path}")'
        tests["ReturnsAnObject"] = f"""const auto response = {name}({request}{body}, services);
  ASSERT_THAT(response, HasStatus(200));
  EXPECT_EQ(response->body, "{{}}");"""
    if endpoint.changes_user:
        tests["RejectsAnotherVersion"] = f"""services.with(ada());
  const auto response = {name}({request}.header("If-Match", R"("2")"){body}, services);
  EXPECT_THAT(response, IsProblem(Problem::Kind::precondition_failed));"""
    if endpoint.has_body:
        tests["RejectsABodyThatIsNotAnObject"] = f"""const auto response = {name}({request}.body("[]"), services);
  EXPECT_THAT(response, IsInvalid("", "malformed_json"));"""
    return "\n".join(
        f"""TEST({endpoint.name}, {title}) {{
  FakeServices services;
  {text}
}}
"""
        for title, text in tests.items()
    )


def api_tests(endpoint: Endpoint) -> str:
    name, method = endpoint.program, endpoint.method
    body = ", json={}" if endpoint.has_body else ""
    request = f'api.request("{method}", "{endpoint.path}"{body})'
    imports, expected, parameter, tests = ["assert_problem"], "{}", "api", []
    if endpoint.has_user:
        imports.insert(0, "UNKNOWN_ID")
        expected, parameter = '{"userId": user["userId"]}', "api, user"
        of_unknown = request.replace('"/', 'f"/', 1).replace(PARAMETER, "{UNKNOWN_ID}")
        request, invalid = (
            request.replace('"/', 'f"/', 1).replace(PARAMETER, "{user['userId']}"),
            request.replace(PARAMETER, "none"),
        )
        tests += [
            f"""def test_{name}_reports_an_unknown_user(api):
    assert_problem({of_unknown}, 404)
""",
            f"""def test_{name}_reports_an_id_that_is_not_a_uuid(api):
    assert_problem({invalid}, 400, ("userId", "invalid_format"))
""",
        ]
    if endpoint.has_body:
        tests.append(
            f"""def test_{name}_reports_a_body_that_is_not_an_object({parameter}):
    assert_problem({request.replace("json={}", "json=[]")}, 400, ("", "malformed_json"))
"""
        )
    first = f"""def test_{name}_returns_{"the_id_of_the_user" if endpoint.has_user else "an_object"}({parameter}):
    response = {request}

    assert response.status_code == 200
    assert response.json() == {expected}
"""
    head = "from __future__ import annotations\n"
    if tests:
        head += f"\nfrom support.users_api import {', '.join(imports)}\n"
    return "\n\n".join([head, first, *tests])


def add_to_tables(changes: Changes, endpoint: Endpoint) -> None:
    """Adds the endpoint to the tables from which the tests of all endpoints take its requests, permissions and results."""
    endpoints, routes = "tests/support/endpoints.py", "tests/reliability/routes.py"
    if endpoint.has_body:
        changes.insert_at_end_of(endpoints, "BODIES: ", f'    "{endpoint.name}": {{}},\n')
    allowed = permissions(changes, endpoint)
    if not allowed:
        return
    tables = ", ".join(
        f'"{table}": {{{", ".join(json.dumps(action) for action in sorted(actions))}}}' for table, actions in allowed.items()
    )
    changes.insert_at_end_of(endpoints, "PERMISSIONS: ", f'    "{endpoint.name}": {{{tables}}},\n')
    path = endpoint.path.replace(PARAMETER, "{user['userId']}")
    body = ", body={}" if endpoint.has_body else ""
    if endpoint.changes_user:
        operation, more = "UpdateItem", ", version_after=2, repeated=412"
        event = f"""rest_event("{endpoint.method}", f"{path}"{body}, headers={{"If-Match": '"1"'}})"""
    else:
        operation, more = "GetItem", ""
        event = f'rest_event("{endpoint.method}", f"{path}")'
    changes.insert_at_end_of(
        routes,
        "ROUTES = ",
        f"""    "{endpoint.method} {endpoint.path}": Route(
        "{endpoint.program}", "{operation}",
        lambda user: {event},
        success=200{more},
    ),
""",
    )
