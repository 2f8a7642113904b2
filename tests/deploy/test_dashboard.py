"""What the dashboard shows."""

import json
import re
from typing import Any

from support.cloudformation import Stack
from support.endpoints import FUNCTIONS
from support.function import REPOSITORY


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
