"""Measures the functions and their peers in turn; scripts/bench.sh builds them and runs this program.

Each round starts every subject once, so that other activity of the machine affects all of them alike.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import plot  # noqa: E402
from figures import Measured, summary  # noqa: E402
from instructions import until_first_next  # noqa: E402
from report import Report, to_json, to_markdown  # noqa: E402
from run import Rig, Run  # noqa: E402
from subjects import LANGUAGES, Subject, all_subjects, toolchain  # noqa: E402
from support.function import REPOSITORY  # noqa: E402

DOCS = REPOSITORY / "docs"
PUBLISHED = re.compile(r"(<!-- measured: -->\n).*(\n<!-- end of measured -->)", re.DOTALL)


def measure(rig: Rig, subjects: list[Subject], rounds: int, requests: int) -> Measured:
    runs: dict[str, list[Run]] = {subject.name: [] for subject in subjects}
    for number in range(1, rounds + 1):
        print(f"round {number} of {rounds}", file=sys.stderr)
        for subject in subjects:
            try:
                runs[subject.name].append(rig.run(subject, os.environ["PATH"], requests))
            except (subprocess.SubprocessError, ValueError) as error:
                sys.exit(f"bench: {subject.name}: {error}")
    measured = {}
    for subject in subjects:
        is_cpp = subject.language == "cpp"
        counted = until_first_next(Path(subject.command[0])) if is_cpp else None
        measured[subject.task, subject.language] = summary(runs[subject.name], subject.zipped_bytes(), counted)
    return measured


def machine() -> str:
    model = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    name = platform.freedesktop_os_release()["PRETTY_NAME"]
    processor = model[1] if model else platform.machine()
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores of {processor}, {name}, Linux {platform.release()}, load {load:.1f} at the start"


#: What follows the figure of a language in the README's sentence about the cold start.
IN_README = {"cpp": "from exec", "go": "for Go", "rust": "for Rust", "node": "for Node.js", "python": "for Python"}


def publish(results: Path) -> None:
    """Copies the results into the documentation, and their cold starts into the README."""
    page = DOCS / "performance.md"
    table = (results / "performance.md").read_text(encoding="utf-8")
    text, replaced = PUBLISHED.subn(lambda found: f"{found[1]}\n{table}{found[2]}", page.read_text(encoding="utf-8"))
    if replaced != 1:
        sys.exit(f"bench: {page} has no markers for the measured tables")
    page.write_text(text, encoding="utf-8")
    for name in ("performance.svg", "performance.png"):
        shutil.copy(results / name, DOCS / name)
    readme = DOCS.parent / "README.md"
    text = readme.read_text(encoding="utf-8")
    for subject in json.loads((results / "performance.json").read_text(encoding="utf-8"))["subjects"]:
        if subject["task"] == "get_user" and subject["language"] in IN_README:
            figure = f"{subject['cold']:.{1 if subject['cold'] < 10 else 0}f}"
            text = re.sub(rf"[\d.]+(?= ms {IN_README[subject['language']]})", figure, text)
    readme.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rig", type=Path, required=True)
    parser.add_argument("--build", type=Path, required=True, help="the release build")
    parser.add_argument("--peers", type=Path, required=True, help="the folder of the built peers")
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--requests", type=int, required=True)
    parser.add_argument("--skipped", action="append", default=[], metavar="LANGUAGE=REASON")
    parser.add_argument("--publish", action="store_true")
    parser.add_argument("languages", nargs="+", choices=LANGUAGES)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    description = machine()
    subjects = [s for s in all_subjects(arguments.build, arguments.peers) if s.language in arguments.languages]
    with tempfile.TemporaryDirectory(prefix="users-bench-") as folder:
        measured = measure(Rig(arguments.rig, Path(folder)), subjects, arguments.rounds, arguments.requests)
    report = Report(
        date=datetime.now(timezone.utc).date().isoformat(),
        machine=description,
        toolchains={language: toolchain(language) for language in arguments.languages},
        rounds=arguments.rounds,
        requests=arguments.requests,
        measured=measured,
        skipped=dict(skipped.split("=", 1) for skipped in arguments.skipped),
    )
    results = arguments.results
    results.mkdir(parents=True, exist_ok=True)
    markdown = to_markdown(report)
    (results / "performance.md").write_text(markdown, encoding="utf-8")
    (results / "performance.json").write_text(json.dumps(to_json(report), indent=2) + "\n", encoding="utf-8")
    plot.draw(report, results / "performance.svg", results / "performance.png")
    if arguments.publish:
        publish(results)
    print(markdown)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
