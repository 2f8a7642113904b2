"""Roles that the stand-in for AWS enforces, by action: it honours only statements whose Resource is "*"."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.core.exceptions import JsonRESTError
from moto.iam.access_control import IAMRequest

from support.aws import REGION, Aws


@dataclass(frozen=True)
class Session:
    """The credentials of a role."""

    access_key: str
    secret_key: str
    token: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_SESSION_TOKEN": self.token,
        }

    def call_dynamodb(self, aws: Aws, operation: str, parameters: dict[str, Any]) -> str:
        """The kind of error that DynamoDB answers with, "" if it answers with none. Nothing is checked before sending."""
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}"}
        request = AWSRequest("POST", aws.url, headers=headers, data=json.dumps(parameters))
        SigV4Auth(Credentials(self.access_key, self.secret_key, self.token), "dynamodb", REGION).add_auth(request)
        reply = requests.post(aws.url, data=request.data, headers=dict(request.headers), timeout=10)
        if reply.status_code == 400:
            return reply.json()["__type"].rpartition("#")[2]
        return "" if reply.ok else f"HTTP {reply.status_code}"


def session_of_role(aws: Aws, name: str, statements: list[dict[str, Any]]) -> Session:
    """Makes a role that may do this wherever it says so, and a session of it."""
    iam = aws.client("iam")
    document = {"Version": "2012-10-17", "Statement": [{**one, "Resource": "*"} for one in statements]}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]
    iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=json.dumps(document))
    credentials = aws.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName=name)["Credentials"]
    return Session(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])


def enforce(aws: Aws) -> None:
    """From here on every request needs a role that allows it."""
    requests.post(f"{aws.url}/moto-api/reset-auth", data=b"0", timeout=10).raise_for_status()


def denials_as_dynamodb_words_them() -> AbstractContextManager[Any]:
    """While this is entered: the stand-in's own are XML, whoever is asked."""

    def deny(request: IAMRequest) -> None:
        message = f"User: {request._access_key.arn} is not authorized to perform: {request._action}"
        raise JsonRESTError("com.amazon.coral.service#AccessDeniedException", message)

    return mock.patch.object(IAMRequest, "_raise_access_denied", deny)
