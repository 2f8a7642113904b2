"""Conditional requests (RFC 9110, section 13), on a user in its third version."""

from __future__ import annotations

import pytest

from support.users_api import UNKNOWN_ID, assert_problem

MATCHING = ['"3"', '"1", "3"', '"3","4"', '"a,b", "3"', '"9",\t"3"', '"9", , "3"', ',"3"', '"3",', '"", "3"']
#: Well-formed, but not the tag of the current version.
OTHER = ['"2"', '"4"', '"1", "2"', '"abc"', '""', '"03"', '"+3"', '"3%"', '"99999999999999999999"', '"*"']
MALFORMED = ["3", '"3', '3"', "'3'", "W/3", 'w/"3"', 'W/ "3"', '"3" "4"', '"3"; "4"', '*, "3"', '"3", *', "**", '"3 4"', "W/*"]


@pytest.fixture
def user(api):
    user = api.create()
    for name in ("Ada King", "Ada Byron"):
        user = api.put(user["userId"], {"name": name}).json()
    assert user["version"] == 3
    return user


@pytest.mark.parametrize("tags", [*MATCHING, 'W/"3"', 'W/"1", W/"3"', '"1", W/"3"', "*"])
def test_get_responds_with_not_modified_when_a_tag_of_if_none_match_is_current(api, user, tags):
    response = api.get(user["userId"], {"If-None-Match": tags})

    assert response.status_code == 304
    assert response.headers["ETag"] == '"3"'
    assert response.content == b""
    assert "Content-Type" not in response.headers


@pytest.mark.parametrize("tags", [*OTHER, 'W/"2"'])
def test_get_returns_the_user_when_no_tag_of_if_none_match_is_current(api, user, tags):
    response = api.get(user["userId"], {"If-None-Match": tags})

    assert response.status_code == 200
    assert response.headers["ETag"] == '"3"'
    assert response.json() == user


@pytest.mark.parametrize("tags", MALFORMED)
def test_get_reports_a_malformed_if_none_match(api, user, tags):
    response = api.get(user["userId"], {"If-None-Match": tags})

    assert_problem(response, 400, ("If-None-Match", "invalid_format"))


def test_tags_may_be_split_across_several_headers(api, user):
    path = f"/users/{user['userId']}"

    status, body = api.send_raw("GET", path, [("If-None-Match", '"1"'), ("if-none-match", '"3"')])
    assert (status, body) == (304, b"")

    status, _ = api.send_raw("DELETE", path, [("If-Match", '"1"'), ("IF-MATCH", '"2"')])
    assert status == 412
    status, _ = api.send_raw("DELETE", path, [("If-Match", '"1"'), ("IF-MATCH", '"3"')])
    assert status == 200


@pytest.mark.parametrize("tags", [*MATCHING, 'W/"2", "3"', "*"])
def test_put_succeeds_when_a_tag_of_if_match_is_current(api, user, tags):
    response = api.put(user["userId"], {"name": "Ada"}, headers={"If-Match": tags})

    assert response.status_code == 200, response.text
    assert response.json()["version"] == 4


@pytest.mark.parametrize("tags", [*MATCHING, 'W/"2", "3"', "*"])
def test_delete_succeeds_when_a_tag_of_if_match_is_current(api, user, tags):
    response = api.delete(user["userId"], headers={"If-Match": tags})

    assert response.status_code == 200, response.text
    assert response.json() == user


@pytest.mark.parametrize("tags", [*OTHER, 'W/"3"', 'W/"3", "2"'])
def test_a_change_whose_if_match_is_not_current_is_rejected_and_has_no_effect(api, user, tags):
    headers = {"If-Match": tags}

    assert_problem(api.put(user["userId"], {"name": "Ada"}, headers=headers), 412)
    assert_problem(api.delete(user["userId"], headers=headers), 412)
    assert api.get(user["userId"]).json() == user


@pytest.mark.parametrize("tags", MALFORMED)
def test_a_malformed_if_match_is_reported(api, user, tags):
    headers = {"If-Match": tags}

    assert_problem(api.put(user["userId"], {"name": "Ada"}, headers=headers), 400, ("If-Match", "invalid_format"))
    assert_problem(api.delete(user["userId"], headers=headers), 400, ("If-Match", "invalid_format"))
    assert api.get(user["userId"]).json() == user


@pytest.mark.parametrize("tags", ["*", '"1"', 'W/"1"', '"abc"'])
def test_a_missing_user_is_a_404_under_every_condition(api, tags):
    assert_problem(api.get(UNKNOWN_ID, {"If-None-Match": tags}), 404)
    assert_problem(api.put(UNKNOWN_ID, {"name": "Ada"}, headers={"If-Match": tags}), 404)
    assert_problem(api.delete(UNKNOWN_ID, headers={"If-Match": tags}), 404)


@pytest.mark.parametrize("tags", ["*", '"3"', 'W/"3"', '"1"'])
def test_if_none_match_has_no_effect_on_changes(api, user, tags):
    headers = {"If-None-Match": tags}

    assert api.put(user["userId"], {"name": "Ada"}, headers=headers).status_code == 200
    assert api.delete(user["userId"], headers=headers).status_code == 200


def test_a_change_repeated_with_the_old_version_is_rejected(api, user):
    headers = {"If-Match": '"3"'}

    assert api.put(user["userId"], {"name": "Ada"}, headers=headers).status_code == 200
    assert_problem(api.put(user["userId"], {"name": "Ada"}, headers=headers), 412)


def test_without_if_match_the_last_writer_wins(api, user):
    api.put(user["userId"], {"name": "First"})
    api.put(user["userId"], {"name": "Second"})

    assert api.get(user["userId"]).json()["name"] == "Second"
