"""Roles that the stand-in for AWS enforces by action; it honours only statements whose Resource is "*"."""

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

from support.aws import Aws, REGION


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
        """Returns the kind of error in DynamoDB's response, or "" if it has none. Does not validate the request."""
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}"}
        request = AWSRequest("POST", aws.url, headers=headers, data=json.dumps(parameters))
        SigV4Auth(Credentials(self.access_key, self.secret_key, self.token), "dynamodb", REGION).add_auth(request)
        response = requests.post(aws.url, data=request.data, headers=dict(request.headers), timeout=60)
        if response.status_code == 400:
            return response.json()["__type"].rpartition("#")[2]
        return "" if response.ok else f"HTTP {response.status_code}"


def session_of_role(aws: Aws, name: str, statements: list[dict[str, Any]]) -> Session:
    """Creates a role that allows these statements on every resource, and starts a session of it."""
    iam = aws.client("iam")
    document = {"Version": "2012-10-17", "Statement": [{**one, "Resource": "*"} for one in statements]}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]
    iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=json.dumps(document))
    credentials = aws.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName=name)["Credentials"]
    return Session(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])


def enforce(aws: Aws) -> None:
    """Requires a role that allows the request, from now on."""
    requests.post(f"{aws.url}/moto-api/reset-auth", data=b"0", timeout=60).raise_for_status()


def denials_in_dynamodb_format() -> AbstractContextManager[Any]:
    """Makes the stand-in deny requests in DynamoDB's format; its own format is XML for every service."""

    def deny(request: IAMRequest) -> None:
        message = f"User: {request._access_key.arn} is not authorized to perform: {request._action}"
        raise JsonRESTError("com.amazon.coral.service#AccessDeniedException", message)

    return mock.patch.object(IAMRequest, "_raise_access_denied", deny)
