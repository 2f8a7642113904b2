"""Runs clang-tidy on all C++ files of the project.

clang-tidy spends most of its time on headers, so it first checks the files of a folder as one translation unit. Only if that
fails, because of a finding or because two files define the same name, it checks each file by itself.

The build folder of the preset clang must be configured. Exit status: 0 when no file has a finding.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "build/lint"


def tidy(database: Path, *sources: str) -> subprocess.CompletedProcess:
    command = [ROOT / "build/venv/bin/clang-tidy", "--quiet", "-p", database, *sources]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def check(folder: str, sources: list[str]) -> str:
    """Returns the findings in a folder; empty when there are none."""
    if len(sources) > 1 and tidy(UNITS, UNITS / folder / "all.cpp").returncode == 0:
        return ""
    checks = [tidy(ROOT / "build/clang", source) for source in sources]
    failed = [check for check in checks if check.returncode]
    return "".join(f"{check.stdout}{check.args[-1]}: clang-tidy ended with status {check.returncode}\n" for check in failed)


def main() -> int:
    commands = {
        os.path.relpath(entry["file"], ROOT): entry
        for entry in json.loads((ROOT / "build/clang/compile_commands.json").read_text())
    }
    folders = defaultdict(list)
    for source in sorted(commands):
        if not source.startswith("build/"):
            folders[os.path.dirname(source)].append(source)

    # The examples are separate projects, for which clang-tidy uses the command of a similar file.
    for source in (ROOT / "examples").rglob("*.cpp"):
        if "build" not in source.relative_to(ROOT).parts:
            folders[str(source)].append(str(source))

    # The configuration of a file is that of its folder and of those above it.
    for folder in ("common", "functions", "scripts", "tests"):
        for configuration in (ROOT / folder).rglob(".clang-tidy"):
            copy = UNITS / configuration.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(configuration, copy)
    units = []
    for folder, sources in folders.items():
        if len(sources) == 1:
            continue
        unit = UNITS / folder / "all.cpp"
        unit.parent.mkdir(parents=True, exist_ok=True)
        includes = "".join(f'#include "{ROOT / source}"\n' for source in sources)
        unit.write_text(f"// NOLINTBEGIN(bugprone-suspicious-include)\n{includes}// NOLINTEND(bugprone-suspicious-include)\n")
        first = commands[sources[0]]
        units.append(first | {"file": str(unit), "command": first["command"].replace(first["file"], str(unit))})
    (UNITS / "compile_commands.json").write_text(json.dumps(units))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        largest_first = sorted(folders, key=lambda folder: -len(folders[folder]))
        findings = "".join(pool.map(lambda folder: check(folder, folders[folder]), largest_first))
    print(findings, end="")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
