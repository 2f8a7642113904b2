"""deploy.sh and cleanup.sh with a stand-in for AWS. The local API, with the stand-in's table, replaces the deployed API."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import Credentials
from moto.cloudformation.models import CloudFormationBackend, cloudformation_backends

from support import local_api
from support.aws import ACCOUNT, Aws, REGION
from support.endpoints import FUNCTIONS
from support.function import REPOSITORY
from support.gateway_access import in_front_of
from support.local_api import LocalApi
from support.scripts import run_script


def deployment(config: Path) -> tuple[str, str]:
    """Returns the stack and the table of the default environment."""
    settings = tomllib.loads(config.read_text())["default"]
    table = re.search(r"TableName=([\w.-]+)", str(settings["deploy"]["parameters"].get("parameter_overrides", "")))
    return settings["global"]["parameters"]["stack_name"], table[1] if table else "Users"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copy(REPOSITORY / "samconfig.toml.example", tmp_path_factory.mktemp("config") / "samconfig.toml"))


@pytest.fixture(scope="module")
def api(stand_in: Aws, config: Path) -> Iterator[LocalApi]:
    with local_api.running(stand_in.url, deployment(config)[1], stand_in.environment) as api:
        yield api


@pytest.fixture(scope="module")
def deployed(stand_in: Aws, config: Path, api: LocalApi) -> str:
    """The output of deploy.sh for a deployment with the settings of the example."""
    stand_in.api_url = api.url
    done = run_script("deploy.sh", "--yes", "--config", str(config), environment=stand_in.environment)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_a_deployment_is_tested(deployed: str, api: LocalApi) -> None:
    assert f"==> AWS: account {ACCOUNT}, region {REGION}\n" in deployed
    assert f"==> API URL: {api.url}\nok " in deployed
    assert re.search(r"\n[1-9]\d+ passed, 0 failed\n$", deployed)


def test_the_deployed_functions_are_the_built_ones(deployed: str, stand_in: Aws) -> None:
    s3 = stand_in.client("s3")
    (bucket,) = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    uploads = [s3.get_object(Bucket=bucket, Key=thing["Key"])["Body"].read() for thing in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    by_digest = {base64.b64encode(hashlib.sha256(upload).digest()).decode(): upload for upload in uploads}
    functions = stand_in.client("lambda").list_functions()["Functions"]

    assert len(functions) == len(FUNCTIONS)
    for name in FUNCTIONS:
        (function,) = [one for one in functions if one["FunctionName"].endswith(f"-{name}")]
        assert (function["Runtime"], function["Handler"]) == ("provided.al2023", "bootstrap")
        archive = zipfile.ZipFile(io.BytesIO(by_digest[function["CodeSha256"]]))
        assert archive.namelist() == ["bootstrap"]
        assert archive.read("bootstrap") == (REPOSITORY / ".aws-sam/build" / name / "bootstrap").read_bytes()


def test_the_tables_exist_and_the_test_leaves_no_user(deployed: str, stand_in: Aws, config: Path) -> None:
    _, table = deployment(config)
    dynamodb = stand_in.client("dynamodb")

    assert dynamodb.scan(TableName=table)["Count"] == 0
    # An idempotency record outlives its user.
    (record,) = dynamodb.scan(TableName=f"{table}-claims")["Items"]
    assert record["claim"]["S"].startswith("once#")
    assert record["expiresAt"]


def protection(stand_in: Aws, table: str) -> set[bool]:
    dynamodb = stand_in.client("dynamodb")
    described = [dynamodb.describe_table(TableName=name)["Table"] for name in (table, f"{table}-claims")]
    return {one.get("DeletionProtectionEnabled", False) for one in described}


def test_a_deployment_protects_the_tables_that_the_stack_keeps(
    deployed: str, stand_in: Aws, config: Path, tmp_path: Path
) -> None:
    name = deployment(config)[1]
    assert protection(stand_in, name) == {False}

    kept = another(config, tmp_path, "kept", "KeepTable=true")
    done = run_script("deploy.sh", "--yes", "--config", str(kept), environment=stand_in.environment)

    assert "==> API URL: " in done.stdout, done.stdout
    assert protection(stand_in, "kept") == {True}


def test_a_parameter_that_the_template_lacks_is_reported_before_the_build(
    stand_in: Aws, config: Path, tmp_path: Path
) -> None:
    unknown = another(config, tmp_path, "unknown", "UseWaff=true")

    done = run_script("deploy.sh", "--yes", "--config", str(unknown), environment=stand_in.environment)

    assert done.returncode == 1
    assert "deploy.sh: template.yaml has no parameter UseWaff: remove it from " in done.stdout
    assert "building the functions" not in done.stdout


def test_a_stack_whose_creation_failed_is_reported_before_the_build(
    stand_in: Aws, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = another(config, tmp_path, "failed")
    stack = make_stack(stand_in, failed, "failed", "Delete")
    (backend,) = [one for one in cloudformation_backends[ACCOUNT][REGION].stacks.values() if one.name == stack]
    monkeypatch.setattr(backend, "status", "ROLLBACK_COMPLETE")

    done = run_script("deploy.sh", "--yes", "--config", str(failed), environment=stand_in.environment)

    assert done.returncode == 1
    assert f"deploy.sh: the stack {stack} has the status ROLLBACK_COMPLETE" in done.stdout
    assert done.stdout.endswith(f": aws cloudformation delete-stack --stack-name {stack} --region {REGION}\n")
    assert "building the functions" not in done.stdout


def test_a_first_deployment_that_fails_is_explained_in_the_same_run(
    stand_in: Aws, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_stack = CloudFormationBackend.create_stack

    def fail(self: CloudFormationBackend, **arguments: Any) -> Any:
        stack = create_stack(self, **arguments)
        stack.status = "ROLLBACK_COMPLETE"
        return stack

    monkeypatch.setattr(CloudFormationBackend, "create_stack", fail)
    first = another(config, tmp_path, "first")
    # Runs a copy of the scripts, in which a program takes SAM's place, so that nothing is built.
    shutil.copytree(REPOSITORY / "scripts", tmp_path / "scripts")
    shutil.copy(REPOSITORY / "template.yaml", tmp_path)
    programs = tmp_path / "build/venv/bin"
    programs.mkdir(parents=True)
    create = "import boto3; boto3.client('cloudformation').create_stack(StackName='users-api-first', TemplateBody='{Resources: {}}')"
    for path, script in {
        tmp_path / "scripts/install-deps.sh": "",
        programs / "python": f'exec {sys.executable} "$@"',
        programs / "sam": f'[ "$1" != deploy ] || {{ {sys.executable} -c "{create}"; exit 1; }}',
    }.items():
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    done = run_script(str(tmp_path / "scripts/deploy.sh"), "--yes", "--config", str(first), environment=stand_in.environment)

    assert done.returncode == 1
    assert "==> deploying the stack users-api-first\n" in done.stdout
    assert "deploy.sh: the stack users-api-first has the status ROLLBACK_COMPLETE" in done.stdout.splitlines()[-1]


def test_the_omissions_of_the_stand_in_are_reported(deployed: str, stand_in: Aws, capfd: pytest.CaptureFixture[str]) -> None:
    with capfd.disabled():
        print("\nthe stand-in for AWS omits:", ", ".join(sorted(stand_in.omitted)), "and their effects")
        print("the stand-in for AWS has no API Gateway; the local API takes its place")
    assert "AWS::ApiGateway::RestApi" in stand_in.omitted


def another(config: Path, tmp_path: Path, name: str, *parameters: str) -> Path:
    """Returns settings for a stack with another name, its own tables, and these parameters."""
    settings = re.sub('stack_name = ".*?"', f'stack_name = "users-api-{name}"', config.read_text(), count=1)
    overrides = [f"TableName={name}", f"ClaimsTableName={name}-claims", *parameters]
    other = tmp_path / "samconfig.toml"
    other.write_text(re.sub("parameter_overrides = .*", f"parameter_overrides = {overrides}", settings, count=1))
    return other


CREDENTIALS = {"AWS_ACCESS_KEY_ID": "ASIATESTING", "AWS_SECRET_ACCESS_KEY": "a/secret+of", "AWS_SESSION_TOKEN": "IQoJ/+aB=="}


def test_an_api_that_requires_a_signature_and_a_key_is_tested_with_them(
    deployed: str, stand_in: Aws, config: Path, tmp_path: Path, api: LocalApi
) -> None:
    key = stand_in.client("apigateway").create_api_key(name="a client")
    stand_in.api_key_id = key["id"]
    closed = another(config, tmp_path, "closed", "Authorization=AWS_IAM", "RequireApiKey=true")

    with in_front_of(api.url, REGION, Credentials(*CREDENTIALS.values()), key["value"]) as stand_in.api_url:
        environment = stand_in.environment | CREDENTIALS | {"TOKEN": "of-another-api"}
        done = run_script("deploy.sh", "--yes", "--config", str(closed), environment=environment)

    stand_in.api_url = api.url
    assert done.returncode == 0, done.stdout
    assert "ok    GET /users/{userId} without a signature or key: 403\n" in done.stdout
    assert re.search(r"\n[1-9]\d+ passed, 0 failed\n$", done.stdout)
    assert not [secret for secret in (*CREDENTIALS.values(), key["value"]) if secret in done.stdout]


def test_the_setting_template_file_deploys_an_http_api(
    deployed: str, stand_in: Aws, config: Path, tmp_path: Path, api: LocalApi
) -> None:
    http = another(config, tmp_path, "http")
    text = http.read_text()
    http.write_text(text.replace("build_in_source = true", 'build_in_source = true\ntemplate_file = "template-http.yaml"', 1))

    done = run_script("deploy.sh", "--yes", "--config", str(http), environment=stand_in.environment)

    assert done.returncode == 0, done.stdout
    assert {"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"} <= stand_in.omitted
    assert "AWS::ApiGateway::RestApi" not in stand_in.omitted
    assert re.search(r"\n[1-9]\d+ passed, 0 failed\n$", done.stdout)


TOKENS = {
    "required by the functions": [
        *("AuthMode=jwt", "JwtIssuer=https://issuer.example", "JwtAudience=users", "JwksUrl=https://issuer.example/jwks"),
    ],
    "required by API Gateway": [
        *("Authorization=COGNITO", f"UserPoolArn=arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{REGION}_A1b2C3d4E"),
    ],
}


@pytest.mark.parametrize("parameters", TOKENS.values(), ids=TOKENS)
def test_without_a_token_the_script_reports_that_the_api_is_not_tested(
    stand_in: Aws, config: Path, tmp_path: Path, parameters: list[str]
) -> None:
    closed = another(config, tmp_path, parameters[0].partition("=")[0], *parameters)

    done = run_script("deploy.sh", "--yes", "--config", str(closed), environment=stand_in.environment)

    assert done.returncode == 0, done.stdout
    assert "==> NOT TESTED: the API requires a bearer token, and TOKEN is not set" in done.stdout.splitlines()[-1]


def test_an_api_that_does_not_respond_fails_the_deployment(
    deployed: str, stand_in: Aws, config: Path, api: LocalApi
) -> None:
    api.process.terminate()
    api.process.wait(60)

    done = run_script("deploy.sh", "--yes", "--config", str(config), environment=stand_in.environment)

    assert done.returncode == 1
    assert f"==> API URL: {api.url}\ntest-api.sh: cannot reach {api.url}" in done.stdout


def make_stack(stand_in: Aws, config: Path, table: str, deletion_policy: str) -> str:
    """Creates a stack with the configured name, a role, and two tables, the first with a user; returns its name."""
    stack, _ = deployment(config)
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}

    def table_resource(name: str, key: str) -> dict[str, Any]:
        properties = {
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
            "DeletionProtectionEnabled": deletion_policy == "Retain",
        }
        return {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": deletion_policy, "Properties": properties}

    tables = {"UsersTable": table_resource(table, "userId"), "ClaimsTable": table_resource(f"{table}-claims", "claim")}
    template = json.dumps({"Resources": {"Role": role, **tables}})
    stand_in.client("cloudformation").create_stack(StackName=stack, TemplateBody=template)
    stand_in.client("dynamodb").put_item(TableName=table, Item={"userId": {"S": "ada"}})
    return stack


@pytest.fixture
def own_config(config: Path, tmp_path: Path) -> Path:
    """Settings for a stack that only this test uses."""
    own = tmp_path / "samconfig.toml"
    name = tmp_path.name.replace("_", "-")[:40]
    own.write_text(re.sub('stack_name = ".*?"', f'stack_name = "{name}"', config.read_text(), count=1))
    return own


def stacks(stand_in: Aws) -> set[str]:
    return {stack["StackName"] for stack in stand_in.client("cloudformation").describe_stacks()["Stacks"]}


def clean_up(stand_in: Aws, config: Path, *arguments: str, typed: str = "yes\n") -> subprocess.CompletedProcess[str]:
    environment = stand_in.environment
    return run_script("cleanup.sh", *arguments, "--config", str(config), typed=typed, environment=environment)


def tables(stand_in: Aws) -> list[str]:
    return stand_in.client("dynamodb").list_tables()["TableNames"]


def test_a_cleanup_keeps_retained_tables(stand_in: Aws, own_config: Path) -> None:
    stack = make_stack(stand_in, own_config, "Kept", "Retain")

    done = clean_up(stand_in, own_config)

    assert done.returncode == 0, done.stdout
    kept = done.stdout.partition("==> to be kept:\n")[2].splitlines()[:2]
    assert sorted(kept) == ["    AWS::DynamoDB::Table Kept", "    AWS::DynamoDB::Table Kept-claims"]
    assert "no stack can create tables with these names while they exist" in done.stdout.partition("Delete the stack")[0]
    assert done.stdout.endswith(f"the stack {stack} is deleted\n")
    assert stack not in stacks(stand_in)
    assert stand_in.client("dynamodb").scan(TableName="Kept")["Count"] == 1


def test_a_cleanup_with_data_deletes_a_protected_table(stand_in: Aws, own_config: Path) -> None:
    stack = make_stack(stand_in, own_config, "Protected", "Retain")

    done = clean_up(stand_in, own_config, "--with-data")

    assert done.returncode == 0, done.stdout
    assert stack not in stacks(stand_in)
    assert not {"Protected", "Protected-claims"} & set(tables(stand_in))


def test_a_cleanup_deletes_no_users_without_the_option(stand_in: Aws, own_config: Path) -> None:
    stack = make_stack(stand_in, own_config, "Lost", "Delete")

    refused = clean_up(stand_in, own_config)

    assert refused.returncode == 1
    assert refused.stdout.endswith(
        "cleanup.sh: this would delete the users in Lost Lost-claims: to keep them, deploy with KeepTable=true first; "
        "to delete them, add --with-data\n"
    )
    assert stack in stacks(stand_in)
    assert "Lost" in tables(stand_in)

    confirmed = clean_up(stand_in, own_config, "--with-data")

    assert confirmed.returncode == 0, confirmed.stdout
    assert not {"Lost", "Lost-claims"} & set(tables(stand_in))


def test_a_cleanup_lists_the_resources_and_requires_confirmation(stand_in: Aws, own_config: Path) -> None:
    stack = make_stack(stand_in, own_config, "Listed", "Retain")

    for typed in ("no\n", "y\n", ""):
        done = clean_up(stand_in, own_config, "--with-data", typed=typed)

        assert done.returncode == 1
        assert "to be deleted with the stack:\n    AWS::IAM::Role " in done.stdout
        assert "to be deleted as well: the tables Listed Listed-claims with every user\n" in done.stdout
        assert done.stdout.endswith("cleanup.sh: not confirmed: nothing was done\n")
        assert stack in stacks(stand_in)
        assert "Listed" in tables(stand_in)


def test_a_cleanup_deletes_the_uploaded_packages(deployed: str, stand_in: Aws, config: Path) -> None:
    s3 = stand_in.client("s3")
    (bucket,) = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    before = {one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]}

    assert clean_up(stand_in, config, "--with-data").returncode == 0

    after = {one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", [])}
    assert len(before - after) >= len(FUNCTIONS)


def test_a_cleanup_without_a_stack_fails(stand_in: Aws, own_config: Path) -> None:
    done = clean_up(stand_in, own_config)

    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("cleanup.sh: ")
    assert "does not exist" in done.stdout.splitlines()[-1]


MISTAKES = {
    "unknown option": (["--force"], 2, "unknown arguments --force"),
    "two environments": (["dev", "prod"], 2, "takes one environment, not dev and prod"),
    "no file": (["--config", "/nowhere/samconfig.toml"], 1, "/nowhere/samconfig.toml does not exist\n"),
    "unknown environment": (["moon", "--config", "{config}"], 1, "{config} has no environment moon; it has "),
    "invalid TOML": (["--config", "{folder}/broken.toml"], 1, "cannot read {folder}/broken.toml: "),
    "no stack": (["--config", "{folder}/empty.toml"], 1, "{folder}/empty.toml does not set region and stack_name for default"),
}


def nothing_installed(tmp_path: Path) -> Path:
    """Returns a folder for PATH that imitates a machine where no package is installed and none can be installed."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "dpkg-query").write_text("#!/bin/sh\n")
    (programs / "apt-get").write_text("#!/bin/sh\nexit 1\n")
    for program in programs.iterdir():
        program.chmod(0o755)
    return programs


@pytest.mark.parametrize("script", ["deploy.sh", "cleanup.sh"])
@pytest.mark.parametrize(("arguments", "status", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_reported_in_one_line(
    stand_in: Aws, config: Path, tmp_path: Path, script: str, arguments: list[str], status: int, message: str
) -> None:
    (tmp_path / "broken.toml").write_text("[default")
    (tmp_path / "empty.toml").write_text("[default]")
    names = {"config": str(config), "folder": str(tmp_path)}
    environment = stand_in.environment | {"PATH": f"{nothing_installed(tmp_path)}:/usr/bin:/bin"}

    done = run_script(script, *(one.format(**names) for one in arguments), environment=environment)

    assert done.returncode == status
    assert done.stdout.startswith(f"{script}: {message.format(**names)}")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize("script", ["deploy.sh", "cleanup.sh"])
def test_missing_credentials_are_reported_before_anything_is_done(stand_in: Aws, config: Path, script: str) -> None:
    environment = {name: value for name, value in stand_in.environment.items() if "KEY" not in name}

    done = run_script(script, "--config", str(config), environment=environment)

    assert done.returncode == 1
    assert done.stdout.startswith(f"{script}: no AWS credentials: ")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize("script", ["deploy.sh", "cleanup.sh"])
def test_the_profile_in_the_settings_selects_the_account(
    stand_in: Aws, own_config: Path, tmp_path: Path, script: str
) -> None:
    own_config.write_text(re.sub("region = ", 'profile = "another account"\nregion = ', own_config.read_text(), count=1))
    profiles = tmp_path / "profiles"
    environment = stand_in.environment | {"AWS_CONFIG_FILE": str(profiles)}

    unknown = run_script(script, "--config", str(own_config), environment=environment)

    assert unknown.returncode == 1
    assert unknown.stdout.endswith(f"{script}: The config profile (another account) could not be found\n")

    profiles.write_text('[profile "another account"]\nregion = eu-west-1\n')
    without_credentials = run_script(script, "--config", str(own_config), environment=environment)

    # The credentials of the environment belong to another account and must be ignored.
    assert without_credentials.returncode == 1
    assert f"{script}: no AWS credentials: " in without_credentials.stdout


@pytest.mark.parametrize(
    ("purpose", "others"),
    [
        ("deploy", {"g++-aarch64-linux-gnu", "docker.io", "libgtest-dev"}),
        ("unit", {"g++-aarch64-linux-gnu", "docker.io", "default-jre-headless", "maven"}),
        ("run", {"dpkg-dev", "perl", "libgtest-dev"}),
        ("template", {"g++", "docker.io", "default-jre-headless", "libgtest-dev"}),
    ],
)
def test_only_the_packages_of_the_purpose_are_installed(tmp_path: Path, purpose: str, others: set[str]) -> None:
    environment = {"PATH": f"{nothing_installed(tmp_path)}:/usr/bin:/bin"}

    done = run_script("install-deps.sh", purpose, environment=environment)

    (line,) = [line for line in done.stdout.splitlines() if line.startswith("==> installing with apt: ")]
    assert others & set(line.split()) == set()
    assert "ca-certificates" in line.split()
