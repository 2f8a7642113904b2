"""The attributes that the functions derive from a name and an address, to find users and to claim addresses.

common/users/email_address.cpp and common/users/name_order.cpp do the same; tests/integration compares the two.
"""

from __future__ import annotations

import unicodedata

#: The blocks with accented letters: Latin-1 Supplement, Latin Extended-A and -B; Latin Extended Additional.
LATIN = (range(0xC0, 0x250), range(0x1E00, 0x1F00))
#: Letters with a stroke, which Unicode does not decompose.
STROKES = dict(zip("ØøĐđĦħıŁłŦŧ", "ooddhhilltt"))
COMBINING_MARKS = range(0x300, 0x370)
SEPARATOR = "\x1f"


def derived(user_id: str, name: str, email: str) -> dict[str, str]:
    folded = folded_name(name)
    return {
        "foldedEmail": folded_email(email),
        "nameInitial": folded[0],
        "nameKey": f"{folded}{SEPARATOR}{user_id}",
    }


def email_claim(email: str) -> str:
    return f"email#{folded_email(email)}"


def folded_email(email: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in email)


def folded_name(name: str) -> str:
    folded = ""
    after_letter = False
    for c in name:
        if letter := _letter_of(c):
            folded += letter
            after_letter = True
        elif not (after_letter and ord(c) in COMBINING_MARKS):
            folded += c
            after_letter = False
    return folded


def _letter_of(c: str) -> str:
    """Returns the letter, from a to z, without case and accents; "" for any other character."""
    if c.isascii():
        return c.lower() if c.isalpha() else ""
    if c in STROKES:
        return STROKES[c]
    if not any(ord(c) in block for block in LATIN):
        return ""
    base, *marks = unicodedata.normalize("NFD", c)
    return base.lower() if marks and base.isascii() and base.isalpha() else ""
