from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_api.harness import ECHO, LocalApi, template


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., LocalApi]]:
    """Returns a function that starts local APIs, each in its own folder: start(source_of_the_function, …)."""
    started: list[LocalApi] = []

    def start_local_api(
        source: str = ECHO,
        *,
        template_text: str | None = None,
        functions: dict[str, str] | None = None,
        options: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
    ) -> LocalApi:
        folder = tmp_path / str(len(started))
        folder.mkdir(exist_ok=True)
        text = template() if template_text is None else template_text
        api = LocalApi(folder, text, functions or {"echo": source}, options, environment)
        started.append(api)
        return api

    yield start_local_api
    codes = [api.stop() for api in started]
    for api, code in zip(started, codes, strict=True):
        assert code == 0, f"exit code {code}\n{api.log_file.read_text()}"


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalApi]:
    """A local API whose function returns every event, at /echo and /echo/{name}."""
    text = template(rest="")
    text += "        Named: {Type: Api, Properties: {Path: '/echo/{name}', Method: any}}\n"
    api = LocalApi(tmp_path_factory.mktemp("echo"), text, {"echo": ECHO})
    yield api
    assert api.stop() == 0
