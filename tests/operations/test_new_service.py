"""scripts/new-service.sh: the repository that it creates is about the other resource, and well formed."""

from __future__ import annotations

import ast
import base64
import json
import re
import zlib
from pathlib import Path
from unittest import mock

import pytest
import scaffold.service
import yaml

from scaffold.service import plural_of
from scaffold.words import OTHERS, Words
from support.checkout import assert_succeeded, git, link_tools, run, run_module, run_tests
from support.function import REPOSITORY
from support.scripts import run_script

#: The author of the commits.
PERSON = {f"GIT_{role}_{name}": "a" for role in ("AUTHOR", "COMMITTER") for name in ("NAME", "EMAIL")}


@pytest.fixture(scope="module", params=["order", "person people"])
def words(request: pytest.FixtureRequest) -> list[str]:
    """The arguments for a resource."""
    return request.param.split()


@pytest.fixture(scope="module")
def service(words: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new service."""
    folder = tmp_path_factory.mktemp("services") / "service"
    assert_succeeded(run_module(REPOSITORY, "scaffold.service", folder, *words, **PERSON))
    link_tools(folder)
    return folder


@pytest.fixture(scope="module")
def plural(words: list[str]) -> str:
    return words[1] if len(words) > 1 else f"{words[0]}s"


def test_a_file_that_is_not_added_to_git_belongs_to_the_service(tmp_path: Path) -> None:
    git(tmp_path, "init")
    (tmp_path / ".gitignore").write_text("/build/\n")
    (tmp_path / "build").mkdir()
    for name in ("main.cpp", "build/main.o"):
        (tmp_path / name).write_text("")

    with mock.patch.object(scaffold.service, "ROOT", tmp_path):
        assert sorted(scaffold.service.service_files()) == [".gitignore", "main.cpp"]


def files(service: Path, *kinds: str) -> list[Path]:
    """Returns the files of these kinds, or all."""
    names = git(service, "ls-files", "-z").split("\0")
    return [service / name for name in names if name and (not kinds or name.endswith(kinds))]


def test_no_word_of_this_resource_is_left(service: Path) -> None:
    assert [path for path in files(service) if "user" in str(path.relative_to(service)).lower()] == []

    left = [
        f"{path.relative_to(service)}:{number}: {line}"
        for path in files(service)
        if path.name != "LICENSE"
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if "user" in OTHERS.sub("", line).lower()
    ]
    assert left == []


def test_the_readme_begins_with_the_resource(service: Path, words: list[str], plural: str) -> None:
    first, _, *rest = (service / "README.md").read_text(encoding="utf-8").splitlines()

    assert first == f"# {plural.capitalize()} API: serverless C++"
    row = f"| GET /{plural}/{{{words[0]}Id}} | Get{words[0].capitalize()} |"
    assert [line for line in rest if line.startswith(row)]


def test_articles_fit_the_word(service: Path, words: list[str]) -> None:
    (wrong,) = ("a" if words[0][0] in "aeiou" else "an",)
    pattern = re.compile(rf"\b{wrong}[ _]{words[0]}\b|[a-z]{wrong.capitalize()}{words[0].capitalize()}", re.IGNORECASE)

    texts = {path: path.read_text(encoding="utf-8") for path in files(service, ".md", ".h", ".cpp", ".py", ".sh")}
    assert [path for path, text in texts.items() if pattern.search(text)] == []


def test_the_page_tokens_are_those_of_the_listing(service: Path, plural: str) -> None:
    description = (service / "openapi.yaml").read_text(encoding="utf-8")
    (token,) = re.findall("nextToken: (\\S{40,})", description)
    sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))

    assert sealed.startswith(f"1{plural}:".encode())
    assert zlib.crc32(sealed[:-4]).to_bytes(4, "big") == sealed[-4:]


def test_the_lengths_in_the_examples_are_those_of_their_bodies(service: Path) -> None:
    text = (service / "README.md").read_text(encoding="utf-8")
    ((length, body),) = re.findall(r"Content-Length: (\d+)\n\n    (\{.*\})\n", text)

    assert len(body.encode()) == int(length)


def test_what_concerns_this_project_alone_is_left_out(service: Path) -> None:
    names = {str(path.relative_to(service)) for path in files(service)}

    assert not names & {"docs/performance.png", "docs/performance.svg", "scripts/new-service.sh"}
    assert [path for path in files(service) if b"new-service" in path.read_bytes()] == []
    assert "Measured on" not in (service / "docs/reliability.md").read_text(encoding="utf-8")
    pages = [service / "README.md", *service.glob("docs/*.md"), service / "scripts/test.sh"]
    assert [page for page in pages if "suite scaffold" in page.read_text(encoding="utf-8")] == []
    assert "ms from exec" not in (service / "README.md").read_text(encoding="utf-8")
    assert [path for path in files(service) if b"scaffold/service" in path.read_bytes()] == []


def test_the_license_keeps_its_notice(service: Path) -> None:
    assert (service / "LICENSE").read_bytes() == (REPOSITORY / "LICENSE").read_bytes()


def test_links_lead_to_files(service: Path) -> None:
    broken = [
        f"{page.relative_to(service)}: {link}"
        for page in files(service, ".md")
        for link in re.findall(r"\]\((?!https?:)([\w./-]+)[)#]", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert broken == []


def test_every_file_is_well_formed(service: Path) -> None:
    for path in files(service, ".py"):
        ast.parse(path.read_text(encoding="utf-8"), str(path))
    for path in files(service, ".yaml", ".yml"):
        yaml.compose(path.read_text(encoding="utf-8"))
    for path in files(service, ".json"):
        json.loads(path.read_text(encoding="utf-8"))
    for path in files(service, ".sh"):
        assert_succeeded(run(service, "bash", "-n", path))


def test_the_sources_have_the_format_of_the_project(service: Path) -> None:
    formatter = service / "build/venv/bin/clang-format"

    assert_succeeded(run(service, formatter, "--dry-run", "--Werror", *files(service, ".h", ".cpp")))


def test_the_go_sources_have_the_format_of_gofmt(service: Path) -> None:
    """new-service.sh does not run gofmt, so no alignment in these sources may depend on the length of a word."""
    root = run(service, "build/venv/bin/go", "env", "GOROOT").stdout.strip()

    done = run(service, f"{root}/bin/gofmt", "-l", *files(service, ".go"))

    assert (done.returncode, done.stdout) == (0, "")


def test_the_core_is_generic(service: Path) -> None:
    assert_succeeded(run(service, "scripts/lint/check-core.sh"))


@pytest.mark.parametrize(("word", "term"), [("parcel", "parcel|"), ("header", "header_?id|"), ("suite", "suite_?id|")])
def test_a_word_that_the_core_or_its_tests_contain_is_not_a_term_of_the_domain(word: str, term: str) -> None:
    assert scaffold.service.term_of(REPOSITORY, Words(word, f"{word}s")) == term


def test_the_documentation_and_the_stack_agree_with_the_template(service: Path) -> None:
    docs = [f"tests/docs/test_{name}.py" for name in ("endpoints", "http_file", "postman_collection", "openapi", "security")]
    deploy = [f"tests/deploy/test_{name}.py" for name in ("bootstrap", "functions", "monitoring", "roles", "tables", "samconfig")]

    assert_succeeded(run_tests(service, *docs, *deploy, "-k", "not the_page_shows"))


def test_its_history_begins_with_one_commit(service: Path) -> None:
    assert git(service, "log", "--format=%s %an") == "Create the service a\n"
    assert git(service, "status", "--porcelain", "--untracked-files=no") == ""


def test_without_a_name_for_the_commit_the_files_are_added_but_not_committed(tmp_path: Path) -> None:
    nobody = {"HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "1"}
    strict = {"GIT_CONFIG_KEY_0": "user.useConfigOnly", "GIT_CONFIG_VALUE_0": "true"}

    done = run_module(REPOSITORY, "scaffold.service", tmp_path / "orders", "order", **nobody, **strict)

    assert_succeeded(done)
    assert "The files are not committed" in done.stdout
    assert "A  README.md" in git(tmp_path / "orders", "status", "--porcelain")


@pytest.mark.parametrize(
    ("text", "of_orders", "of_people"),
    [
        ("users::UserStore of users", "orders::OrderStore of orders", "people::PersonStore of people"),
        ("GetUser, ListUsers, getUser", "GetOrder, ListOrders, getOrder", "GetPerson, ListPeople, getPerson"),
        ("get_user(userId) USER_ID USERS", "get_order(orderId) ORDER_ID ORDERS", "get_person(personId) PERSON_ID PEOPLE"),
        ("a user's name", "an order's name", "a person's name"),
        ("ReportsAUserThat", "ReportsAnOrderThat", "ReportsAPersonThat"),
        ("test_a_user_is", "test_an_order_is", "test_a_person_is"),
        ("// a\n  // user", "// an\n  // order", "// a\n  // person"),
        ("DataUser, data user", "DataOrder, data order", "DataPerson, data person"),
        ("curl --user CLIENT_ID:SECRET of a user", "curl --user CLIENT_ID:SECRET of an order", "curl --user CLIENT_ID:SECRET of a person"),
        ("UserPoolArn userArn userinfo", "UserPoolArn userArn userinfo", "UserPoolArn userArn userinfo"),
    ],
)
def test_words_are_replaced_with_their_case_number_and_article(text: str, of_orders: str, of_people: str) -> None:
    assert Words("order", "orders").rename(text) == of_orders
    assert Words("person", "people").rename(text) == of_people


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("item",), "uses Item for something else"),
        (("status", "statuses"), "uses status for something else"),
        (("report",), "uses report for something else"),
        (("class", "classes"), "class is a keyword of C++ or Python, or the resource of this service"),
        (("user",), "user is a keyword of C++ or Python, or the resource of this service"),
        (("Order",), "Order must be one word in lower case"),
        (("sheep", "sheep"), "the plural must differ from sheep"),
    ],
)
def test_unsuitable_words_are_refused_and_nothing_is_created(tmp_path: Path, arguments: tuple[str, ...], reason: str) -> None:
    done = run_module(REPOSITORY, "scaffold.service", tmp_path / "service", *arguments)

    assert done.returncode == 1
    assert reason in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_and_one_inside_this_repository_are_refused(tmp_path: Path) -> None:
    existing = run_module(REPOSITORY, "scaffold.service", tmp_path, "order")
    inside = run_module(REPOSITORY, "scaffold.service", REPOSITORY / "orders", "order")

    assert (existing.returncode, inside.returncode) == (1, 1)
    assert f"{tmp_path} already exists" in existing.stdout
    assert "choose a folder outside it" in inside.stdout
    assert not (REPOSITORY / "orders").exists()


@pytest.mark.parametrize(
    ("singular", "plural"),
    [("order", "orders"), ("box", "boxes"), ("class", "classes"), ("company", "companies"), ("day", "days")],
)
def test_regular_plurals_are_derived(singular: str, plural: str) -> None:
    assert plural_of(singular) == plural


@pytest.mark.parametrize("arguments", [(), ("../orders",), ("a", "b", "c", "d"), ("--force", "a")])
def test_wrong_arguments_are_usage_errors(arguments: tuple[str, ...]) -> None:
    assert run_script("new-service.sh", *arguments).returncode == 2
