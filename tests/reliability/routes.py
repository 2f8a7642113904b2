"""The routes, each with the operation of DynamoDB that the faults affect, and the expected result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from support.events import rest_event

User = dict[str, Any]


def change(user: User, body: dict[str, Any]) -> dict[str, Any]:
    return rest_event("PUT", f"/users/{user['userId']}", body=body, headers={"If-Match": '"1"'})


@dataclass(frozen=True)
class Route:
    function: str
    #: The operation that the faults affect.
    operation: str
    #: The request, for a user in version 1 with an unused second address.
    event: Callable[[User], dict[str, Any]]
    success: int
    #: The address that identifies the user of the request, and the expected version of that user; 0 for no user.
    address: Callable[[User], str] = lambda user: user["email"]
    version_after: int = 1
    #: The status when the client repeats a request that has already been carried out.
    repeated: int = 200

    @property
    def affects_a_write(self) -> bool:
        return self.operation not in ("GetItem", "Query", "Scan")


def second_address(user: User) -> str:
    return f"second.{user['email']}"


ROUTES = {
    "POST /users": Route(
        "create_user", "TransactWriteItems",
        lambda user: rest_event(
            "POST", "/users",
            body={"name": "Ada King", "email": second_address(user)}, headers={"Idempotency-Key": user["userId"]},
        ),
        success=201, address=second_address, repeated=201,
    ),
    "GET /users": Route("list_users", "Scan", lambda _: rest_event("GET", "/users"), success=200),
    "GET /users?email=": Route(
        "list_users", "GetItem", lambda user: rest_event("GET", "/users", query={"email": user["email"]}), success=200
    ),
    "GET /users?namePrefix=": Route(
        "list_users", "Query", lambda _: rest_event("GET", "/users", query={"namePrefix": "Ada"}), success=200
    ),
    "GET /users/{userId}": Route(
        "get_user", "GetItem", lambda user: rest_event("GET", f"/users/{user['userId']}"), success=200
    ),
    "PUT /users/{userId}": Route(
        "update_user", "UpdateItem", lambda user: change(user, {"name": "Ada King"}),
        success=200, version_after=2, repeated=412,
    ),
    "PUT /users/{userId}, another address": Route(
        "update_user", "TransactWriteItems", lambda user: change(user, {"email": second_address(user)}),
        success=200, address=second_address, version_after=2, repeated=412,
    ),
    "DELETE /users/{userId}, the read before it": Route(
        "delete_user", "GetItem",
        lambda user: rest_event("DELETE", f"/users/{user['userId']}", headers={"If-Match": '"1"'}),
        success=200, version_after=0, repeated=404,
    ),
    "DELETE /users/{userId}": Route(
        "delete_user", "TransactWriteItems",
        lambda user: rest_event("DELETE", f"/users/{user['userId']}", headers={"If-Match": '"1"'}),
        success=200, version_after=0, repeated=404,
    ),
}  # fmt: skip
