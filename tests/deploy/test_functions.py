"""The functions, and the aliases of their versions."""

import pytest

from deploy.parameters import CANARY
from support.cloudformation import Stack, stack
from support.endpoints import FUNCTIONS, each_function


#: The resources of which each function has one.
PER_FUNCTION = {
    "AWS::Lambda::Function": "{}",
    "AWS::Lambda::Alias": "{}Aliaslive",
    "AWS::Lambda::Permission": "{}RoutePermissionProd",
}


@pytest.mark.parametrize(("kind", "name"), PER_FUNCTION.items())
def test_each_function_has_its_resources(default: Stack, kind: str, name: str) -> None:
    assert default.names(kind) == {name.format(function) for function in FUNCTIONS}


@each_function
def test_a_function_is_a_small_custom_runtime(default: Stack, function: str) -> None:
    properties = default.properties(function)

    assert (properties["Runtime"], properties["Handler"]) == ("provided.al2023", "bootstrap")
    assert (properties["MemorySize"], properties["Timeout"], properties["Architectures"]) == (128, 10, ["x86_64"])
    assert properties["TracingConfig"] == {"Mode": "Active"}
    assert properties["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": {"Ref": f"{function}Log"}}
    assert properties["Environment"]["Variables"] == {
        "TABLE_NAME": "Users",
        "CLAIMS_TABLE_NAME": "UserClaims",
        "ALLOWED_ORIGIN": "*",
        "AUTH_MODE": "none",
        "JWT_ALGORITHMS": "RS256",
        "JWT_ISSUER": "",
        "JWT_AUDIENCE": "",
        "JWT_JWKS_URL": "",
        "JWT_JWKS_FILE": "",
        "JWT_SECRET": "",
        "JWT_SECRET_PREVIOUS": "",
        "AWS_ENDPOINT_URL_DYNAMODB": "",
    }
    assert not {"VpcConfig", "ReservedConcurrentExecutions"} & set(properties)


@each_function
def test_an_alias_refers_to_the_latest_version_of_its_function(default: Stack, function: str) -> None:
    alias = default.properties(f"{function}Aliaslive")
    (version,) = (name for name in default.names("AWS::Lambda::Version") if name.startswith(f"{function}Version"))

    assert alias["FunctionVersion"] == {"Fn::GetAtt": [version, "Version"]}
    assert default.properties(version)["FunctionName"] == {"Ref": function}
    assert "UpdatePolicy" not in default.resources[f"{function}Aliaslive"]


def test_the_architecture_applies_to_all_functions() -> None:
    api = stack(Architecture="arm64")

    assert {function: api.properties(function)["Architectures"] for function in FUNCTIONS} == {
        function: ["arm64"] for function in FUNCTIONS
    }


def test_the_reserved_concurrency_applies_to_each_function() -> None:
    api = stack(ReservedConcurrency="12")

    assert {function: api.properties(function)["ReservedConcurrentExecutions"] for function in FUNCTIONS} == {
        function: "12" for function in FUNCTIONS
    }


@each_function
def test_a_canary_deployment_rolls_back_on_an_alarm_of_its_function(function: str) -> None:
    api = stack(**CANARY)
    policy = api.resources[f"{function}Aliaslive"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
    group = api.properties(f"{function}DeploymentGroup")

    assert policy == {
        "ApplicationName": {"Ref": "ServerlessDeploymentApplication"},
        "DeploymentGroupName": {"Ref": f"{function}DeploymentGroup"},
    }
    assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    assert group["AlarmConfiguration"] == {
        "Enabled": True,
        "Alarms": [{"Name": {"Ref": f"{function}Failing"}}, {"Name": {"Ref": f"{function}Slow"}}],
    }
    assert group["AutoRollbackConfiguration"]["Enabled"] is True
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    assert group["ServiceRoleArn"] == {"Fn::GetAtt": ["CanaryRole", "Arn"]}
