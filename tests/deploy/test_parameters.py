"""The resources that each set of parameters adds, and the rules for combinations of parameters."""

import json
import re
from typing import Any

import pytest

from deploy.parameters import (
    ADDED,
    IAM,
    JWKS,
    JWT,
    MOST,
    SECRET,
    VPC,
)
from support.cloudformation import Stack, listed, stack

#: Each set alone, most of them together, and fewer resources than by default.
COMBINED = [
    *(parameters for parameters, _ in ADDED),
    MOST,
    {"SetApiGatewayLogRole": "false"},
]


def test_the_default_stack_has_no_optional_resources(default: Stack) -> None:
    kinds = {resource["Type"] for resource in default.all_resources().values()}

    assert kinds == {
        "AWS::ApiGateway::Account",
        "AWS::ApiGateway::Deployment",
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGateway::Stage",
        "AWS::CloudFormation::Stack",
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
        "AWS::Logs::QueryDefinition",
    }


def permanent(of: Stack) -> set[str]:
    """Returns the resources, except those whose names change with each deployment."""
    changing = of.names("AWS::ApiGateway::Deployment") | of.names("AWS::Lambda::Version")
    return set(of.all_resources()) - changing


@pytest.mark.parametrize(("parameters", "added"), ADDED, ids=lambda one: " ".join(one) if isinstance(one, dict) else "")
def test_a_parameter_adds_its_resources_only(parameters: dict[str, str], added: set[str]) -> None:
    assert permanent(stack(**parameters)) - permanent(stack()) == added
    assert permanent(stack()) <= permanent(stack(**parameters))


def references(value: Any) -> set[str]:
    """Returns the logical ids to which a resource or an output refers."""
    if isinstance(value, list):
        return set().union(*map(references, value))
    if isinstance(value, str):
        return {name.partition(".")[0] for name in re.findall(r"\$\{([^!}]+)\}", value)}
    if not isinstance(value, dict):
        return set()
    named = {value["Ref"]} if "Ref" in value else {value["Fn::GetAtt"][0]} if "Fn::GetAtt" in value else set()
    return named.union(listed(value.get("DependsOn", [])), *map(references, value.values()))


@pytest.mark.parametrize("parameters", COMBINED, ids=lambda one: " ".join(one))
def test_every_reference_is_to_an_existing_resource(parameters: dict[str, str]) -> None:
    api = stack(**parameters)
    named = references(api.resources) | references(api.outputs)

    assert {"UsersTable", "Api", "CreateUser"} <= named
    assert named - set(api.resources) == set()
    for name in api.names("AWS::CloudFormation::Stack"):
        nested = api.nested(name)
        passed = references(api.properties(name))
        assert references(nested.resources) | references(nested.outputs) <= set(nested.resources) | passed
        used = {one.partition(".")[2] for one in re.findall(rf"{name}.{{4}}Outputs\.(\w+)", json.dumps([api.resources, api.outputs]))}
        assert used - {""} <= set(nested.outputs)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"Authorization": "COGNITO"}, "requires UserPoolArn"),
        ({"CognitoScopes": "users/api"}, "CognitoScopes requires Authorization=COGNITO"),
        ({"DomainName": "api.example.com"}, "requires HostedZoneId"),
        ({"DomainOnly": "true"}, "DomainOnly requires DomainName"),
        ({**JWKS, "AuthMode": "none"}, "JwtIssuer requires AuthMode=jwt"),
        ({**JWKS, "JwtIssuer": ""}, "requires JwtIssuer"),
        ({**JWKS, "JwtAudience": ""}, "requires JwtAudience"),
        ({**JWKS, **IAM}, "requires Authorization=NONE"),
        (JWT, "require JwksUrl or JwksFile"),
        ({**JWKS, "JwksFile": "/var/task/jwks.json"}, "JwksUrl and JwksFile cannot be combined"),
        ({**JWKS, "JwtSecretId": "users/jwt"}, "JwtSecretId must be empty"),
        ({**JWKS, **VPC}, "requires JwksFile instead of JwksUrl"),
        ({**VPC, "DynamoDbEndpoint": "https://dynamodb-fips.us-east-1.amazonaws.com"}, "reaches only the standard endpoint"),
        ({**JWKS, "JwtPreviousSecretVersion": "1"}, "JwtPreviousSecretVersion must be empty"),
        ({**SECRET, "JwtSecretId": ""}, "requires JwtSecretId"),
        ({**SECRET, "JwtSecretVersion": ""}, "requires JwtSecretVersion"),
        ({**SECRET, "JwksUrl": "https://issuer.example/jwks.json"}, "JwksUrl must be empty"),
        ({**SECRET, "JwksFile": "/var/task/jwks.json"}, "JwksFile must be empty"),
    ],
)
def test_an_invalid_combination_of_parameters_is_rejected(parameters: dict[str, str], message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        stack(**parameters)


def test_the_logging_role_of_the_account_can_be_left_unchanged() -> None:
    api = stack(SetApiGatewayLogRole="false")

    assert permanent(stack()) - permanent(api) == {
        *("GatewayLogging", "GatewayLogging.Account", "GatewayLogging.LogRole")
    }
    assert "GatewayLogging" not in json.dumps(api.resources)


def test_the_outputs_are_the_urls_and_the_table_names(default: Stack) -> None:
    assert {name: output["Value"] for name, output in default.outputs.items()} == {
        "ApiUrl": "https://${Api}.execute-api.eu-central-1.amazonaws.com/Prod",
        "TableName": {"Ref": "UsersTable"},
        "ClaimsTableName": {"Ref": "ClaimsTable"},
        "TableStreamArn": {"Fn::GetAtt": ["UsersTable", "StreamArn"]},
        "Dashboard": {"Fn::GetAtt": ["Monitoring", "Outputs.Dashboard"]},
    }


def test_a_stack_from_before_the_nested_stacks_can_be_updated() -> None:
    # CloudFormation cannot change the type of a resource. These resources were in the template, and are now in nested stacks.
    moved = {"Vpc", "ApiKey", "Domain", "ApiGatewayAccount", "Dashboard", "WebAcl", "Certificate", "BackupVault", "UsagePlan"}

    assert not moved & set(stack(**MOST).resources)
    # The old dashboard, with the name of the stack, is deleted when the new one exists.
    assert stack().nested("Monitoring").properties("Dashboard")["DashboardName"] == "users-api"
