"""The actions and resources of each role, and the service that may assume it."""

import json
from typing import Any

from deploy.parameters import ENCRYPTION, KEY, MOST, each_set
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
        if not action.startswith("ec2:")
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


def roles(resources: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == "AWS::IAM::Role"}


def test_one_service_may_assume_each_role() -> None:
    trusted = {
        "GatewayLogging.LogRole": "apigateway",
        "Backup.Role": "backup",
        **{f"{function}Canary.Role": "codedeploy.eu-central-1" for function in FUNCTIONS},
        **{f"{function}Role": "lambda" for function in FUNCTIONS},
    }

    assert {
        name: role["AssumeRolePolicyDocument"]["Statement"] for name, role in roles(stack(**MOST).all_resources()).items()
    } == {
        role: [{"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}]
        for role, service in trusted.items()
    }


def test_only_actions_without_resources_are_allowed_on_all_resources() -> None:
    resources = stack(**MOST).all_resources()
    documents = [policy["PolicyDocument"] for role in roles(resources).values() for policy in role.get("Policies", [])]
    documents += [one["Properties"]["PolicyDocument"] for one in resources.values() if one["Type"] == "AWS::IAM::ManagedPolicy"]
    statements = [statement for document in documents for statement in document["Statement"]]

    assert len(statements) > 2 * len(FUNCTIONS)
    assert not [action for action in actions(statements) if "*" in action]
    everywhere = actions([statement for statement in statements if statement["Resource"] == "*"])
    assert {action.partition(":")[0] for action in everywhere} == {"xray", "ec2"}


@each_set
def test_lambda_can_delete_network_interfaces_after_the_functions_leave_the_vpc(parameters: dict[str, str]) -> None:
    # Lambda uses the role for the interfaces. Without the permission, it could not delete them when UseVpc becomes false.
    statements = [one for one in stack(**parameters).statements("GetUserRole") if "ec2:" in str(one["Action"])]
    by_effect = {one["Effect"]: one for one in statements}

    assert "ec2:DeleteNetworkInterface" in by_effect["Allow"]["Action"]
    # The code of the functions has none of these permissions.
    assert by_effect["Deny"]["Action"] == by_effect["Allow"]["Action"]
    assert by_effect["Deny"]["Condition"] == {
        "ArnLike": {"lambda:SourceFunctionArn": "arn:aws:lambda:*:123456789012:function:users-*"}
    }
    assert all(stack().properties(function)["FunctionName"] == f"users-{function}" for function in FUNCTIONS)


@each_function
def test_a_role_may_use_a_customer_managed_key_if_there_is_one_and_only_through_dynamodb(function: str) -> None:
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
