"""scripts/docs/examples.py: the commands that it runs, the output that it inserts, and the check for outdated pages."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.function import REPOSITORY
from support.http_server import HttpServer, Request, Response

SHOWN_ID = "11111111-2222-4333-8444-555555555555"


class Api:
    """An API that creates a thing with a new id for each POST and finds it by this id."""

    def __init__(self) -> None:
        self.id = ""
        self.kind = "thing"
        self.returns_another_id = False
        self.server = HttpServer(self._respond)

    def _respond(self, request: Request) -> Response:
        if request.method == "POST":
            self.id = str(uuid.uuid4())
            again = uuid.uuid4() if self.returns_another_id else self.id
            return Response(201, f'{{"id":"{self.id}","kind":"{self.kind}","again":"{again}"}}'.encode())
        found = request.target == f"/things/{self.id}"
        return Response(200 if found else 404, b"found\n\nin two lines\n" if found else b"not found\n")


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()
    yield api
    api.server.close()


def examples(api: Api, page: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, REPOSITORY / "scripts/docs/examples.py", *options, f"http://{api.server.address}", page],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


PAGE = f"""\
# Things

    $ API=http://127.0.0.1:3000
    $ curl -X POST $API/things
    {{"id":"{SHOWN_ID}","kind":"thing","again":"{SHOWN_ID}"}}

Text.

    $ THING=$API/things/{SHOWN_ID}
    $ curl $THING
    found

    in two lines
    $ curl $API/things/none
    not found

More text.

    make something-else
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    return page


def test_a_page_that_differs_only_in_ids_is_unchanged(api, page):
    assert examples(api, page).stdout == "0 of 3 examples have changed\n"
    assert page.read_text() == PAGE

    result = examples(api, page, "--check")
    assert (result.returncode, result.stdout) == (0, "3 passed, 0 failed\n")


def test_missing_output_is_inserted(api, page):
    page.write_text(PAGE.replace("    found\n\n    in two lines\n", ""))

    assert examples(api, page).stdout == f"{page}: $ curl $THING\n1 of 3 examples have changed\n"
    assert page.read_text() == PAGE


def test_changed_output_is_replaced_with_the_ids_of_the_page(api, page):
    page.write_text(PAGE.replace("in two lines", "in one line"))

    assert examples(api, page).stdout == f"{page}: $ curl $THING\n1 of 3 examples have changed\n"
    assert page.read_text() == PAGE


def test_changed_output_keeps_the_ids_that_later_commands_use(api, page):
    api.kind = "longer thing"

    done = examples(api, page)

    assert (done.returncode, done.stderr) == (0, "")
    assert page.read_text() == PAGE.replace('"thing"', '"longer thing"')


def test_the_check_shows_changes_and_does_not_write_them(api, page):
    api.kind = "new thing"

    result = examples(api, page, "--check")

    assert result.returncode == 1
    assert '-    {"id":"' in result.stdout
    assert '"kind":"new thing"' in result.stdout
    assert result.stdout.endswith(" failed\n")
    assert page.read_text() == PAGE


def test_equal_ids_on_the_page_must_remain_equal(api, page):
    api.returns_another_id = True

    assert examples(api, page, "--check").returncode == 1


def test_a_failed_command_is_reported_in_one_line(api, page):
    page.write_text("    $ curl --no-such-option $API\n")

    result = examples(api, page)

    assert result.returncode == 1
    assert result.stderr.startswith("exit code 2 of curl --no-such-option")
