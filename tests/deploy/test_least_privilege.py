"""Each function with the actions of its own role and no other, against an AWS that enforces them.

What a role may touch is checked on the template: the stand-in knows no resources but "*". And it takes a transaction for
an action of its own, which AWS does not: a role that has the rights to write gets that one here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import boto3
import pytest

from support import aws, iam
from support.cloudformation import listed, stack
from support.dynamodb_stub import stored_user
from support.endpoints import FUNCTIONS, each_function
from support.events import rest_event
from support.function import Function
from support.runtime_api import HttpReply

BODIES = {
    "CreateUser": {"name": "Grace Hopper", "email": "grace@example.com"},
    "UpdateUser": {"name": "Ada King", "email": "king@example.com"},
}

#: Each function has a user of its own, so that the tests can run in any order.
USERS = {function: f"0b7a3c55-93b3-4b0e-8c3e-00000000000{i}" for i, function in enumerate(FUNCTIONS)}

TRANSACTIONS = {"Effect": "Allow", "Action": "dynamodb:TransactWriteItems", "Resource": "*"}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[aws.Aws]:
    with aws.running(tmp_path_factory.mktemp("home")) as cloud, iam.denials_as_dynamodb_words_them():
        yield cloud


@pytest.fixture(scope="module")
def sessions(cloud: aws.Aws) -> dict[str, iam.Session]:
    """A session of each function's role, and "stripped", of one that may do all that theirs do but DynamoDB."""
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
        function: [*stack().statements(f"{function}Role"), *([TRANSACTIONS] if FUNCTIONS[function].transacts else [])]
        for function in FUNCTIONS
    }
    allowed["stripped"] = [one for one in allowed["GetUser"] if not listed(one["Action"])[0].startswith("dynamodb:")]
    sessions = {name: iam.session_of_role(cloud, name, statements) for name, statements in allowed.items()}
    iam.enforce(cloud)
    return sessions


@pytest.fixture
def start(cloud: aws.Aws) -> Iterator[Callable[[str, iam.Session], Function]]:
    """Starts the real program of a function with the credentials of a role."""
    started: list[Function] = []

    def start_function(function: str, session: iam.Session) -> Function:
        environment = {"AWS_REGION": aws.REGION, **session.environment}
        started.append(Function(FUNCTIONS[function].program, dynamodb_url=cloud.url, environment=environment))
        return started[-1]

    yield start_function
    for program in started:
        program.close()


def ask(program: Function, function: str) -> HttpReply:
    """The function's answer to a request for its route."""
    expected = FUNCTIONS[function]
    path = expected.path.replace("{userId}", USERS[function])
    return program.invoke(rest_event(expected.method, path, body=BODIES.get(function))).http


@each_function
def test_a_function_serves_its_route_with_what_its_role_allows(
    sessions: dict[str, iam.Session], start: Callable[[str, iam.Session], Function], function: str
) -> None:
    reply = ask(start(function, sessions[function]), function)

    assert reply.status == (201 if function == "CreateUser" else 200), reply.body


@pytest.mark.parametrize("query", [{"email": "ada@example.com"}, {"namePrefix": "ada"}], ids=" ".join)
def test_users_are_found_with_what_the_role_allows(
    sessions: dict[str, iam.Session], start: Callable[[str, iam.Session], Function], query: dict[str, str]
) -> None:
    reply = start("ListUsers", sessions["ListUsers"]).invoke(rest_event("GET", "/users", query=query)).http

    assert reply.status == 200, reply.body
    assert USERS["GetUser"] in {user["userId"] for user in reply.json["users"]}


@each_function
def test_its_role_is_denied_every_other_operation_of_dynamodb(
    cloud: aws.Aws, sessions: dict[str, iam.Session], function: str
) -> None:
    operations = boto3.client("dynamodb", region_name=aws.REGION).meta.service_model.operation_names
    answers = {
        operation: sessions[function].call_dynamodb(cloud, operation, {"TableName": "Users"})
        for operation in operations
    }

    assert len(answers) > 50
    not_denied = {operation for operation, answer in answers.items() if answer != "AccessDeniedException"}
    transactions = {TRANSACTIONS["Action"]} if FUNCTIONS[function].transacts else set()
    assert {f"dynamodb:{operation}" for operation in not_denied} == FUNCTIONS[function].actions | transactions


@each_function
def test_without_its_right_a_function_answers_500_and_logs_why(
    sessions: dict[str, iam.Session], start: Callable[[str, iam.Session], Function], function: str
) -> None:
    program = start(function, sessions["stripped"])
    reply = ask(program, function)

    assert reply.status == 500
    assert b"AccessDenied" not in reply.body
    (line,) = program.wait_for_log(1, message="request failed")
    assert line["level"] == "ERROR"
    assert "AccessDenied" in line["cause"]
