"""The roles with which GitHub and CloudFormation deploy."""

from __future__ import annotations

import fnmatch
import json
from functools import cache
from pathlib import Path
from typing import Any

import cfnlint
import pytest
from samtranslator.yaml_helper import yaml_parse

from deploy.parameters import HTTP_MOST, MOST
from support.cloudformation import PSEUDO_PARAMETERS, Resources, http_stack, listed, stack
from support.function import REPOSITORY

PARAMETERS = {"Repository": "owner/users", "Environment": "prod", "StackName": "users", "CreateProvider": "true"}


def bootstrap(**parameters: str) -> Resources:
    template = yaml_parse((REPOSITORY / "bootstrap.yaml").read_text(encoding="utf-8"))
    return Resources(template, PSEUDO_PARAMETERS | PARAMETERS | parameters)


def statements(role: str) -> list[dict[str, Any]]:
    (policy,) = bootstrap().properties(role)["Policies"]
    return policy["PolicyDocument"]["Statement"]


@cache
def types_of_the_stacks() -> set[str]:
    """Returns the types of the resources of both templates with nearly every parameter."""
    stacks = (stack(**MOST), http_stack(**HTTP_MOST))
    return {resource["Type"] for one in stacks for resource in one.all_resources().values()}


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """Returns CloudFormation's schemas of the stack's types; their handlers list the permissions that they use."""
    types = types_of_the_stacks()
    folder = Path(cfnlint.__file__).parent / "data/schemas/resources"
    found = (json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*.json"))
    return {schema["typeName"]: schema for schema in found if schema.get("typeName") in types}


def test_cloudformation_may_create_update_and_delete_every_type_of_the_stack() -> None:
    allowed = [action for statement in statements("ExecutionRole") for action in listed(statement["Action"])]
    services = {action.partition(":")[0] for action in allowed}
    assert schemas().keys() == types_of_the_stacks()

    for kind, schema in schemas().items():
        service = kind.split("::")[1].lower()
        names = {"certificatemanager": "acm", "apigatewayv2": "apigateway"}
        own = [
            permission
            for action in ("create", "read", "update", "delete")
            for permission in schema["handlers"].get(action, {}).get("permissions", [])
            if permission.partition(":")[0] == names.get(service, service)
        ]
        assert names.get(service, service) in services, kind
        verbs = ("Create", "Delete", "Put", "Update", "Register", "Associate", "Disassociate", "AttachRole", "DetachRole", "POST", "PATCH")
        needed = [one for one in own if one.partition(":")[2].startswith(verbs)]
        # What handlers of these types do for properties that the stack does not use, such as replicas and imports.
        unrelated = ("Item", "Deployment", "Import", "OnPremises", "Revision", "VerifiedAccess", "Replica", "BearerToken", "IndexPolic")
        missing = [
            one
            for one in needed
            if not any(fnmatch.fnmatchcase(one.lower(), pattern.lower()) for pattern in allowed)
            and not any(word in one for word in unrelated)
        ]
        assert missing == [], kind


def test_github_can_assume_the_role_in_one_environment_of_one_repository() -> None:
    (statement,) = bootstrap().properties("DeploymentRole")["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"]["StringEquals"] == {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:owner/users:environment:prod",
    }


def test_github_may_pass_only_the_role_of_cloudformation_which_may_change_only_roles_of_the_stack() -> None:
    passed = [one["Resource"] for one in statements("DeploymentRole") if "iam:PassRole" in listed(one["Action"])]
    iam = [
        resource
        for statement in statements("ExecutionRole")
        if any(action.startswith("iam:") for action in listed(statement["Action"]))
        for resource in listed(statement["Resource"])
        if ":iam:" in resource
    ]

    assert passed == [{"Fn::GetAtt": ["ExecutionRole", "Arn"]}]
    assert iam == [
        "arn:aws:iam::123456789012:role/users-*",
        "arn:aws:iam::123456789012:policy/users-*",
        "arn:aws:iam::123456789012:role/aws-service-role/*",
    ]


@pytest.mark.parametrize(("create", "providers"), [("true", {"Provider"}), ("false", set())])
def test_the_provider_of_the_account_is_optional(create: str, providers: set[str]) -> None:
    assert bootstrap(CreateProvider=create).names("AWS::IAM::OIDCProvider") == providers
