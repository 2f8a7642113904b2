"""The five routes, each with what DynamoDB does for it, and what it comes to."""

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
    #: What the faults strike.
    operation: str
    #: The request, of a user who is there in version 1 and has an address to spare.
    event: Callable[[User], dict[str, Any]]
    success: int
    #: What it has come to: the version of whoever has the address that it is about, 0 where nobody has.
    address: Callable[[User], str] = lambda user: user["email"]
    version_after: int = 1
    #: The answer when the client repeats a request that was carried out before.
    repeated: int = 200


    @property
    def strikes_a_write(self) -> bool:
        return self.operation not in ("GetItem", "Query", "Scan")


def spare(user: User) -> str:
    return f"spare.{user['email']}"


ROUTES = {
    "POST /users": Route(
        "create_user", "TransactWriteItems",
        lambda user: rest_event(
            "POST", "/users", body={"name": "Ada King", "email": spare(user)}, headers={"Idempotency-Key": user["userId"]}
        ),
        success=201, address=spare, repeated=201,
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
        "update_user", "TransactWriteItems", lambda user: change(user, {"email": spare(user)}),
        success=200, address=spare, version_after=2, repeated=412,
    ),
    "DELETE /users/{userId}, the reading before": Route(
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
