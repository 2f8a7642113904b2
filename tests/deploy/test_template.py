"""What template.yaml makes of the functions, their routes, their rights and the table."""

from collections.abc import Callable
from typing import Any

import pytest

FUNCTIONS = {
    "CreateUser": ("post", "/users", "dynamodb:PutItem"),
    "GetUser": ("get", "/users/{userId}", "dynamodb:GetItem"),
    "ListUsers": ("get", "/users", "dynamodb:Scan"),
    "UpdateUser": ("put", "/users/{userId}", "dynamodb:UpdateItem"),
    "DeleteUser": ("delete", "/users/{userId}", "dynamodb:DeleteItem"),
}

each_function = pytest.mark.parametrize("function", FUNCTIONS)


def names_of(resources: dict[str, Any], kind: str) -> set[str]:
    return {name for name, resource in resources.items() if resource["Type"] == kind}


def test_passes_sam_validate_with_lint(sam: Callable[..., str]) -> None:
    assert "is a valid SAM Template" in sam("validate", "--lint", "--template", "template.yaml")


def test_has_the_five_functions_and_one_table(resources: dict[str, Any]) -> None:
    assert names_of(resources, "AWS::Lambda::Function") == set(FUNCTIONS)
    assert names_of(resources, "AWS::DynamoDB::Table") == {"UsersTable"}


@each_function
def test_a_function_is_a_small_custom_runtime(resources: dict[str, Any], function: str) -> None:
    properties = resources[function]["Properties"]

    assert (properties["Runtime"], properties["Handler"]) == ("provided.al2023", "bootstrap")
    assert (properties["MemorySize"], properties["Timeout"]) == (128, 10)
    assert properties["LoggingConfig"] == {"LogFormat": "JSON"}
    assert properties["Environment"]["Variables"] == {
        "TABLE_NAME": {"Ref": "UsersTable"},
        "ALLOWED_ORIGIN": {"Ref": "AllowedOrigin"},
        "AWS_ENDPOINT_URL_DYNAMODB": "",
    }


def test_each_route_leads_to_its_function_and_there_is_no_other(resources: dict[str, Any]) -> None:
    routes = {
        (method, path): operation["x-amazon-apigateway-integration"]
        for path, operations in resources["Api"]["Properties"]["Body"]["paths"].items()
        for method, operation in operations.items()
        if method != "options"
    }

    assert {route: (integration["type"], integration["uri"]["Fn::Sub"]) for route, integration in routes.items()} == {
        (method, path): (
            "aws_proxy",
            "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${%s.Arn}/invocations" % function,
        )
        for function, (method, path, _) in FUNCTIONS.items()
    }


@each_function
def test_the_api_may_call_a_function_for_its_route_alone(resources: dict[str, Any], function: str) -> None:
    method, path, _ = FUNCTIONS[function]
    permissions = [
        resources[name]["Properties"]
        for name in names_of(resources, "AWS::Lambda::Permission")
        if resources[name]["Properties"]["FunctionName"] == {"Ref": function}
    ]

    assert [permission["Principal"] for permission in permissions] == ["apigateway.amazonaws.com"]
    arn, names = permissions[0]["SourceArn"]["Fn::Sub"]
    assert arn.endswith(f":${{__ApiId__}}/${{__Stage__}}/{method.upper()}{path.replace('{userId}', '*')}")
    assert names["__ApiId__"] == {"Ref": "Api"}


@each_function
def test_a_function_may_do_one_thing_to_one_table(resources: dict[str, Any], function: str) -> None:
    role = resources[function]["Properties"]["Role"]["Fn::GetAtt"][0]
    properties = resources[role]["Properties"]

    assert [policy["PolicyDocument"]["Statement"] for policy in properties["Policies"]] == [
        [{"Effect": "Allow", "Action": FUNCTIONS[function][2], "Resource": {"Fn::GetAtt": ["UsersTable", "Arn"]}}]
    ]
    # Beyond that it writes its log.
    assert properties["ManagedPolicyArns"] == ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]


def test_no_two_functions_share_a_role(resources: dict[str, Any]) -> None:
    roles = {resources[function]["Properties"]["Role"]["Fn::GetAtt"][0] for function in FUNCTIONS}

    assert roles == names_of(resources, "AWS::IAM::Role")
    assert len(roles) == len(FUNCTIONS)


@pytest.mark.parametrize(
    ("path", "methods"), [("/users", "'GET,OPTIONS,POST'"), ("/users/{userId}", "'DELETE,GET,OPTIONS,PUT'")]
)
def test_the_gateway_answers_the_preflight_of_a_path(resources: dict[str, Any], path: str, methods: str) -> None:
    integration = resources["Api"]["Properties"]["Body"]["paths"][path]["options"]["x-amazon-apigateway-integration"]

    assert integration["type"] == "mock"
    assert integration["responses"]["default"]["responseParameters"] == {
        "method.response.header.Access-Control-Allow-Origin": {"Fn::Sub": "'${AllowedOrigin}'"},
        "method.response.header.Access-Control-Allow-Methods": methods,
        "method.response.header.Access-Control-Allow-Headers": (
            "'Content-Type,Authorization,If-Match,If-None-Match,Idempotency-Key'"
        ),
    }


def test_the_api_has_the_one_stage(resources: dict[str, Any]) -> None:
    stages = names_of(resources, "AWS::ApiGateway::Stage")
    deployments = names_of(resources, "AWS::ApiGateway::Deployment")

    assert [resources[stage]["Properties"]["StageName"] for stage in stages] == ["Prod"]
    assert all("StageName" not in resources[deployment]["Properties"] for deployment in deployments)


def test_the_table_is_keyed_by_user_and_paid_by_request(resources: dict[str, Any]) -> None:
    assert resources["UsersTable"]["Properties"] == {
        "TableName": {"Ref": "TableName"},
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "userId", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "userId", "KeyType": "HASH"}],
    }
