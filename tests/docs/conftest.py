from __future__ import annotations

from collections.abc import Iterator

import pytest

from support import api_host


@pytest.fixture(params=[False, True], ids=["without tokens", "with tokens"])
def api(request: pytest.FixtureRequest, dynamodb_url: str) -> Iterator[dict[str, str]]:
    """The variables that describe a local API with empty tables."""
    with api_host.running("local", dynamodb_url, requires_tokens=request.param) as variables:
        yield variables
