"""What scripts/migrate does to the users of a table that is older than their claims."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from derived_attributes import derived, email_claim, folded_email

WORKERS = 8  # so many users at the same time
PROGRESS = 1000  # users between two lines
ROUNDS = 5  # how often a user is tried again that somebody changes meanwhile


def claim_all(dynamodb: Any, table: str, claims: str) -> None:
    """Claims every address that one user has, and sets the derived attributes; ends the program if any is left over."""
    shared = {address for address, users in Counter(_addresses(dynamodb, table)).items() if users > 1}
    migration = _Migration(dynamodb, table, claims, shared)
    with ThreadPoolExecutor(WORKERS) as workers:
        outcomes = Counter()
        for page in _pages(dynamodb, table):
            for outcome in workers.map(migration.bring_up_to_date, page):
                outcomes[outcome] += 1
                if outcomes.total() % PROGRESS == 0:
                    print(f"==> table {table}: {outcomes.total()} users seen", flush=True)
    print(f"==> table {table}: {outcomes['changed']} users brought up to date, {outcomes['current']} were so already")
    if migration.left:
        for address, users in sorted(migration.left.items()):
            print(f"==> {address}: {' '.join(sorted(users))}")
        sys.exit(f"{len(migration.left)} addresses have several users; change or delete all of them but one, and run it again")


def _addresses(dynamodb: Any, table: str) -> Iterator[str]:
    for page in _pages(dynamodb, table, ProjectionExpression="email"):
        yield from (folded_email(user["email"]["S"]) for user in page)


def _pages(dynamodb: Any, table: str, **options: Any) -> Iterator[list[dict[str, Any]]]:
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True, **options):
        yield page["Items"]


class _Migration:
    def __init__(self, dynamodb: Any, table: str, claims: str, shared: set[str]):
        self.left: dict[str, set[str]] = {}  # the users of addresses that are not theirs alone
        self._dynamodb = dynamodb
        self._table = table
        self._claims = claims
        self._shared = shared

    def bring_up_to_date(self, user: dict[str, Any] | None) -> str:
        """Gives what came of it: current, changed, left (its address is not its own) or gone."""
        for _ in range(ROUNDS):
            if user is None:
                return "gone"
            wanted = derived(user["userId"]["S"], user["name"]["S"], user["email"]["S"])
            if all(user.get(name) == {"S": value} for name, value in wanted.items()):
                return "current"
            if wanted["foldedEmail"] in self._shared:
                return self._leave(user, wanted)
            refused = self._write(user, wanted)
            if refused is None:
                return "changed"
            if refused[1]:  # by somebody who came after the addresses were counted
                return self._leave(user, wanted)
            user = self._read(user)
        sys.exit(f"the user {user['userId']['S']} is changed again and again; run it again later")

    def _leave(self, user: dict[str, Any], wanted: dict[str, str]) -> str:
        """Its name can be found all the same."""
        self.left.setdefault(wanted["foldedEmail"], set()).add(user["userId"]["S"])
        names = {name: value for name, value in wanted.items() if name != "foldedEmail"}
        try:
            self._dynamodb.update_item(**self._update(user, names))
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            pass  # the functions have just written it, name and all
        return "left"

    def _write(self, user: dict[str, Any], wanted: dict[str, str]) -> list[bool] | None:
        """Sets the attributes together with the claim; gives which of the two were refused, if any was."""
        claim = {"claim": {"S": email_claim(user["email"]["S"])}, "userId": user["userId"]}
        put = {
            "TableName": self._claims,
            "Item": claim,
            "ConditionExpression": "attribute_not_exists(claim) OR userId = :user",
            "ExpressionAttributeValues": {":user": user["userId"]},
        }
        try:
            self._dynamodb.transact_write_items(TransactItems=[{"Update": self._update(user, wanted)}, {"Put": put}])
        except self._dynamodb.exceptions.TransactionCanceledException as error:
            codes = [reason["Code"] for reason in error.response["CancellationReasons"]]
            if not set(codes) <= {"None", "ConditionalCheckFailed", "TransactionConflict"}:
                raise
            return [code == "ConditionalCheckFailed" for code in codes]
        return None

    def _update(self, user: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
        """On condition that nobody has changed the user since it was read; its version stays, as nothing is to be seen."""
        return {
            "TableName": self._table,
            "Key": {"userId": user["userId"]},
            "UpdateExpression": "SET " + ", ".join(f"{name} = :{name}" for name in values),
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": {
                **{f":{name}": {"S": value} for name, value in values.items()},
                ":version": user["version"],
            },
        }

    def _read(self, user: dict[str, Any]) -> dict[str, Any] | None:
        return self._dynamodb.get_item(TableName=self._table, Key={"userId": user["userId"]}, ConsistentRead=True).get("Item")
