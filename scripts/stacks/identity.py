"""Prints the account and the region of the environment's AWS settings, or one line that says what is missing."""

import sys

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

try:
    session = boto3.Session()
except BotoCoreError as error:
    sys.exit(str(error))
if not session.region_name:
    sys.exit("no AWS region: set AWS_REGION, or AWS_PROFILE to a profile that has one")
try:
    sts = session.client("sts", config=Config(connect_timeout=5, retries={"max_attempts": 1}))
    print(f"account {sts.get_caller_identity()['Account']}, region {session.region_name}")
except NoCredentialsError:
    sys.exit(
        "no AWS credentials: sign in with `aws sso login`, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY"
    )
except (BotoCoreError, ClientError) as error:
    sys.exit(f"cannot find the account of the AWS credentials: {error}")
