from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from support import api_host, dynamodb_local
from support.user_fields import OPTIONAL

if TYPE_CHECKING:
    from support.users_api import UsersApi

UNAVAILABLE = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Unless API_BASE_URL names an API, starts one, and describes it in the variables of support.users_api.

    support.users_api reads the variables when it is imported, and workers of pytest-xdist inherit them.
    """
    if "API_BASE_URL" in os.environ or config.option.collectonly:
        return
    host, api_kind, requires_tokens = (
        config.getoption("--host"), config.getoption("--api-kind"), config.getoption("--auth") == "jwt"
    )  # fmt: skip
    instances = getattr(config.option, "numprocesses", None) or 1
    started = contextlib.ExitStack()
    config.add_cleanup(started.close)
    url = started.enter_context(dynamodb_local.running())
    try:
        running = api_host.running(
            host, url, api_kind=api_kind, requires_tokens=requires_tokens, instances=instances
        )
        os.environ.update(started.enter_context(running))
    except api_host.Unavailable as reason:
        config.stash[UNAVAILABLE] = str(reason)


@pytest.fixture(scope="session")
def base_url(pytestconfig: pytest.Config, worker_id: str) -> str:
    """The URL of the API; each worker of pytest-xdist (gw0 and so on) takes one of several URLs in API_BASE_URL."""
    if UNAVAILABLE in pytestconfig.stash:
        pytest.skip(pytestconfig.stash[UNAVAILABLE])
    urls = os.environ["API_BASE_URL"].split()
    return urls[int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0]


@pytest.fixture
def api(base_url: str) -> Iterator[UsersApi]:
    """The API; deletes the users of a test afterwards."""
    from support.users_api import UsersApi  # only now: see pytest_configure

    client = UsersApi(base_url)
    yield client
    client.clean_up()


@pytest.fixture
def user(api: UsersApi) -> dict[str, Any]:
    """A user with every field and version 1."""
    return api.create(**OPTIONAL)
