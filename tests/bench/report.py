"""Formats the figures as tables and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import cost
from figures import GOALS, Figures, Measured, outcome
from subjects import LANGUAGES
from tasks import TASKS


@dataclass(frozen=True)
class Report:
    date: str
    machine: str
    toolchains: dict[str, str]  # by language
    rounds: int
    requests: int
    measured: Measured
    skipped: dict[str, str]  # the reason, by language


def to_json(report: Report) -> dict[str, Any]:
    return {
        "date": report.date,
        "machine": report.machine,
        "toolchains": report.toolchains,
        "rounds": report.rounds,
        "requests": report.requests,
        "subjects": [
            {"task": task, "language": language, **asdict(figures)}
            for (task, language), figures in report.measured.items()
        ],
        "goals": [
            {"figure": goal.figure, "limit": goal.limit, "measured": value, "verdict": verdict}
            for goal in GOALS
            for value, verdict in [outcome(goal, report.measured)]
        ],
        "skipped": report.skipped,
    }


def to_markdown(report: Report) -> str:
    parts = [
        f"Measured on {report.date}: {report.rounds} cold starts of each with {report.requests} warm requests each, on "
        f"{report.machine}. Times are in milliseconds, memory and sizes in megabytes of 1,000,000 bytes; all are medians.",
        *(_skipped(language, reason) for language, reason in report.skipped.items()),
        "### Goals",
        _goals(report.measured),
        *(part for task in TASKS for part in _task(report.measured, task)),
        "### A million requests",
        _cost(report.measured),
        "### Built with",
        _table(
            ("", "compiler or interpreter"),
            [(LANGUAGES[language], version) for language, version in report.toolchains.items()],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _skipped(language: str, reason: str) -> str:
    return f"**{LANGUAGES[language]} was skipped**: {reason}."


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(headings, *rows)]
    rule = ["-" * width for width in widths]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths)] for row in (headings, rule, *rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _goals(measured: Measured) -> str:
    rows = []
    for goal in GOALS:
        value, verdict = outcome(goal, measured)
        shown = "–" if value is None else goal.form.format(value)
        rows.append((goal.figure, f"{goal.form.format(goal.limit)} or less", shown, verdict))
    return _table(("Figure", "Goal", "Measured", ""), rows)


HEADINGS = ("", "init", "first", "cold", "warm p50", "warm p99", "CPU cold", "CPU warm", "peak memory", "zipped")


def _task(measured: Measured, task: str) -> list[str]:
    subjects = {LANGUAGES[language]: figures for (of, language), figures in measured.items() if of == task}
    if not subjects:
        return []
    table = _table(HEADINGS, [_row(name, figures) for name, figures in subjects.items()])
    remarks = [
        f"{name} opened {figures.connections:.0f} connections to DynamoDB in each run, and sent "
        f"{figures.repeated:.0f} requests again; [why](#the-peers)."
        for name, figures in subjects.items()
        if figures.connections > 1
    ]
    return [f"### {TASKS[task].title}", table, *remarks]


def _row(name: str, figures: Figures) -> tuple[str, ...]:
    return (
        name,
        f"{figures.init:.2f}",
        f"{figures.first:.2f}",
        f"{figures.cold:.2f}",
        f"{figures.warm_p50:.3f}",
        f"{figures.warm_p99:.3f}",
        f"{figures.cold_cpu:.2f}",
        f"{figures.warm_cpu:.3f}",
        f"{figures.peak_mb:.1f}",
        f"{figures.zipped_mb:.2f}",
    )


def _cost(measured: Measured) -> str:
    rows = []
    for (task, language), figures in measured.items():
        if task == "get_user" and language != "floor":
            warm, cold = cost.billed_ms(figures)
            usd = [f"${cost.usd_per_million(figures, architecture):.3f}" for architecture in cost.USD_PER_GB_SECOND]
            rows.append((LANGUAGES[language], f"{warm} ms", f"{cold} ms", *usd))
    return _table(("", "billed, warm", "billed, cold", *cost.USD_PER_GB_SECOND), rows)
