"""The dashboard, the alarms of the operator, and the alarms of canary deployments."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from deploy.parameters import CANARY, TOPIC
from support.cloudformation import Resources, Stack, stack
from support.endpoints import FUNCTIONS, each_function
from support.function import REPOSITORY


def alarms(of: Resources) -> dict[str, Any]:
    return {name: of.properties(name) for name in of.names("AWS::CloudWatch::Alarm")}


def watched(alarm: dict[str, Any]) -> set[tuple[str, str, Any]]:
    """Returns the namespace and the name of each metric of an alarm, and the value of the metric's last dimension."""
    metrics = [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", []) if "MetricStat" in one] or [alarm]
    return {(one["Namespace"], one["MetricName"], one["Dimensions"][-1]["Value"]) for one in metrics}


def test_few_alarms_watch_the_api_the_concurrency_and_both_tables_with_their_index(default: Stack) -> None:
    monitoring = alarms(default.nested("Monitoring"))
    tables = ({"Ref": "UsersTable"}, "ByName", {"Ref": "ClaimsTable"})

    assert not default.names("AWS::CloudWatch::Alarm")
    assert watched(monitoring["Failing"]) == {("AWS/ApiGateway", "5XXError", "Prod"), ("AWS/ApiGateway", "Count", "Prod")}
    assert watched(monitoring["Slow"]) == {("AWS/ApiGateway", "Latency", "Prod")}
    # One alarm for every ten functions.
    of_functions = [watched(alarm) for name, alarm in monitoring.items() if re.fullmatch(r"FunctionsThrottled\d*", name)]
    assert set().union(*of_functions) == {("AWS/Lambda", "Throttles", f"users-{name}") for name in FUNCTIONS}
    throttled = [one["MetricStat"]["Metric"] for one in monitoring["TablesThrottled"]["Metrics"] if "MetricStat" in one]
    assert len(throttled) == 2 * len(tables)
    for metric in throttled:
        assert metric["Dimensions"][-1]["Value"] in tables
    assert len(monitoring) == 3 + len(of_functions)


def test_an_alarm_uses_at_most_ten_metrics() -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html"""
    for name, alarm in alarms(stack().nested("Monitoring")).items():
        assert sum("MetricStat" in one for one in alarm.get("Metrics", [])) <= 10, name


def test_every_alarm_says_what_to_do_and_notifies_the_topic_when_it_begins_and_ends(default: Stack) -> None:
    for alarm in alarms(default.nested("Monitoring")).values():
        assert alarm["AlarmDescription"].count(".") >= 2  # what happens, and what to do
        assert alarm["TreatMissingData"] == "notBreaching"
        assert not {"AlarmActions", "OKActions"} & alarm.keys()
    for alarm in alarms(stack(AlarmTopicArn=TOPIC).nested("Monitoring")).values():
        assert (alarm["AlarmActions"], alarm["OKActions"]) == ([TOPIC], [TOPIC])


def version_arn(function: str, number: int) -> str:
    return f"arn:aws:lambda:eu-central-1:123456789012:function:users-{function}:{number}"


def canary(function: str, number: int) -> Resources:
    return stack(**CANARY).nested(f"{function}Canary", Version=version_arn(function, number))


@each_function
def test_a_canary_deployment_rolls_back_on_the_alarm_of_its_function(function: str) -> None:
    api = stack(**CANARY)
    policy = api.resources[f"{function}Aliaslive"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
    group = api.properties(f"{function}DeploymentGroup")
    passed = api.properties(f"{function}Canary")["Parameters"]

    assert policy["DeploymentGroupName"] == {"Ref": f"{function}DeploymentGroup"}
    assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    assert group["AlarmConfiguration"]["Enabled"] is True
    assert group["AlarmConfiguration"]["Alarms"] == [{"Name": {"Fn::GetAtt": [f"{function}Canary", "Outputs.Alarm"]}}]
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    assert group["ServiceRoleArn"] == {"Fn::GetAtt": [f"{function}Canary", "Outputs.Role"]}
    assert passed == {"Version": {"Ref": api.properties(f"{function}Aliaslive")["FunctionVersion"]["Fn::GetAtt"][0]}}


@each_function
def test_the_alarm_of_a_canary_watches_only_the_new_version(function: str) -> None:
    alarm = canary(function, 7).properties("Failing")

    for metric in (one["MetricStat"]["Metric"] for one in alarm["Metrics"] if "MetricStat" in one):
        dimensions = {one["Name"]: one["Value"] for one in metric["Dimensions"]}
        assert (dimensions["FunctionName"], dimensions["ExecutedVersion"]) == (f"users-{function}", "7")
        # Lambda has these dimensions for a version that an alias invokes.
        assert metric["Namespace"] != "AWS/Lambda" or dimensions["Resource"] == f"users-{function}:live"
    assert {name for _, name, _ in watched(alarm)} == {"Invocations", "Errors", "ServerErrors"}


def test_an_invocation_that_fails_counts_once_in_a_canary() -> None:
    # Lambda counts it as an error, and the function as a server error.
    (rate,) = [one["Expression"] for one in canary("GetUser", 7).properties("Failing")["Metrics"] if "Expression" in one]

    assert rate == "100 * MAX([FILL(failures, 0), FILL(server_errors, 0)]) / invocations"


def test_an_alarm_of_an_older_version_does_not_stop_a_deployment() -> None:
    # An updated alarm would keep its state. An alarm with another name is a new one.
    names = {canary("GetUser", number).properties("Failing")["AlarmName"] for number in (7, 8)}

    assert names == {"users-GetUser-7", "users-GetUser-8"}


def test_the_role_of_a_canary_deployment_is_limited_to_its_function() -> None:
    statements = canary("GetUser", 7).properties("Role")["Policies"][0]["PolicyDocument"]["Statement"]

    assert [statement["Resource"] for statement in statements] == [
        "arn:aws:lambda:eu-central-1:123456789012:function:users-GetUser*",
        "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:users-GetUser-*",
    ]
    # What AWS's AWSCodeDeployRoleForLambdaLimited permits for functions without hooks.
    assert [statement["Action"] for statement in statements] == [
        ["lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"],
        "cloudwatch:DescribeAlarms",
    ]


@pytest.mark.parametrize(
    ("known", "principal"),
    [
        ({}, "codedeploy.eu-central-1.amazonaws.com"),
        ({"AWS::Region": "cn-north-1", "AWS::URLSuffix": "amazonaws.com.cn"}, "codedeploy.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_codedeploy_may_assume_the_role_in_every_partition(known: dict[str, str], principal: str) -> None:
    nested = stack(**CANARY).nested("GetUserCanary", Version=version_arn("GetUser", 7), **known)
    (statement,) = nested.properties("Role")["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"Service": principal}


def query(default: Stack, name: str) -> str:
    properties = default.nested("Monitoring").properties(name)
    assert properties["Name"].startswith("users/")
    assert set(properties["LogGroupNames"]) == {"/aws/apigateway/users", *(f"/aws/lambda/users-{one}" for one in FUNCTIONS)}
    return properties["QueryString"]


def test_a_saved_query_finds_the_lines_of_a_request_in_the_logs_of_functions_and_api(default: Stack) -> None:
    assert 'filter apiRequestId = "ID" or requestId = "ID" or record.requestId = "ID"' in query(default, "OneRequest")


def test_a_saved_query_lists_the_requests_that_failed_even_without_a_function(default: Stack) -> None:
    properties = default.nested("Monitoring").properties("FailedRequests")
    shown = re.search(r"fields (.*)", properties["QueryString"])[1].split(", ")
    (stage,) = default.names("AWS::ApiGateway::Stage")
    logged = json.loads(default.properties(stage)["AccessLogSetting"]["Format"])

    assert properties["LogGroupNames"] == ["/aws/apigateway/users"]
    assert "| filter status like /^5/" in properties["QueryString"]
    assert set(shown) - logged.keys() == {"@timestamp"}
    assert {"requestId", "route", "status", "errorType", "functionMs"} <= set(shown)


def test_a_saved_query_counts_failures_of_functions_and_of_lambda_but_no_attempts_whose_retry_succeeded(default: Stack) -> None:
    text = " ".join(query(default, "ErrorsByCause").split())

    # A function logs a failed attempt at WARN with another message, and 503 at WARN as "request failed".
    assert 'filter level in ["ERROR", "FATAL"] or (level = "WARN" and message = "request failed")' in text
    # A timeout or a crash, about which the function itself logs nothing.
    assert 'or (type = "platform.report" and record.status != "success") |' in text
    # A function that cannot start, and one whose invocation failed, have an errorMessage and no cause.
    assert "coalesce(cause, errorMessage, record.errorType, record.status) as why" in text


def metrics_of(widget: dict[str, Any]) -> list[tuple[str, ...]]:
    """Returns namespace, metric, dimensions and values; replaces each dot with the part of the previous line."""
    metrics: list[tuple[str, ...]] = []
    for line in widget["properties"]["metrics"]:
        names = [part for part in line if isinstance(part, str)]
        metrics.append(tuple(metrics[-1][i] if part == "." else part for i, part in enumerate(names)))
    return metrics


def metrics_of_the_functions() -> set[str]:
    """Returns the names of the metrics in the directives that every function writes for CloudWatch."""
    source = (REPOSITORY / "common/core/lambda/metrics.cpp").read_text(encoding="utf-8")
    definitions = "".join(re.findall(r'R"\((.*)\)"', source.partition(" all_metrics =")[2].partition(";")[0]))
    return {metric["Name"] for metric in json.loads(definitions)}


def test_the_dashboard_shows_every_metric_of_every_function_and_the_throttles_of_tables_and_index(default: Stack) -> None:
    widgets = json.loads(default.nested("Monitoring").properties("Dashboard")["DashboardBody"])["widgets"]
    shown: dict[tuple[str, str, str], set[str]] = {}
    for widget in widgets:
        for namespace, metric, *dimensions in metrics_of(widget):
            shown.setdefault((namespace, metric, widget["properties"]["stat"]), set()).add(dimensions[-1])

    for metric in metrics_of_the_functions():
        statistics = {"p50", "p90", "p99"} if metric == "Latency" else {"Sum"}
        for statistic in statistics:
            assert shown["UsersApi", metric, statistic] == {f"users-{name}" for name in FUNCTIONS}
    assert shown["AWS/Lambda", "Throttles", "Sum"] == {f"users-{name}" for name in FUNCTIONS}
    for metric in ("ReadThrottleEvents", "WriteThrottleEvents"):
        assert shown["AWS/DynamoDB", metric, "Sum"] == {"${UsersTable}", "ByName", "${ClaimsTable}"}
