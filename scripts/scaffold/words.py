"""Replaces the words for this resource with those for another."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass

SINGULAR, PLURAL = "user", "users"

#: The terms of HTTP, AWS and the system that contain the word for this resource but do not mean it.
OTHERS = re.compile(
    r"""user[-_ ]?agent | userinfo | user_?arn | :user/ | user[-_ ]?pools? | userguide | usercontent | qemu-user | useradd
    | Sandbox::User | --user[ ]CLIENT | --user-data-dir | --map-root-user | remoteUser | PIP_USER | USER[ ]1000 | user\.(?:name|email)=
    | 'user[ ]= | "user":[ ]null | in[ ]user[ ]code | User:[ ]\{request""",
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(
    f"(?P<other>(?i:{OTHERS.pattern}))|(?:{SINGULAR}|{SINGULAR.capitalize()})s?|{SINGULAR.upper()}S?", re.VERBOSE
)
#: An article before the word: "a user", "a_user", and across lines of a comment.
_ARTICLE = re.compile(r"(?:(?<![A-Za-z])([aA])|(?<![A-Z])(A))((?:[ _]|\n[ \t]*(?:///?|[#*])?[ \t]*)?[`\"]?)$")
_TOKEN = re.compile(rb"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{20,}(?![A-Za-z0-9_-])")


@dataclass(frozen=True)
class Words:
    """The words for a resource, in lower case."""

    singular: str
    plural: str

    def rename(self, text: str) -> str:
        """Returns the text with the words for this resource replaced."""
        parts: list[str] = []
        end = 0
        for match in _WORD.finditer(text):
            before = text[end : match.start()]
            parts.append(before if match["other"] else self._with_article(before, match[0]))
            parts.append(match[0] if match["other"] else self._word(match[0]))
            end = match.end()
        return "".join([*parts, text[end:]])

    def rename_bytes(self, content: bytes) -> bytes:
        """Does the same with the content of a file; also adapts the page tokens and the Content-Length headers in it."""
        content = _TOKEN.sub(lambda token: self._token(token[0]), content)
        content = _with_lengths(content, self._encoded)
        return self._encoded(content)

    def _encoded(self, content: bytes) -> bytes:
        return self.rename(content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def _word(self, word: str) -> str:
        new = self.plural if word.lower() == PLURAL else self.singular
        if word.isupper():
            return new.upper()
        return new.capitalize() if word[0].isupper() else new

    def _with_article(self, before: str, word: str) -> str:
        """Returns the text before the word, with the article that the new word needs."""
        article = _ARTICLE.search(before)
        if not article or not re.match(r"[aeio]|u(?!ni|s[aeiou]|ti)|hour|heir|honest", self._word(word).lower()):
            return before
        if article[3] == "" and not word[0].isupper():  # "a" is the end of another word
            return before
        letter = article[1] or article[2]
        return f"{before[: article.start()]}{letter}n{article[3]}"

    def _token(self, token: bytes) -> bytes:
        """Returns the page token for the same position in the listing of the other resource."""
        try:
            sealed = base64.urlsafe_b64decode(token + b"=" * (-len(token) % 4))
        except ValueError:
            return token
        old, new = f"1{PLURAL}:".encode(), f"1{self.plural}:".encode()
        content, checksum = sealed[:-4], sealed[-4:]
        if not content.startswith(old) or zlib.crc32(content).to_bytes(4, "big") != checksum:
            return token
        content = new + content[len(old) :]
        return base64.urlsafe_b64encode(content + zlib.crc32(content).to_bytes(4, "big")).rstrip(b"=")


def _with_lengths(content: bytes, rename) -> bytes:
    """Changes each Content-Length by as many bytes as its body will change."""

    def changed(match: re.Match[bytes]) -> bytes:
        body = match["body"][: int(match["length"])]
        difference = len(rename(body)) - len(body)
        return match[0].replace(match["length"], str(int(match["length"]) + difference).encode(), 1)

    head = rb"(?i:Content-Length: )(?P<length>\d+)(?P<rest>\r?\n(?:[^\r\n]+\r?\n)*[ \t]*\r?\n[ \t]*)(?=(?P<body>[^\r\n]+))"
    return re.sub(head, changed, content)
