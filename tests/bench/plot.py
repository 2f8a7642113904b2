"""Draws the figures of GET one user."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402

from figures import Figures  # noqa: E402
from report import Report  # noqa: E402
from subjects import LANGUAGES  # noqa: E402

OURS, OTHERS, LIGHT = "#0b6e4f", "#7a8794", 0.45

Figure = Callable[[Figures], float]


def draw(report: Report, svg: Path, png: Path) -> None:
    subjects = {language: figures for (task, language), figures in report.measured.items() if task == "get_user"}
    matplotlib.rcParams.update({"font.size": 9, "svg.hashsalt": "users"})
    figure, ((cold, warm, cpu), (cold_cpu, memory, zipped)) = pyplot.subplots(2, 3, figsize=(12, 5), layout="constrained")

    def bars(axes: Axes, title: str, form: str, whole: Figure, part: Figure | None = None) -> None:
        """Draws a bar for each subject, light behind its `part`; `form` formats the two numbers: whole, part."""
        for row, (language, figures) in enumerate(subjects.items()):
            colour = OURS if language == "cpp" else OTHERS
            end, inner = whole(figures), (part or whole)(figures)
            axes.barh(row, end, color=colour, alpha=LIGHT)
            axes.barh(row, inner, color=colour)
            axes.annotate(form.format(end, inner), (end, row), (4, 0), textcoords="offset points", va="center")
        axes.set_yticks(range(len(subjects)), [LANGUAGES[language] for language in subjects])
        axes.invert_yaxis()
        axes.margins(x=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_title(title, loc="left", fontsize=9, fontweight="bold")

    bars(cold, "Cold start, ms (light: first request)", "{:.1f}", lambda f: f.cold, lambda f: f.init)
    bars(warm, "Warm request, ms: p50, p99 (light)", "{1:.2f}, {0:.2f}", lambda f: f.warm_p99, lambda f: f.warm_p50)
    bars(cpu, "CPU time of a warm request, ms", "{:.2f}", lambda f: f.warm_cpu)
    bars(cold_cpu, "CPU time of a cold start, ms (light: first request)", "{:.1f}", lambda f: f.cold_cpu, lambda f: f.init_cpu)
    bars(memory, "Peak memory, MB", "{:.1f}", lambda f: f.peak_mb)
    bars(zipped, "Zipped, MB", "{:.2f}", lambda f: f.zipped_mb)
    figure.suptitle("GET one user from DynamoDB, by a Lambda function; less is better", x=0.01, ha="left", fontweight="bold")
    figure.supxlabel(f"{report.date}, {report.machine}; floor: no TLS, no DynamoDB", x=0.01, ha="left", fontsize=7)
    figure.savefig(svg, metadata={"Date": None})
    figure.savefig(png, dpi=130)
