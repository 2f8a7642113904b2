"""The signature check of the benchmark: it accepts botocore's requests and rejects slightly altered ones."""

from __future__ import annotations

import pytest
from bench.signature import BadSignature, Credentials, check
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

REGION, SERVICE = "eu-central-1", "dynamodb"
GIVEN = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a-session-token")


def signed(*, region: str = REGION, secret: str = GIVEN.secret, token: str | None = GIVEN.token) -> bytes:
    """Returns a request as botocore sends it."""
    body = b'{"TableName":"Users"}'
    headers = {"Host": "127.0.0.1:8000", "X-Amz-Target": "DynamoDB_20120810.GetItem"}
    request = AWSRequest("POST", "https://127.0.0.1:8000/", headers=headers, data=body)
    SigV4Auth(BotocoreCredentials(GIVEN.key, secret, token), SERVICE, region).add_auth(request)
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    return "\r\n".join(["POST / HTTP/1.1", *lines]).encode() + b"\r\n\r\n" + body


def test_a_request_signed_by_botocore_is_accepted():
    check(signed(), GIVEN, REGION, SERVICE)


@pytest.mark.parametrize(
    ("request_bytes", "reason"),
    [
        (signed(secret="another"), "does not match"),
        (signed(region="eu-west-1"), "signed for"),
        (signed(token=None), "session token"),
        (signed(token="another"), "session token"),
        (signed().replace(b"Users", b"Other"), "does not match"),
        (signed().replace(b"GetItem", b"PutItem"), "does not match"),
        (signed().replace(b";x-amz-security-token", b""), "signs only"),
        (signed().replace(b"Authorization:", b"Other:"), "no Authorization"),
        (signed().replace(b"POST / ", b"POST /other "), "unexpected"),
    ],
)
def test_an_altered_request_is_rejected(request_bytes: bytes, reason: str):
    with pytest.raises(BadSignature, match=reason):
        check(request_bytes, GIVEN, REGION, SERVICE)
