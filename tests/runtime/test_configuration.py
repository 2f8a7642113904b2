"""What a function does with its environment before it asks for the first event."""

from __future__ import annotations

import json

import pytest

from support.dynamodb_stub import document, ok, stored_user
from support.endpoints import PROGRAMS
from support.events import recorded
from support.function import Function

REQUIRED = ["TABLE_NAME", "CLAIMS_TABLE_NAME", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]


def assert_refused(function: Function, variable: str) -> None:
    """It has told Lambda and the log what is wrong, by the variable's whole name, and has asked for no event."""
    assert function.wait() == 1
    report = function.runtime.init_errors.get(timeout=1)
    body = json.loads(report.body)
    assert report.headers["lambda-runtime-function-error-type"] == "Runtime.InvalidConfiguration"
    assert body["errorType"] == "Runtime.InvalidConfiguration"
    assert variable in body["errorMessage"].split()
    assert body["stackTrace"] == []
    assert any(variable in str(line) and line["level"] in ("ERROR", "FATAL") for line in function.log)
    assert function.runtime.next_calls == 0


@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
@pytest.mark.parametrize("variable", REQUIRED)
@pytest.mark.parametrize("function", PROGRAMS)
def test_a_missing_variable_is_reported_by_name(start, function, variable, value):
    assert_refused(start(function, **{variable: value}), variable)


@pytest.mark.parametrize("url", ["http://", "https://", "http:///users", "ftp://127.0.0.1", "127.0.0.1:8000"])
@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"])
def test_an_endpoint_that_names_no_host_is_refused(start, variable, url):
    environment = {"AWS_ENDPOINT_URL_DYNAMODB": None, variable: url}

    assert_refused(start("get_user", **environment), variable)


def test_without_a_runtime_api_the_log_names_the_variable(start):
    function = start("get_user", AWS_LAMBDA_RUNTIME_API=None)

    assert function.wait() == 1
    assert any("AWS_LAMBDA_RUNTIME_API" in str(line) for line in function.log)
    assert function.runtime.init_errors.empty()


def test_the_table_is_the_one_that_is_configured(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))

    start("get_user", TABLE_NAME="Users-of-a-test").invoke(recorded("rest_get_user"))

    assert document(dynamodb.requests[0])["TableName"] == "Users-of-a-test"


def test_the_endpoint_for_all_services_serves_when_dynamodb_has_none_of_its_own(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))
    function = start("get_user", AWS_ENDPOINT_URL_DYNAMODB=None, AWS_ENDPOINT_URL=dynamodb.url)

    assert function.invoke(recorded("rest_get_user")).http.status == 200


def test_dynamodbs_own_endpoint_comes_first(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))
    function = start("get_user", AWS_ENDPOINT_URL="http://127.0.0.1:9")

    assert function.invoke(recorded("rest_get_user")).http.status == 200


def test_no_proxy_comes_between(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))
    dead = dict.fromkeys(["http_proxy", "all_proxy", "ALL_PROXY"], "http://127.0.0.1:9")

    assert start("get_user", **dead).invoke(recorded("rest_get_user")).http.status == 200


def test_any_origin_is_allowed_unless_one_is_configured(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))

    headers = start("get_user").invoke(recorded("rest_get_user")).http.headers

    assert headers["access-control-allow-origin"] == "*"
    assert "vary" not in headers


def test_a_configured_origin_is_the_only_one_and_caches_are_told(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))
    function = start("get_user", ALLOWED_ORIGIN="https://app.example.com")

    headers = function.invoke(recorded("rest_get_user")).http.headers

    assert headers["access-control-allow-origin"] == "https://app.example.com"
    assert headers["vary"] == "Origin"
