"""The functions, and the aliases of their versions."""

import pytest

from support.cloudformation import PSEUDO_PARAMETERS, Stack, stack
from support.endpoints import FUNCTIONS, each_function


#: Each function has one of each of these resources.
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
    assert properties["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": {"Ref": f"{function}Log"}, "ApplicationLogLevel": "INFO"}
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
        "AWS_ENDPOINT_URL_DYNAMODB": "https://dynamodb.eu-central-1.amazonaws.com",
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


def test_no_log_level_discards_the_lines_with_the_metrics() -> None:
    # Lambda treats lines without a level, such as those with metrics, as INFO.
    assert stack(LogLevel="DEBUG").properties("GetUser")["LoggingConfig"]["ApplicationLogLevel"] == "DEBUG"
    with pytest.raises(AssertionError, match="LogLevel=WARN"):
        stack(LogLevel="WARN")


def endpoint(of: Stack) -> str:
    return of.properties("GetUser")["Environment"]["Variables"]["AWS_ENDPOINT_URL_DYNAMODB"]


@pytest.mark.parametrize(
    ("region", "suffix"),
    [("cn-north-1", "amazonaws.com.cn"), ("eusc-de-east-1", "amazonaws.eu"), ("us-iso-east-1", "c2s.ic.gov")],
)
def test_the_functions_use_the_endpoint_of_their_partition(
    monkeypatch: pytest.MonkeyPatch, region: str, suffix: str
) -> None:
    monkeypatch.setitem(PSEUDO_PARAMETERS, "AWS::Region", region)
    monkeypatch.setitem(PSEUDO_PARAMETERS, "AWS::URLSuffix", suffix)

    elsewhere = Stack()
    encrypted = Stack(EncryptionKeyArn=f"arn:aws-x:kms:{region}:123456789012:key/0b7a3c55")

    assert endpoint(elsewhere) == f"https://dynamodb.{region}.{suffix}"
    assert f"dynamodb.{region}.{suffix}" in str(encrypted.statements("GetUserRole"))
    assert "amazonaws.com/" not in str(elsewhere.outputs)


def test_another_endpoint_of_dynamodb_can_be_set() -> None:
    fips = "https://dynamodb-fips.us-east-1.amazonaws.com"

    assert endpoint(stack(DynamoDbEndpoint=fips)) == fips
