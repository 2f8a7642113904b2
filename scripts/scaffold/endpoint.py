"""Adds an endpoint: everything that cannot be derived from template.yaml."""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from dataclasses import dataclass
from typing import Any

import yaml

from scaffold.changes import ROOT, Changes, Refused, refuse_uncommitted_changes

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
        return program_of(self.name)

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
    def has_body(self) -> bool:
        return self.method in ("POST", "PUT", "PATCH")

    @property
    def changes_user(self) -> bool:
        return self.has_user and self.method != "GET"

    @property
    def capability(self) -> str:
        """What the route may do with the store: Reader for UserReader and TableReader."""
        if self.method == "GET":
            return "Reader" if self.has_user else "Finder"
        return "Creator" if self.method == "POST" and not self.has_user else "Updater"

    @property
    def scope(self) -> str:
        return "read" if self.method == "GET" else "write"


def program_of(name: str) -> str:
    """Returns the name of the folder, the handler and the tests of a function: get_age for GetAge."""
    return re.sub("(?<!^)(?=[A-Z])", "_", name).lower()


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
    answer = "the id of the user" if endpoint.has_user else "an empty object"
    changes.create(
        f"{folder}/{name}.h",
        f"""#pragma once

#include "users/api.h"

namespace users {{

/// Handles {endpoint.method} {endpoint.path}: 200 with {answer}.
Result<http::Response> {name}(const http::Request& request, const Services<{store}>& services);

inline constexpr Endpoint<{store}> {name}_endpoint{{{{"{endpoint.method}", "{endpoint.path}"}}, {endpoint.scope}_scope, {name}}};

}}  // namespace users
""",
    )
    request = "request" if endpoint.has_user or endpoint.has_body else "/*request*/"
    services = "services" if endpoint.has_user else "/*services*/"
    changes.create(
        f"{folder}/{name}.cpp",
        f"""#include "{name}/{name}.h"

{includes_of_handler(endpoint)}
namespace users {{

Result<http::Response> {name}(const http::Request& {request}, const Services<{store}>& {services}) {{
  {body_of_handler(endpoint)}
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


def includes_of_handler(endpoint: Endpoint) -> str:
    headers = {
        "core/http/json_body.h": endpoint.has_body,
        "core/http/preconditions.h": endpoint.changes_user,
        "core/http/responses.h": True,
        "core/json/writer.h": endpoint.has_user,
        "users/path.h": endpoint.has_user,
    }
    return "".join(f'#include "{header}"\n' for header, is_needed in headers.items() if is_needed)


def body_of_handler(endpoint: Endpoint) -> str:
    read_body = "http::json_body(request).and_then(http::parse_json_object)"
    if not endpoint.has_user:
        response = 'return http::json_response(200, "{}");'
        return f"return {read_body}.map([](const json::Document& /*body*/) {{ {response} }});" if endpoint.has_body else response
    if not endpoint.changes_user:
        user = "return path_user_id(request).and_then([&](const UserId& id) { return services.store.get(id); })"
    else:
        body, parameter = (f", {read_body}", ", const json::Document& /*body*/") if endpoint.has_body else ("", "")
        user = f"""return collect(path_user_id(request), http::if_match(request){body})
      .and_then(unpacked([&](const UserId& id, const http::VersionSet& allowed{parameter}) {{
        const UserPatch patch;
        return services.store.update(id, patch, allowed, services.clock.now());
      }}))"""
    return f"""{user}
      .map([](const User& user) {{
        json::Writer body;
        body.begin_object().member("userId", user.id.text()).end_object();
        return http::json_response(200, std::move(body).text());
      }});"""


# ---- The permissions


def permissions(changes: Changes, endpoint: Endpoint) -> dict[str, set[str]]:
    """Returns the actions by table: those of a function with the same capability, or none if the handler uses no user."""
    if not endpoint.has_user:
        return {}
    module = ast.parse(changes.text("tests/support/endpoints.py"))
    (of_functions,) = (
        ast.literal_eval(node.value)
        for node in module.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "PERMISSIONS"
    )
    for name, actions in of_functions.items():
        program = ROOT / "functions" / program_of(name) / "main.cpp"
        if f"dynamodb::Table{endpoint.capability}>" in program.read_text(encoding="utf-8"):
            return actions
    raise Refused(
        f"no function of PERMISSIONS in tests/support/endpoints.py uses Table{endpoint.capability}, as this one needs to;"
        " add it by hand, after the example of another"
    )


def statements(allowed: dict[str, set[str]]) -> str:
    """Returns the statements of a role."""
    lines = []
    for name, actions in allowed.items():
        table, slash, index = name.partition("/")
        resource = f"!Sub '${{{table}.Arn}}/{index}'" if slash else f"!GetAtt {table}.Arn"
        text = ", ".join(sorted(actions))
        lines.append(f"        {{Effect: Allow, Action: {f'[{text}]' if len(actions) > 1 else text}, Resource: {resource}}},\n")
    return "".join(lines)


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
{statements(permissions(changes, endpoint))}        {{Effect: Allow, Action: [logs:CreateLogStream, logs:PutLogEvents], Resource: !GetAtt {name}Log.Arn}}]}}}}]

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
    schema, example = "{type: object}", "{}"
    if endpoint.has_user:
        schema = "{type: object, additionalProperties: false, required: [userId], properties: {userId: {type: string, format: uuid}}}"
        example = f"{{userId: {EXAMPLE_ID}}}"
    operation = f"""    {endpoint.method.lower()}:
      operationId: {endpoint.operation}
      tags: [users]
      summary: {endpoint.title}
      description: {"Returns the id of the user." if endpoint.has_user else "Returns an empty object."}
{inputs_of_operation(endpoint)}      responses:
        '200':
          description: The result.
          headers:
{headers}          content:
            application/json:
              schema: {schema}
              examples:
                result: {{value: {example}}}
{errors_of_operation(endpoint)}
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


def inputs_of_operation(endpoint: Endpoint) -> str:
    parameters = """      parameters:
        - {$ref: '#/components/parameters/If-Match'}
"""
    body = """      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object}
            examples:
              request: {value: {}}
"""
    return (parameters if endpoint.changes_user else "") + (body if endpoint.has_body else "")


def errors_of_operation(endpoint: Endpoint) -> str:
    errors = {
        "400": "InvalidBody" if endpoint.has_body else "InvalidIdOrHeader" if endpoint.has_user else "",
        "401": "Unauthorized",
        "403": "Forbidden",
        "404": "NotFound" if endpoint.has_user else "",
        "412": "PreconditionFailed" if endpoint.changes_user else "",
        "413": "ContentTooLarge" if endpoint.has_body else "",
        "415": "UnsupportedMediaType" if endpoint.has_body else "",
        "429": "TooManyRequests",
        "500": "InternalServerError",
        "502": "BadGateway",
        "503": "ServiceUnavailable",
        "504": "GatewayTimeout",
    }
    return "".join(
        f"        '{status}': {{$ref: '#/components/responses/{response}'}}\n" for status, response in errors.items() if response
    )


def add_requests(changes: Changes, endpoint: Endpoint) -> None:
    """Adds requests for people, at the end and with a user of their own: to the Postman collection and the file for editors."""
    path = endpoint.path.replace(PARAMETER, "{{userId}}")
    requests = [(endpoint.title, endpoint.method, path, endpoint.has_body)]
    if endpoint.has_user:
        requests.append((f"Delete the user of {endpoint.operation}", "DELETE", "/users/{{userId}}", False))

    collection = json.loads(changes.text("postman_collection.json"))
    items = [postman_item(*request) for request in requests]
    if endpoint.has_user:
        items.insert(0, postman_creation(collection) | {"name": f"Create the user of {endpoint.operation}"})
    collection["item"].append({"name": endpoint.title, "item": items})
    changes.replace("postman_collection.json", json.dumps(collection, indent=2, ensure_ascii=False) + "\n")

    text = changes.text("tests/api/users.http")
    blocks = [http_block(*request) for request in requests]
    if endpoint.has_user:
        blocks.insert(0, f"### Create the user of {endpoint.operation}\n{http_creation(text)}")
    changes.replace("tests/api/users.http", "\n\n".join([text.rstrip(), *blocks]) + "\n")


def postman_creation(collection: dict[str, Any]) -> dict[str, Any]:
    """Returns the request that creates the user of the collection."""
    for folder in collection["item"]:
        for item in folder["item"]:
            if 'set(\\"userId\\"' in json.dumps(item):
                return item
    raise Refused('postman_collection.json has no request that sets the variable "userId"')


def postman_item(title: str, method: str, path: str, has_body: bool) -> dict[str, Any]:
    check = ['pm.test("200", () => {', "  pm.response.to.have.status(200);", "});"]
    header = [{"key": "Content-Type", "value": "application/json"}] if has_body else []
    body = {"body": {"mode": "raw", "raw": "{}", "options": {"raw": {"language": "json"}}}} if has_body else {}
    url = {"raw": f"{{{{baseUrl}}}}{path}", "host": ["{{baseUrl}}"], "path": path[1:].split("/")}
    return {
        "name": title,
        "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": check}}],
        "request": {"method": method, "header": header, "url": url, **body},
        "response": [],
    }


def http_creation(text: str) -> str:
    """Returns the request that creates the user of the file, without its title."""
    for block in re.split("^### .*\n", text, flags=re.MULTILINE):
        if 'client.global.set("userId"' in block:
            return block.rstrip()
    raise Refused('tests/api/users.http has no request that sets the variable "userId"')


def http_block(title: str, method: str, path: str, has_body: bool) -> str:
    body = "Content-Type: application/json\n\n{}\n" if has_body else ""
    return f"""### {title}
{method} {{{{baseUrl}}}}{path}
Authorization: Bearer {{{{token}}}}
{body}
> {{% client.test("status 200", () => client.assert(response.status === 200)) %}}"""


def add_to_readme(changes: Changes, endpoint: Endpoint) -> None:
    rows = re.findall(r"^\| [A-Z]+ /\S* \| \w+ \| .*\n", changes.text("README.md"), re.MULTILINE)
    if not rows:
        raise Refused("README.md has no table of the routes")
    success = "200, the id of the user" if endpoint.has_user else "200"
    changes.insert_after("README.md", rows[-1], f"| {endpoint.method} {endpoint.path} | {endpoint.name} | {success} |\n")


# ---- The tests


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


def add_to_tables(changes: Changes, endpoint: Endpoint) -> None:
    """Adds the endpoint to what the tests of all endpoints know of each."""
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
        tests["RejectsABodyThatIsNoObject"] = f"""const auto response = {name}({request}.body("[]"), services);
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
            f"""def test_{name}_reports_a_body_that_is_no_object({parameter}):
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


NEXT = """{method} {path} works now, and returns {result}. Next, fill in:
  functions/{program}/{program}.cpp   the handler, and its contract in {program}.h
  openapi.yaml, {operation}           the description, the responses and their schema
  tests/unit/functions/{program}_test.cpp, tests/api/test_{program}.py, and the checks in
  postman_collection.json, tests/api/users.http and scripts/test-api.sh
  README.md                           the row of the table
docs/extending.md shows examples. Then: ./scripts/test.sh unit runtime api docs deploy"""


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
