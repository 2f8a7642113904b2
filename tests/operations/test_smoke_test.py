"""test-api.sh without access, without responses and with many users. The suites that run it test its checks."""

from __future__ import annotations

import os
import re

import pytest

from support import api_host, dynamodb_local, local_api
from support.http_server import CutOff, HttpServer, Request, Response
from support.scripts import run_script


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (401, "requires a valid bearer token in TOKEN: 401 Go away"),
        (403, "denies access; check the stage in the URL, --sign, its credentials, and API_KEY: 403 Go away"),
    ],
)
def test_without_access_the_script_names_the_settings_to_check(status: int, hint: str) -> None:
    server = HttpServer(lambda _: Response(status, b"Go away"))

    done = run_script("test-api.sh", f"http://{server.address}")

    server.close()
    assert done.returncode == 1
    assert done.stdout.count("\n") == 1
    assert hint in done.stdout


def test_a_token_that_may_only_read_is_reported_in_one_line(dynamodb_url: str) -> None:
    with api_host.running("local", dynamodb_url, requires_tokens=True) as api:
        environment = {**os.environ, "TOKEN": api["API_READ_TOKEN"]}

        done = run_script("test-api.sh", api["API_BASE_URL"], environment=environment)

    assert done.returncode == 1
    assert done.stdout.count("\n") == 1
    assert "the token or the credentials may only read" in done.stdout
    assert "The token must grant the scope users:write." in done.stdout


@pytest.mark.parametrize("responses", [1, 4], ids=["from the start", "after a user was created"])
def test_the_script_gives_up_after_three_requests_without_a_response(responses: int) -> None:
    created = b'{"userId":"5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f"}'
    page = Response(200, b'{"users":[],"count":0}')
    first = [page, Response(404), page, Response(201, created)][:responses]
    methods: list[str] = []

    def respond(request: Request) -> Response | CutOff:
        methods.append(request.method)
        return first[len(methods) - 1] if len(methods) <= len(first) else CutOff()

    server = HttpServer(respond)

    done = run_script("test-api.sh", f"http://{server.address}")

    server.close()
    assert done.returncode == 1
    assert f"giving up: http://{server.address} gave no response to three requests in a row" in done.stdout
    assert len(methods) == responses + 3 + (1 if responses == 4 else 0)  # and one attempt to delete the user
    assert done.stdout.endswith(" failed\n")


def test_the_script_does_not_read_a_large_table_completely(dynamodb_url: str) -> None:
    dynamodb = dynamodb_local.client(dynamodb_url)
    with dynamodb_local.users_table(dynamodb) as table, local_api.running(dynamodb_url, table) as api:
        populated = run_script("populate-table.sh", "--table", table, "--endpoint-url", dynamodb_url, "--count", "2100")
        assert populated.returncode == 0, populated.stdout

        done = run_script("test-api.sh", api.url)

    assert done.returncode == 0, done.stdout
    assert "\nskip  GET /users lists every user exactly once: the table has more than 2000 users\n" in done.stdout
    assert re.search(r"\n[1-9]\d+ passed, 0 failed\n$", done.stdout)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the URL of the API is missing"),
        (["localhost:3000"], "not a URL: localhost:3000"),
        (["http://localhost", "http://127.0.0.1"], "takes one URL, not http://localhost and http://127.0.0.1"),
        (["http://localhost", "--force"], "unknown argument --force"),
        (["http://localhost", "--sign"], "--sign needs a value"),
        (["http://localhost", "--sign", "eu-central-1"], "--sign needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
    ],
)
def test_a_mistake_is_reported_in_one_line(arguments: list[str], message: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}

    done = run_script("test-api.sh", *arguments, environment=environment)

    assert done.returncode == 2
    assert done.stdout == f"test-api.sh: {message} (see --help)\n"
