"""What each parameter of template.yaml adds or changes, and that the rest stays as it is."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from deploy.functions import FUNCTIONS, arn
from support.cloudformation import Stack, listed, stack

each_function = pytest.mark.parametrize("function", FUNCTIONS)
each_table = pytest.mark.parametrize("table", ["UsersTable", "ClaimsTable"])

TABLES = [arn("UsersTable"), arn("ClaimsTable")]

POOL = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_A1b2C3d4E"
KEY = "arn:aws:kms:eu-central-1:123456789012:key/0b7a3c55-93b3-4b0e-8c3e-0d9d3a6f1e77"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:operators"

JWT = {"AuthMode": "jwt", "JwtIssuer": "https://issuer.example/", "JwtAudience": "users"}
JWKS = {**JWT, "JwksUrl": "https://issuer.example/.well-known/jwks.json"}
SECRET = {
    **JWT,
    "JwtAlgorithms": "HS256",
    "JwtSecretId": "users/jwt",
    "JwtSecretVersion": "0b7a3c55-93b3-4b0e-8c3e-0d9d3a6f1e77",
}

IAM = {"Authorization": "AWS_IAM"}
COGNITO = {"Authorization": "COGNITO", "UserPoolArn": POOL}
API_KEY = {"RequireApiKey": "true"}
DOMAIN = {"DomainName": "api.example.com", "HostedZoneId": "Z0123456789"}
VPC = {"UseVpc": "true"}
WAF = {"UseWaf": "true"}
BACKUP = {"UseBackup": "true"}
CANARY = {"CanaryDeployment": "true"}
ENCRYPTION = {"EncryptionKeyArn": KEY}

#: Every set of parameters that adds resources, and which.
ADDED = [
    (IAM, set()),
    (COGNITO, set()),
    (JWKS, set()),
    (SECRET, set()),
    ({"Architecture": "arm64"}, set()),
    (ENCRYPTION, set()),
    (API_KEY, {"ApiKey", "UsagePlan", "UsagePlanKey"}),
    (DOMAIN, {"Certificate", "DnsRecord", "Domain", "DomainMapping"}),
    (WAF, {"WafLog", "WafLogging", "WebAcl", "WebAclAssociation"}),
    (BACKUP, {"BackupPlan", "BackupRole", "BackupSelection", "BackupVault"}),
    (CANARY, {"CanaryRole", "ServerlessDeploymentApplication", *(f"{name}DeploymentGroup" for name in FUNCTIONS)}),
    (
        VPC,
        {"DynamoDbEndpoint", "FunctionsSecurityGroup", "RouteTable", "RoutesOfSubnetA", "RoutesOfSubnetB", "SubnetA",
         "SubnetB", "Vpc"},
    ),
]  # fmt: skip

#: One by one, all at once, and not even what there is by default.
COMBINED = [
    *(parameters for parameters, _ in ADDED),
    {**COGNITO, **ENCRYPTION, **API_KEY, **DOMAIN, **WAF, **BACKUP, **CANARY, **VPC, "AlarmTopicArn": TOPIC},
    {"SetApiGatewayLogRole": "false"},
]

each_set = pytest.mark.parametrize("parameters", [parameters for parameters, _ in ADDED], ids=lambda one: " ".join(one))


def lasting(of: Stack) -> set[str]:
    """The resources but for those whose names change from deployment to deployment."""
    passing = of.names("AWS::ApiGateway::Deployment") | of.names("AWS::Lambda::Version")
    return set(of.resources) - passing


@pytest.mark.parametrize(("parameters", "added"), ADDED, ids=lambda one: " ".join(one) if isinstance(one, dict) else "")
def test_a_parameter_adds_its_resources_and_no_other(parameters: dict[str, str], added: set[str]) -> None:
    assert lasting(stack(**parameters)) - lasting(stack()) == added
    assert lasting(stack()) <= lasting(stack(**parameters))


def references(value: Any) -> set[str]:
    """The logical ids that a resource or an output names."""
    if isinstance(value, list):
        return set().union(*map(references, value))
    if isinstance(value, str):
        return {name.partition(".")[0] for name in re.findall(r"\$\{([^!}]+)\}", value)}
    if not isinstance(value, dict):
        return set()
    named = {value["Ref"]} if "Ref" in value else {value["Fn::GetAtt"][0]} if "Fn::GetAtt" in value else set()
    return named.union(listed(value.get("DependsOn", [])), *map(references, value.values()))


@pytest.mark.parametrize(
    ("parameters", "missing"),
    [
        ({"Authorization": "COGNITO"}, "UserPoolArn"),
        ({"DomainName": "api.example.com"}, "HostedZoneId"),
        ({**JWKS, "JwtIssuer": ""}, "JwtIssuer"),
        ({**JWKS, "JwtAudience": ""}, "JwtAudience"),
        ({**JWKS, **IAM}, "Authorization=NONE"),
        (JWT, "JwksUrl or JwksFile"),
        ({**JWKS, "JwtSecretId": "users/jwt"}, "no JwtSecretId"),
        ({**JWKS, **VPC}, "JwksFile instead of JwksUrl"),
        ({**SECRET, "JwtSecretId": ""}, "JwtSecretId"),
        ({**SECRET, "JwtSecretVersion": ""}, "JwtSecretVersion"),
        ({**SECRET, "JwksUrl": "https://issuer.example/jwks.json"}, "no JwksUrl"),
        ({**SECRET, "JwksFile": "/var/task/jwks.json"}, "no JwksFile"),
    ],
)
def test_what_needs_another_parameter_is_refused_without_it(parameters: dict[str, str], missing: str) -> None:
    with pytest.raises(AssertionError, match=f"needs? {missing}"):
        stack(**parameters)


def test_keys_come_from_one_place() -> None:
    with pytest.raises(AssertionError, match="not from both"):
        stack(**JWKS, JwksFile="/var/task/jwks.json")


@pytest.mark.parametrize("parameters", COMBINED, ids=lambda one: " ".join(one))
def test_nothing_refers_to_what_is_not_there(parameters: dict[str, str]) -> None:
    api = stack(**parameters)
    named = references(api.resources) | references(api.outputs)

    assert {"UsersTable", "Api", "CreateUser"} <= named
    assert named - set(api.resources) == set()


@each_set
def test_the_five_routes_always_lead_to_their_functions(parameters: dict[str, str]) -> None:
    uris = {
        route: operation["x-amazon-apigateway-integration"]["uri"]
        for route, operation in stack(**parameters).routes().items()
    }

    assert {route: uri.rpartition("/functions/")[2] for route, uri in uris.items()} == {
        (expected.method, expected.path): "${%sAliaslive}/invocations" % function
        for function, expected in FUNCTIONS.items()
    }


@each_set
@each_function
def test_a_role_always_has_its_functions_actions_on_the_tables_alone(
    function: str, parameters: dict[str, str]
) -> None:
    rights: dict[str, set[str]] = {}
    for statement in stack(**parameters).statements(f"{function}Role"):
        actions = {action for action in listed(statement["Action"]) if action.startswith("dynamodb:")}
        for resource in listed(statement["Resource"]) if actions else []:
            rights.setdefault(json.dumps(resource), set()).update(actions)

    assert rights == {json.dumps(arn(name)): actions for name, actions in FUNCTIONS[function].rights.items()}


@each_set
def test_preflight_asks_for_nothing(parameters: dict[str, str]) -> None:
    paths = stack(**parameters).properties("Api")["Body"]["paths"]

    assert {path: operations["options"].get("security") for path, operations in paths.items()} == {
        "/users": None,
        "/users/{userId}": None,
    }


SIGNATURE = ["X-Amz-Date", "X-Amz-Security-Token"]


@pytest.mark.parametrize(
    ("parameters", "headers"),
    [
        ({}, []),
        (COGNITO, []),
        (JWKS, []),
        (IAM, SIGNATURE),
        (API_KEY, ["X-Api-Key"]),
        ({**COGNITO, **API_KEY}, ["X-Api-Key"]),
        ({**IAM, **API_KEY}, [*SIGNATURE, "X-Api-Key"]),
    ],
    ids=lambda one: " ".join(one),
)
def test_preflight_allows_the_headers_that_callers_must_bring(
    parameters: dict[str, str], headers: list[str]
) -> None:
    allowed = ["Content-Type", "Authorization", "If-Match", "If-None-Match", "Idempotency-Key", *headers]

    for operations in stack(**parameters).properties("Api")["Body"]["paths"].values():
        preflight = operations["options"]["x-amazon-apigateway-integration"]["responses"]["default"]
        assert preflight["responseParameters"]["method.response.header.Access-Control-Allow-Headers"] == (
            f"'{','.join(allowed)}'"
        )


# ---- Who may call


def securities(of: Stack) -> list[Any]:
    """What a request must bring, once if it is the same for all routes."""
    found = [operation["security"] for operation in of.routes().values()]
    assert len(found) == len(FUNCTIONS)
    return found[0] if all(one == found[0] for one in found) else found


def test_with_aws_iam_every_route_asks_for_a_signature() -> None:
    api = stack(**IAM)

    assert securities(api) == [{"caller": []}]
    assert api.properties("Api")["Body"]["securityDefinitions"]["caller"] == {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "awsSigv4",
    }


def test_with_cognito_every_route_asks_for_a_token_of_the_pool() -> None:
    api = stack(**COGNITO)

    assert securities(api) == [{"caller": []}]
    assert api.properties("Api")["Body"]["securityDefinitions"]["caller"] == {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [POOL]},
    }


@pytest.mark.parametrize(("parameters", "caller"), [({}, []), (IAM, [{"caller": []}]), (COGNITO, [{"caller": []}])])
def test_with_api_keys_every_route_asks_for_one_as_well(parameters: dict[str, str], caller: list[Any]) -> None:
    api = stack(**API_KEY, **parameters, MonthlyQuota="5000", ThrottleRate="7", ThrottleBurst="9")
    definition = api.properties("Api")["Body"]["securityDefinitions"]["api_key"]
    plan = api.properties("UsagePlan")

    assert securities(api) == [*caller, {"api_key": []}]
    assert definition == {"type": "apiKey", "name": "x-api-key", "in": "header"}
    assert plan["ApiStages"] == [{"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "ApiProdStage"}}]
    assert plan["Throttle"] == {"RateLimit": "7", "BurstLimit": "9"}
    assert plan["Quota"] == {"Limit": "5000", "Period": "MONTH"}
    assert api.properties("UsagePlanKey") == {
        "KeyId": {"Ref": "ApiKey"},
        "KeyType": "API_KEY",
        "UsagePlanId": {"Ref": "UsagePlan"},
    }
    assert api.outputs["ApiKeyId"]["Value"] == {"Ref": "ApiKey"}


def test_an_origin_may_call_and_no_other() -> None:
    api = stack(AllowedOrigin="https://app.example")
    paths = api.properties("Api")["Body"]["paths"]

    for path in ("/users", "/users/{userId}"):
        preflight = paths[path]["options"]["x-amazon-apigateway-integration"]["responses"]["default"]
        origin = preflight["responseParameters"]["method.response.header.Access-Control-Allow-Origin"]
        assert origin == "'https://app.example'"
    for function in FUNCTIONS:
        variables = api.properties(function)["Environment"]["Variables"]
        assert variables["ALLOWED_ORIGIN"] == "https://app.example"


def deployment_at(second: int, **parameters: str) -> set[str]:
    with mock.patch("samtranslator.model.apigateway.time", SimpleNamespace(time=lambda: second)):
        return Stack(**parameters).names("AWS::ApiGateway::Deployment")


@pytest.mark.parametrize("parameters", [IAM, API_KEY, {"AllowedOrigin": "https://app.example"}], ids=" ".join)
def test_a_parameter_that_changes_the_api_deploys_it_anew(parameters: dict[str, str]) -> None:
    # What the stage serves is a snapshot; it stays as it is until the deployment has another name.
    assert deployment_at(1) != deployment_at(2, **parameters)


def test_with_jwt_the_functions_know_the_issuer_and_where_its_keys_are() -> None:
    api = stack(**JWKS, JwtAlgorithms="RS256,ES256")

    for function in FUNCTIONS:
        variables = api.properties(function)["Environment"]["Variables"]
        assert {name: value for name, value in variables.items() if name.startswith(("AUTH_", "JWT_"))} == {
            "AUTH_MODE": "jwt",
            "JWT_ALGORITHMS": "RS256,ES256",
            "JWT_ISSUER": "https://issuer.example/",
            "JWT_AUDIENCE": "users",
            "JWT_JWKS_URL": "https://issuer.example/.well-known/jwks.json",
            "JWT_JWKS_FILE": "",
            "JWT_SECRET": "",
        }
    assert securities(api) == [], "the gateway lets every request through to them"


def test_with_keys_in_the_package_the_functions_may_be_in_the_vpc() -> None:
    api = stack(**JWT, **VPC, JwksFile="/var/task/jwks.json")

    for function in FUNCTIONS:
        assert api.properties(function)["Environment"]["Variables"]["JWT_JWKS_FILE"] == "/var/task/jwks.json"


def test_the_secret_is_a_reference_that_cloudformation_resolves_in_the_functions_variables_alone() -> None:
    api = Stack(**SECRET)
    reference = "{{resolve:secretsmanager:users/jwt:SecretString:::0b7a3c55-93b3-4b0e-8c3e-0d9d3a6f1e77}}"

    for function in FUNCTIONS:
        assert api.properties(function)["Environment"]["Variables"].pop("JWT_SECRET") == reference
    assert "resolve:" not in json.dumps([api.resources, api.outputs])


def test_the_stage_throttles_as_it_is_told() -> None:
    (settings,) = stack(ThrottleRate="7", ThrottleBurst="9").properties("ApiProdStage")["MethodSettings"]

    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == ("7", "9")


# ---- Where and how the functions run


def test_every_role_is_for_one_service_alone() -> None:
    api = stack(**CANARY, **BACKUP)
    trusted = {
        "ApiGatewayLogRole": "apigateway",
        "BackupRole": "backup",
        "CanaryRole": "codedeploy",
        **{f"{function}Role": "lambda" for function in FUNCTIONS},
    }

    assert {
        role: api.properties(role)["AssumeRolePolicyDocument"]["Statement"] for role in api.names("AWS::IAM::Role")
    } == {
        role: [{"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}]
        for role, service in trusted.items()
    }


def test_on_arm64_all_functions_are() -> None:
    api = stack(Architecture="arm64")

    assert {function: api.properties(function)["Architectures"] for function in FUNCTIONS} == {
        function: ["arm64"] for function in FUNCTIONS
    }


def test_reserved_concurrency_is_each_functions() -> None:
    api = stack(ReservedConcurrency="12")

    assert {function: api.properties(function)["ReservedConcurrentExecutions"] for function in FUNCTIONS} == {
        function: "12" for function in FUNCTIONS
    }


@each_function
def test_a_canary_goes_back_when_an_alarm_of_its_function_sounds(function: str) -> None:
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


def test_who_shifts_traffic_may_do_it_in_this_stack_alone() -> None:
    statements = stack(**CANARY).statements("CanaryRole")

    assert {action: one["Resource"] for one in statements for action in listed(one["Action"])} == {
        "lambda:GetAlias": "arn:aws:lambda:eu-central-1:123456789012:function:users-*",
        "lambda:UpdateAlias": "arn:aws:lambda:eu-central-1:123456789012:function:users-*",
        "lambda:GetProvisionedConcurrencyConfig": "arn:aws:lambda:eu-central-1:123456789012:function:users-*",
        "cloudwatch:DescribeAlarms": "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:users-*",
    }


def test_in_the_vpc_there_is_a_way_to_the_tables_and_to_nowhere_else() -> None:
    api = stack(**VPC)
    endpoint = api.properties("DynamoDbEndpoint")
    (statement,) = endpoint["PolicyDocument"]["Statement"]
    group = api.properties("FunctionsSecurityGroup")

    for function in FUNCTIONS:
        assert api.properties(function)["VpcConfig"] == {
            "SubnetIds": [{"Ref": "SubnetA"}, {"Ref": "SubnetB"}],
            "SecurityGroupIds": [{"Ref": "FunctionsSecurityGroup"}],
        }
    assert (endpoint["VpcEndpointType"], endpoint["ServiceName"]) == ("Gateway", "com.amazonaws.eu-central-1.dynamodb")
    assert endpoint["RouteTableIds"] == [{"Ref": "RouteTable"}]
    assert statement["Resource"] == [arn("UsersTable"), arn("UsersTable/index/*"), arn("ClaimsTable")]
    for subnet in ("A", "B"):
        assert api.properties(f"RoutesOfSubnet{subnet}") == {
            "SubnetId": {"Ref": f"Subnet{subnet}"},
            "RouteTableId": {"Ref": "RouteTable"},
        }
    assert not api.names("AWS::EC2::Route") | api.names("AWS::EC2::InternetGateway") | api.names("AWS::EC2::NatGateway")
    assert {name: api.properties("Vpc")[name] for name in ("EnableDnsSupport", "EnableDnsHostnames")} == {
        "EnableDnsSupport": True,
        "EnableDnsHostnames": True,
    }
    assert [api.properties(f"Subnet{subnet}") for subnet in "AB"] == [
        {
            "VpcId": {"Ref": "Vpc"},
            "CidrBlock": block,
            "AvailabilityZone": {"Fn::Select": [zone, {"Fn::GetAZs": ""}]},
        }
        for zone, block in enumerate(("10.0.0.0/25", "10.0.0.128/25"))
    ]
    assert "SecurityGroupIngress" not in group
    assert [(rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) for rule in group["SecurityGroupEgress"]] == [
        ("tcp", 443, 443)
    ]


@each_function
def test_only_in_the_vpc_a_role_may_make_network_interfaces(function: str) -> None:
    def interface_actions(of: Stack) -> set[str]:
        return {
            action
            for statement in of.statements(f"{function}Role")
            for action in listed(statement["Action"])
            if action.startswith("ec2:")
        }

    assert interface_actions(stack()) == set()
    assert interface_actions(stack(**VPC)) == {
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
    }


# ---- The tables, their key and their backups


@pytest.mark.parametrize(("keep", "policy", "protected"), [("true", "Retain", True), ("false", "Delete", False)])
@each_table
def test_a_table_that_is_kept_can_be_deleted_neither_with_the_stack_nor_alone(
    table: str, keep: str, policy: str, protected: bool
) -> None:
    table = stack(KeepTable=keep).resources[table]

    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == (policy, policy)
    assert table["Properties"]["DeletionProtectionEnabled"] is protected


@pytest.mark.parametrize(
    ("stream", "specification"),
    [("NONE", None), ("NEW_AND_OLD_IMAGES", {"StreamViewType": "NEW_AND_OLD_IMAGES"})],
)
def test_the_table_has_the_stream_that_is_asked_for(stream: str, specification: dict[str, str] | None) -> None:
    assert stack(TableStream=stream).properties("UsersTable").get("StreamSpecification") == specification


def test_a_key_of_ones_own_encrypts_the_tables_their_backups_and_every_log() -> None:
    api = stack(**ENCRYPTION, **BACKUP, **WAF)
    logs = api.names("AWS::Logs::LogGroup")

    for table in ("UsersTable", "ClaimsTable"):
        assert api.properties(table)["SSESpecification"] == {
            "SSEEnabled": True,
            "SSEType": "KMS",
            "KMSMasterKeyId": KEY,
        }
    assert api.properties("BackupVault")["EncryptionKeyArn"] == KEY
    assert logs == {"ApiLog", "WafLog", *(f"{function}Log" for function in FUNCTIONS)}
    assert {api.properties(log)["KmsKeyId"] for log in logs} == {KEY}
    assert not [log for log in stack().names("AWS::Logs::LogGroup") if "KmsKeyId" in stack().properties(log)]


@each_function
def test_only_then_a_role_may_use_that_key_and_through_dynamodb_alone(function: str) -> None:
    def key_statements(of: Stack) -> list[dict[str, Any]]:
        return [one for one in of.statements(f"{function}Role") if "kms:" in json.dumps(one["Action"])]

    assert key_statements(stack()) == []
    assert key_statements(stack(**ENCRYPTION)) == [
        {
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": KEY,
            "Condition": {"StringEquals": {"kms:ViaService": "dynamodb.eu-central-1.amazonaws.com"}},
        }
    ]


def test_the_backup_plan_is_for_both_tables_and_its_vault_stays() -> None:
    api = stack(**BACKUP)
    (rule,) = api.properties("BackupPlan")["BackupPlan"]["BackupPlanRule"]
    selection = api.properties("BackupSelection")

    assert rule["TargetBackupVault"] == {"Ref": "BackupVault"}
    assert rule["Lifecycle"] == {"DeleteAfterDays": 35}
    assert selection["BackupPlanId"] == {"Ref": "BackupPlan"}
    assert selection["BackupSelection"]["Resources"] == TABLES
    assert selection["BackupSelection"]["IamRoleArn"] == {"Fn::GetAtt": ["BackupRole", "Arn"]}
    assert api.resources["BackupVault"]["DeletionPolicy"] == "Retain"
    assert 2 <= len(api.properties("BackupVault")["BackupVaultName"]) <= 50


# ---- Before the API


def test_the_waf_stands_before_the_stage_and_lets_large_bodies_pass() -> None:
    api = stack(**WAF)
    groups = {
        rule["Statement"]["ManagedRuleGroupStatement"]["Name"]: rule["Statement"]["ManagedRuleGroupStatement"]
        for rule in api.properties("WebAcl")["Rules"]
    }

    assert api.properties("WebAclAssociation") == {
        "WebACLArn": {"Fn::GetAtt": ["WebAcl", "Arn"]},
        "ResourceArn": "arn:aws:apigateway:eu-central-1::/restapis/${Api}/stages/${ApiProdStage}",
    }
    assert set(groups) == {
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesCommonRuleSet",
    }
    # Anything else than None would only count what the groups block.
    assert [rule["OverrideAction"] for rule in api.properties("WebAcl")["Rules"]] == [{"None": {}}] * len(groups)
    # The group refuses bodies over 8 KB, the contract takes 16 KiB.
    assert groups["AWSManagedRulesCommonRuleSet"]["RuleActionOverrides"] == [
        {"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}
    ]


def test_the_log_of_the_waf_leaves_out_queries_and_credentials() -> None:
    api = stack(**WAF)
    logging = api.properties("WafLogging")

    assert api.properties("WafLog")["LogGroupName"].startswith("aws-waf-logs-")
    assert logging["LogDestinationConfigs"] == ["arn:aws:logs:eu-central-1:123456789012:log-group:${WafLog}"]
    assert logging["RedactedFields"] == [
        {"QueryString": {}},
        {"SingleHeader": {"Name": "authorization"}},
        {"SingleHeader": {"Name": "x-api-key"}},
    ]


def test_the_domain_has_its_certificate_its_record_and_the_stage() -> None:
    api = stack(**DOMAIN)
    record = api.properties("DnsRecord")

    assert api.properties("Certificate")["DomainValidationOptions"] == [
        {"DomainName": "api.example.com", "HostedZoneId": "Z0123456789"}
    ]
    assert api.properties("Domain")["RegionalCertificateArn"] == {"Ref": "Certificate"}
    assert api.properties("Domain")["SecurityPolicy"] == "TLS_1_2"
    assert api.properties("DomainMapping") == {
        "DomainName": {"Ref": "Domain"},
        "RestApiId": {"Ref": "Api"},
        "Stage": {"Ref": "ApiProdStage"},
    }
    assert (record["Name"], record["Type"], record["HostedZoneId"]) == ("api.example.com", "A", "Z0123456789")
    assert record["AliasTarget"] == {
        "DNSName": {"Fn::GetAtt": ["Domain", "RegionalDomainName"]},
        "HostedZoneId": {"Fn::GetAtt": ["Domain", "RegionalHostedZoneId"]},
    }
    assert api.outputs["ApiUrl"]["Value"] == "https://api.example.com"


# ---- Watching it


def test_every_alarm_tells_the_topic_when_it_comes_and_when_it_goes() -> None:
    api = stack(AlarmTopicArn=TOPIC)
    alarms = api.names("AWS::CloudWatch::Alarm")

    assert len(alarms) == 2 * len(FUNCTIONS) + 5
    assert {(*api.properties(alarm)["AlarmActions"], *api.properties(alarm)["OKActions"]) for alarm in alarms} == {
        (TOPIC, TOPIC)
    }


def test_every_log_is_kept_as_long_as_is_asked_for() -> None:
    api = stack(LogRetentionDays="365", **WAF)

    assert {api.properties(log)["RetentionInDays"] for log in api.names("AWS::Logs::LogGroup")} == {"365"}


def test_an_account_that_has_a_role_for_api_gateways_logs_keeps_it() -> None:
    api = stack(SetApiGatewayLogRole="false")

    assert lasting(stack()) - lasting(api) == {"ApiGatewayAccount", "ApiGatewayLogRole"}
    assert "ApiGatewayAccount" not in json.dumps(api.resources)
