"""The environments of samconfig.toml.example."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from support.cloudformation import Stack
from support.function import REPOSITORY

CONFIG = tomllib.loads((REPOSITORY / "samconfig.toml.example").read_text(encoding="utf-8"))
ENVIRONMENTS = {name: settings for name, settings in CONFIG.items() if name != "version"}

each_environment = pytest.mark.parametrize("environment", ENVIRONMENTS)


def settings(environment: str, command: str) -> dict[str, Any]:
    return ENVIRONMENTS[environment][command]["parameters"]


def stack_of(environment: str) -> Stack:
    """Returns the stack that `sam deploy` would create."""
    return Stack(**dict(one.split("=", 1) for one in settings(environment, "deploy")["parameter_overrides"]))


def test_each_of_two_environments_has_its_own_stack_and_tables() -> None:
    stacks = {environment: settings(environment, "global")["stack_name"] for environment in ENVIRONMENTS}
    tables = {
        environment: [stack_of(environment).properties(table)["TableName"] for table in ("UsersTable", "ClaimsTable")]
        for environment in ENVIRONMENTS
    }

    assert stacks == {"default": "users-api-dev", "prod": "users-api-prod"}
    assert tables == {"default": ["Users-dev", "Users-dev-claims"], "prod": ["Users", "UserClaims"]}


@each_environment
def test_build_and_deploy_need_no_further_settings(environment: str) -> None:
    deploy = settings(environment, "deploy")

    assert settings(environment, "build") == {"build_in_source": True}
    assert settings(environment, "global")["region"]
    assert deploy["resolve_s3"] is True
    # `sam delete` deletes the files with the prefix; without a prefix, it would delete files of other environments.
    assert deploy["s3_prefix"] == settings(environment, "global")["stack_name"]
    assert set(deploy["capabilities"].split()) == {"CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"}


def test_dev_is_open_and_its_tables_are_deleted_with_the_stack() -> None:
    dev = stack_of("default")

    assert {str(operation["security"]) for operation in dev.routes().values()} == {"[]"}
    assert {dev.resources[table]["DeletionPolicy"] for table in dev.names("AWS::DynamoDB::Table")} == {"Delete"}


def test_prod_is_protected_and_its_tables_are_retained() -> None:
    prod = stack_of("prod")

    assert {str(operation["security"]) for operation in prod.routes().values()} == {"[{'caller': []}]"}
    assert {"Waf", "Backup", "ServerlessDeploymentApplication"} <= set(prod.resources)
    for table in ("UsersTable", "ClaimsTable"):
        assert prod.resources[table]["DeletionPolicy"] == "RetainExceptOnCreate"
