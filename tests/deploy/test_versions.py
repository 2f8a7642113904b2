"""The parameters that create a new version of the functions, and the limits on their settings."""

from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from support.cloudformation import Stack, stack
from support.endpoints import FUNCTIONS
from support.function import REPOSITORY

from deploy.parameters import COGNITO, DOMAIN, JWKS, JWT, SECRET

#: Another value for each parameter without a list of allowed values.
OTHERS = {
    "ReservedConcurrency": "12",
    "LogLevel": "DEBUG",
    "DynamoDbEndpoint": "https://dynamodb-fips.us-east-1.amazonaws.com",
    "CognitoScopes": "users/api",
    "WafRateLimit": "5",
    "AllowedOrigin": "https://app.example",
    "UserPoolArn": "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_other",
    "JwtIssuer": "https://other.example/",
    "JwtAudience": "others",
    "JwksUrl": "https://other.example/jwks.json",
    "JwksFile": "/var/task/jwks.json",
    "JwtAlgorithms": "ES256",
    "JwtSecretId": "others/jwt",
    "JwtSecretVersion": "2d9c5e77-93b3-4b0e-8c3e-0d9d3a6f1e77",
    "JwtPreviousSecretVersion": "1c8b4d66-93b3-4b0e-8c3e-0d9d3a6f1e77",
    "MonthlyQuota": "5",
    "ThrottleRate": "5",
    "ThrottleBurst": "5",
    "DomainName": "api.example.com",
    "HostedZoneId": "Z9876543210",
    "TableName": "Other",
    "ClaimsTableName": "OtherClaims",
    "EncryptionKeyArn": "arn:aws:kms:eu-central-1:123456789012:key/0b7a3c55-93b3-4b0e-8c3e-0d9d3a6f1e77",
    "AlarmTopicArn": "arn:aws:sns:eu-central-1:123456789012:operators",
}
#: The parameters that a rule of the template requires before some of them can be changed.
BEFORE = {
    "UserPoolArn": COGNITO,
    "CognitoScopes": COGNITO,
    "HostedZoneId": DOMAIN,
    "DomainOnly": DOMAIN,
    **dict.fromkeys(("JwtAlgorithms", "JwtIssuer", "JwtAudience", "JwksUrl"), JWKS),
    "JwksFile": {**JWT, "JwksFile": "/var/task/old.json"},
    **dict.fromkeys(("JwtSecretId", "JwtSecretVersion", "JwtPreviousSecretVersion"), SECRET),
}
#: The parameters that must be set together with some of them.
WITH = {"AuthMode": JWKS, "DomainName": DOMAIN}


def others() -> list[tuple[str, str]]:
    """Returns each parameter of the template, with a value that is neither its default nor that of BEFORE."""
    parameters = yaml_parse((REPOSITORY / "template.yaml").read_text(encoding="utf-8"))["Parameters"]
    found = []
    for name, definition in parameters.items():
        values = [str(one) for one in definition.get("AllowedValues", []) if one != definition["Default"]]
        found.append((name, OTHERS[name] if name in OTHERS else values[0]))
    return found


def around(parameter: str, value: str) -> tuple[Stack, Stack]:
    """Returns the stack before and after the parameter gets the value."""
    before = BEFORE.get(parameter, {})
    return stack(**before), stack(**before | WITH.get(parameter, {}) | {parameter: value})


def version_of(function: str, of: Stack) -> str:
    """Returns the logical id of the version; another id is another version."""
    (version,) = (name for name in of.names("AWS::Lambda::Version") if name.startswith(f"{function}Version"))
    return version


def versioned_settings(function: str, of: Stack) -> dict[str, Any]:
    unversioned = {"ReservedConcurrentExecutions", "Tags"}
    return {name: value for name, value in of.properties(function).items() if name not in unversioned}


@pytest.mark.parametrize(("parameter", "value"), others())
def test_a_parameter_creates_versions_of_the_functions_that_it_changes_only(parameter: str, value: str) -> None:
    before, after = around(parameter, value)

    for function in FUNCTIONS:
        changes = versioned_settings(function, before) != versioned_settings(function, after)
        # Without a new version, the alias keeps the old settings. Lambda creates no version of an unchanged function, and
        # the deployment would fail.
        assert (version_of(function, before) != version_of(function, after)) is changes


def test_the_runtime_settings_of_a_function_create_versions() -> None:
    def changes(parameter: str, value: str) -> bool:
        before, after = around(parameter, value)
        return version_of("GetUser", before) != version_of("GetUser", after)

    changing = {parameter for parameter, value in others() if changes(parameter, value)}

    assert changing == {
        *("Architecture", "ReservedConcurrency", "UseVpc", "LogLevel", "DynamoDbEndpoint", "AllowedOrigin", "TableName", "ClaimsTableName"),
        *("AuthMode", "JwtAlgorithms", "JwtIssuer", "JwtAudience", "JwksUrl", "JwksFile", "JwtSecretId"),
        *("JwtSecretVersion", "JwtPreviousSecretVersion"),
    }


TENANT = "9f1c2d3e-4b5a-4c6d-8e7f-0a1b2c3d4e5f"
ISSUERS = {
    "Cognito": (
        "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI",
        "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI/.well-known/jwks.json",
        "7vq3k0m2n1c8e5s9d4f6a7b8c9",
    ),
    "Entra": (
        f"https://login.microsoftonline.com/{TENANT}/v2.0",
        f"https://login.microsoftonline.com/{TENANT}/discovery/v2.0/keys",
        f"api://{TENANT}",
    ),
    "Auth0": (
        "https://a-company-of-ours.eu.auth0.com/",
        "https://a-company-of-ours.eu.auth0.com/.well-known/jwks.json",
        "https://users.api.a-company-of-ours.example",
    ),
}
LONGEST = {
    "Architecture": "x86_64",
    "UseVpc": "false",
    "ReservedConcurrency": "999999",
    "AllowedOrigin": f"https://{'o' * 259}",
    "TableName": "u" * 255,
    "ClaimsTableName": "c" * 255,
    "AuthMode": "jwt",
    "JwtAlgorithms": "RS256,ES256",
    "JwtIssuer": "i" * 512,
    "JwtAudience": "a" * 256,
    "JwksUrl": f"https://{'k' * 1016}",
}


def fits(of: Stack) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, and API_FunctionConfiguration.html"""
    for function in FUNCTIONS:
        properties = of.properties(function)
        variables = properties["Environment"]["Variables"]
        assert len(properties["Description"]) <= 256
        assert "Description" not in of.properties(version_of(function, of)), "versions must inherit the function's description"
        assert sum(len(name) + len(value) for name, value in variables.items()) <= 4096


@pytest.mark.parametrize(("issuer", "keys", "audience"), ISSUERS.values(), ids=ISSUERS)
def test_the_settings_of_a_real_issuer_fit_into_a_function(issuer: str, keys: str, audience: str) -> None:
    jwt = {"AuthMode": "jwt", "JwtIssuer": issuer, "JwksUrl": keys, "JwtAudience": audience}

    tables = {"TableName": "Users-prod", "ClaimsTableName": "Users-prod-claims"}

    fits(stack(**jwt, **tables, AllowedOrigin="https://app.example.com"))


def test_the_longest_settings_fit_into_a_function() -> None:
    fits(stack(**LONGEST))


@pytest.mark.parametrize(
    "parameter", ["ReservedConcurrency", "AllowedOrigin", "TableName", "JwtIssuer", "JwtAudience", "JwksUrl"]
)
def test_longer_settings_are_rejected(parameter: str) -> None:
    with pytest.raises(AssertionError, match=f"{parameter}="):
        stack(**LONGEST | {parameter: LONGEST[parameter] + LONGEST[parameter][-1]})


def test_secrets_of_a_kilobyte_fit_into_a_function() -> None:
    secret = {"AuthMode": "jwt", "JwtAlgorithms": "HS256", "JwtSecretId": "s", "JwtSecretVersion": "v"}
    hs256 = stack(**LONGEST | secret | {"JwksUrl": ""})

    for function in FUNCTIONS:
        secrets = {"JWT_SECRET": "s" * 1024, "JWT_SECRET_PREVIOUS": "p" * 1024}
        variables = hs256.properties(function)["Environment"]["Variables"] | secrets
        assert sum(len(name) + len(value) for name, value in variables.items()) <= 4096
