"""template-http.yaml: its API. Everything else equals template.yaml."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from deploy.parameters import DOMAIN, DOMAIN_ONLY, HTTP_SETS, IAM, NATIVE_JWT, TOPIC
from support.cloudformation import Resources, Stack, http_stack, source, stack
from support.endpoints import FUNCTIONS, each_function

#: The parts of only one template: first those that an HTTP API does not offer, then those that a REST API does not.
ONLY_REST = {
    "Parameters": {
        *("UserPoolArn", "CognitoScopes", "RequireApiKey", "MonthlyQuota", "UseWaf", "WafRateLimit", "SetApiGatewayLogRole"),
    },
    "Rules": {"CognitoNeedsUserPool", "ScopesNeedCognito"},
    "Conditions": {"AllowsAnyOrigin", "AuthorizesWithCognito", "HasCognitoScopes", "NeedsApiKey", "HasWaf", "SetsLogRole"},
    "Resources": {"Api", "GatewayLogging", "ClientKey", "Waf"},
    "Outputs": {"ApiKeyId"},
}
ONLY_HTTP = {
    "Parameters": {"ReadScopes", "WriteScopes"},
    "Rules": {"AuthorizerNeedsIssuerAndAudience"},
    "Conditions": {"AuthorizesWithJwt"},
    # The name differs from that of the REST API, because a resource cannot change its type: so a stack can change its API.
    "Resources": {"HttpApi"},
}
#: The parts that both templates have, with different content.
DIFFERENT = {
    "Parameters": {"Authorization", "JwtIssuer", "JwtAudience", "MethodMetrics"},
    "Conditions": {"Authorizes"},
    "Rules": {"TokensNeedAuthMode"},
    "Outputs": {"ApiUrl"},
}


def comparable(value: Any) -> Any:
    """Returns a part of template-http.yaml with the names of template.yaml."""
    text = json.dumps(value, sort_keys=True)
    text = text.replace("HttpApiApiGatewayDefaultStage", "ApiProdStage").replace('"HttpApiId": {"Ref": "HttpApi"}', '"HttpApiId": ""')
    text = text.replace('"ApiId": {"Ref": "HttpApi"}, "Method"', '"RestApiId": {"Ref": "Api"}, "Method"')
    text = text.replace('{"Ref": "HttpApi"}', '{"Ref": "Api"}').replace('"Type": "HttpApi"', '"Type": "Api"')
    return json.loads(text)


@pytest.mark.parametrize("section", ["Parameters", "Rules", "Conditions", "Resources", "Outputs"])
def test_everything_but_the_api_equals_the_template_of_the_rest_api(section: str) -> None:
    rest, http = source()[section], source("template-http.yaml")[section]

    assert rest.keys() - http.keys() == ONLY_REST[section]
    assert http.keys() - rest.keys() == ONLY_HTTP.get(section, set())
    for name in rest.keys() & http.keys():
        assert (comparable(http[name]) != rest[name]) is (name in DIFFERENT.get(section, set())), name


def test_both_templates_have_the_same_transforms_and_globals() -> None:
    for section in ("Transform", "Globals"):
        assert source("template-http.yaml")[section] == source()[section]


@pytest.fixture(scope="module")
def api() -> Stack:
    """The stack with the default parameters."""
    return http_stack()


def test_the_only_routes_are_those_of_the_functions_and_invoke_their_aliases(api: Stack) -> None:
    integrations = {route: one["x-amazon-apigateway-integration"] for route, one in api.routes("HttpApi").items()}

    assert integrations == {
        (expected.method, expected.path): {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "payloadFormatVersion": "2.0",
            "uri": "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${%sAliaslive}/invocations" % function,
        }
        for function, expected in FUNCTIONS.items()
    }


@each_function
def test_the_api_may_invoke_a_function_for_its_route_only(api: Stack, function: str) -> None:
    expected = FUNCTIONS[function]

    assert api.properties(f"{function}RoutePermission") == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": f"{function}Aliaslive"},
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": "arn:aws:execute-api:eu-central-1:123456789012:${HttpApi}/*/%s%s"
        % (expected.method, expected.path.replace("{userId}", "*")),
    }


def securities(of: Stack) -> dict[str, Any]:
    """Returns the security requirement of each function's route."""
    routes = of.routes("HttpApi")
    return {name: routes[expected.method, expected.path]["security"] for name, expected in FUNCTIONS.items()}


def schemes(of: Stack) -> dict[str, Any]:
    return of.properties("HttpApi")["Body"]["components"]["securitySchemes"]


def test_by_default_anyone_may_call(api: Stack) -> None:
    assert securities(api) == dict.fromkeys(FUNCTIONS, [])
    assert schemes(api) == {}


def test_with_aws_iam_every_route_requires_a_signature() -> None:
    signed = http_stack(**IAM)

    assert securities(signed) == dict.fromkeys(FUNCTIONS, [{"caller": []}])
    assert schemes(signed)["caller"]["x-amazon-apigateway-authtype"] == "awsSigv4"


def scopes(of: Stack) -> dict[str, list[str]]:
    return {name: requirement["caller"] for name, (requirement,) in securities(of).items()}


def test_the_authorizer_requires_a_token_of_the_issuer_with_the_scope_of_the_route() -> None:
    authorized = http_stack(**NATIVE_JWT)

    assert schemes(authorized)["caller"] == {
        "type": "oauth2",
        "x-amazon-apigateway-authorizer": {
            "type": "jwt",
            "identitySource": "$request.header.Authorization",
            "jwtConfiguration": {"issuer": "https://issuer.example/", "audience": ["users"]},
        },
    }
    assert scopes(authorized) == {
        name: ["users:read" if expected.method == "GET" else "users:write"] for name, expected in FUNCTIONS.items()
    }


def test_the_scopes_can_be_those_of_a_cognito_user_pool() -> None:
    authorized = http_stack(**NATIVE_JWT, ReadScopes="users/read,users/admin", WriteScopes="users/admin")

    assert scopes(authorized) == {
        name: ["users/read", "users/admin"] if expected.method == "GET" else ["users/admin"]
        for name, expected in FUNCTIONS.items()
    }


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"Authorization": "JWT", "JwtAudience": "users"}, "Authorization=JWT requires JwtIssuer"),
        ({"Authorization": "JWT", "JwtIssuer": "https://issuer.example/"}, "Authorization=JWT requires JwtAudience"),
        ({"JwtIssuer": "https://issuer.example/"}, "JwtIssuer requires AuthMode=jwt or Authorization=JWT"),
        ({**NATIVE_JWT, "AuthMode": "jwt", "JwksUrl": "https://issuer.example/jwks"}, "requires Authorization=NONE"),
    ],
)
def test_an_invalid_combination_of_parameters_is_rejected(parameters: dict[str, str], message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        http_stack(**parameters)


def stage(of: Stack) -> dict[str, Any]:
    (name,) = of.names("AWS::ApiGatewayV2::Stage")
    return of.properties(name)


def test_the_stage_deploys_itself_and_throttles() -> None:
    limited = stage(http_stack(ThrottleRate="7", ThrottleBurst="9"))

    assert (limited["StageName"], limited["AutoDeploy"]) == ("$default", True)
    assert limited["DefaultRouteSettings"] == {
        "DetailedMetricsEnabled": "false",
        "ThrottlingRateLimit": "7",
        "ThrottlingBurstLimit": "9",
    }


#: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
NOT_IN_HTTP_APIS = {"apiKeyId", "traceId"}


def test_the_access_log_is_that_of_the_rest_api_without_what_an_http_api_lacks(api: Stack) -> None:
    (rest_stage,) = stack().names("AWS::ApiGateway::Stage")
    rest = json.loads(stack().properties(rest_stage)["AccessLogSetting"]["Format"])
    http = json.loads(stage(api)["AccessLogSettings"]["Format"])

    assert stage(api)["AccessLogSettings"]["DestinationArn"] == {"Fn::GetAtt": ["ApiLog", "Arn"]}
    assert http.keys() == rest.keys() - NOT_IN_HTTP_APIS
    assert {name for name in http if http[name] != rest[name]} == {"route"}
    assert http["route"] == "$context.routeKey"


@pytest.mark.parametrize(("parameters", "signature"), [({}, []), (IAM, ["X-Amz-Date", "X-Amz-Security-Token"])])
def test_the_gateway_has_the_cors_rules(parameters: dict[str, str], signature: list[str]) -> None:
    assert http_stack(**parameters, AllowedOrigin="https://app.example").properties("HttpApi")["Body"][
        "x-amazon-apigateway-cors"
    ] == {
        "allowOrigins": ["https://app.example"],
        "allowMethods": ["GET", "POST", "PUT", "DELETE"],
        "allowHeaders": ["Content-Type", "Authorization", "If-Match", "If-None-Match", "Idempotency-Key", *signature],
        "exposeHeaders": ["ETag", "Location", "X-Request-Id", "Idempotency-Replayed", "Retry-After"],
        "maxAge": 7200,
    }


def test_the_domain_leads_to_the_stage() -> None:
    root = http_stack(**DOMAIN)

    assert root.nested("CustomDomain").properties("Mapping") == {
        "DomainName": {"Ref": "Domain"},
        "ApiId": {"Ref": "HttpApi"},
        "Stage": {"Ref": "HttpApiApiGatewayDefaultStage"},
    }
    assert root.outputs["ApiUrl"]["Value"] == "https://api.example.com"


@pytest.mark.parametrize(("parameters", "disabled"), [(DOMAIN, False), (DOMAIN_ONLY, True)])
def test_only_domain_only_disables_the_name_that_api_gateway_assigns(
    parameters: dict[str, str], disabled: bool
) -> None:
    (server,) = http_stack(**parameters).properties("HttpApi")["Body"]["servers"]

    assert server["x-amazon-apigateway-endpoint-configuration"]["disableExecuteApiEndpoint"] is disabled


def test_the_url_has_no_stage(api: Stack) -> None:
    assert api.outputs["ApiUrl"]["Value"] == "https://${HttpApi}.execute-api.eu-central-1.amazonaws.com"


def metrics(alarm: dict[str, Any]) -> set[str]:
    found = [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", []) if "MetricStat" in one] or [alarm]
    dimensions = [{"Name": "ApiId", "Value": {"Ref": "HttpApi"}}, {"Name": "Stage", "Value": "$default"}]
    assert all(one["Dimensions"] == dimensions for one in found)
    return {one["MetricName"] for one in found}


def test_the_alarms_and_the_dashboard_show_the_metrics_of_an_http_api(api: Stack) -> None:
    monitoring: Resources = http_stack(AlarmTopicArn=TOPIC).nested("Monitoring")

    assert metrics(monitoring.properties("Failing")) == {"5xx", "Count"}
    assert metrics(monitoring.properties("Slow")) == {"Latency"}
    widgets = json.loads(monitoring.properties("Dashboard")["DashboardBody"])["widgets"]
    shown = [line for widget in widgets for line in widget["properties"]["metrics"] if line[0] == "AWS/ApiGateway"]
    assert {line[1] for line in shown} == {"4xx", "5xx", "Latency"}
    assert {tuple(line[2:6]) for line in shown} == {("ApiId", "${HttpApi}", "Stage", "$default")}


@pytest.mark.parametrize("parameters", [one for one in HTTP_SETS if one is not NATIVE_JWT], ids=" ".join)
def test_a_parameter_changes_the_functions_roles_and_tables_as_in_the_other_template(parameters: dict[str, str]) -> None:
    rest, http = stack(**parameters), http_stack(**parameters)
    kinds = {"AWS::Lambda::Function", "AWS::Lambda::Alias", "AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::DynamoDB::Table"}

    for kind in kinds:
        assert {name: http.resources[name] for name in http.names(kind)} == {name: rest.resources[name] for name in rest.names(kind)}


@pytest.mark.parametrize(("parameter", "value"), [("ReadScopes", "users/read"), ("WriteScopes", "users/write")])
def test_the_scopes_of_the_api_create_no_version_of_a_function(parameter: str, value: str) -> None:
    before, after = http_stack(**NATIVE_JWT), http_stack(**NATIVE_JWT, **{parameter: value})

    assert scopes(before) != scopes(after)
    assert before.names("AWS::Lambda::Version") == after.names("AWS::Lambda::Version")


def test_a_stack_can_change_its_kind_of_api() -> None:
    rest, http = stack().resources, http_stack().resources

    assert {name for name in rest.keys() & http.keys() if rest[name]["Type"] != http[name]["Type"]} == set()
