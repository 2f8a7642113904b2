"""Converts runs to figures and compares them with the project's goals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from run import Run


@dataclass(frozen=True)
class Figures:
    """The figures of one subject: medians over its runs, in milliseconds and in megabytes of 1,000,000 bytes."""

    init: float
    first: float
    cold: float
    warm_p50: float
    warm_p99: float
    init_cpu: float
    first_cpu: float
    warm_cpu: float
    peak_mb: float
    growth_kib: float
    connections: float  # to DynamoDB
    repeated: float  # requests to DynamoDB beyond those that the events need
    zipped_mb: float
    instructions: int | None  # from exec to the first `next`; counted for the project's functions only

    @property
    def cold_cpu(self) -> float:
        return self.init_cpu + self.first_cpu


def percentile(values: Sequence[float], percent: float) -> float:
    """Returns the smallest value that this percentage of the values does not exceed."""
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


def summary(runs: Sequence[Run], zipped_bytes: int, instructions: int | None) -> Figures:
    def over_runs(figure: Callable[[Run], float]) -> float:
        return median(figure(run) for run in runs)

    return Figures(
        init=over_runs(lambda run: run.init),
        first=over_runs(lambda run: run.first),
        cold=over_runs(lambda run: run.init + run.first),
        warm_p50=over_runs(lambda run: median(run.warm)),
        warm_p99=over_runs(lambda run: percentile(run.warm, 99)),
        init_cpu=over_runs(lambda run: run.init_cpu),
        first_cpu=over_runs(lambda run: run.first_cpu),
        warm_cpu=over_runs(lambda run: run.warm_cpu),
        peak_mb=over_runs(lambda run: run.peak_kib * 1024 / 1e6),
        growth_kib=over_runs(lambda run: run.growth_kib),
        connections=over_runs(lambda run: run.connections),
        repeated=over_runs(lambda run: run.repeated),
        zipped_mb=zipped_bytes / 1e6,
        instructions=instructions,
    )


Measured = dict[tuple[str, str], Figures]  # by task and language


@dataclass(frozen=True)
class Goal:
    figure: str
    limit: float
    form: str  # the format of its numbers
    measure: Callable[[Measured], float]  # raises KeyError or TypeError when a value was not measured


def _cold_against(language: str) -> Callable[[Measured], float]:
    return lambda measured: measured["get_user", "cpp"].cold / measured["get_user", language].cold


def _added_by_tokens(algorithm: str) -> Callable[[Measured], float]:
    return lambda measured: measured[f"get_user_{algorithm}", "cpp"].warm_p50 - measured["get_user", "cpp"].warm_p50


def _ours(measured: Measured) -> list[Figures]:
    found = [figures for (_, language), figures in measured.items() if language == "cpp"]
    if not found:
        raise KeyError("cpp")
    return found


GOALS = (
    Goal("cold, against Go", 0.60, "{:.2f}", _cold_against("go")),
    Goal("cold, against Rust", 0.20, "{:.2f}", _cold_against("rust")),
    Goal("cold, against Python", 0.025, "{:.3f}", _cold_against("python")),
    Goal("cold, against the floor", 3.5, "{:.1f}", _cold_against("floor")),
    Goal(
        "warm p50 less the floor's",
        0.08,
        "{:.3f} ms",
        lambda measured: measured["get_user", "cpp"].warm_p50 - measured["get_user", "floor"].warm_p50,
    ),
    Goal("warm p50, added by a token signed with HS256", 0.05, "{:.3f} ms", _added_by_tokens("hs256")),
    Goal("warm p50, added by a token signed with ES256", 0.30, "{:.3f} ms", _added_by_tokens("es256")),
    Goal("peak resident memory", 5.0, "{:.1f} MB", lambda measured: measured["get_user", "cpp"].peak_mb),
    Goal("zipped bootstrap, the largest", 2.2, "{:.2f} MB", lambda measured: max(f.zipped_mb for f in _ours(measured))),
    Goal(
        "instructions from exec to the first `next`, no network, the most",
        2.0,
        "{:.2f} M",
        lambda measured: max(figures.instructions for figures in _ours(measured)) / 1e6,
    ),
)


def outcome(goal: Goal, measured: Measured) -> tuple[float | None, str]:
    """Returns the measured value and the verdict."""
    try:
        value = goal.measure(measured)
    except (KeyError, TypeError):
        return None, "not measured"
    return value, "reached" if value <= goal.limit else "not reached"
