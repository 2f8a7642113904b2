"""Pages of one user, on a table that is small enough for them."""

from __future__ import annotations

from support.events import rest_event


def test_every_user_is_listed_once_in_pages_of_one_user(start):
    create, list_users = start("create_user"), start("list_users")
    created = set()
    for number in range(20):
        body = {"name": f"User {number}", "email": f"user{number}@example.com"}
        created.add(create.invoke(rest_event("POST", "/users", body=body)).http.json["userId"])

    listed = []
    query = {"pageSize": "1"}
    while True:
        page = list_users.invoke(rest_event("GET", "/users", query=query)).http.json
        assert len(page["users"]) <= 1
        listed += [user["userId"] for user in page["users"]]
        assert len(listed) <= len(created)
        if "nextToken" not in page:
            break
        query["nextToken"] = page["nextToken"]

    assert sorted(listed) == sorted(created)
