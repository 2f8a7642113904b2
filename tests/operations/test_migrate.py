"""scripts/migrate.sh, on tables that predate the claims and the name index."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support import dynamodb_local
from support.aws import Aws
from support.consistency import assert_consistent, items
from support.events import rest_event
from support.scripts import run_script


@pytest.fixture
def table(dynamodb: Any) -> Iterator[str]:
    """A users table that predates the claims and the name index."""
    name = f"Users-{uuid.uuid4()}"
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "userId", "AttributeType": "S"}],
    )
    yield name
    for one in (name, dynamodb_local.claims_table(name)):
        if one in dynamodb.list_tables()["TableNames"]:
            dynamodb.delete_table(TableName=one)


@pytest.fixture
def migrate(dynamodb_url: str, table: str) -> Callable[[], Any]:
    return lambda: run_script("migrate.sh", "--table", table, "--endpoint-url", dynamodb_url)


def test_an_old_table_is_updated(migrate, add, dynamodb, table, start):
    ids = [add(f"User{number}@example.com", f"Näme {number}") for number in range(1200)]

    done = migrate()

    assert done.returncode == 0, done.stdout
    assert f"{table}: 1000 users read\n" in done.stdout
    assert f"{table}: 1200 users updated, 0 already up to date" in done.stdout
    assert len(assert_consistent(dynamodb, table)) == 1200
    assert {user["version"]["N"] for user in items(dynamodb, table)} == {"3"}
    list_users = start("list_users")
    by_email = list_users.invoke(rest_event("GET", "/users", query={"email": "user7@example.com"})).http.json
    assert [user["userId"] for user in by_email["users"]] == [ids[7]]
    by_name = list_users.invoke(rest_event("GET", "/users", query={"namePrefix": "name 7", "pageSize": "100"})).http.json
    assert by_name["count"] == 100  # of the names 7, 70 to 79, and 700 to 799


def test_the_script_can_run_again(migrate, add, dynamodb, table):
    add("ada@example.com")
    assert migrate().returncode == 0
    add("bob@example.com")

    done = migrate()

    assert done.returncode == 0, done.stdout
    assert f"{table}: 1 users updated, 1 already up to date" in done.stdout
    assert len(assert_consistent(dynamodb, table)) == 2


def test_a_lost_claims_table_is_created_again(migrate, add, dynamodb, table):
    for number in range(3):
        add(f"user{number}@example.com")
    assert migrate().returncode == 0
    dynamodb.delete_table(TableName=dynamodb_local.claims_table(table))

    done = migrate()

    assert done.returncode == 0, done.stdout
    assert f"{table}: 3 users updated, 0 already up to date" in done.stdout
    assert len(assert_consistent(dynamodb, table)) == 3


def test_shared_addresses_are_reported_and_not_claimed(migrate, add, dynamodb, table, start):
    add("ada@example.com")
    one, other = add("bob@example.com"), add("BOB@example.com")

    done = migrate()

    assert done.returncode == 1
    assert f"==> bob@example.com: {' '.join(sorted([one, other]))}\n" in done.stdout
    assert done.stdout.splitlines()[-1].startswith(
        "migrate.sh: 2 inconsistent users or claims left: change or delete all but one of the users that share an address; "
    )
    claims = items(dynamodb, dynamodb_local.claims_table(table))
    assert [claim["claim"]["S"] for claim in claims] == ["email#ada@example.com"]

    # Once the API has changed the address of one user or deleted it, the other can be updated.
    event = rest_event("PUT", f"/users/{other}", body={"email": "robert@example.com"})
    assert start("update_user").invoke(event).http.status == 200

    assert migrate().returncode == 0
    assert len(assert_consistent(dynamodb, table)) == 3


def test_a_user_with_a_shared_address_can_be_deleted(migrate, add, dynamodb, table, start):
    one, other = add("bob@example.com"), add("bob@example.com")
    assert migrate().returncode == 1
    claimed = start("update_user").invoke(rest_event("PUT", f"/users/{one}", body={"email": "bob@example.com"})).http
    assert claimed.status == 200, claimed.body  # the first user that writes the address gets it

    assert start("delete_user").invoke(rest_event("DELETE", f"/users/{other}")).http.status == 200

    assert migrate().returncode == 0
    assert len(assert_consistent(dynamodb, table)) == 1


def test_the_functions_work_on_an_old_table(add, migrate, dynamodb, table, start, dynamodb_url):
    run_script("create-table.sh", "--table", table, "--endpoint-url", dynamodb_url)
    ids = [add(f"user{number}@example.com") for number in range(5)]
    update = start("update_user")
    for body in ({"name": "New name"}, {"email": "user1@example.com"}, {"email": "moved@example.com"}, {"name": "Moved"}):
        response = update.invoke(rest_event("PUT", f"/users/{ids[1]}", body=body)).http
        assert response.status == 200, response.body
    assert start("delete_user").invoke(rest_event("DELETE", f"/users/{ids[2]}")).http.status == 200
    assert start("create_user").invoke(
        rest_event("POST", "/users", body={"name": "New", "email": "user2@example.com"})
    ).http.status == 201

    assert migrate().returncode == 0
    assert len(assert_consistent(dynamodb, table)) == 5


def test_create_table_reports_an_old_table(table, dynamodb_url):
    done = run_script("create-table.sh", "--table", table, "--endpoint-url", dynamodb_url)

    assert done.returncode == 0
    assert f"{table}: predates the name index and the claims; run scripts/migrate.sh to update it" in done.stdout


def test_nothing_is_done_on_aws_without_confirmation(stand_in: Aws) -> None:
    dynamodb = stand_in.client("dynamodb")
    with dynamodb_local.users_table(dynamodb) as table:
        done = run_script("migrate.sh", "--remote", "--table", table, typed="no\n", environment=stand_in.environment)

        assert done.returncode == 1
        assert done.stdout.endswith("migrate.sh: not confirmed: nothing was done\n")


def test_a_missing_table_is_reported_in_one_line(dynamodb_url):
    done = run_script("migrate.sh", "--table", "Nothing", "--endpoint-url", dynamodb_url)

    assert (done.returncode, done.stdout) == (1, "migrate.sh: table Nothing does not exist: create-table.sh creates it\n")


def test_a_table_with_another_schema_is_not_changed(migrate, add, dynamodb, dynamodb_url, table):
    add("ada@example.com")
    assert migrate().returncode == 0
    claims = dynamodb_local.claims_table(table)
    before = dynamodb.list_tables()["TableNames"], items(dynamodb, table), items(dynamodb, claims)
    wrong = {
        ("--table", claims): (1, f"table {claims} has another schema: its key is claim, not userId"),
        ("--table", table, "--claims-table", table): (2, f"in different tables, not both in {table}"),
        ("--table", claims, "--claims-table", table): (1, "has another schema"),
    }
    for arguments, (status, message) in wrong.items():
        done = run_script("migrate.sh", *arguments, "--endpoint-url", dynamodb_url)

        assert (done.returncode, message in done.stdout) == (status, True), done.stdout
    done = run_script("create-table.sh", "--table", claims, "--endpoint-url", dynamodb_url)
    assert (done.returncode, "has another schema" in done.stdout) == (1, True), done.stdout

    assert (dynamodb.list_tables()["TableNames"], items(dynamodb, table), items(dynamodb, claims)) == before
    assert "GlobalSecondaryIndexes" not in dynamodb.describe_table(TableName=claims)["Table"]
