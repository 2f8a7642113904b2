"""What the template must say of each function."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    program: str
    method: str
    path: str
    actions: frozenset[str]


FUNCTIONS = {
    "CreateUser": Expected("create_user", "POST", "/users", frozenset({"dynamodb:PutItem"})),
    "GetUser": Expected("get_user", "GET", "/users/{userId}", frozenset({"dynamodb:GetItem"})),
    "ListUsers": Expected("list_users", "GET", "/users", frozenset({"dynamodb:Scan"})),
    "UpdateUser": Expected("update_user", "PUT", "/users/{userId}", frozenset({"dynamodb:UpdateItem"})),
    "DeleteUser": Expected("delete_user", "DELETE", "/users/{userId}", frozenset({"dynamodb:DeleteItem"})),
}
