"""The actions and resources of each role, and the service that may assume it."""

import json
from typing import Any

from deploy.parameters import BACKUP, CANARY, ENCRYPTION, KEY, VPC, each_set
from support.cloudformation import Stack, listed, stack
from support.endpoints import FUNCTIONS, arn, each_function


def actions(statements: list[dict[str, Any]]) -> set[str]:
    return {action for statement in statements for action in listed(statement["Action"])}


@each_function
def test_a_role_allows_the_actions_of_its_function_on_tables_its_log_and_traces(
    default: Stack, function: str
) -> None:
    allowed = {
        (action, json.dumps(resource))
        for statement in default.statements(f"{function}Role")
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }

    log = json.dumps({"Fn::GetAtt": [f"{function}Log", "Arn"]})
    assert allowed == {
        *((action, json.dumps(arn(table))) for table, actions in FUNCTIONS[function].permissions.items() for action in actions),
        ("logs:CreateLogStream", log),
        ("logs:PutLogEvents", log),
        ("xray:PutTraceSegments", '"*"'),
        ("xray:PutTelemetryRecords", '"*"'),
    }


@each_set
@each_function
def test_a_role_has_the_same_actions_on_the_tables_with_every_parameter(
    function: str, parameters: dict[str, str]
) -> None:
    permissions: dict[str, set[str]] = {}
    for statement in stack(**parameters).statements(f"{function}Role"):
        actions = {action for action in listed(statement["Action"]) if action.startswith("dynamodb:")}
        for resource in listed(statement["Resource"]) if actions else []:
            permissions.setdefault(json.dumps(resource), set()).update(actions)

    assert permissions == {json.dumps(arn(name)): actions for name, actions in FUNCTIONS[function].permissions.items()}


@each_function
def test_a_role_belongs_to_one_function_and_lambda_may_assume_it(default: Stack, function: str) -> None:
    (trust,) = default.properties(f"{function}Role")["AssumeRolePolicyDocument"]["Statement"]
    used_by = [one for one in FUNCTIONS if default.properties(one)["Role"]["Fn::GetAtt"][0] == f"{function}Role"]

    assert used_by == [function]
    assert trust == {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }


def test_one_service_may_assume_each_role() -> None:
    api = stack(**CANARY, **BACKUP)
    trusted = {
        "ApiGatewayLogRole": "apigateway",
        "BackupRole": "backup",
        "CanaryRole": "codedeploy",
        **{f"{function}Role": "lambda" for function in FUNCTIONS},
    }

    assert {
        role: api.properties(role)["AssumeRolePolicyDocument"]["Statement"] for role in api.names("AWS::IAM::Role")
    } == {
        role: [{"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}]
        for role, service in trusted.items()
    }


def test_only_actions_without_resources_are_allowed_on_all_resources() -> None:
    most = stack(UseVpc="true", CanaryDeployment="true", EncryptionKeyArn=KEY, UseBackup="true")
    policies = [most.properties(role).get("Policies", []) for role in most.names("AWS::IAM::Role")]
    documents = [policy["PolicyDocument"] for several in policies for policy in several]
    documents += [most.properties(policy)["PolicyDocument"] for policy in most.names("AWS::IAM::ManagedPolicy")]
    statements = [statement for document in documents for statement in document["Statement"]]

    assert len(statements) > 2 * len(FUNCTIONS)
    assert not [action for action in actions(statements) if "*" in action]
    everywhere = actions([statement for statement in statements if statement["Resource"] == "*"])
    assert {action.partition(":")[0] for action in everywhere} == {"xray", "ec2"}


@each_function
def test_only_in_the_vpc_a_role_may_create_network_interfaces(function: str) -> None:
    def interface_actions(of: Stack) -> set[str]:
        return {
            action
            for statement in of.statements(f"{function}Role")
            for action in listed(statement["Action"])
            if action.startswith("ec2:")
        }

    assert interface_actions(stack()) == set()
    assert interface_actions(stack(**VPC)) == {
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
    }


@each_function
def test_only_with_a_customer_managed_key_a_role_may_use_it_and_through_dynamodb_only(function: str) -> None:
    def key_statements(of: Stack) -> list[dict[str, Any]]:
        return [one for one in of.statements(f"{function}Role") if "kms:" in json.dumps(one["Action"])]

    assert key_statements(stack()) == []
    assert key_statements(stack(**ENCRYPTION)) == [
        {
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": KEY,
            "Condition": {"StringEquals": {"kms:ViaService": "dynamodb.eu-central-1.amazonaws.com"}},
        }
    ]


def test_the_role_of_canary_deployments_is_limited_to_this_stack() -> None:
    statements = stack(**CANARY).statements("CanaryRole")

    assert {action: one["Resource"] for one in statements for action in listed(one["Action"])} == {
        "lambda:GetAlias": "arn:aws:lambda:eu-central-1:123456789012:function:users-*",
        "lambda:UpdateAlias": "arn:aws:lambda:eu-central-1:123456789012:function:users-*",
        "lambda:GetProvisionedConcurrencyConfig": "arn:aws:lambda:eu-central-1:123456789012:function:users-*",
        "cloudwatch:DescribeAlarms": "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:users-*",
    }
