"""What each function asks of DynamoDB, to the letter."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any

import pytest

from support.dynamodb_stub import USER_ID, document, error, operation, stored_user
from support.events import recorded, rest_event

KEY = {"userId": {"S": USER_ID}}
PATH = f"/users/{USER_ID}"
UUID_V4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
CHANGED = {"Attributes": stored_user(version=2)}


def taken(values: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    """Removes the value of the function's own making and gives it, once it has the right form."""
    (value,) = values.pop(name).values()
    assert pattern.fullmatch(value), f"{name}: {value}"
    return value


def unless_anothers(user_id: str) -> dict[str, Any]:
    """The claim has to be nobody's, or this user's."""
    return {
        "ConditionExpression": "attribute_not_exists(claim) OR userId = :user",
        "ExpressionAttributeValues": {":user": {"S": user_id}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def claim(address: str, user_id: str) -> dict[str, Any]:
    item = {"claim": {"S": f"email#{address}"}, "userId": {"S": user_id}}
    return {"Put": {"TableName": "UserClaims", "Item": item, **unless_anothers(user_id)}}


def release(address: str, user_id: str) -> dict[str, Any]:
    key = {"claim": {"S": f"email#{address}"}}
    return {"Delete": {"TableName": "UserClaims", "Key": key, **unless_anothers(user_id)}}


@pytest.mark.parametrize("event", ["rest_create_user", "http_create_user"])
def test_create_puts_the_user_and_the_claim_on_its_address_unless_there_is_one(capture, event):
    request, reply = capture("create_user", recorded(event), {})

    assert operation(request) == "TransactWriteItems"
    sent = document(request)
    item = sent["TransactItems"][0]["Put"]["Item"]
    assert taken(item, "writeToken", UUID_V4) == sent.pop("ClientRequestToken")
    user = reply.json
    assert taken(item, "userId", UUID_V4) == user["userId"]
    assert taken(item, "createdAt", INSTANT) == user["createdAt"]
    assert taken(item, "updatedAt", INSTANT) == user["updatedAt"]
    put_user = {
        "TableName": "Users",
        "Item": {
            "name": {"S": "Ada Lovelace"},
            "email": {"S": "ada@example.com"},
            "foldedEmail": {"S": "ada@example.com"},
            "nameInitial": {"S": "a"},
            "nameKey": {"S": f"ada lovelace{chr(0x1F)}{user['userId']}"},
            "age": {"N": "36"},
            "version": {"N": "1"},
        },
        "ConditionExpression": "attribute_not_exists(userId)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    assert sent == {"TransactItems": [{"Put": put_user}, claim("ada@example.com", user["userId"])]}


def test_create_with_a_key_claims_it_too_for_a_day_and_an_hour(capture):
    body = {"name": "Ada Lovelace", "email": "ada@example.com"}
    event = rest_event("POST", "/users", body=body, headers={"Idempotency-Key": "the-key"})

    request, reply = capture("create_user", event, {})

    _, address, key = document(request)["TransactItems"]
    created = int(datetime.fromisoformat(reply.json["createdAt"]).timestamp())
    assert address == claim("ada@example.com", reply.json["userId"])
    assert key == {
        "Put": {
            "TableName": "UserClaims",
            "Item": {
                "claim": {"S": f"once#{sha256(chr(0x1F) + 'the-key')}"},
                "userId": {"S": reply.json["userId"]},
                "fingerprint": {"S": sha256(f"Ada Lovelace{chr(0x1F)}ada@example.com{chr(0x1F)}")},
                "expiresAt": {"N": str(created + 25 * 3600)},
            },
            "ConditionExpression": "attribute_not_exists(claim) OR expiresAt <= :now",
            "ExpressionAttributeValues": {":now": {"N": str(created)}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_create_leaves_an_age_that_is_not_given_out_of_the_item(capture):
    request, reply = capture("create_user", recorded("rest_create_user_non_ascii"), {})

    assert "age" not in document(request)["TransactItems"][0]["Put"]["Item"]
    assert "age" not in reply.json


def test_get_reads_consistently(capture):
    request, _ = capture("get_user", recorded("rest_get_user"), {"Item": stored_user()})

    assert operation(request) == "GetItem"
    assert document(request) == {"TableName": "Users", "Key": KEY, "ConsistentRead": True}


def test_get_looks_for_a_key_in_lower_case(capture):
    event = rest_event("GET", f"/users/{USER_ID.upper()}")

    request, _ = capture("get_user", event, {"Item": stored_user()})

    assert document(request)["Key"] == KEY


def test_list_scans_a_page_consistently(capture):
    request, _ = capture("list_users", recorded("rest_list_users"), {"Items": [], "Count": 0, "ScannedCount": 0})

    assert operation(request) == "Scan"
    assert document(request) == {"TableName": "Users", "Limit": 25, "ConsistentRead": True}


def test_list_goes_on_after_the_last_key(dynamodb, capture):
    first = {"Items": [stored_user()], "Count": 1, "ScannedCount": 1, "LastEvaluatedKey": KEY}
    _, reply = capture("list_users", rest_event("GET", "/users", query={"pageSize": "1"}), first)
    dynamodb.requests.clear()

    query = {"nextToken": reply.json["nextToken"], "pageSize": "100"}
    request, _ = capture("list_users", rest_event("GET", "/users", query=query), {"Items": [], "Count": 0, "ScannedCount": 0})

    assert document(request) == {
        "TableName": "Users",
        "Limit": 100,
        "ConsistentRead": True,
        "ExclusiveStartKey": KEY,
    }


def test_an_address_leads_by_its_claim_to_the_user(dynamodb, capture):
    event = rest_event("GET", "/users", query={"email": "Ada@Example.com"})
    held = {"Item": {"claim": {"S": "email#ada@example.com"}, "userId": {"S": USER_ID}}}

    request, reply = capture("list_users", event, held, {"Item": stored_user()})

    assert [operation(one) for one in dynamodb.requests] == ["GetItem", "GetItem"]
    key = {"claim": {"S": "email#ada@example.com"}}
    assert document(dynamodb.requests[0]) == {"TableName": "UserClaims", "Key": key, "ConsistentRead": True}
    assert document(request) == {"TableName": "Users", "Key": KEY, "ConsistentRead": True}
    assert [user["userId"] for user in reply.json["users"]] == [USER_ID]


def test_names_are_queried_from_their_index(dynamodb, capture):
    index_key = {**KEY, "nameInitial": {"S": "a"}, "nameKey": stored_user()["nameKey"]}
    first = {"Items": [stored_user()], "Count": 1, "ScannedCount": 1, "LastEvaluatedKey": index_key}
    query = {"namePrefix": "ÁDA", "pageSize": "1"}
    request, reply = capture("list_users", rest_event("GET", "/users", query=query), first)

    assert operation(request) == "Query"
    expected = {
        "TableName": "Users",
        "IndexName": "ByName",
        "KeyConditionExpression": "nameInitial = :initial AND begins_with(nameKey, :prefix)",
        "ExpressionAttributeValues": {":initial": {"S": "a"}, ":prefix": {"S": "ada"}},
    }
    assert document(request) == {**expected, "Limit": 1}

    dynamodb.requests.clear()
    query = {"namePrefix": "ada", "nextToken": reply.json["nextToken"], "pageSize": "100"}
    request, reply = capture("list_users", rest_event("GET", "/users", query=query), {"Items": [], "Count": 0})

    assert document(request) == {**expected, "Limit": 100, "ExclusiveStartKey": index_key}
    assert "nextToken" not in reply.json


def update_request(capture, body: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
    """The UpdateItem sent for this patch, without the two values of the function's own making."""
    request, reply = capture("update_user", rest_event("PUT", PATH, body=body, headers=headers), CHANGED)
    assert reply.status == 200
    assert operation(request) == "UpdateItem"
    sent = document(request)
    values = sent["ExpressionAttributeValues"]
    taken(values, ":now", INSTANT)
    taken(values, ":token", UUID_V4)
    return sent


NOT_WRITTEN_YET = "(attribute_not_exists(writeToken) OR writeToken <> :token)"


def test_update_changes_every_field_that_is_named(capture):
    assert update_request(capture, {"name": "Ada King", "email": "King@example.com", "age": 37}) == {
        "TableName": "Users",
        "Key": KEY,
        "UpdateExpression": "SET updatedAt = :now, version = version + :one, writeToken = :token,"
        " #name = :name, nameInitial = :nameInitial, nameKey = :nameKey,"
        " email = :email, foldedEmail = :foldedEmail, age = :age",
        "ConditionExpression": f"attribute_exists(userId) AND {NOT_WRITTEN_YET} AND foldedEmail = :foldedEmail",
        "ExpressionAttributeNames": {"#name": "name"},
        "ExpressionAttributeValues": {
            ":one": {"N": "1"},
            ":name": {"S": "Ada King"},
            ":nameInitial": {"S": "a"},
            ":nameKey": {"S": f"ada king{chr(0x1F)}{USER_ID}"},
            ":email": {"S": "King@example.com"},
            ":foldedEmail": {"S": "king@example.com"},
            ":age": {"N": "37"},
        },
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_update_removes_an_age_of_null_and_touches_nothing_else(capture):
    assert update_request(capture, {"age": None}) == {
        "TableName": "Users",
        "Key": KEY,
        "UpdateExpression": "SET updatedAt = :now, version = version + :one, writeToken = :token REMOVE age",
        "ConditionExpression": f"attribute_exists(userId) AND {NOT_WRITTEN_YET}",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


@pytest.mark.parametrize(
    ("if_match", "condition", "values"),
    [
        ("*", "attribute_exists(userId)", {}),
        ('"3"', "attribute_exists(userId) AND version IN (:v0)", {":v0": {"N": "3"}}),
        ('"3", "7"', "attribute_exists(userId) AND version IN (:v0,:v1)", {":v0": {"N": "3"}, ":v1": {"N": "7"}}),
        ('W/"3", "7"', "attribute_exists(userId) AND version IN (:v0)", {":v0": {"N": "7"}}),
    ],
)
def test_if_match_is_a_condition_of_the_write_itself(capture, if_match, condition, values):
    sent = update_request(capture, {"age": 1}, {"If-Match": if_match})
    assert sent["ConditionExpression"] == f"{condition} AND {NOT_WRITTEN_YET}"
    assert sent["ExpressionAttributeValues"] == {":one": {"N": "1"}, ":age": {"N": "1"}, **values}


def test_an_update_that_changes_the_address_moves_the_claim(dynamodb, capture):
    event = rest_event("PUT", PATH, body={"email": "King@example.com"}, headers={"If-Match": '"3"'})
    refusal = error("ConditionalCheckFailedException", Item=stored_user(version=3))
    request, reply = capture("update_user", event, refusal, {})

    assert [operation(one) for one in dynamodb.requests] == ["UpdateItem", "TransactWriteItems"]
    sent = document(request)
    values = sent["TransactItems"][0]["Update"]["ExpressionAttributeValues"]
    taken(values, ":now", INSTANT)
    assert taken(values, ":token", UUID_V4) == sent.pop("ClientRequestToken")
    move = {
        "TableName": "Users",
        "Key": KEY,
        "UpdateExpression": "SET updatedAt = :now, version = version + :one, writeToken = :token,"
        " email = :email, foldedEmail = :foldedEmail",
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {
            ":one": {"N": "1"},
            ":email": {"S": "King@example.com"},
            ":foldedEmail": {"S": "king@example.com"},
            ":version": {"N": "3"},
        },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    assert sent == {
        "TransactItems": [{"Update": move}, claim("king@example.com", USER_ID), release("ada@example.com", USER_ID)]
    }
    assert (reply.status, reply.json["email"], reply.json["version"]) == (200, "King@example.com", 4)


def test_delete_gives_the_user_as_it_last_was_and_frees_its_address(dynamodb, capture):
    request, reply = capture("delete_user", rest_event("DELETE", PATH), {"Item": stored_user(version=3)}, {})

    assert [operation(one) for one in dynamodb.requests] == ["GetItem", "TransactWriteItems"]
    assert document(dynamodb.requests[0]) == {"TableName": "Users", "Key": KEY, "ConsistentRead": True}
    sent = document(request)
    assert UUID_V4.fullmatch(sent.pop("ClientRequestToken"))
    removal = {
        "TableName": "Users",
        "Key": KEY,
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": {"N": "3"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    assert sent == {"TransactItems": [{"Delete": removal}, release("ada@example.com", USER_ID)]}
    assert reply.json["version"] == 3
