"""The tables: their keys, retention, encryption and backups."""

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
        "DeletionProtectionEnabled": False,
        "SSESpecification": {"SSEEnabled": False},
    }
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Delete", "Delete")


def test_the_claims_table_has_the_settings_of_the_users_table(default: Stack) -> None:
    users, claims = default.resources["UsersTable"], default.resources["ClaimsTable"]
    shared = {name: value for name, value in users["Properties"].items() if name != "GlobalSecondaryIndexes"}

    assert claims["Properties"] == {
        **shared,
        "TableName": "UserClaims",
        "AttributeDefinitions": [{"AttributeName": "claim", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "claim", "KeyType": "HASH"}],
        "TimeToLiveSpecification": {"AttributeName": "expiresAt", "Enabled": True},
    }
    assert [claims[policy] for policy in ("DeletionPolicy", "UpdateReplacePolicy")] == ["Delete", "Delete"]


@pytest.mark.parametrize(("keep", "policy", "protected"), [("true", "Retain", True), ("false", "Delete", False)])
@pytest.mark.parametrize("table", TABLES)
def test_a_retained_table_is_protected_from_deletion_with_and_without_the_stack(
    table: str, keep: str, policy: str, protected: bool
) -> None:
    table = stack(KeepTable=keep).resources[table]

    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == (policy, policy)
    assert table["Properties"]["DeletionProtectionEnabled"] is protected


@pytest.mark.parametrize(
    ("stream", "specification"),
    [("NONE", None), ("NEW_AND_OLD_IMAGES", {"StreamViewType": "NEW_AND_OLD_IMAGES"})],
)
def test_the_stream_of_the_table_can_be_enabled(stream: str, specification: dict[str, str] | None) -> None:
    assert stack(TableStream=stream).properties("UsersTable").get("StreamSpecification") == specification


def test_a_customer_managed_key_encrypts_the_tables_their_backups_and_every_log() -> None:
    api = stack(**ENCRYPTION, **BACKUP, **WAF)
    logs = api.names("AWS::Logs::LogGroup")

    for table in TABLES:
        assert api.properties(table)["SSESpecification"] == {
            "SSEEnabled": True,
            "SSEType": "KMS",
            "KMSMasterKeyId": KEY,
        }
    assert api.properties("BackupVault")["EncryptionKeyArn"] == KEY
    assert logs == {"ApiLog", "WafLog", *(f"{function}Log" for function in FUNCTIONS)}
    assert {api.properties(log)["KmsKeyId"] for log in logs} == {KEY}
    assert not [log for log in stack().names("AWS::Logs::LogGroup") if "KmsKeyId" in stack().properties(log)]


def test_the_backup_plan_covers_both_tables_and_its_vault_is_retained() -> None:
    api = stack(**BACKUP)
    (rule,) = api.properties("BackupPlan")["BackupPlan"]["BackupPlanRule"]
    selection = api.properties("BackupSelection")

    assert rule["TargetBackupVault"] == {"Ref": "BackupVault"}
    assert rule["Lifecycle"] == {"DeleteAfterDays": 35}
    assert selection["BackupPlanId"] == {"Ref": "BackupPlan"}
    assert selection["BackupSelection"]["Resources"] == [arn(table) for table in TABLES]
    assert selection["BackupSelection"]["IamRoleArn"] == {"Fn::GetAtt": ["BackupRole", "Arn"]}
    assert api.resources["BackupVault"]["DeletionPolicy"] == "Retain"
    assert 2 <= len(api.properties("BackupVault")["BackupVaultName"]) <= 50
