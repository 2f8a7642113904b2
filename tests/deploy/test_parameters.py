"""What each set of parameters adds to the stack, that the rest stays as it is, and what goes with what."""

import json
import re
from typing import Any

import pytest

from deploy.parameters import (
    ADDED,
    API_KEY,
    BACKUP,
    CANARY,
    COGNITO,
    DOMAIN,
    ENCRYPTION,
    IAM,
    JWKS,
    JWT,
    SECRET,
    TOPIC,
    VPC,
    WAF,
)
from support.cloudformation import Stack, listed, stack

#: One by one, all at once, and not even what there is by default.
COMBINED = [
    *(parameters for parameters, _ in ADDED),
    {**COGNITO, **ENCRYPTION, **API_KEY, **DOMAIN, **WAF, **BACKUP, **CANARY, **VPC, "AlarmTopicArn": TOPIC},
    {"SetApiGatewayLogRole": "false"},
]


def test_what_is_made_by_parameter_is_not_there(default: Stack) -> None:
    kinds = {resource["Type"] for resource in default.resources.values()}

    assert kinds == {
        "AWS::ApiGateway::Account",
        "AWS::ApiGateway::Deployment",
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGateway::Stage",
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::DynamoDB::Table",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::Lambda::Alias",
        "AWS::Lambda::Function",
        "AWS::Lambda::Permission",
        "AWS::Lambda::Version",
        "AWS::Logs::LogGroup",
    }


def lasting(of: Stack) -> set[str]:
    """The resources but for those whose names change from deployment to deployment."""
    passing = of.names("AWS::ApiGateway::Deployment") | of.names("AWS::Lambda::Version")
    return set(of.resources) - passing


@pytest.mark.parametrize(("parameters", "added"), ADDED, ids=lambda one: " ".join(one) if isinstance(one, dict) else "")
def test_a_parameter_adds_its_resources_and_no_other(parameters: dict[str, str], added: set[str]) -> None:
    assert lasting(stack(**parameters)) - lasting(stack()) == added
    assert lasting(stack()) <= lasting(stack(**parameters))


def references(value: Any) -> set[str]:
    """The logical ids that a resource or an output names."""
    if isinstance(value, list):
        return set().union(*map(references, value))
    if isinstance(value, str):
        return {name.partition(".")[0] for name in re.findall(r"\$\{([^!}]+)\}", value)}
    if not isinstance(value, dict):
        return set()
    named = {value["Ref"]} if "Ref" in value else {value["Fn::GetAtt"][0]} if "Fn::GetAtt" in value else set()
    return named.union(listed(value.get("DependsOn", [])), *map(references, value.values()))


@pytest.mark.parametrize("parameters", COMBINED, ids=lambda one: " ".join(one))
def test_nothing_refers_to_what_is_not_there(parameters: dict[str, str]) -> None:
    api = stack(**parameters)
    named = references(api.resources) | references(api.outputs)

    assert {"UsersTable", "Api", "CreateUser"} <= named
    assert named - set(api.resources) == set()


@pytest.mark.parametrize(
    ("parameters", "missing"),
    [
        ({"Authorization": "COGNITO"}, "UserPoolArn"),
        ({"DomainName": "api.example.com"}, "HostedZoneId"),
        ({**JWKS, "JwtIssuer": ""}, "JwtIssuer"),
        ({**JWKS, "JwtAudience": ""}, "JwtAudience"),
        ({**JWKS, **IAM}, "Authorization=NONE"),
        (JWT, "JwksUrl or JwksFile"),
        ({**JWKS, "JwtSecretId": "users/jwt"}, "no JwtSecretId"),
        ({**JWKS, **VPC}, "JwksFile instead of JwksUrl"),
        ({**JWKS, "JwtPreviousSecretVersion": "1"}, "no JwtPreviousSecretVersion"),
        ({**SECRET, "JwtSecretId": ""}, "JwtSecretId"),
        ({**SECRET, "JwtSecretVersion": ""}, "JwtSecretVersion"),
        ({**SECRET, "JwksUrl": "https://issuer.example/jwks.json"}, "no JwksUrl"),
        ({**SECRET, "JwksFile": "/var/task/jwks.json"}, "no JwksFile"),
    ],
)
def test_what_needs_another_parameter_is_refused_without_it(parameters: dict[str, str], missing: str) -> None:
    with pytest.raises(AssertionError, match=f"needs? {missing}"):
        stack(**parameters)


def test_keys_come_from_one_place() -> None:
    with pytest.raises(AssertionError, match="not from both"):
        stack(**JWKS, JwksFile="/var/task/jwks.json")


def test_an_account_that_has_a_role_for_api_gateways_logs_keeps_it() -> None:
    api = stack(SetApiGatewayLogRole="false")

    assert lasting(stack()) - lasting(api) == {"ApiGatewayAccount", "ApiGatewayLogRole"}
    assert "ApiGatewayAccount" not in json.dumps(api.resources)


def test_the_outputs_say_where_things_are(default: Stack) -> None:
    assert {name: output["Value"] for name, output in default.outputs.items()} == {
        "ApiUrl": "https://${Api}.execute-api.eu-central-1.amazonaws.com/Prod",
        "TableName": {"Ref": "UsersTable"},
        "ClaimsTableName": {"Ref": "ClaimsTable"},
        "DashboardUrl": (
            "https://eu-central-1.console.aws.amazon.com/cloudwatch/home"
            "?region=eu-central-1#dashboards/dashboard/${Dashboard}"
        ),
    }
