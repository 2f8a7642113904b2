"""The limits of each field, for POST and for PUT."""

from __future__ import annotations

import pytest

from support.user_fields import INTEGERS, OPTIONAL
from support.users_api import as_json, assert_problem

LOCAL_64 = "a" * 64
LABEL_63 = "b" * 63
#: 64 + @ + three labels of 63 with their dots would be 256 octets; this address has 254.
EMAIL_254 = f"{LOCAL_64}@{LABEL_63}.{LABEL_63}.{'c' * 61}"
EMAIL_255 = f"{LOCAL_64}@{LABEL_63}.{LABEL_63}.{'c' * 62}"
assert (len(EMAIL_254), len(EMAIL_255)) == (254, 255)

#: as sent, as stored
GOOD_NAMES = [
    pytest.param("A", "A", id="one code point"),
    pytest.param("x" * 100, "x" * 100, id="100 code points"),
    pytest.param("名" * 100, "名" * 100, id="100 code points of 3 bytes"),
    pytest.param("😀" * 100, "😀" * 100, id="100 code points of 4 bytes"),
    pytest.param("  Ada  ", "Ada", id="spaces around"),
    pytest.param("  " + "x" * 100 + "  ", "x" * 100, id="100 code points once trimmed"),
    pytest.param("\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000Ada\u3000", "Ada", id="all kinds of white space around"),
    pytest.param("Ada  King", "Ada  King", id="inner white space is preserved"),
    pytest.param("Ada\u3000King", "Ada\u3000King", id="inner wide space is preserved"),
    pytest.param("\u200bAda\ufeff", "\u200bAda\ufeff", id="zero-width characters are not white space"),
    pytest.param("\u180eAda", "\u180eAda", id="U+180E is not white space"),
    pytest.param("Jose\u0301", "Jose\u0301", id="decomposed text is preserved"),
    pytest.param("Jos\u00e9", "Jos\u00e9", id="composed text is preserved"),
    pytest.param("\u00ad", "\u00ad", id="soft hyphen"),
    pytest.param("\u00a0\u00a1", "\u00a1", id="just above the control characters"),
    pytest.param('"\\/', '"\\/', id="characters that JSON escapes"),
    pytest.param("<b>&amp;</b>", "<b>&amp;</b>", id="markup"),
    pytest.param("\U0010ffff", "\U0010ffff", id="the last code point"),
    pytest.param("null", "null", id="the word null"),
]

BAD_NAMES = [
    pytest.param("", "too_short", id="empty"),
    pytest.param(" ", "too_short", id="a space"),
    pytest.param("\u00a0\u2003\u3000", "too_short", id="white space only"),
    pytest.param("x" * 101, "too_long", id="101 code points"),
    pytest.param("😀" * 101, "too_long", id="101 code points of 4 bytes"),
    pytest.param("a" + " " * 99 + "b", "too_long", id="101 code points with inner white space"),
    pytest.param("A\x00da", "invalid_format", id="U+0000"),
    pytest.param("A\tda", "invalid_format", id="tab"),
    pytest.param("A\x1fda", "invalid_format", id="U+001F"),
    pytest.param("A\x7fda", "invalid_format", id="U+007F"),
    pytest.param("A\x80da", "invalid_format", id="U+0080"),
    pytest.param("A\x85da", "invalid_format", id="next line"),
    pytest.param("A\x9fda", "invalid_format", id="U+009F"),
    pytest.param("Ada\n", "invalid_format", id="line feed at the end"),
    pytest.param("\tAda", "invalid_format", id="tab at the beginning"),
    pytest.param(None, "wrong_type", id="null"),
    pytest.param(1, "wrong_type", id="number"),
    pytest.param(True, "wrong_type", id="boolean"),
    pytest.param(["Ada"], "wrong_type", id="array"),
    pytest.param({"first": "Ada"}, "wrong_type", id="object"),
]

GOOD_EMAILS = [
    "a@b.co",
    "Ada.Lovelace@Example.COM",
    "ada+tag@example.com",
    "!#$%&'*+-/=?^_`{|}~@example.com",
    "a.b.c.d@example.com",
    "1@2.de",
    "ada@a.b.c.d.example",
    "ada@sub-domain.example.com",
    "ada@x--y.example",
    "ada@xn--exmple-cua.com",
    "ada@1example.com",
    "-@example.com",
    f"{LOCAL_64}@example.com",
    f"ada@{LABEL_63}.com",
    EMAIL_254,
]

BAD_EMAILS = [
    "",
    "ada",
    "@example.com",
    "ada@",
    "@",
    "ada@localhost",
    "ada@@example.com",
    "ada@example@com.de",
    " ada@example.com",
    "ada@example.com ",
    "ada @example.com",
    "ada@ example.com",
    "ada lovelace@example.com",
    "ada@exam ple.com",
    "ada@example.com\n",
    "ada\u0000@example.com",
    ".ada@example.com",
    "ada.@example.com",
    "ada..lovelace@example.com",
    "ada@.example.com",
    "ada@example..com",
    "ada@example.com.",
    "ada@-example.com",
    "ada@example-.com",
    "ada@exam_ple.com",
    "ada@example.c/m",
    "ada@[192.0.2.1]",
    "ada@[IPv6:2001:db8::1]",
    '"ada"@example.com',
    '"ada lovelace"@example.com',
    "ada(comment)@example.com",
    "ada@example.com(comment)",
    "Ada <ada@example.com>",
    "<ada@example.com>",
    "mailto:ada@example.com",
    "ada,king@example.com",
    "ada;king@example.com",
    "ada:king@example.com",
    "ada\\king@example.com",
    "ada@example.com,king@example.com",
    "adá@example.com",
    "ada@exämple.com",
    "ada＠example.com",
    "名前@example.com",
    f"{LOCAL_64}a@example.com",
    f"ada@{LABEL_63}b.com",
    EMAIL_255,
]

#: Invalid for each integer, as written in JSON.
NOT_INTEGERS = ["36.0", "36.5", "3.6e1", "1e1", "1E1", "1e999", "-0.0", '"36"', '""', "true", "false", "[36]", "{}"]

VALID = {"name": "Ada Lovelace", "email": "ada@example.com"}


@pytest.mark.parametrize(("sent", "stored"), GOOD_NAMES)
def test_a_good_name_is_stored_without_surrounding_white_space(api, user, sent, stored):
    assert api.create(name=sent)["name"] == stored

    response = api.put(user["userId"], {"name": sent})
    assert response.status_code == 200, response.text
    assert response.json()["name"] == stored
    assert api.get(user["userId"]).json()["name"] == stored


@pytest.mark.parametrize(("name", "code"), BAD_NAMES)
def test_a_bad_name_is_rejected(api, user, name, code):
    assert_problem(api.post({**VALID, "name": name}), 400, ("name", code))
    assert_problem(api.put(user["userId"], {"name": name}), 400, ("name", code))


@pytest.mark.parametrize("email", GOOD_EMAILS)
def test_a_good_email_is_stored_unchanged(api, user, email):
    created = api.create(email=email)
    assert created["email"] == email
    api.delete(created["userId"])  # so that another user can take it

    response = api.put(user["userId"], {"email": email})
    assert response.status_code == 200, response.text
    assert response.json()["email"] == email


@pytest.mark.parametrize("email", BAD_EMAILS)
def test_a_bad_email_is_rejected(api, user, email):
    assert_problem(api.post({**VALID, "email": email}), 400, ("email", "invalid_format"))
    assert_problem(api.put(user["userId"], {"email": email}), 400, ("email", "invalid_format"))


@pytest.mark.parametrize("email", [None, 1, True, ["ada@example.com"], {}])
def test_an_email_that_is_not_a_string_is_rejected(api, user, email):
    assert_problem(api.post({**VALID, "email": email}), 400, ("email", "wrong_type"))
    assert_problem(api.put(user["userId"], {"email": email}), 400, ("email", "wrong_type"))


def good_integers(first, last):
    return sorted({first, first + 1, last - 1, last})


def bad_integers(first, last):
    """Returns integers beyond the bounds, as written in JSON; in 32 or 64 bits, some of them would wrap into the bounds."""
    numbers = [first - 1, last + 1, 2**32 + first, 2**64 + first, -(10**26), 10**400 - 1]
    texts = [str(number) for number in numbers if not first <= number <= last]
    return texts if first <= 0 <= last else ["-0", *texts]


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, bounds in INTEGERS.items() for value in good_integers(*bounds)]
)
def test_a_good_integer_is_stored(api, user, field, value):
    assert api.create(**{field: value})[field] == value

    response = api.put(user["userId"], {field: value})
    assert response.status_code == 200, response.text
    assert response.json()[field] == value


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        *((field, value, "out_of_range") for field, bounds in INTEGERS.items() for value in bad_integers(*bounds)),
        *((field, value, "wrong_type") for field in INTEGERS for value in NOT_INTEGERS),
    ],
    ids=lambda text: text[:30],
)
def test_a_bad_integer_is_rejected(api, user, field, value, code):
    post = as_json('{"name": "Ada", "email": "ada@example.com", "%s": %s}' % (field, value))
    assert_problem(api.post(**post), 400, (field, code))
    assert_problem(api.put(user["userId"], **as_json('{"%s": %s}' % (field, value))), 400, (field, code))


@pytest.mark.parametrize("field", OPTIONAL)
def test_null_for_an_optional_field_is_rejected_on_post(api, field):
    assert_problem(api.post({**VALID, field: None}), 400, (field, "wrong_type"))
