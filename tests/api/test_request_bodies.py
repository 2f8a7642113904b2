"""The checks of a body that precede those of its fields: size, media type, JSON."""

from __future__ import annotations

import json

import pytest

from support.users_api import MAX_BODY_BYTES, as_json, assert_problem, only_on

VALID = '{"name": "Ada Lovelace", "email": "ada@example.com"}'


def nested(depth: int) -> str:
    """Returns a valid user with one more member, which makes the body `depth` levels deep."""
    return VALID[:-1] + ', "deep": ' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


MALFORMED = {
    "empty": "",
    "white space": " \t\r\n",
    "truncated": VALID[:-1],
    "text after the object": VALID + " x",
    "two values": VALID + VALID,
    "word": "user",
    "single quotes": VALID.replace('"', "'"),
    "name without quotes": VALID.replace('"name"', "name"),
    "trailing comma": VALID[:-1] + ",}",
    "comment": VALID[:-1] + "/* */}",
    "NaN": VALID[:-1] + ', "x": NaN}',
    "Infinity": VALID[:-1] + ', "x": Infinity}',
    "leading zero": VALID[:-1] + ', "x": 036}',
    "leading plus": VALID[:-1] + ', "x": +36}',
    "number that ends with a point": VALID[:-1] + ', "x": 36.}',
    "hexadecimal": VALID[:-1] + ', "x": 0x24}',
    "line feed in a string": VALID.replace("Ada L", "Ada\nL"),
    **{f"U+{c:04X} in a long string": VALID.replace("Ada L", "x" * 20 + chr(c) + "x" * 20) for c in range(1, 0x20)},
    "U+0000 in a string": VALID.replace("Ada L", "Ada\x00L"),
    "U+0000 after the object": VALID + "\x00",
    "unknown escape": VALID.replace("Ada L", r"Ada\x20L"),
    "array": f"[{VALID}]",
    "empty array": "[]",
    "string": json.dumps(VALID),
    "number": "36",
    "true": "true",
    "null": "null",
    "repeated member": VALID[:-1] + ', "name": "Ada"}',
    "repeated member, equal": VALID[:-1] + ', "name": "Ada Lovelace"}',
    "repeated member, escaped": VALID[:-1] + r', "n\u0061me": "Ada"}',
    "repeated unknown member": VALID[:-1] + ', "x": 1, "x": 1}',
    "repeated member of a nested object": VALID[:-1] + ', "x": {"y": 1, "y": 1}}',
    "17 levels": nested(17),
    "1,000 levels": nested(1_000),
    "8,000 levels": "[" * 8_000 + "]" * 8_000,
    "lone high surrogate": VALID.replace("Ada L", r"Ada\ud83dL"),
    "lone low surrogate": VALID.replace("Ada L", r"Ada\ude00L"),
    "surrogates in the wrong order": VALID.replace("Ada L", r"Ada\ude00\ud83dL"),
    "lone surrogate in a member's name": VALID[:-1] + r', "\ud83d": 1}',
    "byte-order mark": "\ufeff" + VALID,
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_body_that_is_not_a_json_object_is_rejected(api, user, text):
    assert_problem(api.post(**as_json(text)), 400, ("", "malformed_json"))
    assert_problem(api.put(user["userId"], **as_json(text)), 400, ("", "malformed_json"))


NOT_UTF8 = {
    "Latin-1": b"Jos\xe9",
    "truncated": b"Jos\xc3",
    "overlong": b"\xc0\xaf",
    "surrogate": b"\xed\xa0\x80",
    "beyond Unicode": b"\xf4\x90\x80\x80",
    "lone continuation byte": b"\x80",
    "byte-order mark of UTF-16": b"\xff\xfe",
}


@only_on("local", reason="this gateway does not pass the bytes of a text unchanged")
@pytest.mark.parametrize("name", NOT_UTF8.values(), ids=NOT_UTF8.keys())
def test_bytes_that_are_not_utf_8_are_rejected(api, user, name):
    body = b'{"name": "' + name + b'", "email": "jose@example.com"}'
    headers = {"Content-Type": "application/json"}

    assert_problem(api.post(data=body, headers=headers), 400, ("", "malformed_json"))
    assert_problem(api.put(user["userId"], data=body, headers=headers), 400, ("", "malformed_json"))


@only_on("local", reason="this gateway does not pass the bytes of a text unchanged")
def test_utf_16_is_rejected(api):
    response = api.post(data=VALID.encode("utf-16-le"), headers={"Content-Type": "application/json; charset=utf-16"})

    assert_problem(response, 400, ("", "malformed_json"))


def test_sixteen_levels_are_accepted(api):
    assert_problem(api.post(**as_json(nested(16))), 400, ("deep", "unknown_field"))


@pytest.mark.parametrize("code_point", range(0x20))
def test_a_control_character_in_a_field_name_is_reported_unchanged(api, code_point):
    field = "x" * 20 + chr(code_point) + "x" * 20

    assert_problem(api.post({**json.loads(VALID), field: 1}), 400, (field, "unknown_field"))


def test_white_space_around_and_inside_the_object_is_ignored(api):
    assert api.post(**as_json(f"\r\n\t {VALID.replace(':', ' : ')} \n")).status_code == 201


def test_a_missing_body_is_rejected(api, user):
    assert_problem(api.request("POST", "/users"), 400, ("", "malformed_json"))
    assert_problem(api.request("PUT", f"/users/{user['userId']}"), 400, ("", "malformed_json"))


def padded(size: int, text: str = VALID) -> str:
    """Returns the text as a body of this many bytes."""
    return text + " " * (size - len(text.encode()))


@pytest.mark.parametrize("text", [VALID, VALID.replace("Ada", "名前")], ids=["ASCII", "not ASCII"])
def test_a_body_of_16_kib_is_accepted(api, text):
    assert api.post(**as_json(padded(MAX_BODY_BYTES, text))).status_code == 201


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 100_000, 1_000_000])
@pytest.mark.parametrize("text", [VALID, VALID.replace("Ada", "名前")], ids=["ASCII", "not ASCII"])
def test_a_body_larger_than_16_kib_is_rejected(api, user, size, text):
    assert_problem(api.post(**as_json(padded(size, text))), 413)
    assert_problem(api.put(user["userId"], **as_json(padded(size, text))), 413)


@only_on("local", "rest", "http", reason="sam local has no limit of 10 MB")
def test_the_gateway_rejects_a_body_larger_than_10_mb(api):
    response = api.post(**as_json(padded(10 * 1024 * 1024 + 1)))

    assert response.status_code == 413


JSON_TYPES = [
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    "application/json ; profile=x",
    "Application/JSON",
    "application/vnd.users.v1+json",
    "application/merge-patch+json",
    "application/problem+json; x=y",
    "APPLICATION/MERGE-PATCH+JSON",
]

OTHER_TYPES = [
    "text/plain",
    "text/json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "application/jsonp",
    "application/json5",
    "application/json-seq",
    "application/x-json",
    "application/vnd.users+xml",
    "image/svg+json",
    "application/jso",
    "json",
    "*/*",
    "text/plain; application/json",
]


@pytest.mark.parametrize("media_type", JSON_TYPES)
def test_every_json_media_type_is_accepted(api, media_type):
    headers = {"Content-Type": media_type}

    created = api.post(data=VALID, headers=headers)
    assert created.status_code == 201
    assert api.put(created.json()["userId"], data=VALID, headers=headers).status_code == 200


@pytest.mark.parametrize("media_type", OTHER_TYPES)
def test_other_media_types_are_rejected(api, user, media_type):
    headers = {"Content-Type": media_type}

    assert_problem(api.post(data=VALID, headers=headers), 415)
    assert_problem(api.put(user["userId"], data=VALID, headers=headers), 415)


def test_an_absent_media_type_counts_as_json(api):
    created = api.post(data=VALID)
    assert created.status_code == 201
    assert api.put(created.json()["userId"], data=VALID).status_code == 200
