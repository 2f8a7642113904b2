from __future__ import annotations

from collections.abc import Iterator

import pytest

from support import aws, dynamodb_local


@pytest.fixture(scope="session")
def dynamodb_url() -> Iterator[str]:
    with dynamodb_local.running() as url:
        yield url


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[aws.Aws]:
    """An AWS of the module's own, empty at first."""
    with aws.running(tmp_path_factory.mktemp("home")) as stand_in:
        yield stand_in
