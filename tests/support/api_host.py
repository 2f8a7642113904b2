"""The hosts on which the tests run the API.

local      this project's local API
emulator   the same, with each function in AWS's Runtime Interface Emulator
sam        `sam local start-api`, in Docker
"""

from __future__ import annotations

import contextlib
import secrets
import shlex
import sys
import time
from collections.abc import Iterator
from unittest import mock

from support import dynamodb_local, local_api, rie, sam_local
from support.function import REPOSITORY
from support.tokens import AUDIENCE, ISSUER, SecretKey, token

KINDS = ("local", "emulator", "sam")
#: The templates, by the kind of API that they have.
TEMPLATES = {"rest": "template.yaml", "http": "template-http.yaml"}


#: The machine lacks what a host needs.
Unavailable = sam_local.Unavailable


@contextlib.contextmanager
def running(
    kind: str, dynamodb_url: str, *, api_kind: str = "rest", requires_tokens: bool, instances: int = 1
) -> Iterator[dict[str, str]]:
    """Serves empty tables. Yields the variables with which tests and scripts use the API; API_BASE_URL has a URL for each
    instance."""
    secret = secrets.token_hex(32)
    settings = tokens = {}
    if requires_tokens:
        settings = {"AUTH_MODE": "jwt", "JWT_ALGORITHMS": "HS256", "JWT_SECRET": secret, "JWT_ISSUER": ISSUER, "JWT_AUDIENCE": AUDIENCE}
        in_a_day = int(time.time()) + 86_400
        tokens = {
            "API_TOKEN": token(SecretKey(secret), exp=in_a_day),
            "API_READ_TOKEN": token(SecretKey(secret), exp=in_a_day, scope="users:read"),
        }
    with contextlib.ExitStack() as stack:
        dynamodb = dynamodb_local.client(dynamodb_url)
        tables = [stack.enter_context(dynamodb_local.users_table(dynamodb)) for _ in range(instances)]
        if kind == "sam":
            urls = stack.enter_context(sam_local.running(dynamodb_url, tables, settings, TEMPLATES[api_kind]))
        else:
            if kind == "emulator":
                stack.enter_context(mock.patch.object(local_api, "WRAPPER", [sys.executable, rie.__file__]))
            options = ["--template", REPOSITORY / TEMPLATES[api_kind]]
            options += [word for name, value in settings.items() for word in ("--env", f"{name}={value}")]
            urls = [stack.enter_context(local_api.running(dynamodb_url, table, options=options)).url for table in tables]
        # The local API behaves like an HTTP API if it serves one; SAM's does not.
        name = "sam" if kind == "sam" else {"rest": "local", "http": "http"}[api_kind]
        yield {"API_BASE_URL": " ".join(urls), "API_HOST": name, **tokens}
