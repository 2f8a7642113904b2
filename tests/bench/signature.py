"""Checks the Signature Version 4 of a recorded request, which it computes from AWS's specification.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<scope>\d{8}/[^/]+/[^/]+/aws4_request),\s*"
    r"SignedHeaders=(?P<names>[a-z0-9;-]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)
MUST_BE_SIGNED = {"host", "x-amz-date", "x-amz-security-token"}


class BadSignature(Exception):
    pass


@dataclass(frozen=True)
class Credentials:
    key: str
    secret: str
    token: str


def check(request: bytes, credentials: Credentials, region: str, service: str) -> None:
    """Raises BadSignature unless the request, as it was sent, is signed for `POST /` with these credentials."""
    head, _, body = request.partition(b"\r\n\r\n")
    request_line, *lines = head.decode("latin-1").split("\r\n")
    if request_line != "POST / HTTP/1.1":
        raise BadSignature(f"an unexpected request: {request_line}")
    headers = {name.lower(): " ".join(value.split()) for name, value in (line.split(":", 1) for line in lines)}

    found = AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if not found:
        raise BadSignature("no Authorization header of Signature Version 4")
    names = found["names"].split(";")
    date = headers.get("x-amz-date", "")
    scope = f"{date[:8]}/{region}/{service}/aws4_request"
    if found["key"] != credentials.key or found["scope"] != scope:
        raise BadSignature(f"signed for {found['key']}/{found['scope']}, not for {credentials.key}/{scope}")
    if headers.get("x-amz-security-token") != credentials.token:
        raise BadSignature("the session token is not that of the credentials")
    if not MUST_BE_SIGNED <= set(names) <= set(headers):
        raise BadSignature(f"the request signs only {found['names']}")

    canonical_headers = "".join(f"{name}:{headers[name]}\n" for name in names)
    canonical = "\n".join(("POST", "/", "", canonical_headers, found["names"], hashlib.sha256(body).hexdigest()))
    to_sign = "\n".join(("AWS4-HMAC-SHA256", date, scope, hashlib.sha256(canonical.encode("latin-1")).hexdigest()))
    key = f"AWS4{credentials.secret}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    if not hmac.compare_digest(_hmac(key, to_sign).hex(), found["signature"]):
        raise BadSignature("the signature does not match the request")


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
