"""create-table.sh, populate-table.sh and delete-table.sh, on DynamoDB Local and, with --remote, on a stand-in for AWS."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse
from tables.shapes import claims_table_shape, users_table_shape

from support import dynamodb_local
from support.aws import ACCOUNT, Aws, REGION
from support.events import rest_event
from support.function import Function, REPOSITORY
from support.http_server import HttpServer, Request, Response
from support.scripts import run_script
from support.user_fields import FIELDS
from support.users_api import assert_user


@dataclass
class Place:
    """The DynamoDB on which the scripts work, with the arguments, the environment and the input that select it."""

    dynamodb: Any
    arguments: list[str]
    environment: dict[str, str] | None = None
    typed: str = ""

    def tables(self) -> list[str]:
        return self.dynamodb.list_tables()["TableNames"]

    def count(self, table: str) -> int:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=table, Select="COUNT")
        return sum(page["Count"] for page in pages)


@pytest.fixture(params=["local", "remote"])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "local":
        url = request.getfixturevalue("dynamodb_url")
        return Place(dynamodb_local.client(url), ["--endpoint-url", url])
    aws: Aws = request.getfixturevalue("stand_in")
    return Place(aws.client("dynamodb"), ["--remote"], aws.environment, "yes\n")


@pytest.fixture
def table(place: Place) -> Iterator[str]:
    name = f"Users-{uuid.uuid4()}"
    yield name
    for one in {name, f"{name}-claims"} & set(place.tables()):
        place.dynamodb.delete_table(TableName=one)


@pytest.fixture
def run(place: Place, table: str):
    """Returns a function that runs a script for the table, asserts that it succeeds, and returns its output."""

    def run(name: str, *arguments: str) -> str:
        done = run_script(
            name, "--table", table, *place.arguments, *arguments, typed=place.typed, environment=place.environment
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    return run


def test_a_table_is_created_and_deleted(run, place: Place, table: str) -> None:
    both = {table, f"{table}-claims"}
    for message, script in {"created": "create-table.sh", "exists already": "create-table.sh"}.items():
        output = run(script)
        assert all(f"{name}: {message}" in output for name in both)
        assert both <= set(place.tables())

    for message in ("deleted", "does not exist"):
        output = run("delete-table.sh")
        assert all(f"{name}: {message}" in output for name in both)
        assert not both & set(place.tables())


def test_the_claims_table_may_have_another_name(run, place: Place, table: str) -> None:
    run("create-table.sh", "--claims-table", f"{table}-addresses")
    assert {table, f"{table}-addresses"} <= set(place.tables())

    run("delete-table.sh", "--claims-table", f"{table}-addresses")
    assert not {table, f"{table}-addresses"} & set(place.tables())


def test_a_created_table_has_the_schema_of_the_template(run, place: Place, table: str) -> None:
    run("create-table.sh")

    resources = yaml_parse((REPOSITORY / "template.yaml").read_text())["Resources"]
    for name, resource in {table: "UsersTable", f"{table}-claims": "ClaimsTable"}.items():
        properties = resources[resource]["Properties"]
        created = place.dynamodb.describe_table(TableName=name)["Table"]
        assert created["KeySchema"] == properties["KeySchema"]
        assert created["AttributeDefinitions"] == properties["AttributeDefinitions"]
        assert created["BillingModeSummary"]["BillingMode"] == properties["BillingMode"]
        expiry = place.dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        assert expiry.get("AttributeName") == properties.get("TimeToLiveSpecification", {}).get("AttributeName")
        if "--remote" in place.arguments:  # DynamoDB Local has no backups
            assert recovery(place.dynamodb, name) == "ENABLED"


def recovery(dynamodb: Any, table: str) -> str:
    backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    return backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]


def test_tables_of_an_interrupted_creation_are_completed(run, place: Place, table: str) -> None:
    place.dynamodb.create_table(TableName=table, **users_table_shape())
    place.dynamodb.create_table(TableName=f"{table}-claims", **claims_table_shape())

    for _ in range(2):
        run("create-table.sh")

        expiry = place.dynamodb.describe_time_to_live(TableName=f"{table}-claims")["TimeToLiveDescription"]
        assert (expiry["TimeToLiveStatus"], expiry["AttributeName"]) == ("ENABLED", "expiresAt")
        if "--remote" in place.arguments:
            assert [recovery(place.dynamodb, name) for name in (table, f"{table}-claims")] == ["ENABLED", "ENABLED"]


def test_populating_keeps_the_existing_users(run, place: Place, table: str) -> None:
    run("create-table.sh")

    assert f"{table}: 100 users added" in run("populate-table.sh")
    assert f"{table}: 30 users added" in run("populate-table.sh", "--count", "30")
    assert place.count(table) == place.count(f"{table}-claims") == 130


@pytest.mark.parametrize("place", ["local"], indirect=True)  # the stand-in copies its tables for each transaction
def test_progress_is_reported(run, table: str) -> None:
    run("create-table.sh")

    output = run("populate-table.sh", "--count", "2500").splitlines()

    assert output[-3:] == [
        f"==> table {table}: 1000 of 2500 users",
        f"==> table {table}: 2000 of 2500 users",
        f"==> table {table}: 2500 users added",
    ]


def claimed(dynamodb: Any, table: str) -> set[tuple[str, str]]:
    """Returns the claims and their holders, from the claims table."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=f"{table}-claims")
    return {(item["claim"]["S"], item["userId"]["S"]) for page in pages for item in page["Items"]}


def expected_claims(dynamodb: Any, table: str) -> set[tuple[str, str]]:
    """Returns the claims and their holders that the users table requires."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=table)
    return {(f"email#{item['foldedEmail']['S']}", item["userId"]["S"]) for page in pages for item in page["Items"]}


def test_interrupting_populate_table_leaves_every_user_with_its_claim(dynamodb_url: str) -> None:
    dynamodb = dynamodb_local.client(dynamodb_url)
    with dynamodb_local.users_table(dynamodb) as table:
        command = [REPOSITORY / "scripts/populate-table.sh", "--count", "1000000", "--table", table]
        running = subprocess.Popen(
            [*command, "--endpoint-url", dynamodb_url], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        while "1000 of 1000000" not in running.stdout.readline():
            assert running.poll() is None
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()

        users = expected_claims(dynamodb, table)
        assert len(users) >= 1000
        assert claimed(dynamodb, table) == users


def test_users_that_dynamodb_rejects_are_added_with_their_claims_later() -> None:
    requests: list[list[tuple[str, str]]] = []

    def respond(request: Request) -> Response:
        puts = [item["Put"] for item in json.loads(request.body)["TransactItems"]]
        requests.append([(put["TableName"], put["Item"]["userId"]["S"]) for put in puts])
        if len(requests) > 2:
            return Response(200, b"{}")
        reasons = [{"Code": "None"}] * 11 + [{"Code": "ThrottlingError", "Message": "Slow down"}]
        kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"
        body = json.dumps({"__type": kind, "Message": "cancelled", "CancellationReasons": reasons})
        return Response(400, body.encode())

    server = HttpServer(respond)
    done = run_script(
        "populate-table.sh", "--count", "6", "--table", "Some", "--endpoint-url", f"http://{server.address}"
    )
    server.close()

    assert done.returncode == 0, done.stdout
    assert requests[0] == requests[1] == requests[2]
    users = {user for table, user in requests[0] if table == "Some"}
    assert len(users) == 6
    assert {user for table, user in requests[0] if table == "Some-claims"} == users


def test_the_functions_work_with_the_added_users(dynamodb_url: str) -> None:
    with dynamodb_local.users_table(dynamodb_local.client(dynamodb_url)) as table:
        run_script("populate-table.sh", "--count", "90", "--table", table, "--endpoint-url", dynamodb_url)
        environment = {"TABLE_NAME": table, "CLAIMS_TABLE_NAME": dynamodb_local.claims_table(table)}

        listing = Function("list_users", dynamodb_url=dynamodb_url, environment=environment)
        users = listing.invoke(rest_event("GET", "/users", query={"pageSize": "100"})).http.json["users"]
        listing.close()
        update = Function("update_user", dynamodb_url=dynamodb_url, environment=environment)

        assert len({user["email"] for user in users}) == 90
        for user in users:
            assert_user(user)
            fields = {name: user[name] for name in FIELDS if name in user}
            changed = update.invoke(rest_event("PUT", f"/users/{user['userId']}", body=fields)).http
            assert (changed.status, changed.json["version"]) == (200, user["version"] + 1)
        taken = update.invoke(rest_event("PUT", f"/users/{users[0]['userId']}", body={"email": users[1]["email"]}))
        assert taken.http.status == 409
        update.close()


@pytest.mark.parametrize("script", ["create-table.sh", "populate-table.sh", "delete-table.sh"])
@pytest.mark.parametrize("typed", ["no\n", "\n", ""])
def test_nothing_is_done_on_aws_without_confirmation(
    stand_in: Aws, script: str, typed: str
) -> None:
    dynamodb = stand_in.client("dynamodb")
    with dynamodb_local.users_table(dynamodb) as table:
        name = f"{table}-new" if script == "create-table.sh" else table

        done = run_script(script, "--remote", "--table", name, typed=typed, environment=stand_in.environment)

        assert done.returncode == 1
        assert f"AWS: account {ACCOUNT}, region {REGION}" in done.stdout
        assert done.stdout.endswith(f"{script}: not confirmed: nothing was done\n")
        assert dynamodb.list_tables()["TableNames"] == [table, dynamodb_local.claims_table(table)]
        assert dynamodb.scan(TableName=table)["Count"] == 0


def test_a_protected_table_is_not_deleted(stand_in: Aws) -> None:
    dynamodb = stand_in.client("dynamodb")
    with dynamodb_local.users_table(dynamodb) as table:
        dynamodb.update_table(TableName=table, DeletionProtectionEnabled=True)

        done = run_script(
            "delete-table.sh", "--remote", "--table", table, typed="yes\n", environment=stand_in.environment
        )

        assert done.returncode == 1
        assert "protect" in done.stdout.splitlines()[-1].lower()
        assert table in dynamodb.list_tables()["TableNames"]
        dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)


MISTAKES = {
    "unknown argument": (["--tables", "Users"], 2, "unknown argument --tables"),
    "no value": (["--table"], 2, "--table needs a value"),
    "invalid name": (["--table", "a b"], 2, "a b is not a valid table name: 3 to 255 letters, digits, _, . or -"),
    "both places": (["--remote", "--endpoint-url", "http://127.0.0.1:8000"], 2, "--endpoint-url and --remote cannot be combined"),
    "no URL": (["--endpoint-url", "nowhere"], 1, "Invalid endpoint: nowhere"),
    "no server": (["--endpoint-url", "http://127.0.0.1:1"], 1, "Could not connect to the endpoint URL"),
}


@pytest.mark.parametrize("script", ["create-table.sh", "populate-table.sh", "delete-table.sh"])
@pytest.mark.parametrize(("arguments", "status", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_reported_in_one_line(
    script: str, arguments: list[str], status: int, message: str
) -> None:
    done = run_script(script, *arguments)

    assert done.returncode == status
    assert done.stdout.startswith(f"{script}: {message}")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize("count", ["0", "-1", "1.5", "1000001", "many", ""])
def test_an_invalid_count_is_reported_in_one_line(count: str) -> None:
    done = run_script("populate-table.sh", "--count", count)

    assert done.returncode == 2
    assert done.stdout.count("\n") == 1


def test_populating_missing_tables_reports_the_remedy(dynamodb_url: str) -> None:
    done = run_script("populate-table.sh", "--table", "Nothing", "--endpoint-url", dynamodb_url)

    message = "table Nothing or Nothing-claims does not exist: create-table.sh creates them"
    assert (done.returncode, done.stdout) == (1, f"populate-table.sh: {message}\n")


LACKS = {
    "region": ({"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, "no AWS region: set AWS_REGION"),
    "credentials": ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "no AWS credentials: sign in"),
}


@pytest.mark.parametrize(("lacking", "message"), LACKS.values(), ids=LACKS)
def test_missing_settings_of_the_account_are_reported_in_one_line(
    stand_in: Aws, tmp_path: Path, lacking: dict[str, str], message: str
) -> None:
    environment = {**stand_in.environment, **lacking}
    environment = {name: value for name, value in environment.items() if value}

    done = run_script("create-table.sh", "--remote", typed="yes\n", environment=environment)

    assert done.returncode == 1
    assert done.stdout.startswith(f"create-table.sh: {message}")
    assert done.stdout.count("\n") == 1
