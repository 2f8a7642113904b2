"""Runs the commands in the examples of Markdown files and updates the output below each; scripts/examples.sh calls it.

An example is an indented line `$ curl …`, or `$ NAME=…`, which sets a variable for the examples that follow. The
indented lines below it, up to the next text, are its output. Ids, timestamps and tokens differ in each run: the page
keeps those that it shows, and this program replaces them in commands with the values of the current run. All other
differences change the page.
"""

from __future__ import annotations

import argparse
import difflib
import re
import subprocess
import sys
from pathlib import Path

#: The URL of the API on the page.
SHOWN_URL = "http://127.0.0.1:3000"

#: The values that differ in each run: a UUID, a timestamp, a nextToken.
VOLATILE = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    r'|(?:(?<="nextToken":")|(?<=nextToken=))[\w-]+'
)

EXAMPLE = re.compile(
    r"^    \$ (?P<command>(?:curl |[A-Z]+=).*)\n(?P<output>(?:(?!    \$ )    .*\n|\n+(?=    (?!\$ )))*)", re.MULTILINE
)


class Page:
    def __init__(self, url: str):
        self._url = url
        self._real: dict[str, str] = {}  # the values of this run, by the values that the page shows
        self._variables: list[str] = []
        self.changed: list[str] = []  # the commands of the changed examples
        self.unchanged = 0

    def refresh(self, text: str) -> str:
        return EXAMPLE.sub(self._example, text)

    def _example(self, match: re.Match[str]) -> str:
        command = match["command"]
        runnable = self._replace(command, self._real).replace(SHOWN_URL, self._url)
        if not command.startswith("curl "):
            self._variables.append(runnable)
            return match[0]
        shown = self._updated(match["output"], run("\n".join([*self._variables, runnable])))
        if shown == match["output"]:
            self.unchanged += 1
        else:
            self.changed.append(command)
        return f"    $ {command}\n{shown}"

    def _updated(self, shown: str, output: str) -> str:
        """Returns the text that the page must show for this output; `shown` is the text that it shows now."""
        printed = output.replace("\r", "").replace(self._url, SHOWN_URL).rstrip("\n")
        real = "".join(f"    {line}".rstrip() + "\n" for line in printed.split("\n"))
        ours, theirs = VOLATILE.findall(shown), VOLATILE.findall(real)
        known = self._real | {our: their for our, their in zip(ours, theirs) if our not in self._real}
        # Even if the rest of the output has changed, the commands that follow need the ids in it.
        if [known[our] for our in ours if our in known] == theirs:
            self._real = known
            if VOLATILE.sub("", shown) == VOLATILE.sub("", real):
                return shown
        return self._replace(real, {theirs: ours for ours, theirs in self._real.items()})

    @staticmethod
    def _replace(text: str, replacements: dict[str, str]) -> str:
        return VOLATILE.sub(lambda match: replacements.get(match[0], match[0]), text)


def run(script: str) -> str:
    result = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    if result.returncode != 0:
        sys.exit(f"exit code {result.returncode} of {script.splitlines()[-1]}: {result.stderr.strip()}")
    return result.stdout


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("url")
    parser.add_argument("files", nargs="+", type=Path)
    arguments = parser.parse_args()

    changed = unchanged = 0
    for file in arguments.files:
        page = Page(arguments.url)
        before = file.read_text()
        after = page.refresh(before)
        changed += len(page.changed)
        unchanged += page.unchanged
        if arguments.check:
            sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), after.splitlines(True), str(file), "now"))
        else:
            file.write_text(after)
            sys.stdout.writelines(f"{file}: $ {command}\n" for command in page.changed)
    if arguments.check:
        print(f"{unchanged} passed, {changed} failed")
        sys.exit(changed > 0)
    print(f"{changed} of {changed + unchanged} examples have changed")


main()
