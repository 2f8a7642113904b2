"""DynamoDB Local as a process of the tests, unless AWS_ENDPOINT_URL_DYNAMODB names a running one."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from tables.shapes import claims_table_shape, users_table_shape

from support.function import REPOSITORY
from support.listening import free_port, wait_until_open

LIBRARIES = REPOSITORY / "build/dynamodb-local/lib"
REGION = "eu-central-1"
ACCESS_KEY = "local"  # DynamoDB Local accepts letters and digits only, and any secret
SECRET_KEY = "local"


def java() -> str:
    """Returns the path of the Java that the scripts use."""
    command = '. "$0/common.sh"; . "$0/local.sh"; find_java'
    done = subprocess.run(["bash", "-c", command, REPOSITORY / "scripts/lib"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Yields the endpoint's URL."""
    if url := os.environ.get("AWS_ENDPOINT_URL_DYNAMODB"):
        yield url
        return
    assert LIBRARIES.is_dir(), f"{LIBRARIES} is missing; run scripts/install-deps.sh"
    port = free_port()
    with tempfile.NamedTemporaryFile() as log:
        process = subprocess.Popen(
            [java(), f"-Djava.library.path={LIBRARIES}", "-cp", f"{LIBRARIES}/*",
             "software.amazon.dynamodb.services.local.main.ServerRunner", "-disableTelemetry",
             "-inMemory", "-sharedDb", "-port", str(port)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_until_open(process, port, Path(log.name))
            url = f"http://127.0.0.1:{port}"
            _warm_up(client(url))
            yield url
        finally:
            process.terminate()
            process.wait(60)


def _warm_up(dynamodb: Any) -> None:
    """Sends a first request of each kind: on a busy machine, it takes longer than the functions wait for a response."""
    with users_table(dynamodb) as table:
        key = {"userId": {"S": "first"}}
        dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": key}}])
        dynamodb.update_item(TableName=table, Key=key, UpdateExpression="ADD #n :n", ExpressionAttributeNames={"#n": "n"},
                             ExpressionAttributeValues={":n": {"N": "1"}})  # fmt: skip
        dynamodb.get_item(TableName=table, Key=key)
        dynamodb.scan(TableName=table)


def client(url: str) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(retries={"mode": "standard"}),
    )


def credentials() -> dict[str, str]:
    """Returns the environment of this process for a program that uses DynamoDB Local, and never AWS or a proxy."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    loopback = dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost")
    return {**others, **loopback, "AWS_REGION": REGION, "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}


def environment(table: str) -> dict[str, str]:
    """Returns the variables with which a function works on this table and its claims table."""
    return {
        "TABLE_NAME": table,
        "CLAIMS_TABLE_NAME": claims_table(table),
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }


def claims_table(table: str) -> str:
    """Returns the name that the scripts give to the claims table of this users table."""
    return f"{table}-claims"


@contextlib.contextmanager
def users_table(dynamodb: Any) -> Iterator[str]:
    """Creates a users table with a unique name and its claims table; deletes both at the end."""
    name = f"Users-{uuid.uuid4()}"
    dynamodb.create_table(TableName=name, **users_table_shape())
    dynamodb.create_table(TableName=claims_table(name), **claims_table_shape())
    try:
        yield name
    finally:
        dynamodb.delete_table(TableName=claims_table(name))
        dynamodb.delete_table(TableName=name)
