"""What stack.py lists of a stack, of what CloudFormation tells that its stand-in never does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
import stack
from botocore.stub import Stubber

TEMPLATE = {
    "Kept": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain"},
    "Lost": {"Type": "AWS::DynamoDB::Table"},
    "Version": {"Type": "AWS::Lambda::Version", "DeletionPolicy": "Retain"},
}
ROWS = {
    "one that is kept": (("Kept", "AWS::DynamoDB::Table", "CREATE_COMPLETE", "Users"), "stays AWS::DynamoDB::Table Users\n"),
    "one that is not": (("Lost", "AWS::DynamoDB::Table", "CREATE_COMPLETE", "Users"), "goes AWS::DynamoDB::Table Users\n"),
    "a version, which goes with its function": (
        ("Version", "AWS::Lambda::Version", "CREATE_COMPLETE", "arn:7"), "goes AWS::Lambda::Version arn:7\n"),
    "one that was never made": (("Lost", "AWS::DynamoDB::Table", "CREATE_FAILED", None), ""),
    "one that is gone": (("Lost", "AWS::DynamoDB::Table", "DELETE_COMPLETE", "Users"), ""),
    "one that was left behind": (("Lost", "AWS::DynamoDB::Table", "DELETE_SKIPPED", "Users"), "stays AWS::DynamoDB::Table Users\n"),
    "one that the template no longer has": (
        ("Old", "AWS::DynamoDB::Table", "DELETE_FAILED", "Users"), "goes AWS::DynamoDB::Table Users\n"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("overrides", "stack_has", "architecture"),
    [
        ('["TableName=Users", "Architecture=arm64"]', None, "arm64"),
        ('"Architecture=arm64 TableName=Users"', "x86_64", "arm64"),
        ('"ParameterKey=Architecture,ParameterValue=x86_64"', "arm64", "x86_64"),
        ('"TableName=Users"', "arm64", "arm64"),  # SAM keeps what a stack has
        ('"TableName=Users"', None, "x86_64"),
    ],
)
def test_it_finds_the_architecture(
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
            described = {
                "StackName": "users-api",
                "CreationTime": datetime.now(UTC),
                "StackStatus": "CREATE_COMPLETE",
                "Parameters": [{"ParameterKey": "Architecture", "ParameterValue": stack_has}],
            }
            stub.add_response("describe_stacks", {"Stacks": [described]})

        stack.architecture(str(config), "default", "users-api")

    assert capsys.readouterr().out == architecture + "\n"


@pytest.mark.parametrize(("row", "said"), ROWS.values(), ids=ROWS)
def test_it_lists(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    row: tuple[str, str, str, str | None], said: str,
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

    assert capsys.readouterr().out == said
