"""The local API and its functions under more load than they can serve: no request fails, and every response is correct."""

from __future__ import annotations

import json
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
from support.consistency import assert_consistent
from support.local_api import LocalApi

#: Enough clients to saturate two cores; more would only wait longer.
SATURATING = 16
CHANGE = {"name": "Ada Lovelace"}
#: The maximum per function, which is the default of the local API.
ENVIRONMENTS = 10


@pytest.fixture(scope="module")
def api(dynamodb_url, dynamodb, table, tmp_path_factory) -> Iterator[LocalApi]:
    log = tmp_path_factory.mktemp("local-api") / "log"
    environment = {**dynamodb_local.environment(table), "PATH": os.environ["PATH"]}
    with local_api.running(dynamodb_url, table, environment, ["--log-file", log]) as running:
        yield running
    assert_consistent(dynamodb, table)  # only after the API has stopped, because it still serves requests that wrk has abandoned


def create(api: LocalApi) -> dict:
    response = requests.post(f"{api.url}/users", json={"name": "Ada", "email": f"{uuid.uuid4()}@example.com"}, timeout=60)
    assert response.status_code == 201
    return response.json()


@pytest.mark.parametrize("mix", ["GET one user", "GET, list, PUT and POST"])
def test_no_request_fails_under_saturation(request, report, api, mix):
    seconds = 60 if request.config.getoption("long") else 5
    user = create(api)["userId"]
    script = ["-s", Path(__file__).with_name("mixed.lua"), api.url, "--", user, json.dumps(CHANGE)]
    target = [f"{api.url}/users/{user}"] if mix == "GET one user" else script

    output = subprocess.run(
        ["wrk", "--latency", "-t2", f"-c{SATURATING}", f"-d{seconds}s", "--timeout", "30s", *target],
        capture_output=True, text=True, check=True, timeout=seconds + 60,
    ).stdout  # fmt: skip

    assert "Non-2xx" not in output, output
    assert "Socket errors" not in output, output
    served = int(re.search(r"(\d+) requests in", output)[1])
    p99 = re.search(r"99%\s+(\S+)", output)[1]
    report(f"load: {mix}: {served} requests by {SATURATING} clients in {seconds} s, p99 {p99}")


def test_ten_times_as_many_clients_as_environments_wait_and_get_correct_responses(api):
    def live(_: int) -> None:
        user = create(api)
        url = f"{api.url}/users/{user['userId']}"
        assert requests.get(url, timeout=60).json() == user
        changed = requests.put(url, json=CHANGE, headers={"If-Match": '"1"'}, timeout=60).json()
        assert changed == {**user, **CHANGE, "version": 2, "updatedAt": changed["updatedAt"]}
        assert requests.get(url, timeout=60).json() == changed
        assert requests.delete(url, timeout=60).json() == changed
        assert requests.get(url, timeout=60).status_code == 404

    with ThreadPoolExecutor(10 * ENVIRONMENTS) as clients:
        for result in [clients.submit(live, number) for number in range(2 * 10 * ENVIRONMENTS)]:
            result.result()

    assert len(api.environments()) <= 5 * ENVIRONMENTS
