"""Commands for deploy.sh and cleanup.sh that SAM does not offer. They use the account and the region of the environment."""

from __future__ import annotations

import argparse
import inspect
import sys
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from samcli.cli.types import CfnParameterOverridesType
from samcli.yamlhelper import yaml_parse
from .samconfig import settings


def architecture(config: str, environment: str, stack: str) -> None:
    """Prints the Architecture of the next deployment: from samconfig.toml, else from the stack, else the default."""
    chosen = _overrides(config, environment)
    try:
        parameters = _describe(stack).get("Parameters", [])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":  # the stack does not exist yet
            raise
        parameters = []
    kept = {one["ParameterKey"]: one["ParameterValue"] for one in parameters}
    print(chosen.get("Architecture") or kept.get("Architecture") or "x86_64")


def known_parameters(config: str, environment: str) -> None:
    """Fails if samconfig.toml sets parameters that the template of the environment lacks: SAM would ignore them."""
    name = settings(config, environment, "build").get("template_file", "template.yaml")
    with open(name, encoding="utf-8") as file:
        known = yaml_parse(file.read())["Parameters"]
    if unknown := _overrides(config, environment).keys() - known.keys():
        sys.exit(f"{name} has no parameter {', '.join(sorted(unknown))}: remove it from {config}")


def output(stack: str, key: str) -> None:
    """Prints an output of the stack."""
    print(_output(stack, key))


def api_key(stack: str) -> None:
    """Prints the value of the stack's API key."""
    gateway = boto3.client("apigateway")
    print(gateway.get_api_key(apiKey=_output(stack, "ApiKeyId"), includeValue=True)["value"])


def credentials() -> None:
    """Prints the environment's credentials: access key id, secret access key and session token, each on a line."""
    found = boto3.Session().get_credentials().get_frozen_credentials()
    print(found.access_key, found.secret_key, found.token or "", sep="\n")


def parameter(stack: str, key: str) -> None:
    """Prints the value of a parameter of the stack; an empty line if it has none, as that of an HTTP API lacks some."""
    values = {one["ParameterKey"]: one["ParameterValue"] for one in _describe(stack).get("Parameters", [])}
    print(values.get(key, ""))


def deployable(stack: str) -> None:
    """Fails, with what to do, if CloudFormation cannot update the stack because its creation failed."""
    try:
        status = _describe(stack)["StackStatus"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":  # the stack does not exist yet
            raise
        return
    if status not in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED"):
        return
    events = boto3.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack)
    failures = [event for page in events for event in page["StackEvents"] if event["ResourceStatus"] == "CREATE_FAILED"]
    cause = f": {failures[-1]['LogicalResourceId']}: {failures[-1].get('ResourceStatusReason', '')}" if failures else ""
    sys.exit(
        f"the first deployment of the stack {stack} failed and was rolled back{cause}. CloudFormation cannot update such a "
        f"stack. Delete it, which loses nothing, and deploy again: aws cloudformation delete-stack --stack-name {stack}"
    )


def protect(stack: str) -> None:
    """Turns the deletion protection of the stack's tables on or off, as its KeepTable says."""
    values = {one["ParameterKey"]: one["ParameterValue"] for one in _describe(stack).get("Parameters", [])}
    dynamodb = boto3.client("dynamodb")
    protected = values.get("KeepTable") == "true"
    for table in (_output(stack, "TableName"), _output(stack, "ClaimsTableName")):
        if dynamodb.describe_table(TableName=table)["Table"].get("DeletionProtectionEnabled", False) != protected:
            dynamodb.update_table(TableName=table, DeletionProtectionEnabled=protected)


def resources(stack: str) -> None:
    """Prints a line for each resource of the stack and its nested stacks: "deleted" or "kept", which is its fate when the
    stack is deleted, its type, and its name.
    """
    cloudformation = boto3.client("cloudformation")
    # In the processed template, deletion policies that depend on a parameter are resolved.
    template = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    if isinstance(template, str):  # YAML, as in a nested stack without a transform
        template = yaml_parse(template)
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    for page in pages:
        for resource in page["StackResourceSummaries"]:
            name = resource.get("PhysicalResourceId")
            if not name or resource["ResourceStatus"] == "DELETE_COMPLETE":
                continue  # the list includes resources that were never created, or that a rollback deleted
            if resource["ResourceType"] == "AWS::CloudFormation::Stack":
                resources(name)
            else:
                print(_fate(resource, template["Resources"]), resource["ResourceType"], name)


def _fate(resource: dict[str, Any], definitions: dict[str, Any]) -> str:
    if resource["ResourceStatus"] == "DELETE_SKIPPED":
        return "kept"
    if resource["ResourceType"] == "AWS::Lambda::Version":
        return "deleted"  # with its function, although SAM's transform sets the policy Retain
    # A resource that the template no longer defines has no policy, and is deleted.
    policy = definitions.get(resource["LogicalResourceId"], {}).get("DeletionPolicy", "Delete")
    return "kept" if policy.startswith("Retain") else "deleted"


def drop(table: str) -> None:
    """Deletes a table that the stack left behind, and its deletion protection first."""
    dynamodb = boto3.client("dynamodb")
    dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
    dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 2})
    dynamodb.delete_table(TableName=table)
    dynamodb.get_waiter("table_not_exists").wait(TableName=table, WaiterConfig={"Delay": 2})


def _overrides(config: str, environment: str) -> dict[str, str]:
    overrides = settings(config, environment, "deploy").get("parameter_overrides", "")
    text = " ".join(overrides) if isinstance(overrides, list) else overrides
    return CfnParameterOverridesType().convert((text,), None, None)


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
    for action in (architecture, deployable, known_parameters, output, api_key, credentials, parameter, protect, resources, drop):
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
