"""A link between a function and DynamoDB Local that forwards each request."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from urllib.parse import urlsplit

from support.http_server import Request, Response

PASSED_BACK = ("content-type", "x-amz-crc32")


def forward_to(url: str) -> Callable[[Request], Response]:
    """Returns a handler that forwards requests to the DynamoDB at this URL."""
    address = urlsplit(url).netloc

    def forward(request: Request) -> Response:
        connection = http.client.HTTPConnection(address, timeout=30)  # a new one, which cannot have expired
        try:
            headers = {name: value for name, value in request.headers.items() if name != "content-length"}
            connection.request(request.method, request.target, request.body, headers)
            response = connection.getresponse()
            passed_back = {name: value for name, value in response.getheaders() if name.lower() in PASSED_BACK}
            return Response(response.status, response.read(), passed_back)
        finally:
            connection.close()

    return forward
