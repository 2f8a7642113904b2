"""Checks that the two tables are consistent: each user holds the claim on its address, and no other claims exist.

Also checks the attributes that the functions derive from a user's name and address.
"""

from __future__ import annotations

from typing import Any

from tables.derived_attributes import derived, folded_email
from support.dynamodb_local import claims_table


def items(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]


def assert_consistent(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    """Asserts that the tables are consistent, and returns the users. No writes may be in progress."""
    users = assert_claims_consistent(dynamodb, table)
    for user in users:
        expected = derived(*(user[name]["S"] for name in ("userId", "name", "email")))
        assert {name: user[name]["S"] for name in expected} == expected
    return users


def assert_claims_consistent(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    """Like assert_consistent, but allows users without a claim, provided that they have no foldedEmail either."""
    users = items(dynamodb, table)
    claimed = [user for user in users if "foldedEmail" in user]
    assert all(user["foldedEmail"]["S"] == folded_email(user["email"]["S"]) for user in claimed)
    held = {f"email#{user['foldedEmail']['S']}": user["userId"]["S"] for user in claimed}
    assert len(held) == len(claimed), "two users have the same address"
    assert address_claims(dynamodb, table) == held
    return users


def address_claims(dynamodb: Any, table: str) -> dict[str, str]:
    """Returns the claims on addresses, with their holders. All other claims must be idempotency records."""
    claims = {item["claim"]["S"]: item["userId"]["S"] for item in items(dynamodb, claims_table(table))}
    addresses = {claim: holder for claim, holder in claims.items() if claim.startswith("email#")}
    assert all(claim.startswith("once#") for claim in claims.keys() - addresses.keys())
    return addresses
