"""What the scripts for tables do to one of users and to that of their claims, wherever the environment has DynamoDB."""

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

from derived_attributes import derived, email_claim, folded_name
from migration import bring_in_step
from patience import patiently
from table_shapes import BY_NAME, EXPIRY, RECOVERY, attributes, claims_table_shape, users_table_shape

FIRST_NAMES = (
    "Ada", "Alan", "Anaïs", "Barbara", "Björn", "Chiara", "Dennis", "Donald", "Edsger", "Françoise", "Grace",
    "Hedy", "Inês", "Jürgen", "José", "Katherine", "Leslie", "Margaret", "Niklaus", "Radia", "Štefan", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Álvarez", "Bartik", "Čapek", "Dijkstra", "Escobar", "Fernández", "García", "Hamilton", "Hopper", "Ivanova",
    "Johnson", "Kovács", "Lamarr", "Lovelace", "Müller", "Nakamura", "O'Brien", "Perlman", "Silva", "Turing",
)  # fmt: skip
GROUP = 50  # users in a transaction, which takes 100 items
DISTANT = Config(connect_timeout=5, retries={"mode": "standard"})


def create(table: str, claims: str) -> None:
    _refuse_other_tables(table, claims)
    made = _create(table, users_table_shape())
    _make_recoverable(table)
    _create_claims(claims)
    if not made and not _has_index(table):
        print(f"==> table {table}: made before names had an index and addresses were claimed; scripts/migrate mends that")


def migrate(table: str, claims: str) -> None:
    _refuse_other_tables(table, claims)
    if not _has_index(table):
        _create_index(table)
    _create_claims(claims)
    bring_in_step(boto3.client("dynamodb", config=DISTANT), table, claims)


def _refuse_other_tables(table: str, claims: str) -> None:
    """One that is there and of another kind ends the script before anything is written."""
    dynamodb = boto3.client("dynamodb", config=DISTANT)
    for name, shape in ((table, users_table_shape()), (claims, claims_table_shape())):
        try:
            keys = dynamodb.describe_table(TableName=name)["Table"]["KeySchema"]
        except dynamodb.exceptions.ResourceNotFoundException:
            continue
        if keys != shape["KeySchema"]:
            there, wanted = ([key["AttributeName"] for key in schema] for schema in (keys, shape["KeySchema"]))
            sys.exit(f"table {name} is of another kind: its key is {', '.join(there)}, not {', '.join(wanted)}")


def _create(table: str, shape: dict[str, Any]) -> bool:
    """Whether it was not there yet."""
    dynamodb = boto3.client("dynamodb", config=DISTANT)
    try:
        dynamodb.create_table(TableName=table, **shape)
    except dynamodb.exceptions.ResourceInUseException:
        print(f"==> table {table}: there already")
        return False
    dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 2})
    print(f"==> table {table}: created")
    return True


def _create_claims(claims: str) -> None:
    """What follows the creation is done on every run, as one that made the table may have been cut off before it."""
    _create(claims, claims_table_shape())
    _make_recoverable(claims)
    dynamodb = boto3.client("dynamodb", config=DISTANT)
    expiry = dynamodb.describe_time_to_live(TableName=claims)["TimeToLiveDescription"]
    if expiry["TimeToLiveStatus"] not in ("ENABLED", "ENABLING"):  # DynamoDB refuses to enable it twice
        dynamodb.update_time_to_live(TableName=claims, TimeToLiveSpecification=EXPIRY)


def _make_recoverable(table: str) -> None:
    dynamodb = boto3.client("dynamodb", config=DISTANT)
    try:
        dynamodb.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=RECOVERY)
    except ClientError as error:
        if error.response["Error"]["Code"] != "UnknownOperationException":  # which is what DynamoDB Local says
            raise


def _has_index(table: str) -> bool:
    return any(index["IndexName"] == BY_NAME["IndexName"] for index in _indexes(table))


def _indexes(table: str) -> list[dict[str, Any]]:
    dynamodb = boto3.client("dynamodb", config=DISTANT)
    try:
        return dynamodb.describe_table(TableName=table)["Table"].get("GlobalSecondaryIndexes", [])
    except dynamodb.exceptions.ResourceNotFoundException:
        sys.exit(f"table {table} is not there: create-table.sh makes it")


def _create_index(table: str) -> None:
    boto3.client("dynamodb", config=DISTANT).update_table(
        TableName=table,
        AttributeDefinitions=attributes("userId", "nameInitial", "nameKey"),
        GlobalSecondaryIndexUpdates=[{"Create": BY_NAME}],
    )
    print(f"==> table {table}: making the index {BY_NAME['IndexName']}", flush=True)
    while any(index["IndexStatus"] != "ACTIVE" for index in _indexes(table)):
        time.sleep(1)


def populate(table: str, claims: str, count: int) -> None:
    """Adds users as the functions store them, each in one transaction with its claim: wherever it ends, no half is left."""
    dynamodb = boto3.resource("dynamodb", config=DISTANT).meta.client  # which takes and gives Python's own values
    try:
        for added in range(0, count, GROUP):
            _add(dynamodb, table, claims, [_some_user() for _ in range(min(GROUP, count - added))])
            if (now := added + GROUP) % 1000 == 0 and now <= count:
                print(f"==> table {table}: {now} of {count} users", flush=True)
    except dynamodb.exceptions.ResourceNotFoundException:
        sys.exit(f"table {table} or {claims} is not there: create-table.sh makes them")
    print(f"==> table {table}: {count} users added")


def _add(dynamodb: Any, table: str, claims: str, users: list[dict[str, Any]]) -> None:
    items = [{"Put": {"TableName": table, "Item": user}} for user in users]
    items += [
        {"Put": {"TableName": claims, "Item": {"claim": email_claim(user["email"]), "userId": user["userId"]}}}
        for user in users
    ]
    patiently(dynamodb.transact_write_items, TransactItems=items)


def delete(table: str, claims: str) -> None:
    _delete(table)
    _delete(claims)


def _delete(table: str) -> None:
    dynamodb = boto3.client("dynamodb", config=DISTANT)
    try:
        dynamodb.delete_table(TableName=table)
    except dynamodb.exceptions.ResourceNotFoundException:
        print(f"==> table {table}: not there")
        return
    dynamodb.get_waiter("table_not_exists").wait(TableName=table, WaiterConfig={"Delay": 2})
    print(f"==> table {table}: deleted")


def _some_user() -> dict[str, Any]:
    """An item as common/dynamodb/user_item.cpp writes it."""
    user_id = str(uuid.uuid4())
    name = f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"
    version = random.choice((1, 1, 1, 2, 3))
    updated = datetime.now(timezone.utc) - timedelta(seconds=random.uniform(0, 365 * 86400))
    created = updated - timedelta(days=random.uniform(0, 365)) if version > 1 else updated
    email = f"{re.sub('[^a-z]+', '.', folded_name(name))}.{user_id}@example.com"
    user = {
        "userId": user_id,
        "name": name,
        "email": email,
        **derived(user_id, name, email),
        "createdAt": _rfc3339(created),
        "updatedAt": _rfc3339(updated),
        "version": version,
        "writeToken": str(uuid.uuid4()),
    }
    return user | {"age": random.randint(18, 90)} if random.random() < 0.8 else user


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
