"""scripts/migrate, on tables as they were before addresses were claimed and names had an index."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support import dynamodb_local
from support.aws import Aws
from support.events import rest_event
from support.in_step import assert_in_step, items
from support.scripts import run_script


@pytest.fixture
def table(dynamodb: Any) -> Iterator[str]:
    """A table of old."""
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
    return lambda: run_script("migrate", "--table", table, "--endpoint-url", dynamodb_url)


def test_a_table_of_old_becomes_one_of_now(migrate, add, dynamodb, table, start):
    ids = [add(f"User{number}@example.com", f"Üser {number}") for number in range(1200)]

    done = migrate()

    assert done.returncode == 0, done.stdout
    assert f"{table}: 1000 users seen\n" in done.stdout
    assert f"{table}: 1200 users brought up to date, 0 were so already" in done.stdout
    assert len(assert_in_step(dynamodb, table)) == 1200
    assert {user["version"]["N"] for user in items(dynamodb, table)} == {"3"}
    list_users = start("list_users")
    by_email = list_users.invoke(rest_event("GET", "/users", query={"email": "user7@example.com"})).http.json
    assert [user["userId"] for user in by_email["users"]] == [ids[7]]
    by_name = list_users.invoke(rest_event("GET", "/users", query={"namePrefix": "user 7", "pageSize": "100"})).http.json
    assert by_name["count"] == 100  # of 7, 70 to 79, and 700 to 799


def test_it_can_be_run_again(migrate, add, dynamodb, table):
    add("ada@example.com")
    assert migrate().returncode == 0
    add("bob@example.com")

    done = migrate()

    assert done.returncode == 0, done.stdout
    assert f"{table}: 1 users brought up to date, 1 were so already" in done.stdout
    assert len(assert_in_step(dynamodb, table)) == 2


def test_a_table_of_claims_that_is_lost_is_made_anew(migrate, add, dynamodb, table):
    for number in range(3):
        add(f"user{number}@example.com")
    assert migrate().returncode == 0
    dynamodb.delete_table(TableName=dynamodb_local.claims_table(table))

    done = migrate()

    assert done.returncode == 0, done.stdout
    assert f"{table}: 3 users brought up to date, 0 were so already" in done.stdout
    assert len(assert_in_step(dynamodb, table)) == 3


def test_addresses_of_several_users_are_named_and_left_to_nobody(migrate, add, dynamodb, table, start):
    add("ada@example.com")
    one, other = add("bob@example.com"), add("BOB@example.com")

    done = migrate()

    assert done.returncode == 1
    assert f"==> bob@example.com: {' '.join(sorted([one, other]))}\n" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("migrate: 2 left: change or delete all users of an address but one, ")
    claims = items(dynamodb, dynamodb_local.claims_table(table))
    assert [claim["claim"]["S"] for claim in claims] == ["email#ada@example.com"]

    # Through the API one of them gets another address, or goes; the other is brought up to date then.
    event = rest_event("PUT", f"/users/{other}", body={"email": "robert@example.com"})
    assert start("update_user").invoke(event).http.status == 200

    assert migrate().returncode == 0
    assert len(assert_in_step(dynamodb, table)) == 3


def test_a_user_whose_address_is_shared_can_be_deleted(migrate, add, dynamodb, table, start):
    one, other = add("bob@example.com"), add("bob@example.com")
    assert migrate().returncode == 1
    claimed = start("update_user").invoke(rest_event("PUT", f"/users/{one}", body={"email": "bob@example.com"})).http
    assert claimed.status == 200, claimed.body  # who says so first has it

    assert start("delete_user").invoke(rest_event("DELETE", f"/users/{other}")).http.status == 200

    assert migrate().returncode == 0
    assert len(assert_in_step(dynamodb, table)) == 1


def test_the_functions_serve_a_table_of_old_meanwhile(add, migrate, dynamodb, table, start, dynamodb_url):
    run_script("create-table.sh", "--table", table, "--endpoint-url", dynamodb_url)
    ids = [add(f"user{number}@example.com") for number in range(5)]
    update = start("update_user")
    for body in ({"age": 5}, {"email": "user1@example.com"}, {"email": "moved@example.com"}, {"name": "Moved"}):
        reply = update.invoke(rest_event("PUT", f"/users/{ids[1]}", body=body)).http
        assert reply.status == 200, reply.body
    assert start("delete_user").invoke(rest_event("DELETE", f"/users/{ids[2]}")).http.status == 200
    assert start("create_user").invoke(
        rest_event("POST", "/users", body={"name": "New", "email": "user2@example.com"})
    ).http.status == 201

    assert migrate().returncode == 0
    assert len(assert_in_step(dynamodb, table)) == 5


def test_creating_what_is_there_tells_of_a_table_of_old(table, dynamodb_url):
    done = run_script("create-table.sh", "--table", table, "--endpoint-url", dynamodb_url)

    assert done.returncode == 0
    assert f"{table}: made before names had an index and addresses were claimed; scripts/migrate mends that" in done.stdout


def test_nothing_is_done_to_aws_without_a_yes(stand_in: Aws) -> None:
    dynamodb = stand_in.client("dynamodb")
    with dynamodb_local.users_table(dynamodb) as table:
        done = run_script("migrate", "--remote", "--table", table, answer="no\n", environment=stand_in.environment)

        assert done.returncode == 1
        assert done.stdout.endswith("migrate: not confirmed, nothing was done\n")


def test_a_table_that_is_not_there_gets_one_line(dynamodb_url):
    done = run_script("migrate", "--table", "Nothing", "--endpoint-url", dynamodb_url)

    assert (done.returncode, done.stdout) == (1, "migrate: table Nothing is not there: create-table.sh makes it\n")


def test_a_table_of_another_kind_stays_as_it_is(migrate, add, dynamodb, dynamodb_url, table):
    add("ada@example.com")
    assert migrate().returncode == 0
    claims = dynamodb_local.claims_table(table)
    before = dynamodb.list_tables()["TableNames"], items(dynamodb, table), items(dynamodb, claims)
    wrong = {
        ("--table", claims): (1, f"table {claims} is of another kind: its key is claim, not userId"),
        ("--table", table, "--claims-table", table): (2, f"in two tables, not both in {table}"),
        ("--table", claims, "--claims-table", table): (1, "is of another kind"),
    }
    for arguments, (status, said) in wrong.items():
        done = run_script("migrate", *arguments, "--endpoint-url", dynamodb_url)

        assert (done.returncode, said in done.stdout) == (status, True), done.stdout
    done = run_script("create-table.sh", "--table", claims, "--endpoint-url", dynamodb_url)
    assert (done.returncode, "is of another kind" in done.stdout) == (1, True), done.stdout

    assert (dynamodb.list_tables()["TableNames"], items(dynamodb, table), items(dynamodb, claims)) == before
    assert "GlobalSecondaryIndexes" not in dynamodb.describe_table(TableName=claims)["Table"]
