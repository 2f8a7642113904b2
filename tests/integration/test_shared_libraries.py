"""A function that shares the system's libraries, as the presets dev, clang and coverage and -DSERVERLESS_STATIC=OFF build it."""

from __future__ import annotations

import os
import subprocess

import pytest

from support import dynamodb_local
from support.dynamodb_stub import USER_ID, stored_user
from support.events import rest_event
from support.function import Function, binary


def test_a_dynamically_linked_function_works_like_the_static_one(
    dynamodb, dynamodb_url: str, table: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("BUILD_DIR", os.environ.get("SHARED_BUILD_DIR", "build/dev"))
    dynamodb.put_item(TableName=table, Item=stored_user(USER_ID))
    function = Function("get_user", dynamodb_url=dynamodb_url, environment=dynamodb_local.environment(table))

    response = function.invoke(rest_event("GET", f"/users/{USER_ID}")).http

    function.close()
    assert (response.status, response.json["userId"]) == (200, USER_ID)
    libraries = subprocess.run(["ldd", binary("get_user")], capture_output=True, text=True, check=True).stdout
    assert {"libcurl.so.4", "libssl.so.3"} <= {line.split()[0] for line in libraries.splitlines()}
