"""The roles with which GitHub and CloudFormation deploy."""

from __future__ import annotations

import fnmatch
import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import cfnlint
import pytest
import yaml
from samtranslator.yaml_helper import yaml_parse

from deploy.parameters import HTTP_MOST, KEY, MOST
from support.cloudformation import PSEUDO_PARAMETERS, Resources, http_stack, listed, stack
from support.function import REPOSITORY

PARAMETERS = {
    **{"Repository": "owner/users", "Environment": "prod", "StackName": "users", "CreateProvider": "true"},
    **{"TableName": "Users", "ClaimsTableName": "UserClaims", "JwtSecretId": "users/jwt", "HostedZoneId": "Z0123456789"},
    "AWS::StackName": "bootstrap-users",
    "AWS::StackId": "arn:aws:cloudformation:eu-central-1:123456789012:stack/bootstrap-users/0b7a3c55",
}
SOURCE = (REPOSITORY / "bootstrap.yaml").read_text(encoding="utf-8")
STACK_NAME = yaml_parse(SOURCE)["Parameters"]["StackName"]


def bootstrap(**parameters: str) -> Resources:
    return Resources(yaml_parse(SOURCE), PSEUDO_PARAMETERS | PARAMETERS | parameters)


def statements(role: str, **parameters: str) -> list[dict[str, Any]]:
    (policy,) = bootstrap(**parameters).properties(role)["Policies"]
    return policy["PolicyDocument"]["Statement"]


def matches(value: str, patterns: Any) -> bool:
    return any(fnmatch.fnmatchcase(value.lower(), str(one).lower()) for one in listed(patterns))


def allows(role: str, action: str, resource: str, **parameters: str) -> bool:
    """Returns whether a statement of the role allows the action on the resource, whatever its conditions."""
    return any(
        one["Effect"] == "Allow" and matches(action, one["Action"]) and matches(resource, one["Resource"])
        for one in statements(role, **parameters)
    )


def test_the_template_has_no_yaml_aliases_because_cloudformation_rejects_them() -> None:
    assert not [token for token in yaml.scan(SOURCE) if isinstance(token, (yaml.AnchorToken, yaml.AliasToken))]


def arn(service: str, resource: str, region: str = "eu-central-1", account: str = "123456789012") -> str:
    return f"arn:aws:{service}:{region}:{account}:{resource}"


ROLE = arn("iam", "role/users-GetUserRole-1ABC", "")
#: An ARN of the stack for the actions of a service; the first pattern that matches decides. Others have no resource.
RESOURCES = {
    "lambda:*": [arn("lambda", "function:users-GetUser"), arn("lambda", "function:users-GetUser:live")],
    "cloudwatch:*Dashboard*": [arn("cloudwatch", "dashboard/users-api", "")],
    "cloudwatch:DescribeAlarms": ["*", arn("cloudwatch", "alarm:users-GetUser-7")],
    "cloudwatch:*": [arn("cloudwatch", "alarm:users-GetUser-7"), arn("cloudwatch", "alarm:users-failing")],
    "codedeploy:GetDeploymentConfig": [arn("codedeploy", "deploymentconfig:CodeDeployDefault.LambdaCanary10Percent5Minutes")],
    "codedeploy:*": [
        arn("codedeploy", "application:users-ServerlessDeploymentApplication-1ABC"),
        arn("codedeploy", "deploymentgroup:users-ServerlessDeploymentApplication-1ABC/users-GetUserDeploymentGroup-1ABC"),
    ],
    "cloudformation:*": [arn("cloudformation", "stack/users-Waf-1ABC/0b7a3c55")],
    "iam:CreateServiceLinkedRole": [arn("iam", "role/aws-service-role/wafv2.amazonaws.com/AWSServiceRoleForWAFV2Logging", "")],
    "iam:*Policy": [ROLE, arn("iam", "policy/users-SharedFunctionPolicy-1ABC", "")],
    "iam:*PolicyVersion*": [arn("iam", "policy/users-SharedFunctionPolicy-1ABC", "")],
    "iam:*": [ROLE, arn("iam", "role/users-GetUserCanary-1ABC-Role-2DEF", "")],
    "dynamodb:*": [arn("dynamodb", "table/Users"), arn("dynamodb", "table/UserClaims")],
    "logs:DescribeLogGroups": ["*"],
    "logs:*ResourcePolic*": ["*"],
    "logs:*LogDelivery": ["*"],
    "logs:*QueryDefinition*": ["*"],
    "logs:*": [
        *(arn("logs", f"log-group:/aws/lambda/users-GetUser{end}") for end in ("", ":*")),
        *(arn("logs", f"log-group:/aws/apigateway/users{end}") for end in ("", ":*")),
        *(arn("logs", f"log-group:aws-waf-logs-users{end}") for end in ("", ":*")),
    ],
    "kms:*": [KEY],
    "route53:ChangeResourceRecordSets": ["arn:aws:route53:::hostedzone/Z0123456789"],
    "route53:GetHostedZone": ["arn:aws:route53:::hostedzone/Z0123456789"],
    "route53:ListResourceRecordSets": ["arn:aws:route53:::hostedzone/Z0123456789"],
    "s3:*": ["${Artifacts.Arn}/users/0b7a3c55"],
}
#: The permissions that the handlers list but this stack does not need, with the reasons.
EXCEPTIONS = {
    "AWS::CertificateManager::Certificate": {"acm-pca:*": "the certificate is a public one"},
    "AWS::DynamoDB::Table": {
        "dynamodb:*Replica": "no global table",
        "dynamodb:*Import*": "no import from S3",
        "dynamodb:*Item": "part of what replicas need",
        "dynamodb:BatchWriteItem": "part of what replicas need",
        "dynamodb:Query": "part of what replicas need",
        "dynamodb:Scan": "part of what replicas need",
        "dynamodb:*ableKinesisStreamingDestination": "no stream of Kinesis",
        "dynamodb:UpdateKinesisStreamingDestination": "no stream of Kinesis",
        "kinesis:*": "no stream of Kinesis",
        "kms:ListAliases": "the key is named by its ARN",
        "logs:*": "the log of an import",
        "s3:*": "no import from S3",
    },
    "AWS::EC2::VPCEndpoint": {"vpc-lattice:*": "another type of endpoint", "vpce:AllowMultiRegion": "the region is the same"},
    "AWS::IAM::Role": {"iam:*PermissionsBoundary": "no role has a boundary"},
    "AWS::Lambda::Function": {
        "elasticfilesystem:*": "no file system",
        "s3files:*": "no file system",
    },
    "AWS::Logs::LogGroup": {
        "firehose:*": "no delivery",
        "logs:*IndexPolicy": "no index policy",
        "logs:PutBearerTokenAuthentication": "the setting is not used",
        "s3:*": "no delivery",
    },
    "AWS::WAFv2::LoggingConfiguration": {
        "firehose:*": "the log is in CloudWatch Logs",
        "s3:*": "the log is in CloudWatch Logs",
        "iam:DescribeOrganization": "is not an action of IAM",
    },
    "AWS::WAFv2::WebACL": {"payments:*": "no rule group of a vendor"},
    "AWS::WAFv2::WebACLAssociation": {
        f"{service}:*": "another kind of resource"
        for service in ("amplify", "apprunner", "appsync", "bedrock-agentcore", "cognito-idp", "ec2", "elasticloadbalancing")
    },
}


@cache
def types_of_the_stacks() -> set[str]:
    """Returns the types of all resources in both templates, with nearly every parameter set."""
    stacks = (stack(**MOST), http_stack(**HTTP_MOST))
    return {resource["Type"] for one in stacks for resource in one.all_resources().values()}


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """Returns CloudFormation's schemas for the stack's types; each handler in a schema lists the permissions that it uses."""
    types = types_of_the_stacks()
    folder = Path(cfnlint.__file__).parent / "data/schemas/resources"
    found = (json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*.json"))
    return {schema["typeName"]: schema for schema in found if schema.get("typeName") in types}


def excepted(kind: str, permission: str) -> bool:
    return any(matches(permission, pattern) for types, reasons in EXCEPTIONS.items() if matches(kind, types) for pattern in reasons)


def missing() -> dict[str, list[tuple[str, str]]]:
    """Returns, by type, the permissions that the type's handlers list and the execution role lacks, with their resources."""
    lacking: dict[str, list[tuple[str, str]]] = {}
    for kind, schema in schemas().items():
        handlers = [schema["handlers"].get(action, {}) for action in ("create", "read", "update", "delete")]
        for permission in sorted({one for handler in handlers for one in handler.get("permissions", [])}):
            resources = next((arns for pattern, arns in RESOURCES.items() if matches(permission, pattern)), ["*"])
            lacking.setdefault(kind, []).extend(
                (permission, one) for one in resources if not allows("ExecutionRole", permission, one)
            )
    return lacking


def test_cloudformation_may_do_what_the_handlers_of_every_type_of_the_stack_list() -> None:
    assert schemas().keys() == types_of_the_stacks()

    assert [(kind, *one) for kind, many in missing().items() for one in many if not excepted(kind, one[0])] == []


def test_every_exception_is_a_permission_that_the_role_lacks() -> None:
    lacking = [(kind, permission) for kind, many in missing().items() for permission, _ in many]

    for types, reasons in EXCEPTIONS.items():
        for pattern in reasons:
            assert any(matches(kind, types) and matches(permission, pattern) for kind, permission in lacking), (types, pattern)


def test_the_policies_fit_into_a_role() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
    longest = bootstrap(StackName="u" * STACK_NAME["MaxLength"], TableName="u" * 60, ClaimsTableName="c" * 60)
    policies = [longest.properties("Guard"), *longest.properties("ExecutionRole")["Policies"]]

    # IAM does not count whitespace. A hundred more characters allow for the ARNs, which are references here.
    assert sum(len(json.dumps(one["PolicyDocument"], separators=(",", ":"))) + 100 for one in policies) <= 10240


def test_cloudformation_may_use_only_what_belongs_to_the_stack() -> None:
    for action, resource in {
        "iam:PutRolePolicy": arn("iam", "role/other-GetUserRole-1ABC", ""),
        "lambda:UpdateFunctionCode": arn("lambda", "function:other-GetUser"),
        "dynamodb:DeleteTable": arn("dynamodb", "table/Others"),
        "logs:DeleteLogGroup": arn("logs", "log-group:/aws/lambda/other-GetUser"),
        "secretsmanager:GetSecretValue": arn("secretsmanager", "secret:other/jwt-a1b2c3"),
        "route53:ChangeResourceRecordSets": "arn:aws:route53:::hostedzone/Z9876543210",
    }.items():
        assert not allows("ExecutionRole", action, resource), action
    assert allows("ExecutionRole", "secretsmanager:GetSecretValue", arn("secretsmanager", "secret:users/jwt-a1b2c3"))
    assert not allows("ExecutionRole", "secretsmanager:GetSecretValue", arn("secretsmanager", "secret:-a1b2c3"), JwtSecretId="")
    # A key can be used only through the services that need it.
    (kms,) = [one for one in statements("ExecutionRole") if matches("kms:Decrypt", one["Action"])]
    assert kms["Condition"]["StringEquals"]["kms:ViaService"] == [f"{one}.eu-central-1.amazonaws.com" for one in ("dynamodb", "backup")]


def samconfig_stacks() -> list[str]:
    config = tomllib.loads((REPOSITORY / "samconfig.toml.example").read_text(encoding="utf-8"))
    return [one["global"]["parameters"]["stack_name"] for name, one in config.items() if name != "version"]


def documented_bootstrap() -> tuple[str, str]:
    """Returns the names of the stack of bootstrap.yaml and of its StackName in operations.md."""
    text = (REPOSITORY / "docs/operations.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"cloudformation deploy --template-file bootstrap\.yaml --stack-name (\S+).*?StackName=(\S+)", text, re.S)
    return command


@pytest.mark.parametrize("name", samconfig_stacks())
def test_the_roles_of_one_environment_reach_no_other_environment_and_no_role_that_deploys(name: str) -> None:
    own, stack_name = documented_bootstrap()
    others = [other for other in samconfig_stacks() if other != name]
    assert stack_name in samconfig_stacks()

    for role in ("ExecutionRole", "DeploymentRole"):
        for resource in (
            *(arn("iam", f"role/{one}-GetUserRole-1ABC", "") for one in others),
            *(arn("cloudformation", f"stack/{one}{end}/0b7a3c55") for one in (*others, own) for end in ("", "-Waf-1ABC")),
            *(arn("iam", f"role/{own}-{one}-1ABC", "") for one in ("DeploymentRole", "ExecutionRole")),
        ):
            for action in ("iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "cloudformation:UpdateStack"):
                assert not allows(role, action, resource, StackName=name), resource


def test_no_role_may_change_who_may_deploy_whatever_the_names() -> None:
    guard = bootstrap().properties("Guard")
    deny, own = guard["PolicyDocument"]["Statement"]

    assert guard["Roles"] == [{"Ref": "DeploymentRole"}, {"Ref": "ExecutionRole"}]
    assert (deny["Effect"], deny["Action"]) == ("Deny", ["iam:*", "cloudformation:*"])
    assert deny["Resource"] == [
        PARAMETERS["AWS::StackId"],
        {"Fn::GetAtt": ["DeploymentRole", "Arn"]},
        "arn:aws:iam::123456789012:oidc-provider/*",
    ]
    # GitHub's role passes it to CloudFormation.
    assert own == {"Effect": "Deny", "NotAction": "iam:PassRole", "Resource": {"Fn::GetAtt": ["ExecutionRole", "Arn"]}}


@pytest.mark.parametrize(("name", "valid"), [("users-api-prod", True), ("users*", False), ("", False)])
def test_the_name_of_the_stack_has_the_characters_of_a_functions_name(name: str, valid: bool) -> None:
    assert bool(re.fullmatch(STACK_NAME["AllowedPattern"], name)) is valid


def test_the_name_of_the_stack_leaves_room_for_the_longest_functions_name() -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"""
    functions = stack().names("AWS::Lambda::Function")

    assert STACK_NAME["MaxLength"] + max(len(f"-{name}") for name in functions) == 64


@pytest.mark.parametrize(
    ("repository", "valid"),
    [("owner/users", True), ("owner@123456/my.users@456789", True), ("owner/users@", False), ("owner/*", False), ("owner", False)],
)
def test_the_repository_may_have_the_ids_of_immutable_subject_claims(repository: str, valid: bool) -> None:
    assert bool(re.fullmatch(yaml_parse(SOURCE)["Parameters"]["Repository"]["AllowedPattern"], repository)) is valid


#: https://github.com/aws-actions/configure-aws-credentials#audience
@pytest.mark.parametrize(
    ("partition", "audience"),
    [("aws", "sts.amazonaws.com"), ("aws-cn", "sts.amazonaws.com.cn"), ("aws-us-gov", "sts.amazonaws.com")],
)
def test_github_can_assume_the_role_in_one_environment_of_one_repository(partition: str, audience: str) -> None:
    created = bootstrap(**{"AWS::Partition": partition})
    (statement,) = created.properties("DeploymentRole")["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"]["StringEquals"] == {
        "token.actions.githubusercontent.com:aud": audience,
        "token.actions.githubusercontent.com:sub": "repo:owner/users:environment:prod",
    }
    assert created.properties("Provider")["ClientIdList"] == [audience]


def test_github_may_pass_only_the_role_of_cloudformation_which_may_pass_only_roles_of_the_stack_to_its_services() -> None:
    passed = [one["Resource"] for one in statements("DeploymentRole") if "iam:PassRole" in listed(one["Action"])]
    (own,) = [one for one in statements("ExecutionRole") if "iam:PassRole" in listed(one["Action"])]

    assert passed == [{"Fn::GetAtt": ["ExecutionRole", "Arn"]}]
    assert own["Resource"] == "arn:aws:iam::123456789012:role/users-*"
    services = own["Condition"]["StringLike"]["iam:PassedToService"]
    for principal in ("lambda.amazonaws.com", "backup.amazonaws.com", "apigateway.amazonaws.com", "codedeploy.eu-central-1.amazonaws.com"):
        assert matches(principal, services)
    assert not matches("ec2.amazonaws.com", services)


def attached() -> set[str]:
    """Returns AWS's policies that the roles of the stacks have."""
    roles = [one for of in (stack(**MOST), http_stack(**HTTP_MOST)) for one in of.all_resources().values() if one["Type"] == "AWS::IAM::Role"]
    return {one for role in roles for one in role["Properties"].get("ManagedPolicyArns", []) if isinstance(one, str)}


def test_a_role_can_have_only_those_managed_policies_that_the_stack_uses() -> None:
    (deny,) = [one for one in statements("ExecutionRole") if one["Effect"] == "Deny"]
    allowed = deny["Condition"]["ArnNotLike"]["iam:PolicyARN"]

    assert (deny["Action"], deny["Resource"]) == (["iam:AttachRolePolicy", "iam:DetachRolePolicy"], "*")
    assert len(attached()) == 3
    for policy in (*attached(), "arn:aws:iam::123456789012:policy/users-SharedFunctionPolicy-1ABC"):
        assert matches(policy, allowed)
    for policy in ("arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/IAMFullAccess"):
        assert not matches(policy, allowed)


def test_files_to_which_a_deployment_may_refer_do_not_expire() -> None:
    (rule,) = bootstrap().properties("Artifacts")["LifecycleConfiguration"]["Rules"]

    # SAM does not upload an existing file again, so even an old file may be in use.
    assert not {"ExpirationInDays", "ExpirationDate", "Transitions"} & rule.keys()
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert rule["Prefix"] == "users/"


@pytest.mark.parametrize(("create", "providers"), [("true", {"Provider"}), ("false", set())])
def test_the_provider_of_the_account_is_optional(create: str, providers: set[str]) -> None:
    assert bootstrap(CreateProvider=create).names("AWS::IAM::OIDCProvider") == providers
