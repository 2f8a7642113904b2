"""The measured requests: the event, DynamoDB's response, and the expected response of the function."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

from support.dynamodb_stub import stored_user
from support.events import recorded, rest_event
from support.tokens import AUDIENCE, EcKey, ISSUER, SECRET, SecretKey, jwks, token

FULL_PAGE = 100


@dataclass(frozen=True)
class Task:
    title: str
    event: dict[str, Any]
    response: dict[str, Any]
    status: int
    expected: dict[str, Any]  # members of the body that the function returns
    function: str = ""  # when its name is not that of the task
    environment: dict[str, str] = field(default_factory=dict)
    dynamodb_requests: int = 1  # the number for each event
    jwks: bytes = b""  # the contents of JWT_JWKS_FILE

    def check(self, proxy_response: dict[str, Any]) -> None:
        """Raises ValueError unless the function should have posted this proxy response."""
        body = json.loads(proxy_response["body"])
        is_expected = {name: body.get(name) for name in self.expected} == self.expected
        if proxy_response["statusCode"] != self.status or not is_expected:
            raise ValueError(f"an unexpected response: {json.dumps(proxy_response)[:1000]}")


def _client_view(item: dict[str, Any]) -> dict[str, Any]:
    hidden = {"writeToken", "foldedEmail", "nameInitial", "nameKey"}
    return {name: int(v["N"]) if "N" in v else v["S"] for name, v in item.items() if name not in hidden}


def _with_body(event: str, body: dict[str, Any]) -> dict[str, Any]:
    return {**recorded(event), "body": json.dumps(body)}


def _with_token(bearer: str) -> dict[str, Any]:
    event = recorded("rest_get_user")
    event["headers"]["Authorization"] = f"Bearer {bearer}"
    event["multiValueHeaders"]["Authorization"] = [f"Bearer {bearer}"]
    return event


JWT = {"AUTH_MODE": "jwt", "JWT_ISSUER": ISSUER, "JWT_AUDIENCE": AUDIENCE}
TOMORROW = int(time.time()) + 86_400
EC_KEY = EcKey("ec")

#: The fields of the users in all languages.
OPTIONAL = {"age": 36}
USER = stored_user(optional=OPTIONAL)
CHANGED_USER = stored_user(version=2, optional=OPTIONAL)
DELETED_USER = stored_user(version=3, optional=OPTIONAL)
PAGE = [stored_user(f"00000000-0000-4000-8000-{number:012}", optional=OPTIONAL) for number in range(FULL_PAGE)]

TASKS = {
    "get_user": Task(
        title="GET one user",
        event=recorded("rest_get_user"),
        response={"Item": USER},
        status=200,
        expected=_client_view(USER),
    ),
    "get_user_hs256": Task(
        title="GET one user, with a token signed with HS256",
        event=_with_token(token(SecretKey(), exp=TOMORROW)),
        response={"Item": USER},
        status=200,
        expected=_client_view(USER),
        function="get_user",
        environment={**JWT, "JWT_ALGORITHMS": "HS256", "JWT_SECRET": SECRET},
    ),
    "get_user_es256": Task(
        title="GET one user, with a token signed with ES256",
        event=_with_token(token(EC_KEY, exp=TOMORROW)),
        response={"Item": USER},
        status=200,
        expected=_client_view(USER),
        function="get_user",
        environment={**JWT, "JWT_ALGORITHMS": "ES256"},
        jwks=jwks(EC_KEY),
    ),
    "list_users": Task(
        title=f"GET a full page of {FULL_PAGE} users",
        event=rest_event("GET", "/users", query={"pageSize": str(FULL_PAGE)}),
        response={
            "Items": PAGE,
            "Count": FULL_PAGE,
            "ScannedCount": FULL_PAGE,
            "LastEvaluatedKey": {"userId": PAGE[-1]["userId"]},
        },
        status=200,
        expected={"users": [_client_view(item) for item in PAGE], "count": FULL_PAGE},
    ),
    "create_user": Task(
        title="POST a user",
        event=_with_body("rest_create_user", {"name": "Ada Lovelace", "email": "ada@example.com", **OPTIONAL}),
        response={},
        status=201,
        expected={"name": "Ada Lovelace", "email": "ada@example.com", **OPTIONAL, "version": 1},
    ),
    "update_user": Task(
        title="PUT a user",
        event=_with_body("rest_update_user", {"name": "Ada King", "age": None}),
        response={"Attributes": CHANGED_USER},
        status=200,
        expected=_client_view(CHANGED_USER),
    ),
    "delete_user": Task(
        title="DELETE a user",
        event=recorded("rest_delete_user"),
        response={"Item": DELETED_USER},  # also to the transaction, whose response is not read
        status=200,
        expected=_client_view(DELETED_USER),
        dynamodb_requests=2,
    ),
}
