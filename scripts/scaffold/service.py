"""Creates a repository for a service with another resource, from this repository."""

from __future__ import annotations

import argparse
import keyword
import re
import shutil
import subprocess
import sys
import tempfile
import tokenize
from pathlib import Path

from scaffold.changes import ROOT, Refused
from scaffold.stack import longest_stack_name
from scaffold.words import PLURAL, SINGULAR, Words

#: The files that concern this project alone: its measured figures, and the creation of other services.
LEFT_OUT = (
    "docs/performance.png", "docs/performance.svg", "scripts/new-service.sh", "scripts/scaffold/service.py",
    "scripts/scaffold/words.py", "tests/operations/test_new_service.py", "tests/scaffold",
)  # fmt: skip
KEYWORDS_OF_CPP = {
    "alignas", "alignof", "asm", "auto", "bool", "case", "catch", "char", "class", "concept", "const", "default", "delete", "do",
    "double", "enum", "explicit", "export", "extern", "float", "friend", "goto", "inline", "int", "long", "mutable", "namespace",
    "new", "operator", "private", "protected", "public", "register", "requires", "short", "signed", "sizeof", "static", "struct",
    "switch", "template", "this", "throw", "typedef", "typename", "union", "unsigned", "using", "virtual", "void", "volatile",
}  # fmt: skip
_NOT_CODE_IN_CPP = re.compile(r'//.*|R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"')

PERFORMANCE = """# Performance

`./scripts/bench.sh` compares the functions with functions that do the same work in Rust, Go, Python and Node.js, and with
the minimum that any function must do (the floor):

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
            raise Refused(f"{word} must be one word in lower case, of letters from a to z")
        if word in KEYWORDS_OF_CPP or keyword.iskeyword(word) or word in (SINGULAR, PLURAL):
            raise Refused(f"{word} is a keyword of C++ or Python, or the resource of this service; choose another word")
    if singular == plural:
        raise Refused(f"the plural must differ from {singular}: the singular names one resource, the plural the collection")
    words = Words(singular, plural)
    refuse_collisions(words)
    return words


def refuse_collisions(words: Words) -> None:
    """Refuses a word that a source file already uses with another meaning."""
    for name in service_files():
        if name.endswith((".h", ".cpp", ".py")):
            used = identifiers(ROOT / name)
            for new in sorted(words.rename(one) for one in used if words.rename(one) != one):
                if new in used:
                    raise Refused(f"{name} uses {new} for something else; choose another word")


def identifiers(source: Path) -> set[str]:
    """Returns the identifiers in the code of a file, without strings and comments."""
    if source.suffix == ".py":
        with source.open("rb") as file:
            return {token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.NAME}
    return set(re.findall(r"[A-Za-z_]\w*", _NOT_CODE_IN_CPP.sub(" ", source.read_text(encoding="utf-8"))))


def project_files() -> list[str]:
    """Returns the present files, including those that are not added to git yet."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused("this folder is not a git checkout, so the script cannot tell which files belong to the project")
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).exists()]


def service_files() -> list[str]:
    """Returns the files that the new service gets."""
    left_out = tuple(f"{one}/" for one in LEFT_OUT)
    return [name for name in project_files() if name not in LEFT_OUT and not name.startswith(left_out)]


def make(folder: Path, words: Words) -> None:
    """Writes the files of the new repository."""
    for name in service_files():
        source, target = ROOT / name, folder / words.rename(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        content = source.read_bytes()
        # The license requires that copies keep its notice.
        target.write_bytes(content if name == "LICENSE" else words.rename_bytes(content))
        shutil.copymode(source, target)
    adapt(folder, words)
    # The new words change where lines break and how includes are sorted.
    sources = [path for path in folder.rglob("*") if path.suffix in (".h", ".cpp")]
    subprocess.run([ROOT / "build/venv/bin/clang-format", "-i", *sources], check=True)


def adapt(folder: Path, words: Words) -> None:
    """Changes what the replacement of words does not: the texts about this project, and the rule for the core."""

    def change(name: str, *replacements: tuple[str, str]) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        for pattern, replacement in replacements:
            text, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
            if count != 1:
                raise Refused(f"{name} must match “{pattern}” exactly once, not {count} times")
        path.write_text(text, encoding="utf-8")

    (folder / "docs/performance.md").write_text(PERFORMANCE, encoding="utf-8")
    change(
        "README.md",
        (r"^- \*\*A short cold start\.\*\*.*\n(?:  .*\n)*", ""),
        (r"^\| begin a service .*\n", "| replace or remove a field | [Replace or remove a field](docs/replace-a-field.md) |\n"),
        (r"^( +operations, bench, valgrind), scaffold$", r"\1"),
        (r",\s+read it\s+in an afternoon, and build your own service from it\.", "."),
    )
    change("docs/core.md", (r"\s+To start from the tests,[^\[]*\[make a service\]\(extending\.md#make-a-service\)\.", ""))
    change("docs/reliability.md", (r"^Measured on (?:.*\n)*?(?=^## )", ""), (r", to which the figures below belong", ""))
    change(
        "docs/security.md",
        (r"(?<=of the documents),\s+(`run-local\.sh`)\s+and\s+the\s+service\s+that the suite scaffold makes\.", r" and \1."),
    )
    change("docs/testing.md", (r"^ +\./scripts/test\.sh scaffold .*\n", ""))
    change("docs/extending.md", (r"^## Make a service\n(?:.*\n)*?(?=^## |\Z)", ""))
    change("scripts/README.md", (r"^\| `new-service\.sh` .*\n", ""))
    change(
        "docs/decisions/README.md",
        (r"^replaces it\.\n", "replaces it. The records below, and their figures, come from the project from which this one was created.\n"),
    )
    change(
        "scripts/install-deps.sh",
        (r"for scripts/new-endpoint\.sh, new-service\.sh and lint\.sh --fix:", "for scripts/new-endpoint.sh and lint.sh --fix:"),
        (r"^ +'test scaffold'\) printf .*\n", ""),
        (r" bench scaffold$", " bench"),
    )
    change(
        "scripts/test.sh",
        (r"^#   scaffold .*\n", ""),
        (r" bench scaffold\)$", " bench)"),
        (r"^ +scaffold\) printf .*\n", ""),
    )
    change("tests/suites.cmake", (r"^add_pytest\(scaffold .*\n", ""))
    change("bootstrap.yaml", longest_stack_name((folder / "template.yaml").read_text(encoding="utf-8")))
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
    files += (folder / "tests/contract").glob("versioned_table_contract.*")
    texts = [path.read_text(encoding="utf-8") for path in files if path.suffix in (".h", ".cpp", ".in", ".txt")]
    text = "".join(texts).lower()
    candidates = (words.singular, f"{words.singular}_?id", f"{words.plural}/")
    return next((f"{term}|" for term in candidates if not re.search(term, text)), "")


def commit(folder: Path) -> str:
    """Turns the folder into a repository, and commits its files; if that fails, returns git's reason, such as a missing name."""
    git = ["git", "-C", str(folder)]
    for command in (["init", "--quiet", "--initial-branch", "main"], ["add", "--all"]):
        subprocess.run([*git, *command], check=True)
    commit_all = [*git, "commit", "--quiet", "--message", "Create the service"]
    done = subprocess.run(commit_all, capture_output=True, text=True, check=False)
    return (done.stderr or done.stdout) if done.returncode else ""


NEXT = """Created {folder}: /{plural}/{{{singular}Id}}, {plural}:read, the class {capital}, the tables {capital_plural} and {capital}Claims.

Next:
  cd {folder}
  ./scripts/run-local.sh     serves it at http://127.0.0.1:3000
  ./scripts/test.sh          runs its tests
Then make it yours:
  docs/replace-a-field.md    replace the name, the address and the age with your fields
  docs/extending.md          add fields and endpoints; remove the unique address and the search by name, if you do not need them
  README.md                  describe the service
  LICENSE                    add your copyright notice; the present notice must stay
  samconfig.toml.example, .github/workflows, bootstrap.yaml    set the names and the regions of your stacks"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="new-service.sh", add_help=False)
    parser.add_argument("folder", type=Path)
    parser.add_argument("singular")
    parser.add_argument("plural", nargs="?")
    given = parser.parse_args(arguments)
    folder: Path = given.folder.resolve()
    try:
        if folder.exists():
            raise Refused(f"{folder} already exists; choose a new folder")
        if folder.is_relative_to(ROOT):
            raise Refused(f"{folder} is in this repository; choose a folder outside it")
        words = checked(given.singular, given.plural or plural_of(given.singular))
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as unfinished:
            made = Path(unfinished) / "made"
            made.mkdir()
            make(made, words)
            fault = commit(made)
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
    if fault:
        print(f"The files are not committed, because git failed:\n{fault}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
