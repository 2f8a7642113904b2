"""The order of checks: userId, header syntax, size, media type, JSON, all fields, then 404, 412, 409.

Each request here has two or more faults; its response reports only the first.
"""

from __future__ import annotations

import pytest

from support.users_api import MAX_BODY_BYTES, UNKNOWN_ID, assert_problem

BAD_ID = "none"
BAD_TAG = {"If-Match": "3"}
OTHER_TAG = {"If-Match": '"3"'}
TEXT = {"Content-Type": "text/plain"}
JSON = {"Content-Type": "application/json"}
TOO_LARGE = "{" + " " * MAX_BODY_BYTES
BAD_JSON = "{"
GOOD_FIELDS = '{"name": "Ada"}'
BAD_FIELDS = '{"name": ""}'

ROWS = {
    "userId before header": (BAD_ID, {**BAD_TAG, **JSON}, GOOD_FIELDS, 400, ("userId", "invalid_format")),
    "userId before size": (BAD_ID, JSON, TOO_LARGE, 400, ("userId", "invalid_format")),
    "userId before type": (BAD_ID, TEXT, GOOD_FIELDS, 400, ("userId", "invalid_format")),
    "userId before JSON": (BAD_ID, JSON, BAD_JSON, 400, ("userId", "invalid_format")),
    "userId before fields": (BAD_ID, JSON, BAD_FIELDS, 400, ("userId", "invalid_format")),
    "header before size": (UNKNOWN_ID, {**BAD_TAG, **JSON}, TOO_LARGE, 400, ("If-Match", "invalid_format")),
    "header before type": (UNKNOWN_ID, {**BAD_TAG, **TEXT}, GOOD_FIELDS, 400, ("If-Match", "invalid_format")),
    "header before JSON": (UNKNOWN_ID, {**BAD_TAG, **JSON}, BAD_JSON, 400, ("If-Match", "invalid_format")),
    "header before fields": (UNKNOWN_ID, {**BAD_TAG, **JSON}, BAD_FIELDS, 400, ("If-Match", "invalid_format")),
    "size before type": (UNKNOWN_ID, TEXT, TOO_LARGE, 413, None),
    "size before JSON": (UNKNOWN_ID, JSON, TOO_LARGE, 413, None),
    "type before JSON": (UNKNOWN_ID, TEXT, BAD_JSON, 415, None),
    "type before fields": (UNKNOWN_ID, TEXT, BAD_FIELDS, 415, None),
    "JSON before fields": (UNKNOWN_ID, JSON, BAD_FIELDS[:-1] + ', "name": ""}', 400, ("", "malformed_json")),
    "fields before 404": (UNKNOWN_ID, JSON, BAD_FIELDS, 400, ("name", "too_short")),
    "404 before 412": (UNKNOWN_ID, {**OTHER_TAG, **JSON}, GOOD_FIELDS, 404, None),
}


@pytest.mark.parametrize(("user_id", "headers", "body", "status", "error"), ROWS.values(), ids=ROWS.keys())
def test_put_reports_the_first_fault(api, user_id, headers, body, status, error):
    response = api.put(user_id, data=body, headers=headers)

    assert_problem(response, status, *([error] if error else []))


@pytest.mark.parametrize(("if_match", "status"), [('"3"', 412), ('"1"', 409)])
def test_put_checks_the_version_before_the_address(api, user, if_match, status):
    response = api.put(user["userId"], {"email": api.create()["email"]}, headers={"If-Match": if_match})

    assert_problem(response, status, *([("email", "taken")] if status == 409 else []))


def test_put_checks_the_user_before_the_address(api, user):
    assert_problem(api.put(UNKNOWN_ID, {"email": user["email"]}), 404)


def test_put_checks_fields_before_the_version(api, user):
    response = api.put(user["userId"], data=BAD_FIELDS, headers={**OTHER_TAG, **JSON})

    assert_problem(response, 400, ("name", "too_short"))


@pytest.mark.parametrize(
    ("headers", "body", "status", "errors"),
    [
        pytest.param(TEXT, TOO_LARGE, 413, [], id="size before type"),
        pytest.param(JSON, TOO_LARGE, 413, [], id="size before JSON"),
        pytest.param(TEXT, BAD_JSON, 415, [], id="type before JSON"),
        pytest.param(TEXT, "{}", 415, [], id="type before fields"),
        pytest.param(JSON, '{"x": 1, "x": 1}', 400, [("", "malformed_json")], id="JSON before fields"),
    ],
)
def test_post_reports_the_first_fault(api, headers, body, status, errors):
    assert_problem(api.post(data=body, headers=headers), status, *errors)


def test_get_checks_the_id_before_the_header(api):
    assert_problem(api.get(BAD_ID, {"If-None-Match": "3"}), 400, ("userId", "invalid_format"))


def test_get_checks_the_header_before_the_user(api):
    assert_problem(api.get(UNKNOWN_ID, {"If-None-Match": "3"}), 400, ("If-None-Match", "invalid_format"))


def test_delete_checks_the_id_before_the_header(api):
    assert_problem(api.delete(BAD_ID, headers=BAD_TAG), 400, ("userId", "invalid_format"))


def test_delete_checks_the_header_before_the_user(api):
    assert_problem(api.delete(UNKNOWN_ID, headers=BAD_TAG), 400, ("If-Match", "invalid_format"))
