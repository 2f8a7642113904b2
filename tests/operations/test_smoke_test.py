"""test-api.sh where it is not let in, and where there are many users; elsewhere its checks are the tests."""

from __future__ import annotations

import os
import re

import pytest

from support import dynamodb_local, local_api
from support.http_server import HttpServer, Reply
from support.scripts import run_script


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (401, "asks for a bearer token in TOKEN, or for another one: 401 Go away"),
        (403, "lets nobody in without --sign or API_KEY, or with these: 403 Go away"),
    ],
)
def test_who_is_not_let_in_learns_what_may_be_missing(status: int, hint: str) -> None:
    server = HttpServer(lambda _: Reply(status, b"Go away"))

    done = run_script("test-api.sh", f"http://{server.address}")

    server.close()
    assert done.returncode == 1
    assert done.stdout.count("\n") == 1
    assert hint in done.stdout


def test_of_a_large_table_it_does_not_read_all(dynamodb_url: str) -> None:
    dynamodb = dynamodb_local.client(dynamodb_url)
    environment = os.environ | {
        "AWS_REGION": dynamodb_local.REGION,
        "AWS_ACCESS_KEY_ID": dynamodb_local.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": dynamodb_local.SECRET_KEY,
    }
    with dynamodb_local.users_table(dynamodb) as table, local_api.running(dynamodb_url, table, environment) as api:
        populated = run_script("populate-table.sh", "--table", table, "--endpoint-url", dynamodb_url, "--count", "2100")
        assert populated.returncode == 0, populated.stdout

        done = run_script("test-api.sh", api.url)

    assert done.returncode == 0, done.stdout
    assert "\nskip  GET /users gives every user once: there are more than 2000\n" in done.stdout
    assert re.search(r"\n[1-9]\d+ passed, 0 failed\n$", done.stdout)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "needs the URL of the API"),
        (["localhost:3000"], "not a URL: localhost:3000"),
        (["http://localhost", "http://127.0.0.1"], "takes one URL, also got: http://127.0.0.1"),
        (["http://localhost", "--force"], "unknown argument --force"),
        (["http://localhost", "--sign"], "--sign needs a value"),
        (["http://localhost", "--sign", "eu-central-1"], "--sign needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
    ],
)
def test_a_mistake_gets_one_line(arguments: list[str], message: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}

    done = run_script("test-api.sh", *arguments, environment=environment)

    assert done.returncode == 2
    assert done.stdout == f"test-api.sh: {message} (--help tells more)\n"
