"""The contents of the dashboard."""

import json
import re
from typing import Any

from support.cloudformation import Stack
from support.endpoints import FUNCTIONS
from support.function import REPOSITORY


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
    dimensions, definitions = (
        json.loads("".join(re.findall(r'R"\((.*)\)"', source.partition(f" {name} =")[2].partition(";")[0])))
        for name in ("dimensions", "definitions")
    )
    assert dimensions == [["FunctionName"]]
    return {metric["Name"] for metric in definitions}


def test_the_dashboard_shows_every_metric_of_every_function(default: Stack) -> None:
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


def test_the_dashboard_shows_the_consumption_of_the_tables_and_the_errors_of_the_api(default: Stack) -> None:
    widgets = json.loads(default.properties("Dashboard")["DashboardBody"])["widgets"]
    metrics = {metric[:2] for widget in widgets for metric in metrics_of(widget)}

    assert {
        ("AWS/DynamoDB", "ConsumedReadCapacityUnits"),
        ("AWS/DynamoDB", "ConsumedWriteCapacityUnits"),
        ("AWS/ApiGateway", "5XXError"),
        ("AWS/ApiGateway", "4XXError"),
    } <= metrics
