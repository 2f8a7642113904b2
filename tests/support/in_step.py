"""A checker of the two tables: every user holds the claim on its address, and there is no claim besides.

It looks as well for what the functions derive from a user's name and address.
"""

from __future__ import annotations

from typing import Any

from derived_attributes import derived
from support.dynamodb_local import claims_table


def items(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]


def assert_in_step(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    """Gives the users. Nobody may be writing meanwhile."""
    users = items(dynamodb, table)
    for user in users:
        expected = derived(*(user[name]["S"] for name in ("userId", "name", "email")))
        assert {name: user[name]["S"] for name in expected} == expected
    held = {f"email#{user['foldedEmail']['S']}": user["userId"]["S"] for user in users}
    assert len(held) == len(users), "two users have one address"
    claims = {item["claim"]["S"]: item["userId"]["S"] for item in items(dynamodb, claims_table(table))}
    assert {claim: holder for claim, holder in claims.items() if claim.startswith("email#")} == held
    return users
