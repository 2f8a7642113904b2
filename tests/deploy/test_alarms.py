"""The metrics, the thresholds and the notifications of each alarm."""

from typing import Any

import pytest

from deploy.parameters import TOPIC
from support.cloudformation import Stack, stack
from support.endpoints import FUNCTIONS, each_function


def test_each_function_the_api_and_each_table_has_alarms(default: Stack) -> None:
    assert default.names("AWS::CloudWatch::Alarm") == {
        *(f"{function}{what}" for function in FUNCTIONS for what in ("Failing", "Slow")),
        *("ApiFailing", "ApiSlow", "FunctionsThrottled"),
        *(f"{table}{what}" for table in ("Users", "Claims") for what in ("Failing", "Throttled")),
    }
    for alarm in default.names("AWS::CloudWatch::Alarm"):
        assert default.properties(alarm)["TreatMissingData"] == "notBreaching"
        assert not {"AlarmActions", "OKActions"} & set(default.properties(alarm))


def watched(of: Stack, alarm: str) -> dict[str, Any]:
    """Returns the metric and the threshold of an alarm, without notifications and dimensions."""
    excluded = {"AlarmDescription", "AlarmActions", "OKActions", "Dimensions", "TreatMissingData"}
    return {name: value for name, value in of.properties(alarm).items() if name not in excluded}


def counted(name: str, namespace: str, metric: str, function: str) -> dict[str, Any]:
    """Returns a metric of a function as a part of an expression."""
    of_function = [{"Name": "FunctionName", "Value": {"Ref": function}}]
    metric = {"Namespace": namespace, "MetricName": metric, "Dimensions": of_function}
    return {"Id": name, "ReturnData": False, "MetricStat": {"Metric": metric, "Stat": "Sum", "Period": 60}}


#: The alarm fires when three of five minutes exceed the threshold.
SUSTAINED = {
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 5,
    "DatapointsToAlarm": 3,
}
STAGE = [{"Name": "ApiName", "Value": "users"}, {"Name": "Stage", "Value": "Prod"}]


@each_function
def test_the_alarms_of_a_function_fire_above_one_second_and_above_one_percent_of_errors(default: Stack, function: str) -> None:
    assert watched(default, f"{function}Slow") == {
        **SUSTAINED,
        "Namespace": "AWS/Lambda",
        "MetricName": "Duration",
        "ExtendedStatistic": "p99",
        "Period": 60,
        "Threshold": 1000,
    }
    assert default.properties(f"{function}Slow")["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": function}}]
    assert watched(default, f"{function}Failing") == {
        "Metrics": [
            {"Id": "rate", "Expression": "100 * MAX([FILL(crashes, 0), FILL(server_errors, 0)]) / invocations"},
            counted("invocations", "AWS/Lambda", "Invocations", function),
            counted("crashes", "AWS/Lambda", "Errors", function),
            counted("server_errors", "UsersApi", "ServerErrors", function),
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
def test_the_alarms_of_the_api_use_the_metrics_of_the_stage(default: Stack, alarm: str, metric: dict[str, Any]) -> None:
    assert watched(default, alarm) == {**SUSTAINED, "Namespace": "AWS/ApiGateway", "Period": 60, **metric}
    assert default.properties(alarm)["Dimensions"] == STAGE


def test_one_throttled_invocation_of_any_function_counts(default: Stack) -> None:
    (total, *throttles) = watched(default, "FunctionsThrottled").pop("Metrics")

    assert total == {"Id": "throttles", "Expression": "SUM(FILL(METRICS(), 0))"}
    assert sorted(throttles, key=str) == sorted(
        (counted(endpoint.program, "AWS/Lambda", "Throttles", function) for function, endpoint in FUNCTIONS.items()), key=str
    )
    assert watched(default, "FunctionsThrottled") == {**SUSTAINED, "Threshold": 0, "Metrics": [total, *throttles]}


@pytest.mark.parametrize("table", ["Users", "Claims"])
@pytest.mark.parametrize(
    ("what", "name", "metric"), [("Throttled", "throttles", "ThrottledRequests"), ("Failing", "errors", "SystemErrors")]
)
def test_one_throttled_or_failed_request_of_a_table_counts(
    default: Stack, table: str, what: str, name: str, metric: str
) -> None:
    # CloudWatch's query language has AND but not OR, so each table needs its own query.
    schema = 'SCHEMA("AWS/DynamoDB", Operation, TableName)'
    query = f"SELECT SUM({metric}) FROM {schema} WHERE TableName = '${{{table}Table}}'"

    assert watched(default, f"{table}{what}") == {
        **SUSTAINED,
        "Threshold": 0,
        "Metrics": [{"Id": name, "Period": 60, "Expression": query}],
    }


def test_every_alarm_notifies_the_topic_when_it_begins_and_ends() -> None:
    api = stack(AlarmTopicArn=TOPIC)
    alarms = api.names("AWS::CloudWatch::Alarm")

    assert len(alarms) == 2 * len(FUNCTIONS) + 7
    assert {(*api.properties(alarm)["AlarmActions"], *api.properties(alarm)["OKActions"]) for alarm in alarms} == {
        (TOPIC, TOPIC)
    }
