"""Each function with the actions of its role and no others, on a stand-in for AWS that enforces them.

Other tests check the resources of a role in the template, because the stand-in supports only "*". The stand-in also
requires an action for transactions, which AWS does not have; this module adds it to the roles that may write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import boto3
import pytest

from support import aws, iam
from support.cloudformation import listed, stack
from support.dynamodb_stub import stored_user
from support.endpoints import FUNCTIONS, each_function, each_function_on_tables
from support.events import rest_event
from support.function import Function
from support.runtime_api import HttpResponse

#: A user for each function, so that the tests can run in any order.
USERS = {function: f"0b7a3c55-93b3-4b0e-8c3e-{i:012}" for i, function in enumerate(FUNCTIONS)}

TRANSACTIONS = {"Effect": "Allow", "Action": "dynamodb:TransactWriteItems", "Resource": "*"}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[aws.Aws]:
    with aws.running(tmp_path_factory.mktemp("home")) as cloud, iam.denials_in_dynamodb_format():
        yield cloud


@pytest.fixture(scope="module")
def sessions(cloud: aws.Aws) -> dict[str, iam.Session]:
    """Sessions by function, and "stripped", whose role lacks the DynamoDB actions of GetUser's role."""
    dynamodb = cloud.client("dynamodb")
    for table in ("UsersTable", "ClaimsTable"):
        properties = stack().properties(table)
        shape = ("TableName", "AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")
        dynamodb.create_table(**{name: properties[name] for name in shape if name in properties})
    for user_id in USERS.values():
        dynamodb.put_item(TableName="Users", Item=stored_user(user_id))
    claim = {"claim": {"S": "email#ada@example.com"}, "userId": {"S": USERS["GetUser"]}}
    dynamodb.put_item(TableName="UserClaims", Item=claim)

    allowed = {
        function: [*stack().statements(f"{function}Role"), *([TRANSACTIONS] if FUNCTIONS[function].uses_transactions else [])]
        for function in FUNCTIONS
    }
    allowed["stripped"] = [one for one in allowed["GetUser"] if not listed(one["Action"])[0].startswith("dynamodb:")]
    sessions = {name: iam.session_of_role(cloud, name, statements) for name, statements in allowed.items()}
    iam.enforce(cloud)
    return sessions


@pytest.fixture
def start(cloud: aws.Aws) -> Iterator[Callable[[str, iam.Session], Function]]:
    """Returns a function that starts the real program of a function with the credentials of a role."""
    started: list[Function] = []

    def start_function(function: str, session: iam.Session) -> Function:
        environment = {"AWS_REGION": aws.REGION, **session.environment}
        started.append(Function(FUNCTIONS[function].program, dynamodb_url=cloud.url, environment=environment))
        return started[-1]

    yield start_function
    for program in started:
        program.close()


def ask(program: Function, function: str) -> HttpResponse:
    """Returns the function's response to a request for its route."""
    expected = FUNCTIONS[function]
    return program.invoke(rest_event(expected.method, expected.path_with(USERS[function]), body=expected.body)).http


@each_function
def test_the_role_of_a_function_allows_its_route(
    sessions: dict[str, iam.Session], start: Callable[[str, iam.Session], Function], function: str
) -> None:
    response = ask(start(function, sessions[function]), function)

    assert response.status == FUNCTIONS[function].status, response.body


@pytest.mark.parametrize("query", [{"email": "ada@example.com"}, {"namePrefix": "ada"}], ids=" ".join)
def test_the_role_allows_finding_users(
    sessions: dict[str, iam.Session], start: Callable[[str, iam.Session], Function], query: dict[str, str]
) -> None:
    response = start("ListUsers", sessions["ListUsers"]).invoke(rest_event("GET", "/users", query=query)).http

    assert response.status == 200, response.body
    assert USERS["GetUser"] in {user["userId"] for user in response.json["users"]}


@each_function
def test_the_role_denies_every_other_operation_of_dynamodb(
    cloud: aws.Aws, sessions: dict[str, iam.Session], function: str
) -> None:
    operations = boto3.client("dynamodb", region_name=aws.REGION).meta.service_model.operation_names
    results = {
        operation: sessions[function].call_dynamodb(cloud, operation, {"TableName": "Users"})
        for operation in operations
    }

    assert len(results) > 50
    not_denied = {operation for operation, result in results.items() if result != "AccessDeniedException"}
    transactions = {TRANSACTIONS["Action"]} if FUNCTIONS[function].uses_transactions else set()
    assert {f"dynamodb:{operation}" for operation in not_denied} == FUNCTIONS[function].actions | transactions


@each_function_on_tables
def test_a_function_without_permission_returns_500_and_logs_the_cause(
    sessions: dict[str, iam.Session], start: Callable[[str, iam.Session], Function], function: str
) -> None:
    program = start(function, sessions["stripped"])
    response = ask(program, function)

    assert response.status == 500
    assert b"AccessDenied" not in response.body
    (line,) = program.wait_for_log(1, message="request failed")
    assert line["level"] == "ERROR"
    assert "AccessDenied" in line["cause"]
