"""Runs a command with its own DynamoDB Local: python -m support.with_dynamodb_local COMMAND…"""

from __future__ import annotations

import subprocess
import sys

from support import dynamodb_local

with dynamodb_local.running() as url:
    environment = {**dynamodb_local.credentials(), "AWS_ENDPOINT_URL_DYNAMODB": url}
    code = subprocess.run(sys.argv[1:], env=environment, check=False).returncode
sys.exit(code)
