"""Adds an endpoint to the contract, openapi.yaml, to the requests for Postman and for editors, and to README.md."""

from __future__ import annotations

import json
import re
from typing import Any

from scaffold.changes import Changes, Refused
from scaffold.route import PARAMETER, Endpoint

#: The headers of every response, in openapi.yaml.
HEADERS = (
    "X-Request-Id", "Cache-Control", "X-Content-Type-Options", "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers", "Vary",
)  # fmt: skip
EXAMPLE_ID = "b38f50d4-9f9e-40eb-a1e9-437a6dea93be"


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
    """Adds requests, with their own user, at the end of the Postman collection and of the file of requests for editors."""
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
