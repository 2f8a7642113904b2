"""The output of stack.py for stacks in states that the stand-in for AWS never reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from stacks import stack

from support.function import REPOSITORY

TEMPLATE = {
    "Retained": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain"},
    "Deleted": {"Type": "AWS::DynamoDB::Table"},
    "Version": {"Type": "AWS::Lambda::Version", "DeletionPolicy": "Retain"},
}
ROWS = {
    "a retained resource": (
        ("Retained", "AWS::DynamoDB::Table", "CREATE_COMPLETE", "Users"), "kept AWS::DynamoDB::Table Users\n"),
    "another resource": (("Deleted", "AWS::DynamoDB::Table", "CREATE_COMPLETE", "Users"), "deleted AWS::DynamoDB::Table Users\n"),
    "a version, which is deleted with its function": (
        ("Version", "AWS::Lambda::Version", "CREATE_COMPLETE", "arn:7"), "deleted AWS::Lambda::Version arn:7\n"),
    "a resource that was never created": (("Deleted", "AWS::DynamoDB::Table", "CREATE_FAILED", None), ""),
    "a deleted resource": (("Deleted", "AWS::DynamoDB::Table", "DELETE_COMPLETE", "Users"), ""),
    "a resource left behind": (
        ("Deleted", "AWS::DynamoDB::Table", "DELETE_SKIPPED", "Users"), "kept AWS::DynamoDB::Table Users\n"),
    "a resource that the template no longer has": (
        ("Old", "AWS::DynamoDB::Table", "DELETE_FAILED", "Users"), "deleted AWS::DynamoDB::Table Users\n"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("overrides", "stack_has", "architecture"),
    [
        ('["TableName=Users", "Architecture=arm64"]', None, "arm64"),
        ('"Architecture=arm64 TableName=Users"', "x86_64", "arm64"),
        ('"ParameterKey=Architecture,ParameterValue=x86_64"', "arm64", "x86_64"),
        ('"TableName=Users"', "arm64", "arm64"),  # SAM keeps the parameters of a stack
        ('"TableName=Users"', None, "x86_64"),
    ],
)
def test_the_architecture_comes_from_the_settings_or_the_stack(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    overrides: str, stack_has: str | None, architecture: str,
) -> None:  # fmt: skip
    config = tmp_path / "samconfig.toml"
    config.write_text(f"[default.deploy.parameters]\nparameter_overrides = {overrides}\n")
    client = boto3.client("cloudformation", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    monkeypatch.setattr(boto3, "client", lambda service: client)
    with Stubber(client) as stub:
        if stack_has is None:
            stub.add_client_error("describe_stacks", "ValidationError")
        else:
            description = {
                "StackName": "users-api",
                "CreationTime": datetime.now(UTC),
                "StackStatus": "CREATE_COMPLETE",
                "Parameters": [{"ParameterKey": "Architecture", "ParameterValue": stack_has}],
            }
            stub.add_response("describe_stacks", {"Stacks": [description]})

        stack.architecture(str(config), "default", "users-api")

    assert capsys.readouterr().out == architecture + "\n"


@pytest.mark.parametrize(("row", "expected"), ROWS.values(), ids=ROWS)
def test_a_resource_is_listed_with_its_fate(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    row: tuple[str, str, str, str | None], expected: str,
) -> None:  # fmt: skip
    client = boto3.client("cloudformation", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    monkeypatch.setattr(boto3, "client", lambda service: client)
    names = ("LogicalResourceId", "ResourceType", "ResourceStatus", "PhysicalResourceId")
    resource = {name: value for name, value in zip(names, row, strict=True) if value}
    resource["LastUpdatedTimestamp"] = datetime.now(UTC)
    with Stubber(client) as stub:
        stub.add_response("get_template", {"TemplateBody": json.dumps({"Resources": TEMPLATE})})
        stub.add_response("list_stack_resources", {"StackResourceSummaries": [resource]})

        stack.resources("users-api")

    assert capsys.readouterr().out == expected


NESTED = """
Resources:
  Vault: {Type: AWS::Backup::BackupVault, DeletionPolicy: RetainExceptOnCreate, Properties: {BackupVaultName: !Ref Name}}
  Plan: {Type: AWS::Backup::BackupPlan}
"""


def summaries(*resources: tuple[str, str, str]) -> dict[str, object]:
    names = ("LogicalResourceId", "ResourceType", "PhysicalResourceId")
    status = {"ResourceStatus": "CREATE_COMPLETE", "LastUpdatedTimestamp": datetime.now(UTC)}
    return {"StackResourceSummaries": [status | dict(zip(names, one, strict=True)) for one in resources]}


def test_the_resources_of_a_nested_stack_are_listed_with_their_fates(
    cloudformation: Stubber, capsys: pytest.CaptureFixture[str]
) -> None:
    template = {"Backup": {"Type": "AWS::CloudFormation::Stack"}, **TEMPLATE}
    cloudformation.add_response("get_template", {"TemplateBody": json.dumps({"Resources": template})})
    cloudformation.add_response(
        "list_stack_resources",
        summaries(("Backup", "AWS::CloudFormation::Stack", "arn:nested"), ("Deleted", "AWS::DynamoDB::Table", "Users")),
    )
    # CloudFormation returns a template without a transform as it was uploaded.
    nested = {"StackName": "arn:nested"}
    cloudformation.add_response("get_template", {"TemplateBody": NESTED}, {**nested, "TemplateStage": "Processed"})
    cloudformation.add_response(
        "list_stack_resources",
        summaries(("Vault", "AWS::Backup::BackupVault", "vault"), ("Plan", "AWS::Backup::BackupPlan", "plan")),
        nested,
    )

    stack.resources("users-api")

    assert capsys.readouterr().out.splitlines() == [
        "kept AWS::Backup::BackupVault vault",
        "deleted AWS::Backup::BackupPlan plan",
        "deleted AWS::DynamoDB::Table Users",
    ]


@pytest.fixture
def cloudformation(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    client = boto3.client("cloudformation", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    monkeypatch.setattr(boto3, "client", lambda service: client)
    with Stubber(client) as stub:
        yield stub


def description(status: str) -> dict[str, object]:
    return {"Stacks": [{"StackName": "users-api", "CreationTime": datetime.now(UTC), "StackStatus": status}]}


ROOT, NESTED_STACK = "arn:root", "arn:nested"


def events(stack_id: str, *rows: tuple[str, str, str, str]) -> dict[str, object]:
    """Returns events, the last one first, from rows of logical id, type, status and reason; a row without a type is an event of
    the stack itself."""
    return {
        "StackEvents": [
            {
                **{"StackId": stack_id, "StackName": "users-api", "EventId": str(i), "Timestamp": datetime.now(UTC)},
                **{"LogicalResourceId": name, "ResourceStatus": status, "ResourceStatusReason": reason},
                "PhysicalResourceId": NESTED_STACK if kind == "Stack" else "id" if kind else stack_id,
                "ResourceType": f"AWS::CloudFormation::{kind}" if kind == "Stack" else kind or "AWS::CloudFormation::Stack",
            }
            for i, (name, kind, status, reason) in enumerate(rows)
        ]
    }


def refusal(monkeypatch: pytest.MonkeyPatch, profile: str | None = None) -> str:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    if profile:
        monkeypatch.setenv("AWS_PROFILE", profile)
    with pytest.raises(SystemExit) as refused:
        stack.deployable("users-api")
    return str(refused.value)


@pytest.mark.parametrize(
    ("status", "command"),
    [
        ("CREATE_FAILED", "delete-stack"),
        ("ROLLBACK_COMPLETE", "delete-stack"),
        ("ROLLBACK_FAILED", "delete-stack"),
        ("DELETE_FAILED", "delete-stack"),
        ("UPDATE_FAILED", "rollback-stack"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
        ("IMPORT_ROLLBACK_FAILED", "continue-update-rollback"),
    ],
)
def test_a_stack_that_cannot_be_updated_is_explained_with_the_command_that_helps(
    cloudformation: Stubber, monkeypatch: pytest.MonkeyPatch, status: str, command: str
) -> None:
    cloudformation.add_response("describe_stacks", description(status))
    cloudformation.add_response("describe_stack_events", events(ROOT, ("Api", "AWS::X", "CREATE_FAILED", "not allowed")))

    message = refusal(monkeypatch, profile="two words")

    assert message.startswith(f"the stack users-api has the status {status}: Api: not allowed. ")
    assert message.endswith(f": aws cloudformation {command} --stack-name users-api --region eu-central-1 --profile 'two words'")


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"])
def test_a_deployment_during_another_operation_is_refused(
    cloudformation: Stubber, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    cloudformation.add_response("describe_stacks", description(status))

    assert "in progress. Wait until these events show its end" in refusal(monkeypatch)


def test_the_cause_is_the_first_failure_in_the_nested_stack(cloudformation: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    cloudformation.add_response("describe_stacks", description("ROLLBACK_COMPLETE"))
    cloudformation.add_response(
        "describe_stack_events",
        events(
            ROOT,
            ("users-api", "", "ROLLBACK_COMPLETE", ""),
            ("users-api", "", "ROLLBACK_IN_PROGRESS", ""),
            ("GetUser", "AWS::Lambda::Function", "CREATE_FAILED", "Resource creation cancelled"),
            ("Waf", "Stack", "CREATE_FAILED", "Embedded stack was not successfully created"),
            ("users-api", "", "CREATE_IN_PROGRESS", ""),
        ),
        {"StackName": "users-api"},
    )
    cloudformation.add_response(
        "describe_stack_events",
        events(
            NESTED_STACK,
            ("users-api-Waf", "", "DELETE_COMPLETE", ""),  # by the rollback of the stack around it
            ("users-api-Waf", "", "DELETE_IN_PROGRESS", ""),
            ("Log", "AWS::Logs::LogGroup", "CREATE_FAILED", "Resource creation cancelled"),
            ("WebAcl", "AWS::WAFv2::WebACL", "CREATE_FAILED", "too many rules"),
            ("users-api-Waf", "", "CREATE_IN_PROGRESS", ""),
        ),
        {"StackName": NESTED_STACK},
    )

    assert "ROLLBACK_COMPLETE: WebAcl: too many rules. The first deployment failed" in refusal(monkeypatch)


def test_the_cause_of_a_failed_rollback_is_not_that_of_the_update(cloudformation: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    cloudformation.add_response("describe_stacks", description("UPDATE_ROLLBACK_FAILED"))
    cloudformation.add_response(
        "describe_stack_events",
        events(
            ROOT,
            ("users-api", "", "UPDATE_ROLLBACK_FAILED", ""),
            ("UsersTable", "AWS::DynamoDB::Table", "UPDATE_FAILED", "table is being updated"),
            ("users-api", "", "UPDATE_ROLLBACK_IN_PROGRESS", ""),
            ("GetUser", "AWS::Lambda::Function", "UPDATE_FAILED", "no such layer"),
            ("users-api", "", "UPDATE_IN_PROGRESS", ""),
        ),
    )

    assert ": UsersTable: table is being updated. " in refusal(monkeypatch)


UPDATE = events(
    ROOT,
    ("users-api", "", "UPDATE_ROLLBACK_COMPLETE", ""),
    ("GetUser", "AWS::Lambda::Function", "UPDATE_FAILED", "no such layer"),
    ("users-api", "", "UPDATE_IN_PROGRESS", ""),
)


def test_a_failed_update_is_explained(cloudformation: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    cloudformation.add_response("describe_stack_events", UPDATE)
    cloudformation.add_response("describe_stacks", description("UPDATE_ROLLBACK_COMPLETE"))
    cloudformation.add_response("describe_stack_events", UPDATE)

    stack.failure("users-api", "the event before")

    assert capsys.readouterr().out == ": GetUser: no such layer\n"


def test_an_earlier_failure_is_not_the_cause_of_this_one(cloudformation: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        cloudformation.add_response("describe_stack_events", UPDATE)

    stack.last_event("users-api")
    stack.failure("users-api", capsys.readouterr().out.strip())

    assert capsys.readouterr().out == "\n"


def test_a_stack_that_was_never_created_has_no_failure(cloudformation: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    cloudformation.add_client_error("describe_stack_events", "ValidationError")

    stack.failure("users-api", "")

    assert capsys.readouterr().out == "\n"


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", None])
def test_a_new_stack_and_one_without_a_problem_can_be_deployed(cloudformation: Stubber, status: str | None) -> None:
    if status:
        cloudformation.add_response("describe_stacks", description(status))
    else:
        cloudformation.add_client_error("describe_stacks", "ValidationError")

    stack.deployable("users-api")


def table(name: str, *, protected: bool) -> dict[str, object]:
    return {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            **{"TableName": name, "BillingMode": "PAY_PER_REQUEST", "DeletionProtectionEnabled": protected},
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        },
    }


@pytest.mark.parametrize(
    ("before", "after", "protected", "expected"),
    [
        ("false", "true", False, True),
        ("true", "true", False, True),
        ("true", "false", True, False),
        ("false", "false", True, True),  # an operator's own protection
        ("false", "false", False, False),
    ],
)
def test_the_tables_are_protected_while_they_are_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, before: str, after: str, protected: bool, expected: bool
) -> None:
    for name, value in {"AWS_DEFAULT_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}.items():
        monkeypatch.setenv(name, value)
    outputs = {"TableName": {"Value": "Users"}, "ClaimsTableName": {"Value": "UserClaims"}}
    tables = {"UsersTable": table("Users", protected=protected), "ClaimsTable": table("UserClaims", protected=protected)}
    template = {"Parameters": {"KeepTable": {"Type": "String"}}, "Resources": tables, "Outputs": outputs}
    with mock_aws():
        stack.keeps_tables("users-api")
        assert capsys.readouterr().out == "false\n"  # it does not exist yet
        boto3.client("cloudformation").create_stack(
            StackName="users-api", TemplateBody=json.dumps(template), Parameters=[{"ParameterKey": "KeepTable", "ParameterValue": after}]
        )

        stack.protect("users-api", before)

        stack.keeps_tables("users-api")
        assert capsys.readouterr().out == f"{after}\n"
        for name in ("Users", "UserClaims"):
            assert boto3.client("dynamodb").describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"] is expected


@pytest.mark.parametrize("template", ["template.yaml", "template-http.yaml"])
def test_a_parameter_that_the_template_lacks_is_rejected(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, template: str
) -> None:
    monkeypatch.chdir(REPOSITORY)
    config = tmp_path / "samconfig.toml"
    text = f'[default.build.parameters]\ntemplate_file = "{template}"\n[default.deploy.parameters]\nparameter_overrides = '
    config.write_text(text + '["TableName=Users", "ThrottleRate=5"]')

    stack.known_parameters(str(config), "default")

    # SAM would ignore it, and the API would have no WAF.
    config.write_text(text + '["TableName=Users", "UseWaff=true"]')
    with pytest.raises(SystemExit, match=f"{template} has no parameter UseWaff: remove it from "):
        stack.known_parameters(str(config), "default")


def test_an_http_api_has_no_waf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(REPOSITORY)
    config = tmp_path / "samconfig.toml"
    config.write_text(
        '[default.build.parameters]\ntemplate_file = "template-http.yaml"\n'
        '[default.deploy.parameters]\nparameter_overrides = "UseWaf=true TableName=Users"'
    )

    with pytest.raises(SystemExit, match="template-http.yaml has no parameter UseWaf"):
        stack.known_parameters(str(config), "default")
