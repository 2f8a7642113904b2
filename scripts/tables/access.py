"""The access of scripts/migrate.sh to the users table and the claims table, while the functions write to them too.

Every read is strongly consistent. Every write has the condition that the user has not changed since it was read. Each
method that writes returns whether it succeeded: it fails if a condition does not hold, or DynamoDB rejects every attempt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from .derived_attributes import email_claim
from .retry import error_codes, is_temporary, with_retries

Item = dict[str, Any]
BATCH = 100  # the maximum number of keys in a BatchGetItem


class Tables:
    def __init__(self, dynamodb: Any, users: str, claims: str):
        self._dynamodb = dynamodb
        self._users = users
        self._claims = claims

    def scan_users(self) -> Iterator[list[Item]]:
        """Yields all users, in pages."""
        return self._scan(TableName=self._users)

    def scan_email_claims(self) -> Iterator[dict[str, str]]:
        """Yields the claims on addresses with the ids of their holders, in pages."""
        pages = self._scan(
            TableName=self._claims,
            FilterExpression="begins_with(claim, :prefix)",
            ExpressionAttributeValues={":prefix": {"S": email_claim("")}},
        )
        return map(_holders, pages)

    def users(self, ids: Iterable[str]) -> dict[str, Item]:
        """Returns the existing users among these, by id."""
        return {user["userId"]["S"]: user for user in self._get(self._users, "userId", ids)}

    def holders(self, claims: Iterable[str]) -> dict[str, str]:
        """Returns the existing claims among these, with the ids of their holders."""
        return _holders(self._get(self._claims, "claim", claims))

    def update(self, user: Item, values: dict[str, str | None]) -> bool:
        """Sets attributes; None removes one. The version stays, because the API does not show these attributes."""
        return self._write({"Update": self._change(user, values)})

    def update_claiming(self, user: Item, values: dict[str, str | None]) -> bool:
        """Does the same, and claims the user's address, on the condition that no other user holds the claim."""
        claim = {
            "TableName": self._claims,
            "Item": {"claim": {"S": email_claim(user["email"]["S"])}, "userId": user["userId"]},
            "ConditionExpression": "attribute_not_exists(claim) OR userId = :user",
            "ExpressionAttributeValues": {":user": user["userId"]},
        }
        return self._write({"Update": self._change(user, values)}, {"Put": claim})

    def release(self, claim: str, holder: str, user: Item | None) -> bool:
        """Deletes the claim if it still belongs to the holder; `user` is the holder, or None if the holder is deleted."""
        release = {
            "TableName": self._claims,
            "Key": {"claim": {"S": claim}},
            "ConditionExpression": "attribute_not_exists(userId) OR userId = :user",
            "ExpressionAttributeValues": {":user": {"S": holder}},
        }
        if user is None:
            deleted = {
                "TableName": self._users,
                "Key": {"userId": {"S": holder}},
                "ConditionExpression": "attribute_not_exists(userId)",
            }
            return self._write({"ConditionCheck": deleted}, {"Delete": release})
        if "foldedEmail" in user and email_claim(user["foldedEmail"]["S"]) == claim:
            return self._write({"Update": self._change(user, {"foldedEmail": None})}, {"Delete": release})
        return self._write({"ConditionCheck": self._unchanged(user)}, {"Delete": release})

    def _change(self, user: Item, values: dict[str, str | None]) -> Item:
        set_to = {name: value for name, value in values.items() if value is not None}
        clauses = {
            "SET": ", ".join(f"{name} = :{name}" for name in set_to),
            "REMOVE": ", ".join(name for name in values if name not in set_to),
        }
        change = self._unchanged(user)
        change["ExpressionAttributeValues"] |= {f":{name}": {"S": value} for name, value in set_to.items()}
        change["UpdateExpression"] = " ".join(f"{clause} {names}" for clause, names in clauses.items() if names)
        return change

    def _unchanged(self, user: Item) -> Item:
        return {
            "TableName": self._users,
            "Key": {"userId": user["userId"]},
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": {":version": user["version"]},
        }

    def _write(self, *actions: Item) -> bool:
        try:
            with_retries(self._dynamodb.transact_write_items, TransactItems=list(actions))
        except ClientError as error:
            if error_codes(error) != {"ConditionalCheckFailed"} and not is_temporary(error):
                raise
            return False
        return True

    def _scan(self, **request: Any) -> Iterator[list[Item]]:
        while True:
            page = with_retries(self._dynamodb.scan, ConsistentRead=True, **request)
            yield page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _get(self, table: str, key: str, values: Iterable[str]) -> Iterator[Item]:
        keys = [{key: {"S": value}} for value in set(values)]  # DynamoDB rejects duplicates
        for start in range(0, len(keys), BATCH):
            request = {table: {"Keys": keys[start : start + BATCH], "ConsistentRead": True}}
            while request:  # terminates: each response has at least one of the items, or the call fails
                response = with_retries(self._dynamodb.batch_get_item, RequestItems=request)
                yield from response["Responses"].get(table, [])
                request = response["UnprocessedKeys"]


def _holders(claims: Iterable[Item]) -> dict[str, str]:
    return {claim["claim"]["S"]: claim.get("userId", {"S": "nobody"})["S"] for claim in claims}
