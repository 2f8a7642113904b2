"""The table of users and that of their claims, as scripts/migrate reads and writes them while the functions are at work.

Every read is strongly consistent. Every write is on condition that the user is as it was read, and tells whether it was
carried out: not when a condition did not hold, nor when DynamoDB kept turning it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from derived_attributes import email_claim
from patience import codes, may_pass, patiently

Item = dict[str, Any]
BATCH = 100  # keys that one BatchGetItem takes


class Tables:
    def __init__(self, dynamodb: Any, users: str, claims: str):
        self._dynamodb = dynamodb
        self._users = users
        self._claims = claims

    def scan_users(self) -> Iterator[list[Item]]:
        """All of them, a page at a time."""
        return self._scan(TableName=self._users)

    def scan_email_claims(self) -> Iterator[dict[str, str]]:
        """The claims on addresses with the ids of their holders, a page at a time."""
        pages = self._scan(
            TableName=self._claims,
            FilterExpression="begins_with(claim, :prefix)",
            ExpressionAttributeValues={":prefix": {"S": email_claim("")}},
        )
        return map(_holders, pages)

    def users(self, ids: Iterable[str]) -> dict[str, Item]:
        """Those that are there, by id."""
        return {user["userId"]["S"]: user for user in self._get(self._users, "userId", ids)}

    def holders(self, claims: Iterable[str]) -> dict[str, str]:
        """The same of these claims, as far as they are there."""
        return _holders(self._get(self._claims, "claim", claims))

    def update(self, user: Item, values: dict[str, str | None]) -> bool:
        """Sets attributes; None takes one away. The version stays, as there is nothing of them to be seen."""
        return self._write({"Update": self._change(user, values)})

    def update_claiming(self, user: Item, values: dict[str, str | None]) -> bool:
        """The same, together with the claim on the user's address, on condition that it is nobody else's."""
        claim = {
            "TableName": self._claims,
            "Item": {"claim": {"S": email_claim(user["email"]["S"])}, "userId": user["userId"]},
            "ConditionExpression": "attribute_not_exists(claim) OR userId = :user",
            "ExpressionAttributeValues": {":user": user["userId"]},
        }
        return self._write({"Update": self._change(user, values)}, {"Put": claim})

    def release(self, claim: str, holder: str, user: Item | None) -> bool:
        """Deletes the claim, on condition that it is the holder's still, who is `user`, or gone."""
        release = {
            "TableName": self._claims,
            "Key": {"claim": {"S": claim}},
            "ConditionExpression": "attribute_not_exists(userId) OR userId = :user",
            "ExpressionAttributeValues": {":user": {"S": holder}},
        }
        if user is None:
            gone = {
                "TableName": self._users,
                "Key": {"userId": {"S": holder}},
                "ConditionExpression": "attribute_not_exists(userId)",
            }
            return self._write({"ConditionCheck": gone}, {"Delete": release})
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
            patiently(self._dynamodb.transact_write_items, TransactItems=list(actions))
        except ClientError as error:
            if codes(error) != {"ConditionalCheckFailed"} and not may_pass(error):
                raise
            return False
        return True

    def _scan(self, **request: Any) -> Iterator[list[Item]]:
        while True:
            page = patiently(self._dynamodb.scan, ConsistentRead=True, **request)
            yield page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _get(self, table: str, key: str, values: Iterable[str]) -> Iterator[Item]:
        keys = [{key: {"S": value}} for value in set(values)]  # DynamoDB takes none twice
        for start in range(0, len(keys), BATCH):
            request = {table: {"Keys": keys[start : start + BATCH], "ConsistentRead": True}}
            while request:  # a reply without any of them is an error
                reply = patiently(self._dynamodb.batch_get_item, RequestItems=request)
                yield from reply["Responses"].get(table, [])
                request = reply["UnprocessedKeys"]


def _holders(claims: Iterable[Item]) -> dict[str, str]:
    return {claim["claim"]["S"]: claim.get("userId", {"S": "nobody"})["S"] for claim in claims}
