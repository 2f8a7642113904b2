"""A stand-in for AWS, moto's server, and the environment that leads a program to it and nowhere else."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

REGION = "eu-central-1"


class Aws:
    def __init__(self, url: str, home: Path):
        self.url = url
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "HOME": str(home),  # no profile of the developer's, and none of SAM's settings
            "AWS_ENDPOINT_URL": url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "NO_PROXY": "localhost",
            "no_proxy": "localhost",
        }

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )


@contextlib.contextmanager
def running(home: Path) -> Iterator[Aws]:
    """`home` is the home directory of the programs that are led there."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        # SAM takes S3 URLs for what they are by the word localhost.
        yield Aws(f"http://localhost:{server.get_host_and_port()[1]}", home)
    finally:
        server.stop()
