"""Access control: who may call the API, and whether API Gateway or the functions enforce it."""

import json
from typing import Any

import pytest

from deploy.parameters import API_KEY, COGNITO, IAM, JWKS, JWT, POOL, SECRET, VPC
from support.cloudformation import Stack, stack
from support.endpoints import FUNCTIONS


def test_by_default_anyone_may_call_without_a_key(default: Stack) -> None:
    assert {route: operation["security"] for route, operation in default.routes().items()} == {
        (expected.method, expected.path): [] for expected in FUNCTIONS.values()
    }
    assert set(default.properties("Api")["Body"]["securityDefinitions"]) == {"api_key"}


def securities(of: Stack) -> list[Any]:
    """Returns the security requirements of all routes, or the common one when they are equal."""
    found = [operation["security"] for operation in of.routes().values()]
    assert len(found) == len(FUNCTIONS)
    return found[0] if all(one == found[0] for one in found) else found


def test_with_aws_iam_every_route_requires_a_signature() -> None:
    api = stack(**IAM)

    assert securities(api) == [{"caller": []}]
    assert api.properties("Api")["Body"]["securityDefinitions"]["caller"] == {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "awsSigv4",
    }


def test_with_cognito_every_route_requires_a_token_of_the_pool() -> None:
    api = stack(**COGNITO)

    assert securities(api) == [{"caller": []}]
    assert api.properties("Api")["Body"]["securityDefinitions"]["caller"] == {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [POOL]},
    }


def test_cognito_access_tokens_need_a_scope() -> None:
    # API Gateway accepts access tokens only for methods with scopes, and ID tokens only for methods without scopes.
    assert securities(Stack(**COGNITO, CognitoScopes="users/read,users/api")) == [{"caller": ["users/read", "users/api"]}]


@pytest.mark.parametrize(("parameters", "caller"), [({}, []), (IAM, [{"caller": []}]), (COGNITO, [{"caller": []}])])
def test_with_api_keys_every_route_requires_one_in_addition(parameters: dict[str, str], caller: list[Any]) -> None:
    api = stack(**API_KEY, **parameters, MonthlyQuota="5000", ThrottleRate="7", ThrottleBurst="9")
    definition = api.properties("Api")["Body"]["securityDefinitions"]["api_key"]
    nested = api.nested("ClientKey")
    plan = nested.properties("UsagePlan")

    assert securities(api) == [*caller, {"api_key": []}]
    assert definition == {"type": "apiKey", "name": "x-api-key", "in": "header"}
    assert plan["ApiStages"] == [{"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "ApiProdStage"}}]
    assert plan["Throttle"] == {"RateLimit": "7", "BurstLimit": "9"}
    assert plan["Quota"] == {"Limit": "5000", "Period": "MONTH"}
    assert nested.properties("UsagePlanKey") == {
        "KeyId": {"Ref": "Key"},
        "KeyType": "API_KEY",
        "UsagePlanId": {"Ref": "UsagePlan"},
    }
    assert api.outputs["ApiKeyId"]["Value"] == {"Fn::GetAtt": ["ClientKey", "Outputs.Id"]}
    assert nested.outputs["Id"]["Value"] == {"Ref": "Key"}


def test_with_jwt_the_functions_have_the_issuer_and_the_url_of_its_keys() -> None:
    api = stack(**JWKS, JwtAlgorithms="RS256,ES256")

    for function in FUNCTIONS:
        variables = api.properties(function)["Environment"]["Variables"]
        assert {name: value for name, value in variables.items() if name.startswith(("AUTH_", "JWT_"))} == {
            "AUTH_MODE": "jwt",
            "JWT_ALGORITHMS": "RS256,ES256",
            "JWT_ISSUER": "https://issuer.example/",
            "JWT_AUDIENCE": "users",
            "JWT_JWKS_URL": "https://issuer.example/.well-known/jwks.json",
            "JWT_JWKS_FILE": "",
            "JWT_SECRET": "",
            "JWT_SECRET_PREVIOUS": "",
        }
    assert securities(api) == [], "the gateway must forward every request to the functions"


def test_with_the_keys_in_a_file_the_functions_can_run_in_the_vpc() -> None:
    api = stack(**JWT, **VPC, JwksFile="/var/task/jwks.json")

    for function in FUNCTIONS:
        assert api.properties(function)["Environment"]["Variables"]["JWT_JWKS_FILE"] == "/var/task/jwks.json"


def test_during_a_rotation_the_functions_have_the_previous_secret_too() -> None:
    api = Stack(**SECRET, JwtPreviousSecretVersion="1c8b4d66")

    for function in FUNCTIONS:
        variables = api.properties(function)["Environment"]["Variables"]
        assert variables["JWT_SECRET_PREVIOUS"] == "{{resolve:secretsmanager:users/jwt:SecretString:::1c8b4d66}}"


def test_only_the_variables_of_the_functions_refer_to_the_secret() -> None:
    api = Stack(**SECRET)
    reference = "{{resolve:secretsmanager:users/jwt:SecretString:::0b7a3c55-93b3-4b0e-8c3e-0d9d3a6f1e77}}"

    for function in FUNCTIONS:
        assert api.properties(function)["Environment"]["Variables"].pop("JWT_SECRET") == reference
    assert "resolve:" not in json.dumps([api.resources, api.outputs])
