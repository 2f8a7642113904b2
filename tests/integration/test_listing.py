"""Thousands of users of a real table, listed page by page by the real binary."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

import pytest

from support.events import rest_event
from support.function import Function

USERS = 2_500
BATCH = 25  # the limit of BatchWriteItem


def item(number: int) -> dict[str, Any]:
    return {
        "userId": {"S": str(uuid.uuid4())},
        "name": {"S": f"User {number} Ünïcode 名前"},
        "email": {"S": f"user{number}@example.com"},
        "createdAt": {"S": "2026-01-02T03:04:05.678Z"},
        "updatedAt": {"S": "2026-01-02T03:04:05.678Z"},
        "version": {"N": "1"},
        "writeToken": {"S": str(uuid.uuid4())},
    }


@pytest.fixture(scope="module")
def stored(dynamodb: Any, table: str) -> dict[str, str]:
    """The names in the table by user id."""
    items = [item(number) for number in range(USERS)]
    for first in range(0, USERS, BATCH):
        puts = [{"PutRequest": {"Item": one}} for one in items[first : first + BATCH]]
        response = dynamodb.batch_write_item(RequestItems={table: puts})
        assert not response["UnprocessedItems"]
    return {one["userId"]["S"]: one["name"]["S"] for one in items}


@pytest.fixture(scope="module")
def list_users(start) -> Function:
    return start("list_users")


def list_page(list_users: Function, **query: str) -> dict[str, Any]:
    response = list_users.invoke(rest_event("GET", "/users", query=query)).http
    assert response.status == 200, response.body
    page = response.json
    assert page["count"] == len(page["users"])
    return page


def follow(list_users: Function, sizes: list[int]) -> tuple[Counter[str], dict[str, str], int]:
    """Lists all users with these page sizes in turn. Returns how often each user occurs, their names, and the number of pages."""
    occurrences: Counter[str] = Counter()
    names: dict[str, str] = {}
    pages = 0
    query: dict[str, str] = {}
    while True:
        size = sizes[pages % len(sizes)]
        page = list_page(list_users, pageSize=str(size), **query)
        assert page["count"] <= size
        occurrences.update(user["userId"] for user in page["users"])
        names.update((user["userId"], user["name"]) for user in page["users"])
        pages += 1
        assert pages <= 2 * USERS, "the listing does not end"
        if "nextToken" not in page:
            return occurrences, names, pages
        query = {"nextToken": page["nextToken"]}


@pytest.mark.parametrize("size", [5, 7, 20, 25, 33, 50, 100])
def test_every_user_is_listed_exactly_once_with_every_page_size(stored, list_users, size):
    occurrences, names, pages = follow(list_users, [size])

    assert set(occurrences.values()) == {1}
    assert names == stored
    assert pages >= USERS / size


def test_the_page_size_may_change_between_pages(stored, list_users):
    occurrences, names, _ = follow(list_users, [100, 1, 37, 10])

    assert set(occurrences.values()) == {1}
    assert names == stored


def test_existing_users_are_listed_once_while_others_are_created_and_deleted(dynamodb, table, stored, list_users):
    occurrences: Counter[str] = Counter()
    query: dict[str, str] = {}
    temporary: list[str] = []
    while True:
        page = list_page(list_users, pageSize="100", **query)
        occurrences.update(user["userId"] for user in page["users"])
        if temporary:
            dynamodb.delete_item(TableName=table, Key={"userId": {"S": temporary[-1]}})
        new_item = item(0)
        temporary.append(new_item["userId"]["S"])
        dynamodb.put_item(TableName=table, Item=new_item)
        if "nextToken" not in page:
            break
        query = {"nextToken": page["nextToken"]}
    dynamodb.delete_item(TableName=table, Key={"userId": {"S": temporary[-1]}})

    assert {user_id: occurrences[user_id] for user_id in stored} == dict.fromkeys(stored, 1)


def test_a_listing_continues_after_a_user_that_was_deleted(dynamodb, table, stored, list_users):
    first = list_page(list_users, pageSize="10")
    last = first["users"][-1]["userId"]
    deleted = dynamodb.get_item(TableName=table, Key={"userId": {"S": last}})["Item"]

    dynamodb.delete_item(TableName=table, Key={"userId": {"S": last}})
    rest: Counter[str] = Counter()
    query = {"nextToken": first["nextToken"]}
    while query:
        page = list_page(list_users, pageSize="100", **query)
        rest.update(user["userId"] for user in page["users"])
        query = {"nextToken": page["nextToken"]} if "nextToken" in page else {}
    dynamodb.put_item(TableName=table, Item=deleted)

    assert rest == Counter(set(stored) - {user["userId"] for user in first["users"]})
