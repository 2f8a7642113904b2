"""PUT is a JSON Merge Patch (RFC 7396): it changes the named fields."""

from __future__ import annotations

from datetime import datetime

import pytest

from support.user_fields import FIELDS, OPTIONAL
from support.users_api import UNKNOWN_ID, as_json, assert_problem, assert_user

CHANGES = {
    "name": {"name": "Ada King"},
    "email": {"email": "king@example.com"},
    "both": {"name": "Ada King", "email": "king@example.com"},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_named_fields_change_and_others_remain(api, user, change):
    response = api.put(user["userId"], change)

    assert response.status_code == 200
    changed = response.json()
    assert_user(changed)
    assert changed == {**user, **change, "version": 2, "updatedAt": changed["updatedAt"]}
    assert response.headers["ETag"] == '"2"'
    assert api.get(user["userId"]).json() == changed


@pytest.mark.parametrize("field", OPTIONAL)
def test_null_removes_an_optional_field(api, user, field):
    changed = api.put(user["userId"], {field: None}).json()

    assert changed.keys() == user.keys() - {field}
    assert api.get(user["userId"]).json() == changed
    assert changed["version"] == 2


@pytest.mark.parametrize("field", OPTIONAL)
def test_removing_a_missing_field_counts_as_a_change(api, field):
    user = api.create()

    response = api.put(user["userId"], {field: None})

    assert response.status_code == 200
    assert field not in response.json()
    assert response.json()["version"] == 2


@pytest.mark.parametrize(("field", "value"), OPTIONAL.items())
def test_an_optional_field_can_be_added(api, field, value):
    user = api.create()

    changed = api.put(user["userId"], {field: value}).json()

    assert changed == {**user, field: value, "version": 2, "updatedAt": changed["updatedAt"]}
    assert api.get(user["userId"]).json() == changed


def test_equal_values_count_as_a_change(api, user):
    changed = api.put(user["userId"], {field: user[field] for field in FIELDS}).json()

    assert changed == {**user, "version": 2, "updatedAt": changed["updatedAt"]}


def test_versions_increase_by_one_and_times_never_decrease(api, user):
    times = [datetime.fromisoformat(user["updatedAt"])]
    for version in (2, 3, 4):
        changed = api.put(user["userId"], {"name": f"Ada {version}"}).json()
        assert changed["version"] == version
        assert changed["createdAt"] == user["createdAt"]
        times.append(datetime.fromisoformat(changed["updatedAt"]))
    assert times == sorted(times)


def test_the_id_may_be_in_upper_case(api, user):
    response = api.put(user["userId"].upper(), {"name": "Ada King"})

    assert response.status_code == 200
    assert response.json()["userId"] == user["userId"]


def test_an_empty_change_is_rejected(api, user):
    assert_problem(api.put(user["userId"], {}), 400, ("", "required"))


@pytest.mark.parametrize("field", ["name", "email"])
def test_a_required_field_cannot_be_removed(api, user, field):
    assert_problem(api.put(user["userId"], {field: None}), 400, (field, "wrong_type"))


def test_fields_that_the_server_sets_are_rejected(api, user):
    own = [(field, "unknown_field") for field in ("userId", "createdAt", "updatedAt", "version")]

    assert_problem(api.put(user["userId"], user), 400, *own)


def test_an_unknown_field_alone_is_not_also_reported_as_an_empty_change(api, user):
    assert_problem(api.put(user["userId"], {"role": "admin"}), 400, ("role", "unknown_field"))


def test_all_faults_are_reported_at_once(api, user):
    body = {"name": "", "email": "ada", "role": "admin"}

    assert_problem(
        api.put(user["userId"], body),
        400,
        ("name", "too_short"),
        ("email", "invalid_format"),
        ("role", "unknown_field"),
    )


def test_a_rejected_change_has_no_effect(api, user):
    api.put(user["userId"], {"name": "Ada King", "email": "ada"})

    assert api.get(user["userId"]).json() == user


def test_put_never_creates_a_user(api):
    assert_problem(api.put(UNKNOWN_ID, {"name": "Nobody", "email": "nobody@example.com"}), 404)
    assert_problem(api.get(UNKNOWN_ID), 404)


def test_an_id_that_is_not_a_uuid_is_reported(api):
    assert_problem(api.put("none", {"name": "Ada King"}), 400, ("userId", "invalid_format"))


def test_the_media_type_of_merge_patches_is_accepted(api, user):
    options = {**as_json('{"name": "Ada King"}'), "headers": {"Content-Type": "application/merge-patch+json"}}

    assert api.put(user["userId"], **options).json()["name"] == "Ada King"


def test_non_ascii_text_is_preserved(api, user):
    name = "José 名前 👩‍🚀"

    assert api.put(user["userId"], {"name": name}).json()["name"] == name
    assert api.get(user["userId"]).json()["name"] == name
