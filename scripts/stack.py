"""What deploy.sh and cleanup.sh ask CloudFormation beyond what SAM does for them; region and account are the environment's."""

from __future__ import annotations

import argparse
import inspect
import sys
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from samcli.cli.types import CfnParameterOverridesType
from samconfig import deploy_settings


def architecture(config: str, environment: str, stack: str) -> None:
    """Prints which Architecture the stack will have: what samconfig.toml says, or what it has, or the template's default."""
    overrides = deploy_settings(config, environment).get("parameter_overrides", "")
    text = " ".join(overrides) if isinstance(overrides, list) else overrides
    chosen = CfnParameterOverridesType().convert((text,), None, None)
    try:
        parameters = _describe(stack).get("Parameters", [])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":  # there is no such stack yet
            raise
        parameters = []
    kept = {one["ParameterKey"]: one["ParameterValue"] for one in parameters}
    print(chosen.get("Architecture") or kept.get("Architecture") or "x86_64")


def output(stack: str, key: str) -> None:
    """Prints one of the stack's outputs."""
    print(_output(stack, key))


def api_key(stack: str) -> None:
    """Prints the value of the key that the stack has made."""
    gateway = boto3.client("apigateway")
    print(gateway.get_api_key(apiKey=_output(stack, "ApiKeyId"), includeValue=True)["value"])


def credentials() -> None:
    """Prints the environment's credentials: access key id, secret access key and session token, a line each."""
    found = boto3.Session().get_credentials().get_frozen_credentials()
    print(found.access_key, found.secret_key, found.token or "", sep="\n")


def parameter(stack: str, key: str) -> None:
    """Prints the value that the stack has of a parameter."""
    values = {one["ParameterKey"]: one["ParameterValue"] for one in _describe(stack).get("Parameters", [])}
    if key not in values:
        sys.exit(f"the stack {stack} has no parameter {key}")
    print(values[key])


def resources(stack: str) -> None:
    """Prints what is in the stack, a line each: whether it stays or goes when the stack is deleted, its type, its name."""
    cloudformation = boto3.client("cloudformation")
    # What the template says once it is processed, so that a policy that hangs on a parameter is decided.
    template = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    for page in pages:
        for resource in page["StackResourceSummaries"]:
            name = resource.get("PhysicalResourceId")
            if not name or resource["ResourceStatus"] == "DELETE_COMPLETE":
                continue  # a roll-back has left it in the list, which is of what was wanted
            print(_fate(resource, template["Resources"]), resource["ResourceType"], name)


def _fate(resource: dict[str, Any], definitions: dict[str, Any]) -> str:
    if resource["ResourceStatus"] == "DELETE_SKIPPED":
        return "stays"
    if resource["ResourceType"] == "AWS::Lambda::Version":
        return "goes"  # with its function, though SAM's transform has CloudFormation retain it
    # What the template no longer has may go, as far as it says.
    policy = definitions.get(resource["LogicalResourceId"], {}).get("DeletionPolicy", "Delete")
    return "stays" if policy.startswith("Retain") else "goes"


def drop(table: str) -> None:
    """Deletes a table that the stack has left behind, protected or not."""
    dynamodb = boto3.client("dynamodb")
    dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
    dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 2})
    dynamodb.delete_table(TableName=table)
    dynamodb.get_waiter("table_not_exists").wait(TableName=table, WaiterConfig={"Delay": 2})


def _output(stack: str, key: str) -> str:
    outputs = {output["OutputKey"]: output["OutputValue"] for output in _describe(stack).get("Outputs", [])}
    if key not in outputs:
        sys.exit(f"the stack {stack} has no output {key}")
    return outputs[key]


def _describe(stack: str) -> dict[str, Any]:
    return boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    actions = parser.add_subparsers(required=True)
    for action in (architecture, output, api_key, credentials, parameter, resources, drop):
        arguments = actions.add_parser(action.__name__, help=action.__doc__)
        arguments.set_defaults(action=action)
        for name in inspect.signature(action).parameters:
            arguments.add_argument(name)
    options = vars(parser.parse_args())
    try:
        options.pop("action")(**options)
    except (BotoCoreError, ClientError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
