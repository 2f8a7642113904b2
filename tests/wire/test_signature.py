"""Every request carries the signature that botocore computes for it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import botocore.auth
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from support.dynamodb_stub import DynamoDbStub, error, stored_user
from support.events import recorded
from support.function import ENVIRONMENT
from support.http_server import Request

ITEM = {"Item": stored_user(name="José 名前 👩‍🚀", version=3)}
PAGE = {"Items": [], "Count": 0, "ScannedCount": 0}
CHANGED = {"Attributes": stored_user(version=2)}

NON_ASCII_UPDATE = {**recorded("rest_update_user"), "body": '{"name": "Ζωή 👩‍🚀", "email": "zoe@example.com"}'}

# function, event, DynamoDB's responses, last operation
CALLS = {
    "create_user": ("create_user", recorded("rest_create_user"), [{}], "TransactWriteItems"),
    "create_user, not ASCII": ("create_user", recorded("rest_create_user_non_ascii"), [{}], "TransactWriteItems"),
    "get_user": ("get_user", recorded("rest_get_user"), [ITEM], "GetItem"),
    "list_users": ("list_users", recorded("rest_list_users"), [PAGE], "Scan"),
    "update_user": ("update_user", recorded("rest_update_user"), [CHANGED], "UpdateItem"),
    "update_user, not ASCII": ("update_user", NON_ASCII_UPDATE, [CHANGED], "UpdateItem"),
    "delete_user": ("delete_user", recorded("rest_delete_user"), [ITEM, {}], "TransactWriteItems"),
}

TOKENS = {
    "without a session token": None,
    "with a session token": "IQoJb3JpZ2luX2VjEFkaDGV1LWNlbnRyYWwtMSJHMEUCIQDx+/aB==",
}


def signature_of_botocore(request: Request, dynamodb: DynamoDbStub, operation: str, token: str | None, monkeypatch) -> str:
    """Signs the captured body again, at the time that the request states; uses no other part of the request."""
    signed_at = datetime.strptime(request.headers["x-amz-date"], botocore.auth.SIGV4_TIMESTAMP)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: signed_at)
    signed = AWSRequest(
        method="POST",
        url=f"{dynamodb.url}/",
        data=request.body,
        headers={"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}"},
    )
    credentials = Credentials(ENVIRONMENT["AWS_ACCESS_KEY_ID"], ENVIRONMENT["AWS_SECRET_ACCESS_KEY"], token)
    SigV4Auth(credentials, "dynamodb", ENVIRONMENT["AWS_REGION"]).add_auth(signed)
    return signed.headers["Authorization"]


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS.keys())
@pytest.mark.parametrize(("function", "event", "responses", "operation"), CALLS.values(), ids=CALLS.keys())
def test_the_signature_is_the_one_that_botocore_computes(
    capture, dynamodb, monkeypatch, function, event, responses, operation, token
):
    environment = {} if token is None else {"AWS_SESSION_TOKEN": token}

    request, response = capture(function, event, *responses, **environment)

    assert response.status in (200, 201), response.body
    assert request.method == "POST"
    assert request.target == "/"
    assert request.headers["content-type"] == "application/x-amz-json-1.0"
    assert request.headers["x-amz-target"] == f"DynamoDB_20120810.{operation}"
    assert request.headers.get("x-amz-security-token") == token
    expected = signature_of_botocore(request, dynamodb, operation, token, monkeypatch)
    assert request.headers["authorization"] == expected


def test_the_signed_date_is_the_current_time(capture):
    request, _ = capture("get_user", recorded("rest_get_user"), ITEM)

    signed_at = datetime.strptime(request.headers["x-amz-date"], botocore.auth.SIGV4_TIMESTAMP)
    assert abs(datetime.now(timezone.utc) - signed_at.replace(tzinfo=timezone.utc)) < timedelta(seconds=60)


def test_after_a_refusal_the_request_is_signed_with_the_time_of_dynamodb(capture, dynamodb, monkeypatch):
    date = datetime.now(timezone.utc) + timedelta(days=2)
    refusal = error("InvalidSignatureException")
    refusal.headers["Date"] = format_datetime(date, usegmt=True)

    request, response = capture("get_user", recorded("rest_get_user"), refusal, ITEM)

    assert response.status == 200
    signed_at = datetime.strptime(request.headers["x-amz-date"], botocore.auth.SIGV4_TIMESTAMP)
    ahead = signed_at.replace(tzinfo=timezone.utc) - date.replace(microsecond=0)
    assert timedelta() <= ahead < timedelta(seconds=60)
    expected = signature_of_botocore(request, dynamodb, "GetItem", None, monkeypatch)
    assert request.headers["authorization"] == expected


def test_the_signed_body_is_utf_8(capture):
    request, _ = capture("create_user", recorded("rest_create_user_non_ascii"), {})

    assert "José 名前 👩‍🚀".encode() in request.body
