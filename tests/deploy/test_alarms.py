"""What each alarm watches, when it sounds, and whom it tells."""

from typing import Any

import pytest

from deploy.parameters import TOPIC
from support.cloudformation import Stack, stack
from support.endpoints import FUNCTIONS, each_function


def test_there_are_alarms_for_each_function_the_api_and_the_table(default: Stack) -> None:
    assert default.names("AWS::CloudWatch::Alarm") == {
        *(f"{function}{what}" for function in FUNCTIONS for what in ("Failing", "Slow")),
        *("ApiFailing", "ApiSlow", "FunctionsThrottled"),
        *(f"{table}{what}" for table in ("Users", "Claims") for what in ("Failing", "Throttled")),
    }
    for alarm in default.names("AWS::CloudWatch::Alarm"):
        assert default.properties(alarm)["TreatMissingData"] == "notBreaching"
        assert not {"AlarmActions", "OKActions"} & set(default.properties(alarm))


def watched(of: Stack, alarm: str) -> dict[str, Any]:
    """What an alarm looks at and when it sounds: all of it but for whom it tells, and the ids of tables and functions."""
    told = {"AlarmDescription", "AlarmActions", "OKActions", "Dimensions", "TreatMissingData"}
    return {name: value for name, value in of.properties(alarm).items() if name not in told}


def counted(name: str, namespace: str, metric: str, function: str) -> dict[str, Any]:
    """A metric of a function that an expression goes by."""
    of_function = [{"Name": "FunctionName", "Value": {"Ref": function}}]
    metric = {"Namespace": namespace, "MetricName": metric, "Dimensions": of_function}
    return {"Id": name, "ReturnData": False, "MetricStat": {"Metric": metric, "Stat": "Sum", "Period": 60}}


#: When three of five minutes are above it.
SUSTAINED = {
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 5,
    "DatapointsToAlarm": 3,
}
STAGE = [{"Name": "ApiName", "Value": "users"}, {"Name": "Stage", "Value": "Prod"}]


@each_function
def test_a_function_is_slow_above_a_second_and_fails_above_one_in_a_hundred(default: Stack, function: str) -> None:
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
            {"Id": "rate", "Expression": "100 * MAX([FILL(crashes, 0), FILL(answers, 0)]) / invocations"},
            counted("invocations", "AWS/Lambda", "Invocations", function),
            counted("crashes", "AWS/Lambda", "Errors", function),
            counted("answers", "UsersApi", "ServerErrors", function),
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


def test_a_single_throttle_of_any_function_counts(default: Stack) -> None:
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
def test_a_single_throttle_or_failure_of_a_table_counts(
    default: Stack, table: str, what: str, name: str, metric: str
) -> None:
    # CloudWatch's grammar knows AND, but no OR: one query for each table.
    schema = 'SCHEMA("AWS/DynamoDB", Operation, TableName)'
    query = f"SELECT SUM({metric}) FROM {schema} WHERE TableName = '${{{table}Table}}'"

    assert watched(default, f"{table}{what}") == {
        **SUSTAINED,
        "Threshold": 0,
        "Metrics": [{"Id": name, "Period": 60, "Expression": query}],
    }


def test_every_alarm_tells_the_topic_when_it_comes_and_when_it_goes() -> None:
    api = stack(AlarmTopicArn=TOPIC)
    alarms = api.names("AWS::CloudWatch::Alarm")

    assert len(alarms) == 2 * len(FUNCTIONS) + 7
    assert {(*api.properties(alarm)["AlarmActions"], *api.properties(alarm)["OKActions"]) for alarm in alarms} == {
        (TOPIC, TOPIC)
    }
