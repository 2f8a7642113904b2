"""What each function asks of DynamoDB, to the letter: one request a call."""

from __future__ import annotations

import re
from typing import Any

import pytest

from support.dynamodb_stub import USER_ID, document, operation, stored_user
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


@pytest.mark.parametrize("event", ["rest_create_user", "http_create_user"])
def test_create_puts_the_item_unless_there_is_one(capture, event):
    request, reply = capture("create_user", recorded(event), {})

    assert operation(request) == "PutItem"
    sent = document(request)
    item = sent["Item"]
    taken(item, "writeToken", UUID_V4)
    user = reply.json
    assert taken(item, "userId", UUID_V4) == user["userId"]
    assert taken(item, "createdAt", INSTANT) == user["createdAt"]
    assert taken(item, "updatedAt", INSTANT) == user["updatedAt"]
    assert sent == {
        "TableName": "Users",
        "Item": {
            "name": {"S": "Ada Lovelace"},
            "email": {"S": "ada@example.com"},
            "age": {"N": "36"},
            "version": {"N": "1"},
        },
        "ConditionExpression": "attribute_not_exists(userId)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_create_leaves_an_age_that_is_not_given_out_of_the_item(capture):
    request, reply = capture("create_user", recorded("rest_create_user_non_ascii"), {})

    assert "age" not in document(request)["Item"]
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
    assert update_request(capture, {"name": "Ada King", "email": "king@example.com", "age": 37}) == {
        "TableName": "Users",
        "Key": KEY,
        "UpdateExpression": "SET updatedAt = :now, version = version + :one, writeToken = :token,"
        " #name = :name, email = :email, age = :age",
        "ConditionExpression": f"attribute_exists(userId) AND {NOT_WRITTEN_YET}",
        "ExpressionAttributeNames": {"#name": "name"},
        "ExpressionAttributeValues": {
            ":one": {"N": "1"},
            ":name": {"S": "Ada King"},
            ":email": {"S": "king@example.com"},
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
def test_if_match_is_a_condition_of_the_write_itself(dynamodb, capture, if_match, condition, values):
    sent = update_request(capture, {"age": 1}, {"If-Match": if_match})
    assert sent["ConditionExpression"] == f"{condition} AND {NOT_WRITTEN_YET}"
    assert sent["ExpressionAttributeValues"] == {":one": {"N": "1"}, ":age": {"N": "1"}, **values}

    dynamodb.requests.clear()
    deletion = rest_event("DELETE", PATH, headers={"If-Match": if_match})
    request, _ = capture("delete_user", deletion, CHANGED)
    assert document(request)["ConditionExpression"] == condition
    assert document(request).get("ExpressionAttributeValues", {}) == values


def test_delete_gives_the_user_as_it_last_was(capture):
    request, reply = capture("delete_user", rest_event("DELETE", PATH), {"Attributes": stored_user(version=3)})

    assert operation(request) == "DeleteItem"
    assert document(request) == {
        "TableName": "Users",
        "Key": KEY,
        "ConditionExpression": "attribute_exists(userId)",
        "ReturnValues": "ALL_OLD",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    assert reply.json["version"] == 3
