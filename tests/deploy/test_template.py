"""What template.yaml makes of the functions, their routes, their rights and the table when no parameter is given."""

import json
import re
from typing import Any

import pytest

from deploy.functions import FUNCTIONS, arn
from support.cloudformation import Stack, listed, stack
from support.function import REPOSITORY
from support.users_api import TITLES

each_function = pytest.mark.parametrize("function", FUNCTIONS)

KEY = "arn:aws:kms:eu-central-1:123456789012:key/0b7a3c55-93b3-4b0e-8c3e-0d9d3a6f1e77"

#: One of each of these there is for every function.
PER_FUNCTION = {
    "AWS::Lambda::Function": "{}",
    "AWS::Lambda::Alias": "{}Aliaslive",
    "AWS::Lambda::Permission": "{}RoutePermissionProd",
}


@pytest.fixture(scope="module")
def default() -> Stack:
    return stack()


def actions(statements: list[dict[str, Any]]) -> set[str]:
    return {action for statement in statements for action in listed(statement["Action"])}


# ---- The functions


@pytest.mark.parametrize(("kind", "name"), PER_FUNCTION.items())
def test_there_are_the_five_functions_and_what_belongs_to_them(default: Stack, kind: str, name: str) -> None:
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
        "AWS_ENDPOINT_URL_DYNAMODB": "",
    }
    assert not {"VpcConfig", "ReservedConcurrentExecutions"} & set(properties)


@each_function
def test_an_alias_leads_to_the_functions_last_version(default: Stack, function: str) -> None:
    alias = default.properties(f"{function}Aliaslive")
    (version,) = (name for name in default.names("AWS::Lambda::Version") if name.startswith(f"{function}Version"))

    assert alias["FunctionVersion"] == {"Fn::GetAtt": [version, "Version"]}
    assert default.properties(version)["FunctionName"] == {"Ref": function}
    assert "UpdatePolicy" not in default.resources[f"{function}Aliaslive"]


# ---- The API


def test_each_route_leads_to_its_functions_alias_and_there_is_no_other(default: Stack) -> None:
    integrations = {
        route: operation["x-amazon-apigateway-integration"] for route, operation in default.routes().items()
    }

    assert {route: (integration["type"], integration["uri"]) for route, integration in integrations.items()} == {
        (expected.method, expected.path): (
            "aws_proxy",
            "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${%sAliaslive}/invocations" % function,
        )
        for function, expected in FUNCTIONS.items()
    }


@each_function
def test_the_api_may_call_a_function_for_its_route_alone(default: Stack, function: str) -> None:
    expected = FUNCTIONS[function]
    permission = default.properties(f"{function}RoutePermissionProd")

    assert permission == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": f"{function}Aliaslive"},
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": "arn:aws:execute-api:eu-central-1:123456789012:${Api}/*/%s%s"
        % (expected.method, expected.path.replace("{userId}", "*")),
    }


def test_the_api_is_a_rest_api_with_the_one_stage(default: Stack) -> None:
    (stage,) = default.names("AWS::ApiGateway::Stage")
    (deployment,) = default.names("AWS::ApiGateway::Deployment")

    assert default.names("AWS::ApiGateway::RestApi") == {"Api"}
    assert default.properties(stage)["StageName"] == "Prod"
    assert "StageName" not in default.properties(deployment)
    assert default.properties("Api")["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


def test_anyone_may_call_without_a_key(default: Stack) -> None:
    assert {route: operation["security"] for route, operation in default.routes().items()} == {
        (expected.method, expected.path): [] for expected in FUNCTIONS.values()
    }
    assert set(default.properties("Api")["Body"]["securityDefinitions"]) == {"api_key"}


def test_the_stage_traces_measures_and_throttles(default: Stack) -> None:
    stage = default.properties("ApiProdStage")

    assert stage["TracingEnabled"] is True
    assert stage["MethodSettings"] == [
        {
            "HttpMethod": "*",
            "ResourcePath": "/*",
            "MetricsEnabled": True,
            "ThrottlingRateLimit": 100,
            "ThrottlingBurstLimit": 200,
        }
    ]


def test_the_access_log_tells_of_a_request_without_its_query(default: Stack) -> None:
    setting = default.properties("ApiProdStage")["AccessLogSetting"]
    entry = json.loads(setting["Format"])

    assert setting["DestinationArn"] == {"Fn::GetAtt": ["ApiLog", "Arn"]}
    assert entry["requestId"] == "$context.requestId"
    variables = set(entry.values())
    assert all(re.fullmatch(r"\$context\.[\w.]+", variable) for variable in variables), variables
    assert {"$context.path", "$context.httpMethod", "$context.status", "$context.responseLatency"} <= variables
    # What holds the query, or who calls by name.
    assert not {variable for variable in variables if re.search("quer|requestOverride|authorizer|customDomain", variable)}


def test_a_stage_waits_until_api_gateway_may_write_logs(default: Stack) -> None:
    account = default.resources["ApiGatewayAccount"]

    assert default.resources["Api"]["Metadata"]["After"] == {"Ref": "ApiGatewayAccount"}
    assert account["Properties"]["CloudWatchRoleArn"] == {"Fn::GetAtt": ["ApiGatewayLogRole", "Arn"]}
    # Other APIs of the account may use it by the time that this stack goes.
    assert account["DeletionPolicy"] == "Retain"
    assert default.resources["ApiGatewayLogRole"]["DeletionPolicy"] == "Retain"


# ---- CORS, and the gateway's own replies


@pytest.mark.parametrize(
    ("path", "methods"), [("/users", "'GET,OPTIONS,POST'"), ("/users/{userId}", "'DELETE,GET,OPTIONS,PUT'")]
)
def test_the_gateway_answers_the_preflight_of_a_path(default: Stack, path: str, methods: str) -> None:
    operation = default.properties("Api")["Body"]["paths"][path]["options"]
    integration = operation["x-amazon-apigateway-integration"]

    assert "security" not in operation
    assert integration["type"] == "mock"
    assert integration["responses"]["default"]["responseParameters"] == {
        "method.response.header.Access-Control-Allow-Origin": "'*'",
        "method.response.header.Access-Control-Allow-Methods": methods,
        "method.response.header.Access-Control-Allow-Headers": (
            "'Content-Type,Authorization,If-Match,If-None-Match,Idempotency-Key'"
        ),
    }


#: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
GATEWAY_STATUSES = {
    "ACCESS_DENIED": 403,
    "API_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_FAILURE": 500,
    "DEFAULT_4XX": 400,
    "DEFAULT_5XX": 502,
    "EXPIRED_TOKEN": 403,
    "INTEGRATION_FAILURE": 504,
    "INTEGRATION_TIMEOUT": 504,
    "INVALID_API_KEY": 403,
    "INVALID_SIGNATURE": 403,
    "MISSING_AUTHENTICATION_TOKEN": 403,
    "QUOTA_EXCEEDED": 429,
    "REQUEST_TOO_LARGE": 413,
    "RESOURCE_NOT_FOUND": 404,
    "THROTTLED": 429,
    "UNAUTHORIZED": 401,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "WAF_FILTERED": 403,
}
GATEWAY_TITLES = {
    **TITLES,
    401: "Unauthorized",
    403: "Forbidden",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}


def gateway_responses(of: Stack) -> dict[str, Any]:
    return of.properties("Api")["Body"]["x-amazon-apigateway-gateway-responses"]


def test_every_error_of_the_gateway_is_a_problem_with_its_status(default: Stack) -> None:
    responses = gateway_responses(default)

    assert {kind: int(response["statusCode"]) for kind, response in responses.items()} == GATEWAY_STATUSES
    for kind, status in GATEWAY_STATUSES.items():
        ((content_type, body),) = responses[kind]["responseTemplates"].items()
        assert content_type == "application/problem+json"
        assert json.loads(body) == {
            "type": "about:blank",
            "title": GATEWAY_TITLES[status],
            "status": status,
            "requestId": "$context.requestId",
        }


def standard_headers_of_the_functions() -> dict[str, str]:
    """What the functions put on every reply, from their source: name to value, where the value is fixed."""
    source = (REPOSITORY / "common/http/standard_headers.cpp").read_text(encoding="utf-8")
    return dict(re.findall(r'headers\.set\("([\w-]+)",\s+"([^"]+)"\)', source))


@pytest.mark.parametrize("kind", GATEWAY_STATUSES)
def test_an_error_of_the_gateway_carries_the_headers_of_every_reply(kind: str) -> None:
    fixed = {name: f"'{value}'" for name, value in standard_headers_of_the_functions().items()}
    assert {"Cache-Control", "X-Content-Type-Options", "Access-Control-Expose-Headers", "Vary"} == set(fixed)
    challenge = {"WWW-Authenticate": "'Bearer'"} if kind == "UNAUTHORIZED" else {}

    def headers(origin: str) -> dict[str, str]:
        parameters = gateway_responses(stack(AllowedOrigin=origin))[kind]["responseParameters"]
        return {name.removeprefix("gatewayresponse.header."): value for name, value in parameters.items()}

    everywhere = {"X-Request-Id": "context.requestId", **challenge, **fixed}
    assert headers("https://app.example") == {**everywhere, "Access-Control-Allow-Origin": "'https://app.example'"}
    del everywhere["Vary"]
    assert headers("*") == {**everywhere, "Access-Control-Allow-Origin": "'*'"}


# ---- What a function may do


@each_function
def test_a_role_allows_its_functions_actions_on_the_tables_its_own_log_and_traces(
    default: Stack, function: str
) -> None:
    allowed = {
        (action, json.dumps(resource))
        for statement in default.statements(f"{function}Role")
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }

    log = json.dumps({"Fn::GetAtt": [f"{function}Log", "Arn"]})
    assert allowed == {
        *((action, json.dumps(arn(table))) for table, actions in FUNCTIONS[function].rights.items() for action in actions),
        ("logs:CreateLogStream", log),
        ("logs:PutLogEvents", log),
        ("xray:PutTraceSegments", '"*"'),
        ("xray:PutTelemetryRecords", '"*"'),
    }


@each_function
def test_a_role_is_one_functions_and_lambdas(default: Stack, function: str) -> None:
    (trust,) = default.properties(f"{function}Role")["AssumeRolePolicyDocument"]["Statement"]
    used_by = [one for one in FUNCTIONS if default.properties(one)["Role"]["Fn::GetAtt"][0] == f"{function}Role"]

    assert used_by == [function]
    assert trust == {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }


def test_nothing_is_allowed_on_everything_but_what_has_no_name() -> None:
    most = stack(UseVpc="true", CanaryDeployment="true", EncryptionKeyArn=KEY, UseBackup="true")
    policies = [most.properties(role).get("Policies", []) for role in most.names("AWS::IAM::Role")]
    documents = [policy["PolicyDocument"] for several in policies for policy in several]
    documents += [most.properties(policy)["PolicyDocument"] for policy in most.names("AWS::IAM::ManagedPolicy")]
    statements = [statement for document in documents for statement in document["Statement"]]

    assert len(statements) > 2 * len(FUNCTIONS)
    assert not [action for action in actions(statements) if "*" in action]
    everywhere = actions([statement for statement in statements if statement["Resource"] == "*"])
    assert {action.partition(":")[0] for action in everywhere} == {"xray", "ec2"}


# ---- The tables


def test_the_table_is_keyed_by_user_paid_by_request_and_recoverable(default: Stack) -> None:
    table = default.resources["UsersTable"]

    assert default.names("AWS::DynamoDB::Table") == {"UsersTable", "ClaimsTable"}
    assert table["Properties"] == {
        "TableName": "Users",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in ("userId", "nameInitial", "nameKey")
        ],
        "KeySchema": [{"AttributeName": "userId", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "ByName",
                "KeySchema": [
                    {"AttributeName": "nameInitial", "KeyType": "HASH"},
                    {"AttributeName": "nameKey", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "DeletionProtectionEnabled": False,
        "SSESpecification": {"SSEEnabled": False},
    }
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Delete", "Delete")


def test_the_claims_are_kept_as_the_users_are(default: Stack) -> None:
    users, claims = default.resources["UsersTable"], default.resources["ClaimsTable"]
    kept = {name: value for name, value in users["Properties"].items() if name != "GlobalSecondaryIndexes"}

    assert claims["Properties"] == {
        **kept,
        "TableName": "UserClaims",
        "AttributeDefinitions": [{"AttributeName": "claim", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "claim", "KeyType": "HASH"}],
        "TimeToLiveSpecification": {"AttributeName": "expiresAt", "Enabled": True},
    }
    assert [claims[policy] for policy in ("DeletionPolicy", "UpdateReplacePolicy")] == ["Delete", "Delete"]


# ---- Logs, alarms, dashboard


def test_every_log_is_kept_for_a_month(default: Stack) -> None:
    logs = default.names("AWS::Logs::LogGroup")

    assert logs == {"ApiLog", *(f"{function}Log" for function in FUNCTIONS)}
    assert {default.properties(log)["RetentionInDays"] for log in logs} == {30}
    assert len({default.properties(log)["LogGroupName"] for log in logs}) == len(logs)


def test_there_are_alarms_for_each_function_the_api_and_the_table(default: Stack) -> None:
    assert default.names("AWS::CloudWatch::Alarm") == {
        *(f"{function}{what}" for function in FUNCTIONS for what in ("Failing", "Slow")),
        *("ApiFailing", "ApiSlow", "FunctionsThrottled", "TableThrottled", "TableFailing"),
    }
    for alarm in default.names("AWS::CloudWatch::Alarm"):
        assert default.properties(alarm)["TreatMissingData"] == "notBreaching"
        assert not {"AlarmActions", "OKActions"} & set(default.properties(alarm))


@each_function
def test_the_alarms_of_a_function_watch_that_function(default: Stack, function: str) -> None:
    dimensions = [{"Name": "FunctionName", "Value": {"Ref": function}}]
    watched = [
        metric["MetricStat"]["Metric"]
        for metric in default.properties(f"{function}Failing")["Metrics"]
        if "MetricStat" in metric
    ]
    slow = default.properties(f"{function}Slow")

    assert [(metric["Namespace"], metric["MetricName"], metric["Dimensions"]) for metric in watched] == [
        ("AWS/Lambda", "Invocations", dimensions),
        ("AWS/Lambda", "Errors", dimensions),
        ("UsersApi", "ServerErrors", dimensions),
    ]
    assert (slow["MetricName"], slow["ExtendedStatistic"], slow["Dimensions"]) == ("Duration", "p99", dimensions)


def watched(of: Stack, alarm: str) -> dict[str, Any]:
    """What an alarm looks at and when it sounds: all of it but for whom it tells, and the ids of tables and functions."""
    told = {"AlarmDescription", "AlarmActions", "OKActions", "Dimensions", "TreatMissingData"}
    return {name: value for name, value in of.properties(alarm).items() if name not in told}


#: When three of five minutes are above it.
SUSTAINED = {
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 5,
    "DatapointsToAlarm": 3,
}
STAGE = [{"Name": "ApiName", "Value": "users"}, {"Name": "Stage", "Value": "Prod"}]


@each_function
def test_a_function_is_slow_above_a_second_and_fails_above_one_in_a_hundred(default: Stack, function: str) -> None:
    def counted(name: str, namespace: str, metric: str) -> dict[str, Any]:
        of_function = [{"Name": "FunctionName", "Value": {"Ref": function}}]
        metric = {"Namespace": namespace, "MetricName": metric, "Dimensions": of_function}
        return {"Id": name, "ReturnData": False, "MetricStat": {"Metric": metric, "Stat": "Sum", "Period": 60}}

    assert watched(default, f"{function}Slow") == {
        **SUSTAINED,
        "Namespace": "AWS/Lambda",
        "MetricName": "Duration",
        "ExtendedStatistic": "p99",
        "Period": 60,
        "Threshold": 1000,
    }
    assert watched(default, f"{function}Failing") == {
        "Metrics": [
            {"Id": "rate", "Expression": "100 * MAX([FILL(crashes, 0), FILL(answers, 0)]) / invocations"},
            counted("invocations", "AWS/Lambda", "Invocations"),
            counted("crashes", "AWS/Lambda", "Errors"),
            counted("answers", "UsersApi", "ServerErrors"),
        ],
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 1,
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
    }


@pytest.mark.parametrize(
    ("alarm", "metric"),
    [
        ("ApiFailing", {"MetricName": "5XXError", "Statistic": "Average", "Threshold": 0.01}),
        ("ApiSlow", {"MetricName": "Latency", "ExtendedStatistic": "p99", "Threshold": 1000}),
    ],
)
def test_the_api_is_watched_as_its_callers_see_it(default: Stack, alarm: str, metric: dict[str, Any]) -> None:
    assert watched(default, alarm) == {**SUSTAINED, "Namespace": "AWS/ApiGateway", "Period": 60, **metric}
    assert default.properties(alarm)["Dimensions"] == STAGE


@pytest.mark.parametrize(
    ("alarm", "name", "source"),
    [
        ("FunctionsThrottled", "throttles", 'SUM(Throttles) FROM SCHEMA("AWS/Lambda", FunctionName)'),
        ("TableThrottled", "throttles", 'SUM(ThrottledRequests) FROM SCHEMA("AWS/DynamoDB", Operation, TableName)'),
        ("TableFailing", "errors", 'SUM(SystemErrors) FROM SCHEMA("AWS/DynamoDB", Operation, TableName)'),
    ],
)
def test_a_single_throttle_or_failure_counts(default: Stack, alarm: str, name: str, source: str) -> None:
    (metric,) = default.properties(alarm)["Metrics"]

    assert watched(default, alarm) == {
        **SUSTAINED,
        "Threshold": 0,
        "Metrics": [{"Id": name, "Period": 60, "Expression": metric["Expression"]}],
    }
    assert metric["Expression"].startswith(f"SELECT {source} WHERE ")


def test_throttles_are_watched_in_all_functions(default: Stack) -> None:
    (metric,) = default.properties("FunctionsThrottled")["Metrics"]

    assert re.findall(r"FunctionName = '\$\{(\w+)\}'", metric["Expression"]) == list(FUNCTIONS)


@pytest.mark.parametrize("alarm", ["TableThrottled", "TableFailing"])
def test_both_tables_are_watched(default: Stack, alarm: str) -> None:
    (metric,) = default.properties(alarm)["Metrics"]

    assert re.findall(r"TableName = '\$\{(\w+)\}'", metric["Expression"]) == ["UsersTable", "ClaimsTable"]


def metrics_of(widget: dict[str, Any]) -> list[tuple[str, ...]]:
    """Namespace, metric, dimensions and their values, written out; each dot stands for what the line before has there."""
    metrics: list[tuple[str, ...]] = []
    for line in widget["properties"]["metrics"]:
        names = [part for part in line if isinstance(part, str)]
        metrics.append(tuple(metrics[-1][i] if part == "." else part for i, part in enumerate(names)))
    return metrics


def metrics_of_the_functions() -> set[str]:
    """The metrics that every function measures, by the directives that it writes for CloudWatch."""
    source = (REPOSITORY / "common/lambda/metrics.cpp").read_text(encoding="utf-8")
    (directive,) = json.loads("".join(re.findall(r'R"\((.*)\)"', source)))
    assert (directive["Namespace"], directive["Dimensions"]) == ("UsersApi", [["FunctionName"]])
    return {metric["Name"] for metric in directive["Metrics"]}


def test_the_dashboard_shows_every_function_in_what_the_functions_measure(default: Stack) -> None:
    widgets = json.loads(default.properties("Dashboard")["DashboardBody"])["widgets"]

    shown: dict[tuple[str, str, str], set[str]] = {}
    for widget in widgets:
        for namespace, metric, dimension, value, *_ in metrics_of(widget):
            if dimension == "FunctionName":
                shown.setdefault((namespace, metric, widget["properties"]["stat"]), set()).add(value)

    every_function = {"${%s}" % function for function in FUNCTIONS}
    assert {key: value for key, value in shown.items() if value != every_function} == {}
    assert metrics_of_the_functions() == {metric for namespace, metric, _ in shown if namespace == "UsersApi"}
    assert {statistic for _, metric, statistic in shown if metric == "Latency"} == {"p50", "p90", "p99"}
    assert ("AWS/Lambda", "Throttles", "Sum") in shown


def test_the_dashboard_shows_the_tables_consumption_and_the_apis_errors(default: Stack) -> None:
    widgets = json.loads(default.properties("Dashboard")["DashboardBody"])["widgets"]
    metrics = {metric[:2] for widget in widgets for metric in metrics_of(widget)}

    assert {
        ("AWS/DynamoDB", "ConsumedReadCapacityUnits"),
        ("AWS/DynamoDB", "ConsumedWriteCapacityUnits"),
        ("AWS/ApiGateway", "5XXError"),
        ("AWS/ApiGateway", "4XXError"),
    } <= metrics


# ---- What is left out, and what is told


def test_what_is_made_by_parameter_is_not_there(default: Stack) -> None:
    kinds = {resource["Type"] for resource in default.resources.values()}

    assert kinds == {
        "AWS::ApiGateway::Account",
        "AWS::ApiGateway::Deployment",
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGateway::Stage",
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::DynamoDB::Table",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::Lambda::Alias",
        "AWS::Lambda::Function",
        "AWS::Lambda::Permission",
        "AWS::Lambda::Version",
        "AWS::Logs::LogGroup",
    }


def test_the_outputs_say_where_things_are(default: Stack) -> None:
    assert {name: output["Value"] for name, output in default.outputs.items()} == {
        "ApiUrl": "https://${Api}.execute-api.eu-central-1.amazonaws.com/Prod",
        "TableName": {"Ref": "UsersTable"},
        "ClaimsTableName": {"Ref": "ClaimsTable"},
        "DashboardUrl": (
            "https://eu-central-1.console.aws.amazon.com/cloudwatch/home"
            "?region=eu-central-1#dashboards/dashboard/${Dashboard}"
        ),
    }
