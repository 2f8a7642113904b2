from __future__ import annotations

from datetime import datetime, timedelta, timezone

from support.user_fields import OPTIONAL
from support.users_api import UUID_V4, assert_problem, assert_user


def test_a_created_user_has_the_fields_of_the_request_and_those_of_the_server(api):
    response = api.post({"name": "Ada Lovelace", "email": "ada@example.com", **OPTIONAL})

    assert response.status_code == 201
    assert response.headers["Content-Type"].partition(";")[0] == "application/json"
    assert_user(response.json(), name="Ada Lovelace", email="ada@example.com", **OPTIONAL, version=1)
    assert UUID_V4.fullmatch(response.json()["userId"])
    assert response.headers["ETag"] == '"1"'


def test_created_at_and_updated_at_are_equal_and_current(api):
    user = api.create()

    assert user["createdAt"] == user["updatedAt"]
    assert abs(datetime.now(timezone.utc) - datetime.fromisoformat(user["createdAt"])) < timedelta(minutes=5)


def test_optional_fields_are_absent_without_a_value(api):
    user = api.create()

    assert not OPTIONAL.keys() & user.keys()
    assert api.get(user["userId"]).json() == user


def test_a_created_user_can_be_read_immediately(api):
    user = api.create(**OPTIONAL)

    assert api.get(user["userId"]).json() == user


def test_location_is_the_url_of_the_user(api):
    response = api.post({"name": "Ada Lovelace", "email": "ada@example.com"})

    location = response.headers["Location"]
    assert api.resolve(location) == f"{api.base_url}/users/{response.json()['userId']}"
    found = api.follow(location)
    assert found.status_code == 200
    assert found.json() == response.json()


def test_every_post_creates_another_user(api):
    assert api.create()["userId"] != api.create()["userId"]


def test_non_ascii_text_is_preserved(api):
    name = "José 名前 👩‍🚀 Ζωή"

    user = api.create(name=name)

    assert user["name"] == name
    assert api.get(user["userId"]).json()["name"] == name


def test_escape_sequences_are_decoded(api):
    text = r'{"name": "Jos\u00e9 \ud83d\ude80", "email": "jose\u0040example.com"}'

    response = api.post(data=text, headers={"Content-Type": "application/json"})

    assert response.json()["name"] == "José 🚀"
    assert response.json()["email"] == "jose@example.com"


def test_every_missing_required_field_is_reported(api):
    assert_problem(api.post({}), 400, ("name", "required"), ("email", "required"))


def test_an_unknown_field_is_reported(api):
    body = {"name": "Ada", "email": "ada@example.com", "nick\u00e9": "ada"}

    assert_problem(api.post(body), 400, ("nické", "unknown_field"))


def test_fields_that_the_server_sets_are_rejected(api, user):
    own = [(field, "unknown_field") for field in ("userId", "createdAt", "updatedAt", "version")]

    assert_problem(api.post(user), 400, *own)


def test_field_names_are_case_sensitive(api):
    body = {"Name": "Ada", "email": "ada@example.com"}

    assert_problem(api.post(body), 400, ("Name", "unknown_field"), ("name", "required"))


def test_all_faults_are_reported_at_once(api):
    body = {"name": "", "email": "ada", "role": "admin", "Name": "Ada"}

    assert_problem(
        api.post(body),
        400,
        ("name", "too_short"),
        ("email", "invalid_format"),
        ("role", "unknown_field"),
        ("Name", "unknown_field"),
    )


def test_at_most_fifty_faults_are_reported(api):
    response = api.post({f"field{number}": 1 for number in range(60)})

    assert response.status_code == 400
    assert len(response.json()["errors"]) == 50


def test_a_rejected_user_is_not_created(api):
    name = "Rejected 2f6e0a9c"

    api.post({"name": name, "email": "rejected"})

    params = {"pageSize": 100}
    while True:
        page = api.list(params).json()
        assert name not in [user["name"] for user in page["users"]]
        if "nextToken" not in page:
            break
        params["nextToken"] = page["nextToken"]
