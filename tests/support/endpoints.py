"""The functions with their routes, as template.yaml lists them, the permissions that they should have, and valid requests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from support.function import REPOSITORY

#: The actions that the role of each function may allow, by table or index of the template; a function that is not listed may
#: not access DynamoDB. IAM has no permission for TransactWriteItems itself: the actions of a transaction allow it.
PERMISSIONS: dict[str, dict[str, set[str]]] = {
    "CreateUser": {"UsersTable": {"dynamodb:PutItem", "dynamodb:GetItem"}, "ClaimsTable": {"dynamodb:PutItem"}},
    "GetUser": {"UsersTable": {"dynamodb:GetItem"}},
    "ListUsers": {
        "UsersTable": {"dynamodb:Scan", "dynamodb:GetItem"},
        "UsersTable/index/ByName": {"dynamodb:Query"},
        "ClaimsTable": {"dynamodb:GetItem"},
    },
    "UpdateUser": {"UsersTable": {"dynamodb:UpdateItem"}, "ClaimsTable": {"dynamodb:PutItem", "dynamodb:DeleteItem"}},
    "DeleteUser": {"UsersTable": {"dynamodb:GetItem", "dynamodb:DeleteItem"}, "ClaimsTable": {"dynamodb:DeleteItem"}},
}

#: The body of a valid request; an endpoint that is not listed takes none.
BODIES: dict[str, Any] = {
    "CreateUser": {"name": "Grace Hopper", "email": "grace@example.com"},
    "UpdateUser": {"name": "Ada King", "email": "king@example.com"},
}
#: The status of the response to a valid request; an endpoint that is not listed returns 200.
STATUSES: dict[str, int] = {"CreateUser": 201}


@dataclass(frozen=True)
class Endpoint:
    #: The name of the folder in functions/.
    program: str
    method: str
    path: str
    #: The allowed actions, by table or index of the template.
    permissions: dict[str, set[str]]
    #: A valid request, and the status of its response.
    body: Any
    status: int

    @property
    def uses_transactions(self) -> bool:
        return "dynamodb:PutItem" in self.actions or "dynamodb:DeleteItem" in self.actions

    @property
    def actions(self) -> set[str]:
        return set().union(*self.permissions.values())

    @property
    def scope(self) -> str:
        """The scope that a token must grant."""
        return "users:read" if self.method == "GET" else "users:write"

    def path_with(self, user_id: str) -> str:
        return self.path.replace("{userId}", user_id)


class _Loader(yaml.SafeLoader):
    """Reads the intrinsic functions of CloudFormation as their arguments."""


def _argument(loader: _Loader, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


_Loader.add_multi_constructor("!", _argument)


def _functions() -> dict[str, Endpoint]:
    resources = yaml.load((REPOSITORY / "template.yaml").read_text(encoding="utf-8"), _Loader)["Resources"]
    functions = {}
    for name, resource in resources.items():
        if resource["Type"] == "AWS::Serverless::Function":
            route = resource["Properties"]["Events"]["Route"]["Properties"]
            program = re.sub("(?<!^)(?=[A-Z])", "_", name).lower()
            functions[name] = Endpoint(
                program, route["Method"], route["Path"], PERMISSIONS.get(name, {}), BODIES.get(name), STATUSES.get(name, 200)
            )
    return functions


FUNCTIONS = _functions()

PROGRAMS = {function.program: function for function in FUNCTIONS.values()}

each_function = pytest.mark.parametrize("function", FUNCTIONS)

#: The functions that access DynamoDB.
each_function_on_tables = pytest.mark.parametrize(
    "function", [name for name, function in FUNCTIONS.items() if function.permissions]
)


def route_of(path: str) -> str | None:
    """Returns the route's path, with parameters, that matches this path; None if no route does."""
    routes = sorted({endpoint.path for endpoint in FUNCTIONS.values()}, key=lambda route: route.count("{"))
    return next((route for route in routes if re.fullmatch(re.sub("{[^}]+}", "[^/]+", route), path)), None)


def methods_of(path: str) -> set[str]:
    """Returns the methods that a path has."""
    return {endpoint.method for endpoint in FUNCTIONS.values() if endpoint.path == route_of(path)}


def arn(name: str) -> object:
    """Returns the template's expression for a table or an index of this name."""
    table, slash, index = name.partition("/")
    return f"${{{table}.Arn}}/{index}" if slash else {"Fn::GetAtt": [table, "Arn"]}
