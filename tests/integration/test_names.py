"""The functions and the scripts derive the same attributes from every name."""

from __future__ import annotations

import uuid

from tables.derived_attributes import folded_name
from support.events import rest_event

#: All Latin letters with their accents, the combining marks, and some characters that have nothing to fold.
CHARACTERS = [
    chr(c) for block in (range(0x20, 0x7F), range(0xA1, 0x2B0), range(0x300, 0x380), range(0x1E00, 0x1F00)) for c in block
] + list("ΖωήИван名前か゚👩🏽🚀ﬁ①Å")


def test_functions_and_scripts_fold_names_alike(start, dynamodb, table):
    create = start("create_user")
    names = ["".join(CHARACTERS[first : first + 90]) for first in range(0, len(CHARACTERS), 90)] + [f"a{c}b {c}{c}" for c in CHARACTERS[::7]]
    for name in names:
        body = {"name": name, "email": f"{uuid.uuid4()}@example.com"}
        response = create.invoke(rest_event("POST", "/users", body=body)).http
        assert response.status == 201, response.body

        user = response.json
        key = {"userId": {"S": user["userId"]}}
        item = dynamodb.get_item(TableName=table, Key=key)["Item"]
        folded = folded_name(user["name"])
        assert item["nameKey"]["S"] == f"{folded}\x1f{user['userId']}", name
        assert item["nameInitial"]["S"] == folded[0]


def test_a_name_is_found_by_each_of_its_prefixes(start):
    create, list_users = start("create_user"), start("list_users")
    body = {"name": "Žofie E\u0301mílie", "email": f"{uuid.uuid4()}@example.com"}
    user = create.invoke(rest_event("POST", "/users", body=body)).http.json

    for prefix in (body["name"][:length] for length in range(1, len(body["name"]) + 1)):
        for spelling in (prefix, prefix.upper(), prefix.lower()):
            query = {"namePrefix": spelling, "pageSize": "100"}
            page = list_users.invoke(rest_event("GET", "/users", query=query)).http.json
            assert user in page["users"], spelling
