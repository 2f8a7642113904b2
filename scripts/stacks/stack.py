"""Commands for deploy.sh and cleanup.sh that SAM does not offer. They use the account and the region of the environment."""

from __future__ import annotations

import argparse
import inspect
import os
import shlex
import sys
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from samcli.cli.types import CfnParameterOverridesType
from samcli.yamlhelper import yaml_parse
from .samconfig import settings


def architecture(config: str, environment: str, stack: str) -> None:
    """Prints the Architecture of the next deployment: that of samconfig.toml, or else of the stack, or else the default."""
    chosen = _overrides(config, environment)
    try:
        kept = _parameters(stack)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":  # the stack does not exist yet
            raise
        kept = {}
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
    """Prints the value of a parameter of the stack; an empty line if the stack lacks it, as one with an HTTP API may."""
    print(_parameters(stack).get(key, ""))


def deployable(stack: str) -> None:
    """Fails, and says what to do, if CloudFormation cannot update a stack in this status."""
    try:
        status = _describe(stack)["StackStatus"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":  # the stack does not exist yet
            raise
        return
    if status in _DEPLOYABLE:
        return
    advice, command = _ADVICE.get(status, _WAIT)
    cause = _cause(stack, status) if status in _ADVICE else ""
    sys.exit(
        f"the stack {stack} has the status {status}{cause}. {advice}: "
        f"aws cloudformation {command} --stack-name {stack}{_account_options()}"
    )


#: CloudFormation updates a stack with one of these statuses; in REVIEW_IN_PROGRESS, `sam deploy` creates the stack.
_DEPLOYABLE = {
    *("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"),
    "REVIEW_IN_PROGRESS",
}
_DELETE = "The first deployment failed, and CloudFormation cannot update such a stack. Delete it, as it contains no data, and deploy again"
_REPAIR = "CloudFormation could not delete everything. Remove the cause, delete the stack, and deploy again"
_CONTINUE = "CloudFormation could not roll back. Remove the cause, continue the rollback, and deploy again"

_WAIT = ("Another operation is in progress. Wait until these events show its end, and deploy again", "describe-stack-events")

#: What to do about each other status that does not change by itself, with the command of the AWS CLI.
_ADVICE = {
    "CREATE_FAILED": (_DELETE, "delete-stack"),
    "ROLLBACK_COMPLETE": (_DELETE, "delete-stack"),
    "ROLLBACK_FAILED": (_REPAIR, "delete-stack"),
    "DELETE_FAILED": (_REPAIR, "delete-stack"),
    "UPDATE_FAILED": ("The last deployment failed without a rollback. Roll it back, and deploy again", "rollback-stack"),
    "UPDATE_ROLLBACK_FAILED": (_CONTINUE, "continue-update-rollback"),
    "IMPORT_ROLLBACK_FAILED": (_CONTINUE, "continue-update-rollback"),
}


def _cause(stack: str, status: str) -> str:
    """Returns the first failure of the operation that led to the status, from the nested stack in which it happened."""
    if status.endswith("ROLLBACK_FAILED"):
        begins = {"ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "IMPORT_ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS"}
    elif status == "DELETE_FAILED":
        begins = {"DELETE_IN_PROGRESS"}
    else:
        begins = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}
    pages = boto3.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack)
    first = None
    for event in (event for page in pages for event in page["StackEvents"]):  # the last event first
        of_stack = event.get("PhysicalResourceId") == event["StackId"]
        if of_stack and event["ResourceStatus"] in begins:
            break
        if not of_stack and event["ResourceStatus"].endswith("_FAILED"):
            first = event
    if not first:
        return ""
    nested = first.get("PhysicalResourceId") if first.get("ResourceType") == "AWS::CloudFormation::Stack" else None
    inner = _cause(nested, status) if nested else ""
    return inner or f": {first['LogicalResourceId']}: {first.get('ResourceStatusReason', '')}"


def last_event(stack: str) -> None:
    """Prints the id of the stack's last event; an empty line for a stack that does not exist."""
    print(_last_event(stack))


def failure(stack: str, event_before: str) -> None:
    """Prints ": " and the cause of a failure after this event; an empty line if the stack has no later event."""
    print(_cause(stack, _describe(stack)["StackStatus"]) if _last_event(stack) != event_before else "")


def _last_event(stack: str) -> str:
    try:
        return boto3.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"][0]["EventId"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return ""


def _account_options() -> str:
    """Returns the options with which the AWS CLI uses the region and the profile of this environment."""
    profile = os.environ.get("AWS_PROFILE")
    region = boto3.client("cloudformation").meta.region_name
    return f" --region {region}" + (f" --profile {shlex.quote(profile)}" if profile else "")


def keeps_tables(stack: str) -> None:
    """Prints the value of KeepTable, or "false" if the stack does not exist."""
    try:
        print(_parameters(stack).get("KeepTable", "false"))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        print("false")


def protect(stack: str, kept_before: str) -> None:
    """Turns the deletion protection of the stack's tables on if KeepTable is true, and off if KeepTable was true before.

    Otherwise leaves the protection as it is: an operator may have turned it on by hand.
    """
    keep = _parameters(stack).get("KeepTable") == "true"
    if not keep and kept_before != "true":
        return
    dynamodb = boto3.client("dynamodb")
    for table in (_output(stack, "TableName"), _output(stack, "ClaimsTableName")):
        if dynamodb.describe_table(TableName=table)["Table"].get("DeletionProtectionEnabled", False) != keep:
            dynamodb.update_table(TableName=table, DeletionProtectionEnabled=keep)


def resources(stack: str) -> None:
    """Prints a line for each resource of the stack and its nested stacks: its fate when the stack is deleted, "deleted" or
    "kept", its type, and its name.
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
    """Deletes a table that the stack left behind, after turning off its deletion protection."""
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


def _parameters(stack: str) -> dict[str, str]:
    return {one["ParameterKey"]: one["ParameterValue"] for one in _describe(stack).get("Parameters", [])}


def _describe(stack: str) -> dict[str, Any]:
    return boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    actions = parser.add_subparsers(required=True)
    actions_offered = (
        *(architecture, deployable, failure, keeps_tables, known_parameters, last_event, output, api_key, credentials),
        *(parameter, protect, resources, drop),
    )
    for action in actions_offered:
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
