"""The requests that are measured: the event, what DynamoDB answers, and what a right reply holds."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

from support.dynamodb_stub import stored_user
from support.events import recorded, rest_event
from support.tokens import AUDIENCE, ISSUER, SECRET, EcKey, SecretKey, jwks, token

FULL_PAGE = 100


@dataclass(frozen=True)
class Task:
    title: str
    event: dict[str, Any]
    answer: dict[str, Any]
    status: int
    holds: dict[str, Any]  # members that the reply's body must have, with these values
    function: str = ""  # where it is not that of the same name
    environment: dict[str, str] = field(default_factory=dict)
    asks: int = 1  # requests of DynamoDB for each event
    jwks: bytes = b""  # goes into a file, which JWT_JWKS_FILE names

    def check(self, reply: dict[str, Any]) -> None:
        """Raises ValueError unless this is what a function should have posted."""
        body = json.loads(reply["body"])
        right = {name: body.get(name) for name in self.holds} == self.holds
        if reply["statusCode"] != self.status or not right:
            raise ValueError(f"a wrong reply: {json.dumps(reply)[:1000]}")


def _seen_by_clients(item: dict[str, Any]) -> dict[str, Any]:
    hidden = {"writeToken", "foldedEmail", "nameInitial", "nameKey"}
    return {name: int(v["N"]) if "N" in v else v["S"] for name, v in item.items() if name not in hidden}


def _with_token(bearer: str) -> dict[str, Any]:
    event = recorded("rest_get_user")
    event["headers"]["Authorization"] = f"Bearer {bearer}"
    event["multiValueHeaders"]["Authorization"] = [f"Bearer {bearer}"]
    return event


JWT = {"AUTH_MODE": "jwt", "JWT_ISSUER": ISSUER, "JWT_AUDIENCE": AUDIENCE}
TOMORROW = int(time.time()) + 86_400
EC_KEY = EcKey("ec")

USER = stored_user()
CHANGED_USER = stored_user(version=2)
DELETED_USER = stored_user(version=3)
PAGE = [stored_user(f"00000000-0000-4000-8000-{number:012}") for number in range(FULL_PAGE)]

TASKS = {
    "get_user": Task(
        title="GET one user",
        event=recorded("rest_get_user"),
        answer={"Item": USER},
        status=200,
        holds=_seen_by_clients(USER),
    ),
    "get_user_hs256": Task(
        title="GET one user, with a token signed with HS256",
        event=_with_token(token(SecretKey(), exp=TOMORROW)),
        answer={"Item": USER},
        status=200,
        holds=_seen_by_clients(USER),
        function="get_user",
        environment={**JWT, "JWT_ALGORITHMS": "HS256", "JWT_SECRET": SECRET},
    ),
    "get_user_es256": Task(
        title="GET one user, with a token signed with ES256",
        event=_with_token(token(EC_KEY, exp=TOMORROW)),
        answer={"Item": USER},
        status=200,
        holds=_seen_by_clients(USER),
        function="get_user",
        environment={**JWT, "JWT_ALGORITHMS": "ES256"},
        jwks=jwks(EC_KEY),
    ),
    "list_users": Task(
        title=f"GET a full page of {FULL_PAGE} users",
        event=rest_event("GET", "/users", query={"pageSize": str(FULL_PAGE)}),
        answer={
            "Items": PAGE,
            "Count": FULL_PAGE,
            "ScannedCount": FULL_PAGE,
            "LastEvaluatedKey": {"userId": PAGE[-1]["userId"]},
        },
        status=200,
        holds={"users": [_seen_by_clients(item) for item in PAGE], "count": FULL_PAGE},
    ),
    "create_user": Task(
        title="POST a user",
        event=recorded("rest_create_user"),
        answer={},
        status=201,
        holds={"name": "Ada Lovelace", "email": "ada@example.com", "age": 36, "version": 1},
    ),
    "update_user": Task(
        title="PUT a user",
        event=recorded("rest_update_user"),
        answer={"Attributes": CHANGED_USER},
        status=200,
        holds=_seen_by_clients(CHANGED_USER),
    ),
    "delete_user": Task(
        title="DELETE a user",
        event=recorded("rest_delete_user"),
        answer={"Item": DELETED_USER},  # to the transaction, too, which takes anything for success
        status=200,
        holds=_seen_by_clients(DELETED_USER),
        asks=2,
    ),
}
