"""The exact requests that each function sends to DynamoDB."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from typing import Any

import pytest

from support.dynamodb_stub import USER_ID, document, error, operation, stored_user
from support.events import recorded, rest_event
from support.user_fields import OPTIONAL, attribute

KEY = {"userId": {"S": USER_ID}}
PATH = f"/users/{USER_ID}"
UUID_V4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
CHANGED = {"Attributes": stored_user(version=2)}


def pop_generated(values: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    """Removes a value that the function generates, checks its form and returns it."""
    (value,) = values.pop(name).values()
    assert pattern.fullmatch(value), f"{name}: {value}"
    return value


def holder_condition(user_id: str) -> dict[str, Any]:
    """The condition that no user holds the claim, or that this user holds it."""
    return {
        "ConditionExpression": "attribute_not_exists(#claim) OR #userId = :_holder",
        "ExpressionAttributeNames": {"#claim": "claim", "#userId": "userId"},
        "ExpressionAttributeValues": {":_holder": {"S": user_id}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def claim(address: str, user_id: str) -> dict[str, Any]:
    item = {"claim": {"S": f"email#{address}"}, "userId": {"S": user_id}}
    return {"Put": {"TableName": "UserClaims", "Item": item, **holder_condition(user_id)}}


def release(address: str, user_id: str) -> dict[str, Any]:
    key = {"claim": {"S": f"email#{address}"}}
    return {"Delete": {"TableName": "UserClaims", "Key": key, **holder_condition(user_id)}}


@pytest.mark.parametrize("event", ["rest_create_user", "http_create_user"])
@pytest.mark.parametrize("optional", [OPTIONAL, {}], ids=["with every field", "without optional fields"])
def test_create_puts_the_user_and_the_claim_on_its_address_unless_either_exists(capture, event, optional):
    sent_event = recorded(event)
    sent_event["body"] = json.dumps({**json.loads(sent_event["body"]), **optional})

    request, response = capture("create_user", sent_event, {})

    assert operation(request) == "TransactWriteItems"
    sent = document(request)
    item = sent["TransactItems"][0]["Put"]["Item"]
    assert pop_generated(item, "writeToken", UUID_V4) == sent.pop("ClientRequestToken")
    user = response.json
    assert pop_generated(item, "userId", UUID_V4) == user["userId"]
    assert pop_generated(item, "createdAt", INSTANT) == user["createdAt"]
    assert pop_generated(item, "updatedAt", INSTANT) == user["updatedAt"]
    put_user = {
        "TableName": "Users",
        "Item": {
            "name": {"S": "Ada Lovelace"},
            "email": {"S": "ada@example.com"},
            "foldedEmail": {"S": "ada@example.com"},
            "nameInitial": {"S": "a"},
            "nameKey": {"S": f"ada lovelace{chr(0x1F)}{user['userId']}"},
            **attributes(optional),
            "version": {"N": "1"},
        },
        "ConditionExpression": "attribute_not_exists(#userId)",
        "ExpressionAttributeNames": {"#userId": "userId"},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    assert sent == {"TransactItems": [{"Put": put_user}, claim("ada@example.com", user["userId"])]}


def test_create_with_an_idempotency_key_also_puts_a_record_that_expires_after_25_hours(capture):
    body = {"name": "Ada Lovelace", "email": "ada@example.com"}
    event = rest_event("POST", "/users", body=body, headers={"Idempotency-Key": "the-key"})

    request, response = capture("create_user", event, {})

    _, address, key = document(request)["TransactItems"]
    created = int(datetime.fromisoformat(response.json["createdAt"]).timestamp())
    assert address == claim("ada@example.com", response.json["userId"])
    assert key == {
        "Put": {
            "TableName": "UserClaims",
            "Item": {
                "claim": {"S": f"once#{sha256(chr(0x1F) + 'the-key')}"},
                "userId": {"S": response.json["userId"]},
                "fingerprint": {"S": sha256(f"Ada Lovelace{chr(0x1F)}ada@example.com{chr(0x1F)}")},
                "expiresAt": {"N": str(created + 25 * 3600)},
            },
            "ConditionExpression": "attribute_not_exists(#claim) OR #expiresAt <= :_now",
            "ExpressionAttributeNames": {"#claim": "claim", "#expiresAt": "expiresAt"},
            "ExpressionAttributeValues": {":_now": {"N": str(created)}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def attributes(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: attribute(value) for name, value in fields.items()}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_get_reads_consistently(capture):
    request, _ = capture("get_user", recorded("rest_get_user"), {"Item": stored_user()})

    assert operation(request) == "GetItem"
    assert document(request) == {"TableName": "Users", "Key": KEY, "ConsistentRead": True}


def test_get_converts_the_id_to_lower_case(capture):
    event = rest_event("GET", f"/users/{USER_ID.upper()}")

    request, _ = capture("get_user", event, {"Item": stored_user()})

    assert document(request)["Key"] == KEY


def test_list_scans_a_page_consistently(capture):
    request, _ = capture("list_users", recorded("rest_list_users"), {"Items": [], "Count": 0, "ScannedCount": 0})

    assert operation(request) == "Scan"
    assert document(request) == {"TableName": "Users", "Limit": 25, "ConsistentRead": True}


def test_list_continues_after_the_last_key(dynamodb, capture):
    first = {"Items": [stored_user()], "Count": 1, "ScannedCount": 1, "LastEvaluatedKey": KEY}
    _, response = capture("list_users", rest_event("GET", "/users", query={"pageSize": "1"}), first)
    dynamodb.requests.clear()

    query = {"nextToken": response.json["nextToken"], "pageSize": "100"}
    request, _ = capture("list_users", rest_event("GET", "/users", query=query), {"Items": [], "Count": 0, "ScannedCount": 0})

    assert document(request) == {
        "TableName": "Users",
        "Limit": 100,
        "ConsistentRead": True,
        "ExclusiveStartKey": KEY,
    }


def test_an_address_is_found_through_its_claim(dynamodb, capture):
    event = rest_event("GET", "/users", query={"email": "Ada@Example.com"})
    held = {"Item": {"claim": {"S": "email#ada@example.com"}, "userId": {"S": USER_ID}}}

    request, response = capture("list_users", event, held, {"Item": stored_user()})

    assert [operation(one) for one in dynamodb.requests] == ["GetItem", "GetItem"]
    key = {"claim": {"S": "email#ada@example.com"}}
    assert document(dynamodb.requests[0]) == {"TableName": "UserClaims", "Key": key, "ConsistentRead": True}
    assert document(request) == {"TableName": "Users", "Key": KEY, "ConsistentRead": True}
    assert [user["userId"] for user in response.json["users"]] == [USER_ID]


def test_a_name_prefix_queries_the_index(dynamodb, capture):
    index_key = {**KEY, "nameInitial": {"S": "a"}, "nameKey": stored_user()["nameKey"]}
    first = {"Items": [stored_user()], "Count": 1, "ScannedCount": 1, "LastEvaluatedKey": index_key}
    query = {"namePrefix": "ÁDA", "pageSize": "1"}
    request, response = capture("list_users", rest_event("GET", "/users", query=query), first)

    assert operation(request) == "Query"
    expected = {
        "TableName": "Users",
        "IndexName": "ByName",
        "KeyConditionExpression": "#nameInitial = :_partition AND begins_with(#nameKey, :_prefix)",
        "ExpressionAttributeNames": {"#nameInitial": "nameInitial", "#nameKey": "nameKey"},
        "ExpressionAttributeValues": {":_partition": {"S": "a"}, ":_prefix": {"S": "ada"}},
    }
    assert document(request) == {**expected, "Limit": 1}

    dynamodb.requests.clear()
    query = {"namePrefix": "ada", "nextToken": response.json["nextToken"], "pageSize": "100"}
    request, response = capture("list_users", rest_event("GET", "/users", query=query), {"Items": [], "Count": 0})

    assert document(request) == {**expected, "Limit": 100, "ExclusiveStartKey": index_key}
    assert "nextToken" not in response.json


def update_request(capture, body: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Returns the UpdateItem request for this patch, without the two values that the function generates."""
    request, response = capture("update_user", rest_event("PUT", PATH, body=body, headers=headers), CHANGED)
    assert response.status == 200
    assert operation(request) == "UpdateItem"
    sent = document(request)
    values = sent["ExpressionAttributeValues"]
    pop_generated(values, ":updatedAt", INSTANT)
    pop_generated(values, ":_token", UUID_V4)
    return sent


UPDATE = "SET #version = #version + :_one, #writeToken = :_token, #updatedAt = :updatedAt"
NOT_WRITTEN_YET = "(attribute_not_exists(#writeToken) OR #writeToken <> :_token)"


def names(*attributes: str) -> dict[str, str]:
    """Returns the placeholders of these attributes and of those that occur in every update."""
    return {f"#{name}": name for name in ("userId", "version", "writeToken", "updatedAt", *attributes)}


def test_update_sets_every_named_field(capture):
    assert update_request(capture, {"name": "Ada King", "email": "King@example.com", **OPTIONAL}) == {
        "TableName": "Users",
        "Key": KEY,
        "UpdateExpression": f"{UPDATE}, #name = :name, #email = :email,"
        + "".join(f" #{name} = :{name}," for name in OPTIONAL)
        + " #nameInitial = :nameInitial, #nameKey = :nameKey, #foldedEmail = :foldedEmail",
        "ConditionExpression": f"attribute_exists(#userId) AND {NOT_WRITTEN_YET} AND #foldedEmail = :foldedEmail",
        "ExpressionAttributeNames": names("name", "nameInitial", "nameKey", "email", "foldedEmail", *OPTIONAL),
        "ExpressionAttributeValues": {
            ":_one": {"N": "1"},
            ":name": {"S": "Ada King"},
            ":nameInitial": {"S": "a"},
            ":nameKey": {"S": f"ada king{chr(0x1F)}{USER_ID}"},
            ":email": {"S": "King@example.com"},
            ":foldedEmail": {"S": "king@example.com"},
            **{f":{name}": value for name, value in attributes(OPTIONAL).items()},
        },
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


@pytest.mark.parametrize("field", OPTIONAL)
def test_update_with_null_only_removes_the_field(capture, field):
    assert update_request(capture, {field: None}) == {
        "TableName": "Users",
        "Key": KEY,
        "UpdateExpression": f"{UPDATE} REMOVE #{field}",
        "ConditionExpression": f"attribute_exists(#userId) AND {NOT_WRITTEN_YET}",
        "ExpressionAttributeNames": names(field),
        "ExpressionAttributeValues": {":_one": {"N": "1"}},
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


@pytest.mark.parametrize(
    ("if_match", "condition", "values"),
    [
        ("*", "attribute_exists(#userId)", {}),
        ('"3"', "attribute_exists(#userId) AND #version IN (:_v0)", {":_v0": {"N": "3"}}),
        ('"3", "7"', "attribute_exists(#userId) AND #version IN (:_v0,:_v1)", {":_v0": {"N": "3"}, ":_v1": {"N": "7"}}),
        ('W/"3", "7"', "attribute_exists(#userId) AND #version IN (:_v0)", {":_v0": {"N": "7"}}),
    ],
)
def test_if_match_becomes_a_condition_of_the_write(capture, if_match, condition, values):
    sent = update_request(capture, {"name": "Ada King"}, {"If-Match": if_match})
    assert sent["ConditionExpression"] == f"{condition} AND {NOT_WRITTEN_YET}"
    of_the_condition = {name: value for name, value in sent["ExpressionAttributeValues"].items() if name.startswith(":_")}
    assert of_the_condition == {":_one": {"N": "1"}, **values}


def test_an_update_of_the_address_moves_the_claim(dynamodb, capture):
    event = rest_event("PUT", PATH, body={"email": "King@example.com"}, headers={"If-Match": '"3"'})
    refusal = error("ConditionalCheckFailedException", Item=stored_user(version=3))
    request, response = capture("update_user", event, refusal, {})

    assert [operation(one) for one in dynamodb.requests] == ["UpdateItem", "TransactWriteItems"]
    sent = document(request)
    values = sent["TransactItems"][0]["Update"]["ExpressionAttributeValues"]
    pop_generated(values, ":updatedAt", INSTANT)
    assert pop_generated(values, ":_token", UUID_V4) == sent.pop("ClientRequestToken")
    move = {
        "TableName": "Users",
        "Key": KEY,
        "UpdateExpression": f"{UPDATE}, #email = :email, #foldedEmail = :foldedEmail",
        "ConditionExpression": "#version = :_version AND #foldedEmail = :_old_foldedEmail",
        "ExpressionAttributeNames": {
            f"#{name}": name for name in ("version", "writeToken", "updatedAt", "email", "foldedEmail")
        },
        "ExpressionAttributeValues": {
            ":_one": {"N": "1"},
            ":email": {"S": "King@example.com"},
            ":foldedEmail": {"S": "king@example.com"},
            ":_version": {"N": "3"},
            ":_old_foldedEmail": {"S": "ada@example.com"},
        },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    assert sent == {
        "TransactItems": [{"Update": move}, claim("king@example.com", USER_ID), release("ada@example.com", USER_ID)]
    }
    assert (response.status, response.json["email"], response.json["version"]) == (200, "King@example.com", 4)


def test_delete_returns_the_deleted_user_and_releases_its_address(dynamodb, capture):
    request, response = capture("delete_user", rest_event("DELETE", PATH), {"Item": stored_user(version=3)}, {})

    assert [operation(one) for one in dynamodb.requests] == ["GetItem", "TransactWriteItems"]
    assert document(dynamodb.requests[0]) == {"TableName": "Users", "Key": KEY, "ConsistentRead": True}
    sent = document(request)
    assert UUID_V4.fullmatch(sent.pop("ClientRequestToken"))
    removal = {
        "TableName": "Users",
        "Key": KEY,
        "ConditionExpression": "#version = :_version AND #foldedEmail = :_old_foldedEmail",
        "ExpressionAttributeNames": {"#version": "version", "#foldedEmail": "foldedEmail"},
        "ExpressionAttributeValues": {":_version": {"N": "3"}, ":_old_foldedEmail": {"S": "ada@example.com"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    assert sent == {"TransactItems": [{"Delete": removal}, release("ada@example.com", USER_ID)]}
    assert response.json["version"] == 3
