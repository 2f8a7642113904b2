"""What a function does with its environment before it asks for the first event."""

from __future__ import annotations

import json

import pytest

from support.dynamodb_stub import document, ok, stored_user
from support.events import recorded

REQUIRED = ["TABLE_NAME", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
EVERY_FUNCTION = ("create_user", "get_user", "list_users", "update_user", "delete_user")


@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
@pytest.mark.parametrize("variable", REQUIRED)
@pytest.mark.parametrize("function", EVERY_FUNCTION)
def test_a_missing_variable_is_reported_by_name(start, function, variable, value):
    environment = start(function, **{variable: value})

    assert environment.wait() == 1
    report = environment.runtime.init_errors.get(timeout=1)
    body = json.loads(report.body)
    assert report.headers["lambda-runtime-function-error-type"] == "Runtime.InvalidConfiguration"
    assert body["errorType"] == "Runtime.InvalidConfiguration"
    assert variable in body["errorMessage"]
    assert body["stackTrace"] == []
    assert any(variable in str(line) and line["level"] in ("ERROR", "FATAL") for line in environment.log)
    assert environment.runtime.next_calls == 0


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
