"""The functions with their routes and permissions, on which the template, the API descriptions and the tests agree."""

from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Endpoint:
    program: str
    method: str
    path: str
    #: The allowed actions, by table or index of the template.
    permissions: dict[str, set[str]]

    @property
    def uses_transactions(self) -> bool:
        return "dynamodb:PutItem" in self.actions or "dynamodb:DeleteItem" in self.actions

    @property
    def actions(self) -> set[str]:
        return set().union(*self.permissions.values())


# The actions of a transaction allow it: IAM has no permission for TransactWriteItems itself.
FUNCTIONS = {
    "CreateUser": Endpoint(
        "create_user",
        "POST",
        "/users",
        {"UsersTable": {"dynamodb:PutItem", "dynamodb:GetItem"}, "ClaimsTable": {"dynamodb:PutItem"}},
    ),
    "GetUser": Endpoint("get_user", "GET", "/users/{userId}", {"UsersTable": {"dynamodb:GetItem"}}),
    "ListUsers": Endpoint(
        "list_users",
        "GET",
        "/users",
        {
            "UsersTable": {"dynamodb:Scan", "dynamodb:GetItem"},
            "UsersTable/index/ByName": {"dynamodb:Query"},
            "ClaimsTable": {"dynamodb:GetItem"},
        },
    ),
    "UpdateUser": Endpoint(
        "update_user",
        "PUT",
        "/users/{userId}",
        {"UsersTable": {"dynamodb:UpdateItem"}, "ClaimsTable": {"dynamodb:PutItem", "dynamodb:DeleteItem"}},
    ),
    "DeleteUser": Endpoint(
        "delete_user",
        "DELETE",
        "/users/{userId}",
        {"UsersTable": {"dynamodb:GetItem", "dynamodb:DeleteItem"}, "ClaimsTable": {"dynamodb:DeleteItem"}},
    ),
}

PROGRAMS = tuple(function.program for function in FUNCTIONS.values())

each_function = pytest.mark.parametrize("function", FUNCTIONS)


def arn(name: str) -> object:
    """Returns the template's expression for a table or an index of this name."""
    table, slash, index = name.partition("/")
    return f"${{{table}.Arn}}/{index}" if slash else {"Fn::GetAtt": [table, "Arn"]}
