"""What stands between a function and DynamoDB Local hands on what it gets."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from urllib.parse import urlsplit

from support.http_server import Reply, Request

PASSED_BACK = ("content-type", "x-amz-crc32")


def forward_to(url: str) -> Callable[[Request], Reply]:
    """Has the DynamoDB at this URL answer a request."""
    address = urlsplit(url).netloc

    def forward(request: Request) -> Reply:
        connection = http.client.HTTPConnection(address, timeout=30)  # a new one: none that died meanwhile
        try:
            headers = {name: value for name, value in request.headers.items() if name != "content-length"}
            connection.request(request.method, request.target, request.body, headers)
            answer = connection.getresponse()
            passed_back = {name: value for name, value in answer.getheaders() if name.lower() in PASSED_BACK}
            return Reply(answer.status, answer.read(), passed_back)
        finally:
            connection.close()

    return forward
