"""The schemas of the two tables, for tables that are created without template.yaml; it has the same schemas."""

from __future__ import annotations

from typing import Any

#: Users in the order of their folded names.
BY_NAME = {
    "IndexName": "ByName",
    "KeySchema": [
        {"AttributeName": "nameInitial", "KeyType": "HASH"},
        {"AttributeName": "nameKey", "KeyType": "RANGE"},
    ],
    "Projection": {"ProjectionType": "ALL"},
}

#: DynamoDB deletes idempotency records when they expire.
EXPIRY = {"AttributeName": "expiresAt", "Enabled": True}

#: Point-in-time recovery to any second of the last 35 days.
RECOVERY = {"PointInTimeRecoveryEnabled": True}


def users_table_shape() -> dict[str, Any]:
    return {
        **_keyed_by("userId"),
        "AttributeDefinitions": attributes("userId", "nameInitial", "nameKey"),
        "GlobalSecondaryIndexes": [BY_NAME],
    }


def claims_table_shape() -> dict[str, Any]:
    return {**_keyed_by("claim"), "AttributeDefinitions": attributes("claim")}


def attributes(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


def _keyed_by(name: str) -> dict[str, Any]:
    return {"KeySchema": [{"AttributeName": name, "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}
