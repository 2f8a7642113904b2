"""The tables: their keys, retention, encryption and backups."""

import re

import pytest

from deploy.parameters import BACKUP, ENCRYPTION, KEY, WAF
from support.cloudformation import Stack, stack
from support.endpoints import FUNCTIONS, arn

TABLES = ["UsersTable", "ClaimsTable"]


def test_the_users_table_has_its_keys_on_demand_billing_and_point_in_time_recovery(default: Stack) -> None:
    table = default.resources["UsersTable"]

    assert default.names("AWS::DynamoDB::Table") == {"UsersTable", "ClaimsTable"}
    assert table["Properties"] == {
        "TableName": "Users",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in ("userId", "nameInitial", "nameKey")
        ],
        "KeySchema": [{"AttributeName": "userId", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "ByName",
                "KeySchema": [
                    {"AttributeName": "nameInitial", "KeyType": "HASH"},
                    {"AttributeName": "nameKey", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "SSESpecification": {"SSEEnabled": False},
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
    }
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Delete", "Delete")


def test_the_claims_table_has_the_settings_of_the_users_table(default: Stack) -> None:
    users, claims = default.resources["UsersTable"], default.resources["ClaimsTable"]
    shared = {name: value for name, value in users["Properties"].items() if name not in ("GlobalSecondaryIndexes", "StreamSpecification")}

    assert claims["Properties"] == {
        **shared,
        "TableName": "UserClaims",
        "AttributeDefinitions": [{"AttributeName": "claim", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "claim", "KeyType": "HASH"}],
        "TimeToLiveSpecification": {"AttributeName": "expiresAt", "Enabled": True},
    }
    assert [claims[policy] for policy in ("DeletionPolicy", "UpdateReplacePolicy")] == ["Delete", "Delete"]


@pytest.mark.parametrize(("keep", "policies"), [("true", ("RetainExceptOnCreate", "Retain")), ("false", ("Delete", "Delete"))])
@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_kept_unless_its_creation_is_rolled_back(table: str, keep: str, policies: tuple[str, str]) -> None:
    resource = stack(KeepTable=keep).resources[table]

    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == policies
    # A rollback could not delete a protected table, and the next attempt would find its name taken.
    assert "DeletionProtectionEnabled" not in resource["Properties"]


@pytest.mark.parametrize(
    ("stream", "specification"),
    [("NONE", None), ("NEW_AND_OLD_IMAGES", {"StreamViewType": "NEW_AND_OLD_IMAGES"})],
)
def test_the_stream_of_the_table_can_be_enabled(stream: str, specification: dict[str, str] | None) -> None:
    assert stack(TableStream=stream).properties("UsersTable").get("StreamSpecification") == specification


def test_a_customer_managed_key_encrypts_the_tables_their_backups_and_every_log() -> None:
    api = stack(**ENCRYPTION, **BACKUP, **WAF)
    logs = {name: one["Properties"] for name, one in api.all_resources().items() if one["Type"] == "AWS::Logs::LogGroup"}

    for table in TABLES:
        assert api.properties(table)["SSESpecification"] == {
            "SSEEnabled": True,
            "SSEType": "KMS",
            "KMSMasterKeyId": KEY,
        }
    assert api.nested("Backup").properties("Vault")["EncryptionKeyArn"] == KEY
    assert logs.keys() == {"ApiLog", "Waf.Log", *(f"{function}Log" for function in FUNCTIONS)}
    assert {log["KmsKeyId"] for log in logs.values()} == {KEY}
    assert not [one for one in stack().all_resources().values() if "KmsKeyId" in one.get("Properties", {})]


def test_the_backup_plan_covers_both_tables_and_its_vault_is_retained() -> None:
    api = stack(**BACKUP).nested("Backup")
    (rule,) = api.properties("Plan")["BackupPlan"]["BackupPlanRule"]
    selection = api.properties("Selection")["BackupSelection"]

    assert rule["TargetBackupVault"] == {"Ref": "Vault"}
    assert rule["Lifecycle"] == {"DeleteAfterDays": 35}
    assert selection["Resources"] == [arn(table) for table in TABLES]
    assert selection["IamRoleArn"] == {"Fn::GetAtt": ["Role", "Arn"]}
    assert api.resources["Vault"]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert api.resources["Vault"]["UpdateReplacePolicy"] == "Retain"


def test_a_vault_never_gets_the_name_of_an_earlier_one() -> None:
    def name(stack_id: str, **parameters: str) -> str:
        arn = f"arn:aws:cloudformation:eu-central-1:123456789012:stack/users-Backup/{stack_id}"
        vault = stack(**BACKUP, **parameters).nested("Backup", **{"AWS::StackId": arn}).properties("Vault")
        assert re.fullmatch(r"[a-zA-Z0-9\-_.]{2,50}", vault["BackupVaultName"])
        return vault["BackupVaultName"]

    first, second = "5a1f2b3c-93b3-4b0e-8c3e-0d9d3a6f1e77", "6b2e3c4d-93b3-4b0e-8c3e-0d9d3a6f1e77"
    other = KEY[:-36] + "mrk-1234abcd12ab34cd56ef1234567890ab"

    # The key of a vault cannot change, so another key requires another vault. Turning backups off and on again creates
    # another nested stack.
    names = [name(first), name(first, EncryptionKeyArn=KEY), name(first, EncryptionKeyArn=other), name(second)]
    assert len(set(names)) == len(names)


def test_the_stream_is_an_output() -> None:
    assert stack().outputs["TableStreamArn"]["Value"] == {"Fn::GetAtt": ["UsersTable", "StreamArn"]}
    assert "TableStreamArn" not in stack(TableStream="NONE").outputs
