"""Adds an endpoint: everything that cannot be derived from template.yaml."""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass
from typing import Any

import yaml

from scaffold.changes import Changes, Refused, refuse_uncommitted_changes

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PARAMETER = "{userId}"
#: The headers of every response, in openapi.yaml.
HEADERS = (
    "X-Request-Id", "Cache-Control", "X-Content-Type-Options", "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers", "Vary",
)  # fmt: skip
EXAMPLE_ID = "b38f50d4-9f9e-40eb-a1e9-437a6dea93be"


@dataclass(frozen=True)
class Endpoint:
    #: The logical id in the template: GetAge.
    name: str
    method: str
    path: str

    @property
    def program(self) -> str:
        """The name of the folder, the handler and the tests: get_age."""
        return re.sub("(?<!^)(?=[A-Z])", "_", self.name).lower()

    @property
    def operation(self) -> str:
        return self.name[0].lower() + self.name[1:]

    @property
    def title(self) -> str:
        """The name as a sentence: Get age."""
        return self.program.replace("_", " ").capitalize()

    @property
    def has_user(self) -> bool:
        return PARAMETER in self.path

    @property
    def capability(self) -> str:
        """What the route may do with the store: Reader for UserReader and TableReader."""
        if self.method == "GET":
            return "Reader" if self.has_user else "Finder"
        if self.method == "DELETE":
            return "Remover"
        return "Creator" if self.method == "POST" and not self.has_user else "Updater"

    @property
    def scope(self) -> str:
        return "read" if self.method == "GET" else "write"


def checked(name: str, method: str, path: str, template: str) -> Endpoint:
    """Returns the endpoint unless its name or its route is invalid or exists."""
    if not re.fullmatch("([A-Z][a-z0-9]*){2,}", name):
        raise Refused(f"{name} must be a verb and a noun, such as GetAge")
    if method not in METHODS:
        raise Refused(f"{method} must be one of {', '.join(METHODS)}")
    if not re.fullmatch(r"(/(?:[a-z0-9][a-z0-9-]*|\{userId\}))+", path) or path.count(PARAMETER) > 1:
        raise Refused(f"{path} must consist of segments in lower case, such as /age, and at most one {PARAMETER}")
    endpoint = Endpoint(name, method, path)
    functions = re.findall(r"^  (\w+):\n    <<: [&*]function", template, re.MULTILINE)
    if name in functions or re.search(rf"^  {name}:", template, re.MULTILINE):
        raise Refused(f"{name} exists in template.yaml")
    for other_method, quoted in re.findall(r"Method: (\w+), Path: ('[^']*'|[^\s}]+)}", template):
        other = quoted.strip("'")
        if other == path and other_method == method:
            raise Refused(f"{method} {path} exists in template.yaml")
        if other != path and same_requests(other, path):
            raise Refused(f"{path} cannot be told apart from {other}: an id could have that value")
    return endpoint


def same_requests(one: str, other: str) -> bool:
    """Tells whether a request can match both paths."""
    pairs = list(zip(one.split("/"), other.split("/"), strict=False))
    return one.count("/") == other.count("/") and all(a == b or PARAMETER in (a, b) for a, b in pairs)


# ---- The function


def add_function(changes: Changes, endpoint: Endpoint) -> None:
    name, store, table = endpoint.program, f"User{endpoint.capability}", f"Table{endpoint.capability}"
    folder = f"functions/{name}"
    parameters = f"const http::Request& request, const Services<{store}>& services"
    answer = "the id of the user" if endpoint.has_user else "an empty object"
    changes.create(
        f"{folder}/{name}.h",
        f"""#pragma once

#include "users/api.h"

namespace users {{

/// Handles {endpoint.method} {endpoint.path}: 200 with {answer}.
Result<http::Response> {name}({parameters});

inline constexpr Endpoint<{store}> {name}_endpoint{{{{"{endpoint.method}", "{endpoint.path}"}}, {endpoint.scope}_scope, {name}}};

}}  // namespace users
""",
    )
    if endpoint.has_user:
        includes = '#include "core/http/responses.h"\n#include "core/json/writer.h"\n#include "users/path.h"\n'
        parameters = f"const http::Request& request, const Services<{store}>& /*services*/"
        body = """return path_user_id(request).map([](const UserId& id) {
    json::Writer body;
    body.begin_object().member("userId", id.text()).end_object();
    return http::json_response(200, std::move(body).text());
  });"""
    else:
        includes = '#include "core/http/responses.h"\n'
        parameters = f"const http::Request& /*request*/, const Services<{store}>& /*services*/"
        body = 'return http::json_response(200, "{}");'
    changes.create(
        f"{folder}/{name}.cpp",
        f"""#include "{name}/{name}.h"

{includes}
namespace users {{

Result<http::Response> {name}({parameters}) {{
  {body}
}}

}}  // namespace users
""",
    )
    changes.create(
        f"{folder}/main.cpp",
        f"""#include "core/app/serve.h"
#include "core/dynamodb/table_{endpoint.capability.lower()}.h"
#include "{name}/{name}.h"
#include "users/api.h"
#include "users/user_item.h"

int main() {{
  return serverless::serve(
      serverless::bind<serverless::dynamodb::{table}>(users::{name}_endpoint, users::users_table), users::api_names);
}}
""",
    )


# ---- The stack


def add_to_templates(changes: Changes, endpoint: Endpoint) -> None:
    rest = f"Type: Api, Properties: {{RestApiId: !Ref Api, Method: {endpoint.method}"
    http = f"Type: HttpApi, Properties: {{ApiId: !Ref HttpApi, Method: {endpoint.method}"
    add_function_to_template(changes, endpoint, "template.yaml", rest)
    add_function_to_template(changes, endpoint, "template-http.yaml", http)
    read_or_write = "read" if endpoint.method == "GET" else "write"
    end_of_rest = "      # The gateway's own errors have the same form"
    add_authorization(changes, endpoint, "template.yaml", "*security", end_of_rest)
    add_authorization(changes, endpoint, "template-http.yaml", f"*{read_or_write}", "\n  ApiLog:\n")
    add_to_monitoring(changes, endpoint.name, endpoint.program)


def add_function_to_template(changes: Changes, endpoint: Endpoint, template: str, event: str) -> None:
    name, path = endpoint.name, f"'{endpoint.path}'" if endpoint.has_user else endpoint.path
    changes.insert_before(
        template,
        "  # ---- All functions\n",
        f"""  # ---- {endpoint.method} {endpoint.path}

  {name}:
    <<: *function
    Properties:
      <<: *settings
      FunctionName: !Sub ${{AWS::StackName}}-{name}
      Role: !GetAtt {name}Role.Arn
      LoggingConfig: {{LogGroup: !Ref {name}Log, ApplicationLogLevel: !Ref LogLevel}}
      DeploymentPreference: {{Alarms: [!GetAtt {name}Canary.Outputs.Alarm], Role: !GetAtt {name}Canary.Outputs.Role}}
      Events: {{Route: {{{event}, Path: {path}}}}}}}

  {name}Role:
    Type: AWS::IAM::Role
    Properties:
      <<: *role
      Policies: [{{PolicyName: {name}, PolicyDocument: {{Version: '2012-10-17', Statement: [
        {{Effect: Allow, Action: [logs:CreateLogStream, logs:PutLogEvents], Resource: !GetAtt {name}Log.Arn}}]}}}}]

  {name}Log: {{Type: AWS::Logs::LogGroup, Properties: {{<<: *log, LogGroupName: !Sub '/aws/lambda/${{AWS::StackName}}-{name}'}}}}
  {name}Canary: {{<<: *canary, Properties: {{TemplateURL: stack/canary.yaml, Parameters: {{Version: !Ref {name}.Version}}}}}}

""",
    )


def add_authorization(changes: Changes, endpoint: Endpoint, template: str, security: str, end: str) -> None:
    """Adds the authorization of the route to the paths of the API, which end before `end`."""
    method = f"{endpoint.method.lower()}: {{security: {security}}}"
    text = changes.text(template)
    of_path = re.search(rf"^          {re.escape(endpoint.path)}:(.*)\n((?:            .*\n)*)", text, re.MULTILINE)
    if of_path is None:
        changes.insert_before(template, end, f"          {endpoint.path}: {{{method}}}\n")
    elif of_path[1]:  # in one line
        changes.insert_after(template, of_path[0][: -len("}\n")], f", {method}")
    else:
        changes.insert_after(template, of_path[0], f"            {method}\n")


def add_to_monitoring(changes: Changes, name: str, program: str) -> None:
    changes.insert_before(
        "stack/monitoring.yaml",
        """      Threshold: 0
      <<: *sustained

  TablesThrottled:
""",
        f"""        - Id: {program}
          ReturnData: false
          MetricStat:
            Metric: {{Namespace: AWS/Lambda, MetricName: Throttles, Dimensions: [{{Name: FunctionName, Value: !Sub '${{Name}}-{name}'}}]}}
            Stat: Sum
            Period: 60
""",
    )
    text = changes.text("stack/monitoring.yaml")
    last_line = re.findall(r'^            \["\.", "\.", "\.", "\${Name}-.*\]$', text, re.MULTILINE)[-1]
    line = f'            [".", ".", ".", "${{Name}}-{name}", {{"label": "{name}"}}]'
    changes.replace("stack/monitoring.yaml", text.replace(f"{last_line}\n", f"{last_line},\n{line}\n"))
    last_log = re.findall(r"^        - !Sub /aws/lambda/.*\n", text, re.MULTILINE)[-1]
    changes.insert_after("stack/monitoring.yaml", last_log, f"        - !Sub /aws/lambda/${{Name}}-{name}\n")


# ---- The contract


def add_to_openapi(changes: Changes, endpoint: Endpoint) -> None:
    headers = "".join(f"            {name}: {{$ref: '#/components/headers/{name}'}}\n" for name in HEADERS)
    properties, example = "{type: object}", "{}"
    if endpoint.has_user:
        properties = "{type: object, required: [userId], properties: {userId: {type: string, format: uuid}}}"
        example = f"{{userId: {EXAMPLE_ID}}}"
    invalid = "        '400': {$ref: '#/components/responses/InvalidIdOrHeader'}\n" if endpoint.has_user else ""
    others = {
        "401": "Unauthorized", "403": "Forbidden", "429": "TooManyRequests", "500": "InternalServerError",
        "502": "BadGateway", "503": "ServiceUnavailable", "504": "GatewayTimeout",
    }  # fmt: skip
    errors = invalid + "".join(
        f"        '{status}': {{$ref: '#/components/responses/{response}'}}\n" for status, response in others.items()
    )
    operation = f"""    {endpoint.method.lower()}:
      operationId: {endpoint.operation}
      tags: [users]
      summary: {endpoint.title}
      description: {"Returns the id of the user." if endpoint.has_user else "Returns an empty object."}
      responses:
        '200':
          description: The result.
          headers:
{headers}          content:
            application/json:
              schema: {properties}
              examples:
                result: {{value: {example}}}
{errors}
"""
    text = changes.text("openapi.yaml")
    of_path = re.search(rf"^  {re.escape(endpoint.path)}:\n(?:    .*\n|\n)*", text, re.MULTILINE)
    if of_path:
        changes.insert_after("openapi.yaml", of_path[0], operation)
        return
    parameters = (
        f"""    parameters:
      - name: userId
        in: path
        required: true
        description: The UUID of the user, in upper or lower case.
        schema: {{type: string, format: uuid}}
        example: {EXAMPLE_ID}

"""
        if endpoint.has_user
        else ""
    )
    changes.insert_before("openapi.yaml", "components:\n", f"  {endpoint.path}:\n{parameters}{operation}")


def add_requests(changes: Changes, endpoint: Endpoint) -> None:
    """Adds requests for people: to the Postman collection and to the file for editors."""
    path = endpoint.path.replace(PARAMETER, "{{userId}}")
    collection = json.loads(changes.text("postman_collection.json"))
    (folder,) = (item for item in collection["item"] if item["name"] == "Get")
    after = next(i for i, item in enumerate(folder["item"]) if item["name"] == "Get the user")
    folder["item"].insert(after + 1, postman_item(endpoint, path))
    changes.replace("postman_collection.json", json.dumps(collection, indent=2, ensure_ascii=False) + "\n")
    changes.insert_before(
        "tests/api/users.http",
        "### Use an id that is not a UUID\n",
        f"""### {endpoint.title}
{endpoint.method} {{{{baseUrl}}}}{path}
Authorization: Bearer {{{{token}}}}

> {{% client.test("status 200", () => client.assert(response.status === 200)) %}}

""",
    )


def postman_item(endpoint: Endpoint, path: str) -> dict[str, Any]:
    check = ["pm.test(\"200\", () => {", "  pm.response.to.have.status(200);", "});"]
    return {
        "name": endpoint.title,
        "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": check}}],
        "request": {
            "method": endpoint.method,
            "header": [],
            "url": {"raw": f"{{{{baseUrl}}}}{path}", "host": ["{{baseUrl}}"], "path": path[1:].split("/")},
        },
        "response": [],
    }


def add_to_readme(changes: Changes, endpoint: Endpoint) -> None:
    (table,) = re.findall(r"(?:^\|.*\n)+", changes.text("README.md").partition("## ")[0], re.MULTILINE)
    success = "200, the id of the user" if endpoint.has_user else "200"
    changes.insert_after("README.md", table, f"| {endpoint.method} {endpoint.path} | {endpoint.name} | {success} |\n")


# ---- The tests


def add_tests(changes: Changes, endpoint: Endpoint) -> None:
    name = endpoint.program
    builder = 'RequestBuilder("PATCH")' if endpoint.method == "PATCH" else f"a_{endpoint.method.lower()}()"
    if endpoint.has_user:
        cases = f"""TEST({endpoint.name}, ReturnsTheIdOfTheUser) {{
  FakeServices services;
  const auto response = {name}(for_user({builder}, ada().id.text()), services);
  ASSERT_THAT(response, HasStatus(200));
  EXPECT_EQ(response->body, R"({{"userId":"ada00000-0000-4000-8000-000000000001"}})");
}}

TEST({endpoint.name}, RejectsAnIdThatIsNotAUuid) {{
  FakeServices services;
  EXPECT_THAT({name}(for_user({builder}, "42"), services), IsInvalid("userId", "invalid_format"));
}}
"""
    else:
        cases = f"""TEST({endpoint.name}, ReturnsAnObject) {{
  FakeServices services;
  const auto response = {name}({builder}.path("{endpoint.path}"), services);
  ASSERT_THAT(response, HasStatus(200));
  EXPECT_EQ(response->body, "{{}}");
}}
"""
    changes.create(
        f"tests/unit/functions/{name}_test.cpp",
        f"""#include "{name}/{name}.h"

#include <gtest/gtest.h>

#include "tests/support/users/fakes.h"
#include "tests/support/users/matchers.h"
#include "tests/support/users/requests.h"

namespace users::testing {{
namespace {{

{cases}
}}  // namespace
}}  // namespace users::testing
""",
    )
    changes.create(f"tests/api/test_{name}.py", api_test(endpoint))
    path = endpoint.path.replace(PARAMETER, "$id")
    changes.insert_before(
        "scripts/test-api.sh",
        """request PUT "/users/$id" --json '{"age":37}'
""",
        f"""request {endpoint.method} "{path}"
check '{endpoint.method} {endpoint.path}' status=200

""",
    )


def api_test(endpoint: Endpoint) -> str:
    name = endpoint.program
    if not endpoint.has_user:
        return f'''from __future__ import annotations


def test_{name}_returns_an_object(api):
    response = api.request("{endpoint.method}", "{endpoint.path}")

    assert response.status_code == 200
    assert response.json() == {{}}
'''
    path = endpoint.path.replace(PARAMETER, "{user['userId']}")
    invalid = endpoint.path.replace(PARAMETER, "none")
    return f'''from __future__ import annotations

from support.users_api import assert_problem


def test_{name}_returns_the_id_of_the_user(api, user):
    response = api.request("{endpoint.method}", f"{path}")

    assert response.status_code == 200
    assert response.json() == {{"userId": user["userId"]}}


def test_{name}_reports_an_id_that_is_not_a_uuid(api):
    assert_problem(api.request("{endpoint.method}", "{invalid}"), 400, ("userId", "invalid_format"))
'''


NEXT = """{method} {path} works now, and returns {result}. Next, fill in:
  functions/{program}/{program}.cpp           the handler, and its contract in {program}.h
  {name}Role in both templates  the actions of DynamoDB that it needs; the same in PERMISSIONS of
                               tests/support/endpoints.py, and a row in tests/reliability/routes.py
  openapi.yaml, {operation}         the description, the responses and their schema
  tests/unit/functions/{program}_test.cpp, tests/api/test_{program}.py, and the checks in
  postman_collection.json, tests/api/users.http and scripts/test-api.sh
  README.md                    the row of the table
Then: ./scripts/test.sh unit api docs deploy"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="new-endpoint.sh", add_help=False)
    parser.add_argument("--dirty", action="store_true")
    parser.add_argument("name")
    parser.add_argument("method", type=str.upper)
    parser.add_argument("path")
    given = parser.parse_args(arguments)
    changes = Changes()
    try:
        endpoint = checked(given.name, given.method, given.path, changes.text("template.yaml"))
        if not given.dirty:
            refuse_uncommitted_changes()
        for add in (add_function, add_to_templates, add_to_openapi, add_requests, add_to_readme, add_tests):
            add(changes, endpoint)
        for name in changes:
            if name.endswith(".yaml"):
                yaml.compose(changes.text(name))
        changes.write()
    except (Refused, OSError, yaml.YAMLError) as error:
        print(f"new-endpoint.sh: {error}", file=sys.stderr)
        return 1
    print("\n".join(["Wrote:", *(f"  {name}" for name in changes)]))
    result = "the id of the user" if endpoint.has_user else "an empty object"
    print(NEXT.format(result=result, program=endpoint.program, operation=endpoint.operation, **vars(endpoint)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
