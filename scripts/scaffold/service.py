"""Makes a repository for a service of another resource from this one."""

from __future__ import annotations

import argparse
import keyword
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scaffold.changes import ROOT, Refused
from scaffold.words import PLURAL, SINGULAR, Words

#: What concerns this project alone: the figures that were measured here, and the making of other services.
LEFT_OUT = (
    "docs/performance.png", "docs/performance.svg", "scripts/new-service.sh", "scripts/scaffold/service.py",
    "scripts/scaffold/words.py", "tests/operations/test_new_service.py", "tests/scaffold",
)  # fmt: skip
#: Words that the code uses for something else.
TAKEN = {
    "address", "age", "api", "caller", "claim", "client", "core", "email", "endpoint", "event", "field", "function", "http",
    "item", "json", "key", "name", "page", "problem", "record", "request", "response", "route", "service", "store", "table",
    "test", "token", "version", "alignas", "alignof", "asm", "auto", "bool", "case", "catch", "char", "class", "concept",
    "const", "default", "delete", "do", "double", "enum", "explicit", "export", "extern", "float", "friend", "goto", "inline",
    "int", "long", "mutable", "namespace", "new", "operator", "package", "private", "protected", "public", "register",
    "requires", "short", "signed", "sizeof", "static", "struct", "switch", "template", "this", "throw", "type", "typedef",
    "typename", "union", "unsigned", "using", "var", "virtual", "void", "volatile",
}  # fmt: skip

PERFORMANCE = """# Performance

`./scripts/bench.sh` measures the functions beside functions that do the same work in Rust, Go, Python and Node.js, and the
minimum that any function must do (the floor):

    ./scripts/bench.sh              # into build/bench/results
    ./scripts/bench.sh --publish    # and into this page

<!-- measured: -->

<!-- end of measured -->
"""


def plural_of(singular: str) -> str:
    if re.search("(s|x|z|ch|sh)$", singular):
        return f"{singular}es"
    return f"{singular[:-1]}ies" if re.search("[^aeiou]y$", singular) else f"{singular}s"


def checked(singular: str, plural: str) -> Words:
    for word in (singular, plural):
        if not re.fullmatch("[a-z][a-z]+", word):
            raise Refused(f"{word} must be one word in lower case")
        if word in TAKEN or keyword.iskeyword(word) or word in (SINGULAR, PLURAL):
            raise Refused(f"the code uses {word} for something else; take another word")
    if singular == plural:
        raise Refused(f"the plural must differ from {singular}: one names a thing, the other the collection")
    return Words(singular, plural)


def tracked_files() -> list[str]:
    done = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused("this is no checkout of git, so its files could not be told from others")
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).exists()]


def make(folder: Path, words: Words) -> None:
    """Writes the files of the new repository."""
    for name in tracked_files():
        if name in LEFT_OUT or name.startswith(tuple(f"{one}/" for one in LEFT_OUT)):
            continue
        source, target = ROOT / name, folder / words.rename(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(words.rename_bytes(source.read_bytes()))
        shutil.copymode(source, target)
    adapt(folder, words)
    # The length and the initial of a word decide how lines break and includes are sorted.
    sources = [path for path in folder.rglob("*") if path.suffix in (".h", ".cpp")]
    subprocess.run([ROOT / "build/venv/bin/clang-format", "-i", *sources], check=True)


def adapt(folder: Path, words: Words) -> None:
    """Changes what other words alone do not: the texts about this project, and the rule for the core."""

    def change(name: str, *replacements: tuple[str, str]) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        for pattern, replacement in replacements:
            text, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
            if count != 1:
                raise Refused(f"{name} has {count} places “{pattern}”, but this script needs one")
        path.write_text(text, encoding="utf-8")

    (folder / "docs/performance.md").write_text(PERFORMANCE, encoding="utf-8")
    change(
        "README.md",
        (r"^- \*\*A short cold start\.\*\*.*\n(?:  .*\n)*", ""),
        (r"^## Make it yours\n(?:.*\n)*?(?=^## )", ""),
        (r"^( +operations, bench, valgrind), scaffold$", r"\1"),
        (r", read it\s+in an afternoon, and build your own service from it\.", "."),
        (
            r"^- \[docs/extending\.md\].*\n(?:  .*\n)*",
            "- [docs/extending.md](docs/extending.md): add an endpoint, and drop what you do not need\n",
        ),
    )
    change("docs/reliability.md", (r"^Measured on (?:.*\n)*?(?=^## )", ""), (r", to which the figures below belong", ""))
    change("docs/testing.md", (r"^ +\./scripts/test\.sh scaffold .*\n", ""))
    change("docs/extending.md", (r"^## Make a service\n(?:.*\n)*?(?=^## |\Z)", ""))
    change("scripts/README.md", (r"^\| `new-service\.sh` .*\n", ""))
    change(
        "docs/decisions/README.md",
        (r"^replaces it\.\n", "replaces it. The records below, and their figures, come from the project that this one was made from.\n"),
    )
    change(
        "scripts/install-deps.sh",
        (r" for scripts/new-endpoint\.sh and new-service\.sh:", " for scripts/new-endpoint.sh:"),
        (r" \| \\\n +'test scaffold'\)", ")"),
        (r" bench scaffold$", " bench"),
    )
    change(
        "scripts/test.sh",
        (r"^#   scaffold .*\n", ""),
        (r" bench scaffold\)$", " bench)"),
        (r"^ +scaffold\) printf .*\n", ""),
    )
    change("tests/suites.cmake", (r"^add_pytest\(scaffold .*\n", ""))
    own_term = term_of(folder, words)
    change(
        "scripts/lint/check-core.sh",
        (r"^export DOMAIN='\w+\|", f"export DOMAIN='{own_term}"),
        (r"^# The terms of the domain, and terms of HTTP and AWS that contain one of them\.", "# The terms of the domain."),
        (r"^export OTHERS=.*\n", ""),
        (r"^ +gsub\(ENVIRON\[\"OTHERS\"\], \"\", text\)\n", ""),
    )


def term_of(folder: Path, words: Words) -> str:
    """Returns the pattern of the resource's word for check-core.sh, unless the core uses the word in another sense."""
    files = [path for name in ("common/core", "tests/unit/core") for path in (folder / name).rglob("*.*")]
    files += (folder / "tests/support").glob("*.*")
    texts = [path.read_text(encoding="utf-8") for path in files if path.suffix in (".h", ".cpp", ".in", ".txt")]
    text = "".join(texts).lower()
    candidates = (words.singular, f"{words.singular}_?id", f"{words.plural}/")
    return next((f"{term}|" for term in candidates if not re.search(term, text)), "")


def commit(folder: Path) -> bool:
    """Makes the folder a repository; returns whether git could also commit, which needs the name of a person."""
    git = ["git", "-C", str(folder)]
    for command in (["init", "--quiet", "--initial-branch", "main"], ["add", "--all"]):
        subprocess.run([*git, *command], check=True)
    commit_all = [*git, "commit", "--quiet", "--message", "Make the service"]
    return subprocess.run(commit_all, capture_output=True, check=False).returncode == 0


NEXT = """Made {folder}: /{plural}/{{{singular}Id}}, {plural}:read, the class {capital}, the tables {capital_plural} and {capital}Claims.

Next, there:
  ./scripts/run-local.sh     serves it at http://127.0.0.1:3000
  ./scripts/test.sh          runs its tests
Then make it yours:
  docs/extending.md          change the fields; drop the unique address and finding by name, if you do not need them
  README.md                  what the service is for
  LICENSE                    the holder of your copyright
  samconfig.toml.example, .github/workflows, bootstrap.yaml    the names of your stacks, and where they are deployed"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="new-service.sh", add_help=False)
    parser.add_argument("folder", type=Path)
    parser.add_argument("singular")
    parser.add_argument("plural", nargs="?")
    given = parser.parse_args(arguments)
    folder: Path = given.folder.resolve()
    try:
        words = checked(given.singular, given.plural or plural_of(given.singular))
        if folder.exists():
            raise Refused(f"{folder} exists")
        if folder.is_relative_to(ROOT):
            raise Refused(f"{folder} is in this repository; take a folder beside it")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as unfinished:
            made = Path(unfinished) / "made"
            made.mkdir()
            make(made, words)
            is_committed = commit(made)
            made.rename(folder)
    except (Refused, OSError, subprocess.CalledProcessError) as error:
        print(f"new-service.sh: {error}", file=sys.stderr)
        return 1
    print(
        NEXT.format(
            folder=given.folder, singular=words.singular, plural=words.plural, capital=words.singular.capitalize(),
            capital_plural=words.plural.capitalize(),
        )
    )  # fmt: skip
    if not is_committed:
        print("Nothing is committed yet: git does not know who you are (git config user.name).")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
