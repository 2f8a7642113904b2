"""The local API and the functions behind it, with more to do than they can: no error, and no wrong answer."""

from __future__ import annotations

import os
import re
import subprocess
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from support import dynamodb_local, local_api
from support.in_step import assert_in_step
from support.local_api import LocalApi

#: Where two cores have enough to do; more clients only wait longer.
SATURATING = 16
#: Of each function, as the local API does by itself.
ENVIRONMENTS = 10


@pytest.fixture(scope="module")
def api(dynamodb_url, dynamodb, table, tmp_path_factory) -> Iterator[LocalApi]:
    log = tmp_path_factory.mktemp("local-api") / "log"
    environment = {**dynamodb_local.environment(table), "PATH": os.environ["PATH"]}
    with local_api.running(dynamodb_url, table, environment, ["--log-file", log]) as running:
        yield running
    assert_in_step(dynamodb, table)  # only now, as wrk leaves requests behind that are still served


def create(api: LocalApi) -> dict:
    reply = requests.post(f"{api.url}/users", json={"name": "Ada", "email": f"{uuid.uuid4()}@example.com"}, timeout=60)
    assert reply.status_code == 201
    return reply.json()


@pytest.mark.parametrize("mix", ["GET one user", "GET, list, PUT and POST"])
def test_no_request_fails_where_it_saturates(request, report, api, mix):
    seconds = 60 if request.config.getoption("long") else 5
    user = create(api)["userId"]
    script = ["-s", Path(__file__).with_name("mixed.lua"), api.url, "--", user]
    target = [f"{api.url}/users/{user}"] if mix == "GET one user" else script

    said = subprocess.run(
        ["wrk", "--latency", "-t2", f"-c{SATURATING}", f"-d{seconds}s", "--timeout", "30s", *target],
        capture_output=True, text=True, check=True, timeout=seconds + 60,
    ).stdout  # fmt: skip

    assert "Non-2xx" not in said, said
    assert "Socket errors" not in said, said
    served = int(re.search(r"(\d+) requests in", said)[1])
    p99 = re.search(r"99%\s+(\S+)", said)[1]
    report(f"load: {mix}: {served} requests by {SATURATING} clients in {seconds} s, p99 {p99}")


def test_ten_times_as_many_clients_as_environments_wait_and_get_right_answers(api):
    def live(_: int) -> None:
        user = create(api)
        url = f"{api.url}/users/{user['userId']}"
        assert requests.get(url, timeout=60).json() == user
        changed = requests.put(url, json={"age": 36}, headers={"If-Match": '"1"'}, timeout=60).json()
        assert changed == {**user, "age": 36, "version": 2, "updatedAt": changed["updatedAt"]}
        assert requests.get(url, timeout=60).json() == changed
        assert requests.delete(url, timeout=60).json() == changed
        assert requests.get(url, timeout=60).status_code == 404

    with ThreadPoolExecutor(10 * ENVIRONMENTS) as clients:
        for result in [clients.submit(live, number) for number in range(2 * 10 * ENVIRONMENTS)]:
            result.result()

    assert len(api.environments()) <= 5 * ENVIRONMENTS
