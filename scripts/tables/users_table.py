"""The work of the table scripts on a users table and its claims table, in the DynamoDB of the environment."""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .derived_attributes import derived, email_claim, folded_name
from .migration import reconcile
from .retry import with_retries
from .shapes import BY_NAME, EXPIRY, RECOVERY, attributes, claims_table_shape, users_table_shape

FIRST_NAMES = (
    "Ada", "Alan", "Anaïs", "Barbara", "Björn", "Chiara", "Dennis", "Donald", "Edsger", "Françoise", "Grace",
    "Hedy", "Inês", "Jürgen", "José", "Katherine", "Leslie", "Margaret", "Niklaus", "Radia", "Štefan", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Álvarez", "Bartik", "Čapek", "Dijkstra", "Escobar", "Fernández", "García", "Hamilton", "Hopper", "Ivanova",
    "Johnson", "Kovács", "Lamarr", "Lovelace", "Müller", "Nakamura", "O'Brien", "Perlman", "Silva", "Turing",
)  # fmt: skip
GROUP = 50  # the users per transaction, which may have 100 items: each user has a claim
CONFIG = Config(connect_timeout=5, retries={"mode": "standard"})


def create(table: str, claims: str) -> None:
    _check_schemas(table, claims)
    created = _create(table, users_table_shape())
    _make_recoverable(table)
    _create_claims(claims)
    if not created and not _has_index(table):
        print(f"==> table {table}: predates the name index and the claims; run scripts/migrate.sh to update it")


def migrate(table: str, claims: str) -> None:
    _check_schemas(table, claims)
    if not _has_index(table):
        _create_index(table)
    _create_claims(claims)
    reconcile(boto3.client("dynamodb", config=CONFIG), table, claims)


def _check_schemas(table: str, claims: str) -> None:
    """Exits with an error, before anything is written, if an existing table has another key."""
    dynamodb = boto3.client("dynamodb", config=CONFIG)
    for name, shape in ((table, users_table_shape()), (claims, claims_table_shape())):
        try:
            keys = dynamodb.describe_table(TableName=name)["Table"]["KeySchema"]
        except dynamodb.exceptions.ResourceNotFoundException:
            continue
        if keys != shape["KeySchema"]:
            actual, expected = ([key["AttributeName"] for key in schema] for schema in (keys, shape["KeySchema"]))
            sys.exit(f"table {name} has another schema: its key is {', '.join(actual)}, not {', '.join(expected)}")


def _create(table: str, shape: dict[str, Any]) -> bool:
    """Creates the table. Returns False when it exists already."""
    dynamodb = boto3.client("dynamodb", config=CONFIG)
    try:
        dynamodb.create_table(TableName=table, **shape)
    except dynamodb.exceptions.ResourceInUseException:
        print(f"==> table {table}: exists already")
        return False
    dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 2})
    print(f"==> table {table}: created")
    return True


def _create_claims(claims: str) -> None:
    """Creates the table and sets its options. An existing table may lack them if an earlier run was interrupted."""
    _create(claims, claims_table_shape())
    _make_recoverable(claims)
    dynamodb = boto3.client("dynamodb", config=CONFIG)
    expiry = dynamodb.describe_time_to_live(TableName=claims)["TimeToLiveDescription"]
    if expiry["TimeToLiveStatus"] not in ("ENABLED", "ENABLING"):  # DynamoDB refuses to enable it twice
        dynamodb.update_time_to_live(TableName=claims, TimeToLiveSpecification=EXPIRY)


def _make_recoverable(table: str) -> None:
    dynamodb = boto3.client("dynamodb", config=CONFIG)
    try:
        dynamodb.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=RECOVERY)
    except ClientError as error:
        if error.response["Error"]["Code"] != "UnknownOperationException":  # DynamoDB Local has no backups
            raise


def _has_index(table: str) -> bool:
    return any(index["IndexName"] == BY_NAME["IndexName"] for index in _indexes(table))


def _indexes(table: str) -> list[dict[str, Any]]:
    dynamodb = boto3.client("dynamodb", config=CONFIG)
    try:
        return dynamodb.describe_table(TableName=table)["Table"].get("GlobalSecondaryIndexes", [])
    except dynamodb.exceptions.ResourceNotFoundException:
        sys.exit(f"table {table} does not exist: create-table.sh creates it")


def _create_index(table: str) -> None:
    boto3.client("dynamodb", config=CONFIG).update_table(
        TableName=table,
        AttributeDefinitions=attributes("userId", "nameInitial", "nameKey"),
        GlobalSecondaryIndexUpdates=[{"Create": BY_NAME}],
    )
    print(f"==> table {table}: creating the index {BY_NAME['IndexName']}", flush=True)
    while any(index["IndexStatus"] != "ACTIVE" for index in _indexes(table)):
        time.sleep(1)


def populate(table: str, claims: str, count: int) -> None:
    """Adds users as the functions store them. A user and its claim are written in one transaction, or not at all."""
    dynamodb = boto3.resource("dynamodb", config=CONFIG).meta.client  # this client converts Python values
    try:
        for added in range(0, count, GROUP):
            _add(dynamodb, table, claims, [_random_user() for _ in range(min(GROUP, count - added))])
            if (now := added + GROUP) % 1000 == 0 and now <= count:
                print(f"==> table {table}: {now} of {count} users", flush=True)
    except dynamodb.exceptions.ResourceNotFoundException:
        sys.exit(f"table {table} or {claims} does not exist: create-table.sh creates them")
    print(f"==> table {table}: {count} users added")


def _add(dynamodb: Any, table: str, claims: str, users: list[dict[str, Any]]) -> None:
    items = [{"Put": {"TableName": table, "Item": user}} for user in users]
    items += [
        {"Put": {"TableName": claims, "Item": {"claim": email_claim(user["email"]), "userId": user["userId"]}}}
        for user in users
    ]
    with_retries(dynamodb.transact_write_items, TransactItems=items)


def delete(table: str, claims: str) -> None:
    _delete(table)
    _delete(claims)


def _delete(table: str) -> None:
    dynamodb = boto3.client("dynamodb", config=CONFIG)
    try:
        dynamodb.delete_table(TableName=table)
    except dynamodb.exceptions.ResourceNotFoundException:
        print(f"==> table {table}: does not exist")
        return
    dynamodb.get_waiter("table_not_exists").wait(TableName=table, WaiterConfig={"Delay": 2})
    print(f"==> table {table}: deleted")


def _random_user() -> dict[str, Any]:
    """Returns an item as common/users/user_item.cpp writes it, without optional fields."""
    user_id = str(uuid.uuid4())
    name = f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"
    version = random.choice((1, 1, 1, 2, 3))
    updated = datetime.now(timezone.utc) - timedelta(seconds=random.uniform(0, 365 * 86400))
    created = updated - timedelta(days=random.uniform(0, 365)) if version > 1 else updated
    email = f"{re.sub('[^a-z]+', '.', folded_name(name))}.{user_id}@example.com"
    return {
        "userId": user_id,
        "name": name,
        "email": email,
        **derived(user_id, name, email),
        "createdAt": _rfc3339(created),
        "updatedAt": _rfc3339(updated),
        "version": version,
        "writeToken": str(uuid.uuid4()),
    }


def _rfc3339(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    actions = parser.add_subparsers(required=True)
    for action in (create, populate, migrate, delete):
        arguments = actions.add_parser(action.__name__)
        arguments.set_defaults(action=action)
        arguments.add_argument("table")
        arguments.add_argument("claims")
        if action is populate:
            arguments.add_argument("count", type=int)
    options = vars(parser.parse_args())
    try:
        options.pop("action")(**options)
    except (BotoCoreError, ClientError, ValueError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
