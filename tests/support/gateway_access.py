"""API Gateway's access control: a server that requires a signature or an API key and forwards the requests it accepts."""

from __future__ import annotations

import contextlib
import http.client
import urllib.parse
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from unittest import mock

import botocore.auth
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

#: The response of an HTTP API. A REST API's would be a problem with the id of the request.
FORBIDDEN = b'{"message":"Forbidden"}'


def signed(credentials: Credentials, region: str, request: BaseHTTPRequestHandler, body: bytes) -> bool:
    """Reports whether the request has the signature that botocore computes for API Gateway."""
    authorization = request.headers["Authorization"] or ""
    if "SignedHeaders=" not in authorization:
        return False
    names = authorization.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    path, _, query = request.path.partition("?")
    # Like AWS: parse the query and encode each part again.
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    canonical = urllib.parse.urlencode(pairs, quote_via=urllib.parse.quote, safe="-_.~")
    expected = AWSRequest(
        method=request.command,
        url=f"http://{request.headers['Host']}{path}?{canonical}",
        data=body,
        headers={name: request.headers[name] for name in names if name not in ("host", "x-amz-date")},
    )
    signed_at = datetime.strptime(request.headers["X-Amz-Date"], botocore.auth.SIGV4_TIMESTAMP)
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda: signed_at):
        SigV4Auth(credentials, "execute-api", region).add_auth(expected)
    return expected.headers["Authorization"].replace(" ", "") == authorization.replace(" ", "")


@contextlib.contextmanager
def in_front_of(
    url: str, region: str, credentials: Credentials | None = None, api_key: str | None = None
) -> Iterator[str]:
    """Yields the URL of a gateway in front of the API at `url` that requires a signature, an API key or both.

    The gateway forwards preflight requests without either.
    """
    backend = urllib.parse.urlsplit(url).netloc

    class Gateway(BaseHTTPRequestHandler):
        def handle_request(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            is_allowed = self.command == "OPTIONS" or (
                (credentials is None or signed(credentials, region, self, body))
                and (api_key is None or self.headers["X-Api-Key"] == api_key)
            )
            if not is_allowed:
                self.respond(403, [("Content-Type", "application/json")], FORBIDDEN)
                return
            connection = http.client.HTTPConnection(backend, timeout=30)
            forwarded = {name: value for name, value in self.headers.items() if name.lower() != "authorization"}
            connection.request(self.command, self.path, body or None, forwarded)
            response = connection.getresponse()
            self.respond(response.status, response.getheaders(), response.read())
            connection.close()

        do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = handle_request  # noqa: N815

        def respond(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                    self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
