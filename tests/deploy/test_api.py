"""The API: its routes, its stage and its preflight responses."""

import json
import re
from types import SimpleNamespace
from unittest import mock

import pytest

from deploy.parameters import API_KEY, COGNITO, IAM, JWKS, each_set
from support.cloudformation import Stack, stack
from support.endpoints import FUNCTIONS, each_function

PATHS = sorted({expected.path for expected in FUNCTIONS.values()})


def test_the_api_is_a_rest_api_with_one_stage(default: Stack) -> None:
    (stage,) = default.names("AWS::ApiGateway::Stage")
    (deployment,) = default.names("AWS::ApiGateway::Deployment")

    assert default.names("AWS::ApiGateway::RestApi") == {"Api"}
    assert default.properties(stage)["StageName"] == "Prod"
    assert "StageName" not in default.properties(deployment)
    assert default.properties("Api")["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


def test_the_only_routes_are_those_of_the_functions_and_invoke_their_aliases(default: Stack) -> None:
    integrations = {
        route: operation["x-amazon-apigateway-integration"] for route, operation in default.routes().items()
    }

    assert {route: (integration["type"], integration["uri"]) for route, integration in integrations.items()} == {
        (expected.method, expected.path): (
            "aws_proxy",
            "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${%sAliaslive}/invocations" % function,
        )
        for function, expected in FUNCTIONS.items()
    }


@each_set
def test_the_routes_invoke_their_functions_with_every_parameter(parameters: dict[str, str]) -> None:
    uris = {
        route: operation["x-amazon-apigateway-integration"]["uri"]
        for route, operation in stack(**parameters).routes().items()
    }

    assert {route: uri.rpartition("/functions/")[2] for route, uri in uris.items()} == {
        (expected.method, expected.path): "${%sAliaslive}/invocations" % function
        for function, expected in FUNCTIONS.items()
    }


@each_function
def test_the_api_may_invoke_a_function_for_its_route_only(default: Stack, function: str) -> None:
    expected = FUNCTIONS[function]
    permission = default.properties(f"{function}RoutePermissionProd")

    assert permission == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": f"{function}Aliaslive"},
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": "arn:aws:execute-api:eu-central-1:123456789012:${Api}/*/%s%s"
        % (expected.method, expected.path_with("*")),
    }


def test_the_stage_has_tracing_metrics_and_throttling(default: Stack) -> None:
    stage = default.properties("ApiProdStage")

    assert stage["TracingEnabled"] is True
    assert stage["MethodSettings"] == [
        {
            "HttpMethod": "*",
            "ResourcePath": "/*",
            "MetricsEnabled": "false",
            "ThrottlingRateLimit": 100,
            "ThrottlingBurstLimit": 200,
        }
    ]


def test_the_throttling_of_the_stage_can_be_set() -> None:
    (settings,) = stack(ThrottleRate="7", ThrottleBurst="9").properties("ApiProdStage")["MethodSettings"]

    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == ("7", "9")


def test_the_access_log_describes_requests_without_their_query(default: Stack) -> None:
    setting = default.properties("ApiProdStage")["AccessLogSetting"]
    entry = json.loads(setting["Format"])

    assert setting["DestinationArn"] == {"Fn::GetAtt": ["ApiLog", "Arn"]}
    assert entry["requestId"] == "$context.requestId"
    variables = set(entry.values())
    assert all(re.fullmatch(r"\$context\.[\w.]+", variable) for variable in variables), variables
    assert {"$context.path", "$context.httpMethod", "$context.status", "$context.responseLatency"} <= variables
    assert {"$context.extendedRequestId", "$context.identity.apiKeyId", "$context.authorizer.error"} <= variables
    # Variables that contain the query or identify the caller.
    assert not {one for one in variables if re.search("quer|requestOverride|authorizer[.](?!error)|customDomain", one)}


def test_only_the_stage_waits_for_the_role_of_the_logs_and_the_role_for_the_api(default: Stack) -> None:
    nested = default.nested("GatewayLogging")

    # In an account that never had an API, the role can be set only when the API exists.
    assert default.resources["GatewayLogging"]["DependsOn"] == "Api"
    assert "GatewayLogging" not in json.dumps(default.resources["Api"])
    (deployment,) = default.names("AWS::ApiGateway::Deployment")
    assert "GatewayLogging" not in json.dumps(default.resources[deployment])
    assert default.properties("ApiProdStage")["Variables"] == {
        "logRole": {"Fn::GetAtt": ["GatewayLogging", "Outputs.Account"]}
    }
    assert nested.properties("Account")["CloudWatchRoleArn"] == {"Fn::GetAtt": ["LogRole", "Arn"]}
    # Other APIs of the account may depend on it when this stack is deleted.
    assert {one["DeletionPolicy"] for one in nested.resources.values()} == {"Retain"}


def test_an_api_key_has_the_quota_and_the_throttling_of_the_parameters() -> None:
    api = stack(**API_KEY, MonthlyQuota="5", ThrottleRate="7", ThrottleBurst="9")
    key = api.nested("ClientKey")
    plan = key.properties("UsagePlan")

    assert plan["ApiStages"] == [{"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "ApiProdStage"}}]
    assert plan["Quota"] == {"Limit": "5", "Period": "MONTH"}
    assert plan["Throttle"] == {"RateLimit": "7", "BurstLimit": "9"}
    assert key.properties("Key")["Enabled"] is True
    assert key.properties("UsagePlanKey") == {"KeyId": {"Ref": "Key"}, "KeyType": "API_KEY", "UsagePlanId": {"Ref": "UsagePlan"}}


def deployment_at(second: int, **parameters: str) -> set[str]:
    with mock.patch("samtranslator.model.apigateway.time", SimpleNamespace(time=lambda: second)):
        return Stack(**parameters).names("AWS::ApiGateway::Deployment")


@pytest.mark.parametrize("parameters", [IAM, API_KEY, {"AllowedOrigin": "https://app.example"}], ids=" ".join)
def test_a_parameter_that_changes_the_api_creates_a_new_deployment(parameters: dict[str, str]) -> None:
    # The stage serves a snapshot of the API, and CloudFormation takes a new one only for a deployment with a new name.
    assert deployment_at(1) != deployment_at(2, **parameters)


@pytest.mark.parametrize("path", PATHS)
def test_the_gateway_responds_to_preflight_requests(default: Stack, path: str) -> None:
    methods = sorted(["OPTIONS", *(expected.method for expected in FUNCTIONS.values() if expected.path == path)])
    operation = default.properties("Api")["Body"]["paths"][path]["options"]
    integration = operation["x-amazon-apigateway-integration"]

    assert "security" not in operation
    assert integration["type"] == "mock"
    assert integration["responses"]["default"]["responseParameters"] == {
        "method.response.header.Access-Control-Allow-Origin": "'*'",
        "method.response.header.Access-Control-Max-Age": "'7200'",
        "method.response.header.Access-Control-Allow-Methods": f"'{','.join(methods)}'",
        "method.response.header.Access-Control-Allow-Headers": (
            "'Content-Type,Authorization,If-Match,If-None-Match,Idempotency-Key'"
        ),
    }


def test_only_the_allowed_origin_may_call() -> None:
    api = stack(AllowedOrigin="https://app.example")
    paths = api.properties("Api")["Body"]["paths"]

    for path in PATHS:
        preflight = paths[path]["options"]["x-amazon-apigateway-integration"]["responses"]["default"]
        origin = preflight["responseParameters"]["method.response.header.Access-Control-Allow-Origin"]
        assert origin == "'https://app.example'"
    for function in FUNCTIONS:
        variables = api.properties(function)["Environment"]["Variables"]
        assert variables["ALLOWED_ORIGIN"] == "https://app.example"


@each_set
def test_preflight_requires_no_credentials(parameters: dict[str, str]) -> None:
    paths = stack(**parameters).properties("Api")["Body"]["paths"]

    assert {path: operations["options"].get("security") for path, operations in paths.items()} == dict.fromkeys(PATHS)


SIGNATURE = ["X-Amz-Date", "X-Amz-Security-Token"]


@pytest.mark.parametrize(
    ("parameters", "headers"),
    [
        ({}, []),
        (COGNITO, []),
        (JWKS, []),
        (IAM, SIGNATURE),
        (API_KEY, ["X-Api-Key"]),
        ({**COGNITO, **API_KEY}, ["X-Api-Key"]),
        ({**IAM, **API_KEY}, [*SIGNATURE, "X-Api-Key"]),
    ],
    ids=lambda one: " ".join(one),
)
def test_preflight_allows_the_headers_that_callers_must_send(
    parameters: dict[str, str], headers: list[str]
) -> None:
    allowed = ["Content-Type", "Authorization", "If-Match", "If-None-Match", "Idempotency-Key", *headers]

    for operations in stack(**parameters).properties("Api")["Body"]["paths"].values():
        preflight = operations["options"]["x-amazon-apigateway-integration"]["responses"]["default"]
        assert preflight["responseParameters"]["method.response.header.Access-Control-Allow-Headers"] == (
            f"'{','.join(allowed)}'"
        )
