"""How a function handles its environment variables before it requests the first event."""

from __future__ import annotations

import json

import pytest

from support.dynamodb_stub import document, ok, stored_user
from support.endpoints import PROGRAMS
from support.events import recorded
from support.function import Function

REQUIRED = ["TABLE_NAME", "CLAIMS_TABLE_NAME", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]


def assert_rejected(function: Function, variable: str) -> None:
    """Asserts that the function reported the variable to Lambda and to the log, and requested no event."""
    assert function.wait() == 1
    report = function.runtime.init_errors.get(timeout=60)
    body = json.loads(report.body)
    assert report.headers["lambda-runtime-function-error-type"] == "Runtime.InvalidConfiguration"
    assert body["errorType"] == "Runtime.InvalidConfiguration"
    assert body["errorMessage"].startswith(f"{variable}: ")
    assert body["stackTrace"] == []
    (line,) = [line for line in function.log if line["message"] == "the function cannot start"]
    assert (line["level"], line["errorMessage"]) == ("FATAL", body["errorMessage"])
    assert function.runtime.next_calls == 0


@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
@pytest.mark.parametrize("variable", REQUIRED)
@pytest.mark.parametrize("function", PROGRAMS)
def test_a_missing_variable_is_reported_by_name(start, function, variable, value):
    assert_rejected(start(function, **{variable: value}), variable)


@pytest.mark.parametrize("url", ["http://", "https://", "http:///users", "ftp://127.0.0.1", "127.0.0.1:8000"])
@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"])
def test_an_invalid_endpoint_is_rejected(start, variable, url):
    environment = {"AWS_ENDPOINT_URL_DYNAMODB": None, variable: url}

    assert_rejected(start("get_user", **environment), variable)


@pytest.mark.parametrize("variable", ["AUTH_MODE", "ALLOWED_ORIGIN", "AWS_CA_BUNDLE"])
def test_an_empty_variable_whose_default_is_less_strict_is_rejected(start, variable):
    assert_rejected(start("get_user", **{variable: ""}), variable)


def test_every_other_empty_variable_has_its_default(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))
    empty = ["AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_SESSION_TOKEN", "AWS_LAMBDA_FUNCTION_NAME",
             "AWS_LAMBDA_LOG_LEVEL", "JWT_ALGORITHMS", "JWT_ISSUER", "JWT_AUDIENCE", "JWT_JWKS_URL", "JWT_JWKS_FILE",
             "JWT_SECRET", "JWT_SECRET_PREVIOUS"]  # fmt: skip
    function = start("get_user", **dict.fromkeys(empty, ""))

    assert function.invoke(recorded("rest_get_user")).http.status == 200


@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
def test_a_missing_runtime_api_is_logged_by_the_name_of_its_variable(start, value):
    function = start("get_user", AWS_LAMBDA_RUNTIME_API=value)

    assert function.wait() == 1
    assert any("AWS_LAMBDA_RUNTIME_API" in str(line) for line in function.log)
    assert function.runtime.init_errors.empty()


def test_the_configured_table_is_used(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))

    start("get_user", TABLE_NAME="Users-of-a-test").invoke(recorded("rest_get_user"))

    assert document(dynamodb.requests[0])["TableName"] == "Users-of-a-test"


def test_the_endpoint_of_all_services_applies_when_dynamodb_has_none(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))
    function = start("get_user", AWS_ENDPOINT_URL_DYNAMODB=None, AWS_ENDPOINT_URL=dynamodb.url)

    assert function.invoke(recorded("rest_get_user")).http.status == 200


def test_the_endpoint_of_dynamodb_takes_precedence(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))
    function = start("get_user", AWS_ENDPOINT_URL="http://127.0.0.1:9")

    assert function.invoke(recorded("rest_get_user")).http.status == 200


def test_proxy_variables_have_no_effect(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))
    proxies = dict.fromkeys(["http_proxy", "all_proxy", "ALL_PROXY"], "http://127.0.0.1:9")

    assert start("get_user", **proxies).invoke(recorded("rest_get_user")).http.status == 200


def test_any_origin_is_allowed_by_default(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))

    headers = start("get_user").invoke(recorded("rest_get_user")).http.headers

    assert headers["access-control-allow-origin"] == "*"
    assert "vary" not in headers


def test_only_the_configured_origin_is_allowed_and_responses_vary_by_origin(start, dynamodb):
    dynamodb.then(ok({"Item": stored_user()}))
    function = start("get_user", ALLOWED_ORIGIN="https://app.example.com")

    headers = function.invoke(recorded("rest_get_user")).http.headers

    assert headers["access-control-allow-origin"] == "https://app.example.com"
    assert headers["vary"] == "Origin"
