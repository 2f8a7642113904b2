"""The retention of logs."""

from deploy.parameters import WAF
from support.cloudformation import Stack, stack
from support.endpoints import FUNCTIONS


def test_every_log_is_retained_for_a_month_by_default(default: Stack) -> None:
    logs = default.names("AWS::Logs::LogGroup")

    assert logs == {"ApiLog", *(f"{function}Log" for function in FUNCTIONS)}
    assert {default.properties(log)["RetentionInDays"] for log in logs} == {30}
    assert len({default.properties(log)["LogGroupName"] for log in logs}) == len(logs)


def test_the_retention_applies_to_every_log() -> None:
    resources = stack(LogRetentionDays="365", **WAF).all_resources().values()

    logs = [one["Properties"]["RetentionInDays"] for one in resources if one["Type"] == "AWS::Logs::LogGroup"]
    assert logs == ["365"] * (len(FUNCTIONS) + 2)
