"""What the local API reads from a template, and its messages about templates that it cannot serve."""

from __future__ import annotations

import pytest

from local_api.harness import ECHO, REPOSITORY, run, template, write_function
from support.endpoints import FUNCTIONS

VARIABLES = "import os\nserve(lambda event: proxy_response(dict(os.environ)))"

VALUES = """\
Parameters:
  TableName: {Type: String, Default: Users}
  Seconds: &number {Type: Number, Default: 9}
  Switch: {<<: *number, Description: A number.}
Conditions:
  HasName: !Not [!Equals [!Ref TableName, '']]
  HasNone: {'Fn::Equals': [!Ref TableName, '']}
Globals:
  Function:
    Timeout: !Ref Seconds
    MemorySize: 192
    Environment:
      Variables:
        GLOBAL: global
        SHADOWED: global
Resources:
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      Environment:
        Variables:
          SHADOWED: own
          TEXT: 'true'
          NUMBER: 12
          PARAMETER: !Ref TableName
          LONG_REF: {Ref: TableName}
          TABLE: !Ref UsersTable
          REGION: !Ref AWS::Region
          SUB: !Sub 'a-${TableName}-${UsersTable}-${AWS::Partition}-${!Literal}-$'
          LONG_SUB: {'Fn::Sub': '${TableName}'}
          IF: !If [HasName, !Sub 'a ${TableName}', none]
          LONG_IF: {'Fn::If': [HasNone, some, !Ref TableName]}
          SUB_WITH_NAMES: !Sub ['${Own}-${TableName}', {Own: !Ref Seconds}]
          MERGED: !Ref Switch
      Events:
        Route: {Type: Api, Properties: {Path: /echo, Method: Get}}
  UsersTable:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: !Sub '${TableName}-table'}
"""


def test_values_are_resolved_as_in_cloudformation(start):
    api = start(VARIABLES, template_text=VALUES, environment={"AWS_REGION": "eu-west-1"})
    variables = api.get().json

    expected = {
        "GLOBAL": "global",
        "SHADOWED": "own",
        "TEXT": "true",
        "NUMBER": "12",
        "PARAMETER": "Users",
        "LONG_REF": "Users",
        "TABLE": "Users-table",
        "REGION": "eu-west-1",
        "SUB": "a-Users-Users-table-aws-${Literal}-$",
        "LONG_SUB": "Users",
        "IF": "a Users",
        "LONG_IF": "Users",
        "SUB_WITH_NAMES": "9-Users",
        "MERGED": "9",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "192",
    }
    assert {name: variables.get(name) for name in expected} == expected


def test_a_yaml_merge_key_adds_properties_to_a_function(start):
    text = template(properties="<<: {Environment: {Variables: {SHARED: all}}}")

    assert start(VARIABLES, template_text=text).get().json["SHARED"] == "all"


def test_the_template_of_the_project_is_served(start):
    names = [path.parent.name for path in (REPOSITORY / "functions").glob("*/main.cpp")]
    api = start(
        template_text=(REPOSITORY / "template.yaml").read_text(),
        functions={name: VARIABLES for name in names},
    )

    for function, endpoint in FUNCTIONS.items():
        variables = api.request(endpoint.method, endpoint.path_with("1")).json
        assert variables["AWS_LAMBDA_FUNCTION_NAME"] == function
        assert variables["TABLE_NAME"] == "Users"
    preflight = api.request("OPTIONS", "/users/1").headers
    user_methods = {endpoint.method for endpoint in FUNCTIONS.values() if endpoint.path == "/users/{userId}"}
    assert preflight["access-control-allow-origin"] == "*"
    assert preflight["access-control-allow-methods"] == ",".join(sorted({"OPTIONS", *user_methods}))
    allowed = "Content-Type,Authorization,If-Match,If-None-Match,Idempotency-Key"
    assert preflight["access-control-allow-headers"] == allowed
    assert preflight["access-control-max-age"] == "7200"


def test_a_variable_on_the_command_line_replaces_one_that_cannot_be_resolved(start):
    text = template(properties="Environment: {Variables: {KEY_ARN: !GetAtt Key.Arn}}")
    api = start(VARIABLES, template_text=text, options=("--env", "KEY_ARN=arn:mine"))

    assert api.get().json["KEY_ARN"] == "arn:mine"


def test_a_variable_that_no_function_has_is_rejected(tmp_path):
    file = tmp_path / "template.yaml"
    file.write_text(VALUES)

    result = run("--template", file, "--build-dir", tmp_path, "--port", "0", "--env", "OWN=a", "--env", "AWS_ANY=b")

    assert result.returncode == 2
    assert result.stderr == "local_api: --env OWN: no function of the template has this variable\n"


def rejection(tmp_path, text):
    """Returns the one line that the local API prints about a template, with PATH in place of the file's name."""
    file = tmp_path / "template.yaml"
    file.write_text(text)
    write_function(tmp_path, "echo", ECHO)
    result = run("--template", file, "--build-dir", tmp_path, "--port", "0")
    assert result.returncode == 2, result
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("local_api: ")
    return line.removeprefix("local_api: ").replace(str(file), "PATH")


VARIABLE = "Resources.Echo.Properties.Environment.Variables.X"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("!GetAtt Key.Arn", "the value of GetAtt is known only on AWS"),
        ("{'Fn::GetAtt': [Key, Arn]}", "the value of GetAtt is known only on AWS"),
        ("!Select [0, [a]]", "the value of Select is known only on AWS"),
        ("!If [A, b]", "the value of If is known only on AWS"),
        ("!If [A, b, c]", "the template has no condition A"),
        ("!Ref Nothing", "the template has no parameter or resource Nothing"),
        ("!Ref Echo", "the name of Echo is known only on AWS"),
        ("!Ref Bare", "the parameter Bare has no Default"),
        ("!Sub '${Nothing}'", "the template has no parameter or resource Nothing"),
        ("!Sub {a: b}", "Sub takes a string, or a list of a string and a map"),
        ("[1, 2]", "must be a string or a number"),
    ],
)
def test_a_value_that_cannot_be_resolved_is_reported_with_its_place(tmp_path, value, reason):
    text = "Parameters: {Bare: {Type: String}}\n" + template(properties=f"Environment: {{Variables: {{X: {value}}}}}")

    assert rejection(tmp_path, text) == f"PATH:6: {VARIABLE}: {reason} (set it with --env X=VALUE)"


def test_a_condition_that_cannot_be_evaluated_is_reported(tmp_path):
    text = "Conditions: {A: !And [!Equals [a, a], !Equals [b, b]]}\n" + template(
        properties="Environment: {Variables: {X: !If [A, b, c]}}"
    )

    assert rejection(tmp_path, text) == "PATH:1: Conditions.A: may use only Equals and Not (set it with --env X=VALUE)"


@pytest.mark.parametrize("value", ["0", "-1", "3.5", "soon", "''"])
def test_a_timeout_must_be_a_positive_integer(tmp_path, value):
    text = template(properties=f"Timeout: {value}")

    assert rejection(tmp_path, text) == "PATH:5: Resources.Echo.Properties.Timeout: must be a positive integer"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "PATH:1: Resources: no function has an event of type Api or HttpApi"),
        ("Resources: {Echo: {Type: AWS::S3::Bucket}}", "PATH:1: Resources: no function has an event of type Api or HttpApi"),
        ("[1, 2]", "PATH:1: Resources: no function has an event of type Api or HttpApi"),
        ("Resources: {Echo: [}", "PATH:1: "),
        (template(method="''").replace("Method: ''", "Verb: get"), "PATH:7: Resources.Echo.Properties.Events.Route: needs a Method"),
        (
            "Globals: {Api: {Cors: '*'}}\n" + template(),
            "PATH:1: Globals.Api.Cors: must be in single quotes, as in \"'*'\"",
        ),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_served_is_reported_in_one_line(tmp_path, text, reason):
    assert rejection(tmp_path, text).startswith(reason)


def test_a_function_that_is_not_built_is_reported_by_name(tmp_path):
    file = tmp_path / "template.yaml"
    file.write_text(template(function="GetUser"))

    result = run("--template", file, "--build-dir", tmp_path, "--port", "0")

    missing = tmp_path / "functions" / "get_user" / "bootstrap"
    assert result.returncode == 2
    assert result.stderr == f"local_api: GetUser is not built: {missing} is not an executable file\n"
