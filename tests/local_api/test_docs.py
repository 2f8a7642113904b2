"""The documentation page of the local API; the routes of the template take precedence over it."""

from __future__ import annotations

import pytest

from local_api.harness import ECHO, run, template

PATHS = ("/docs", "/openapi.yaml", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js")


@pytest.fixture
def viewer(tmp_path):
    """Returns a folder with the assets of the page; also puts openapi.yaml next to the template of the first local API."""
    folder = tmp_path / "viewer"
    folder.mkdir()
    (folder / "swagger-ui.css").write_text("h1 {}")
    (folder / "swagger-ui-bundle.js").write_text("SwaggerUIBundle = console.log")
    (tmp_path / "0").mkdir()
    (tmp_path / "0/openapi.yaml").write_text("openapi: 3.1.0\n")
    return folder


@pytest.fixture
def start_with_docs(start, viewer):
    return lambda **options: start(options=("--docs", str(viewer)), **options)


@pytest.mark.parametrize(
    ("path", "content_type", "content"),
    [
        ("/docs", "text/html; charset=utf-8", b"<!DOCTYPE html>"),
        ("/docs?anything", "text/html; charset=utf-8", b"<!DOCTYPE html>"),
        ("/openapi.yaml", "application/yaml", b"openapi: 3.1.0\n"),
        ("/docs/swagger-ui.css", "text/css", b"h1 {}"),
        ("/docs/swagger-ui-bundle.js", "text/javascript", b"SwaggerUIBundle = console.log"),
    ],
)
def test_the_page_and_its_assets_are_served(start_with_docs, path, content_type, content):
    response = start_with_docs().request("GET", path)

    assert response.status == 200
    assert response.headers["content-type"] == content_type
    assert response.body.startswith(content)


def test_a_change_to_the_api_description_is_visible_immediately(start_with_docs):
    api = start_with_docs()
    (api.template.parent / "openapi.yaml").write_text("openapi: 3.1.1\n")

    assert api.request("GET", "/openapi.yaml").body == b"openapi: 3.1.1\n"


def test_a_deleted_file_is_an_unknown_route(start_with_docs):
    api = start_with_docs()
    (api.template.parent / "openapi.yaml").unlink()

    assert api.request("GET", "/openapi.yaml").status == 403


@pytest.mark.parametrize("path", PATHS)
def test_without_the_docs_option_there_is_no_page(start, path):
    assert start().request("GET", path).status == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/docs"), ("HEAD", "/docs"), ("GET", "/docs/"), ("GET", "/docs/index.html"), ("GET", "/docs/../openapi.yaml")],
)
def test_other_methods_and_paths_are_unknown_routes(start_with_docs, method, path):
    assert start_with_docs().request(method, path).status == 403


@pytest.mark.parametrize("path", PATHS)
def test_a_path_of_the_template_takes_precedence_over_the_page(start_with_docs, path):
    api = start_with_docs(template_text=template(path="/{anything+}"), functions={"echo": ECHO})

    assert api.request("GET", path).json["path"] == path


def test_a_path_of_the_template_takes_precedence_for_every_method(start_with_docs):
    api = start_with_docs(template_text=template(path="/docs", method="post"), functions={"echo": ECHO})

    assert api.request("POST", "/docs").status == 200
    assert api.request("GET", "/docs").status == 403


@pytest.mark.parametrize("missing", ["0/openapi.yaml", "viewer/swagger-ui.css", "viewer/swagger-ui-bundle.js"])
def test_a_missing_file_is_reported_in_one_line(tmp_path, viewer, missing):
    (tmp_path / "0/template.yaml").write_text(template())
    bootstrap = tmp_path / "0/functions/echo/bootstrap"
    bootstrap.parent.mkdir(parents=True)
    bootstrap.touch(mode=0o755)
    (tmp_path / missing).unlink()

    result = run("--template", tmp_path / "0/template.yaml", "--build-dir", tmp_path / "0", "--port", "0",
                 "--docs", viewer)  # fmt: skip

    assert result.returncode == 2
    assert result.stderr.startswith(f"local_api: cannot read {tmp_path / missing}, which /")
    assert result.stderr.count("\n") == 1
