"""The output of stack.py for states of CloudFormation that the stand-in for AWS never reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from stacks import stack
from botocore.stub import Stubber

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


def test_a_stack_whose_first_deployment_failed_is_explained(cloudformation: Stubber) -> None:
    event = {"StackId": "arn", "EventId": "1", "StackName": "users-api", "Timestamp": datetime.now(UTC)}
    cause = {"LogicalResourceId": "ApiGatewayAccount", "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "not allowed"}
    cloudformation.add_response("describe_stacks", description("ROLLBACK_COMPLETE"))
    cloudformation.add_response("describe_stack_events", {"StackEvents": [event | cause]})

    with pytest.raises(SystemExit, match="ApiGatewayAccount: not allowed.* delete-stack --stack-name users-api"):
        stack.deployable("users-api")


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", None])
def test_another_stack_can_be_deployed(cloudformation: Stubber, status: str | None) -> None:
    if status:
        cloudformation.add_response("describe_stacks", description(status))
    else:
        cloudformation.add_client_error("describe_stacks", "ValidationError")

    stack.deployable("users-api")


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
