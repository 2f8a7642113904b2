"""PUT is a JSON Merge Patch (RFC 7396): it changes what it names."""

from __future__ import annotations

from datetime import datetime

import pytest

from support.users_api import NOBODY, as_json, assert_problem, assert_user

CHANGES = {
    "name": {"name": "Ada King"},
    "email": {"email": "king@example.com"},
    "age": {"age": 37},
    "all three": {"name": "Ada King", "email": "king@example.com", "age": 37},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_named_fields_change_and_the_others_stay(api, user, change):
    response = api.put(user["userId"], change)

    assert response.status_code == 200
    changed = response.json()
    assert_user(changed)
    assert changed == {**user, **change, "version": 2, "updatedAt": changed["updatedAt"]}
    assert response.headers["ETag"] == '"2"'
    assert api.get(user["userId"]).json() == changed


def test_null_removes_the_age(api, user):
    changed = api.put(user["userId"], {"age": None}).json()

    assert "age" not in changed
    assert "age" not in api.get(user["userId"]).json()
    assert changed["version"] == 2


def test_removing_an_age_that_is_not_there_counts_as_a_change(api):
    user = api.create()

    response = api.put(user["userId"], {"age": None})

    assert response.status_code == 200
    assert "age" not in response.json()
    assert response.json()["version"] == 2


def test_an_age_can_be_given_later(api):
    user = api.create()

    assert api.put(user["userId"], {"age": 5}).json()["age"] == 5


def test_equal_values_count_as_a_change(api, user):
    changed = api.put(user["userId"], {"name": user["name"], "email": user["email"], "age": user["age"]}).json()

    assert changed == {**user, "version": 2, "updatedAt": changed["updatedAt"]}


def test_versions_count_up_and_time_does_not_run_backwards(api, user):
    moments = [datetime.fromisoformat(user["updatedAt"])]
    for version in (2, 3, 4):
        changed = api.put(user["userId"], {"age": version}).json()
        assert changed["version"] == version
        assert changed["createdAt"] == user["createdAt"]
        moments.append(datetime.fromisoformat(changed["updatedAt"]))
    assert moments == sorted(moments)


def test_the_id_may_be_written_in_upper_case(api, user):
    response = api.put(user["userId"].upper(), {"age": 1})

    assert response.status_code == 200
    assert response.json()["userId"] == user["userId"]


def test_a_change_of_nothing_is_refused(api, user):
    assert_problem(api.put(user["userId"], {}), 400, ("", "required"))


@pytest.mark.parametrize("field", ["name", "email"])
def test_what_is_required_cannot_be_removed(api, user, field):
    assert_problem(api.put(user["userId"], {field: None}), 400, (field, "wrong_type"))


def test_a_user_sent_back_whole_is_refused(api, user):
    own = [(field, "unknown_field") for field in ("userId", "createdAt", "updatedAt", "version")]

    assert_problem(api.put(user["userId"], user), 400, *own)


def test_an_unknown_field_alone_is_only_that(api, user):
    assert_problem(api.put(user["userId"], {"role": "admin"}), 400, ("role", "unknown_field"))


def test_all_faults_are_told_at_once(api, user):
    body = {"name": "", "email": "ada", "age": 0, "role": "admin"}

    assert_problem(
        api.put(user["userId"], body),
        400,
        ("name", "too_short"),
        ("email", "invalid_format"),
        ("age", "out_of_range"),
        ("role", "unknown_field"),
    )


def test_a_refused_change_changes_nothing(api, user):
    api.put(user["userId"], {"name": "Ada King", "age": 0})

    assert api.get(user["userId"]).json() == user


def test_it_never_creates(api):
    assert_problem(api.put(NOBODY, {"name": "Nobody", "email": "nobody@example.com"}), 404)
    assert_problem(api.get(NOBODY), 404)


def test_an_id_that_is_no_uuid_is_named(api):
    assert_problem(api.put("none", {"age": 1}), 400, ("userId", "invalid_format"))


def test_the_media_type_of_merge_patches_is_accepted(api, user):
    options = {**as_json('{"age": 1}'), "headers": {"Content-Type": "application/merge-patch+json"}}

    assert api.put(user["userId"], **options).json()["age"] == 1


def test_text_beyond_ascii_is_kept_whole(api, user):
    name = "José 名前 👩‍🚀"

    assert api.put(user["userId"], {"name": name}).json()["name"] == name
    assert api.get(user["userId"]).json()["name"] == name
