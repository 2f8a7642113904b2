"""A stand-in for AWS, moto's server, and the environment that directs a program to it and nowhere else.

moto's CloudFormation supports neither SAM's transform nor the outputs of a stack that a change set creates; this module
adds both. It omits resources of types other than TYPES, including the API: a test provides the URL of an API that takes
its place, and the id of its key.
"""

from __future__ import annotations

import contextlib
import json
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
from moto.cloudformation.models import ChangeSet, CloudFormationBackend
from moto.server import ThreadedMotoServer
from samtranslator.yaml_helper import yaml_parse

from support.cloudformation import Stack

REGION = "eu-central-1"
ACCOUNT = "123456789012"

#: The types of resources that moto supports well enough.
TYPES = {"AWS::DynamoDB::Table", "AWS::IAM::Role", "AWS::Lambda::Function"}


class Aws:
    def __init__(self, url: str, home: Path):
        self.url = url
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "HOME": str(home),
            "AWS_ENDPOINT_URL": url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "localhost,127.0.0.1",
            "no_proxy": "localhost,127.0.0.1",
        }
        self.api_url = "http://127.0.0.1:1"  # the ApiUrl of a deployed stack
        self.api_key_id = "none"  # the ApiKeyId of a deployed stack
        self.omitted: set[str] = set()  # the types of the resources that the last stack lacks

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    def transformed(self, template: str, parameters: dict[str, str]) -> str:
        """Returns the expanded template.yaml, reduced to the types that moto supports; returns SAM's own template as it is."""
        document = yaml_parse(template)
        if "Globals" not in document:
            return template
        stack = Stack(document, **{name: str(value) for name, value in parameters.items()})
        known = {
            name: {member: one[member] for member in ("Type", "Properties", "DeletionPolicy") if member in one}
            for name, one in stack.resources.items()
            if one["Type"] in TYPES
        }
        self.omitted = {one["Type"] for name, one in stack.resources.items() if name not in known}
        outputs = {"ApiUrl": {"Value": self.api_url}}
        outputs |= {name: stack.outputs[name] for name in ("TableName", "ClaimsTableName")}
        if "ApiKeyId" in stack.outputs:
            outputs["ApiKeyId"] = {"Value": self.api_key_id}
        resources = _without_others(known, set(known))
        return json.dumps({"Parameters": document["Parameters"], "Resources": resources, "Outputs": outputs})


def _without_others(value: Any, known: set[str]) -> Any:
    """Returns `value` with a string in place of every reference to an unknown resource."""
    if isinstance(value, list):
        return [_without_others(item, known) for item in value]
    if not isinstance(value, dict):
        return value
    if (name := value.get("Ref") or value.get("Fn::GetAtt", [None])[0]) and name not in known:
        return f"no-{name}"
    return {key: _without_others(item, known) for key, item in value.items()}


@contextlib.contextmanager
def running(home: Path) -> Iterator[Aws]:
    """Runs the stand-in. `home` is the home directory of the programs that use it, without the developer's AWS profiles."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    # SAM recognizes an S3 URL on this machine by the name localhost.
    aws = Aws(f"http://localhost:{server.get_host_and_port()[1]}", home)
    # moto keeps its state for the whole process.
    urllib.request.urlopen(urllib.request.Request(f"{aws.url}/moto-api/reset", method="POST"), timeout=60).close()
    create_change_set, apply = CloudFormationBackend.create_change_set, ChangeSet.apply

    def create_transformed(self: CloudFormationBackend, **arguments: Any) -> Any:
        arguments["template"] = aws.transformed(arguments["template"], arguments["parameters"])
        return create_change_set(self, **arguments)

    def apply_with_outputs(self: ChangeSet) -> None:
        apply(self)
        self.stack.template = self.template
        self.stack._parse_template()
        self.stack.output_map = self.stack._create_output_map()

    try:
        with (
            mock.patch.object(CloudFormationBackend, "create_change_set", create_transformed),
            mock.patch.object(ChangeSet, "apply", apply_with_outputs),
        ):
            yield aws
    finally:
        server.stop()
