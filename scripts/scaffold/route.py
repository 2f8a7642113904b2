"""The endpoint to add: its name, its route, and what follows from them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scaffold.changes import Refused

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PARAMETER = "{userId}"


@dataclass(frozen=True)
class Endpoint:
    #: The logical id in the template: GetVersion.
    name: str
    method: str
    path: str

    @property
    def program(self) -> str:
        return program_of(self.name)

    @property
    def operation(self) -> str:
        return self.name[0].lower() + self.name[1:]

    @property
    def title(self) -> str:
        """The name as a sentence: Get version."""
        return self.program.replace("_", " ").capitalize()

    @property
    def has_user(self) -> bool:
        return PARAMETER in self.path

    @property
    def has_body(self) -> bool:
        return self.method in ("POST", "PUT", "PATCH")

    @property
    def changes_user(self) -> bool:
        return self.has_user and self.method != "GET"

    @property
    def capability(self) -> str:
        """The part of the store that the handler takes: Reader, as in UserReader and TableReader."""
        if self.method == "GET":
            return "Reader" if self.has_user else "Finder"
        return "Creator" if self.method == "POST" and not self.has_user else "Updater"

    @property
    def scope(self) -> str:
        return "read" if self.method == "GET" else "write"


def program_of(name: str) -> str:
    """Returns the name of the folder, the handler and the tests of a function: get_version for GetVersion."""
    return re.sub("(?<!^)(?=[A-Z])", "_", name).lower()


def checked(name: str, method: str, path: str, template: str) -> Endpoint:
    """Returns the endpoint; refuses a name or a route that is invalid or exists."""
    if not re.fullmatch("([A-Z][a-z0-9]*){2,}", name):
        raise Refused(f"the name {name} must be a verb and a noun in UpperCamelCase, such as GetVersion")
    if method not in METHODS:
        raise Refused(f"the method {method} must be one of {', '.join(METHODS)}")
    if not re.fullmatch(r"(/(?:[a-z0-9][a-z0-9-]*|\{userId\}))+", path) or path.count(PARAMETER) > 1:
        raise Refused(f"the path {path} must consist of segments in lower case, such as /version, and at most one {PARAMETER}")
    endpoint = Endpoint(name, method, path)
    functions = re.findall(r"^  (\w+):\n    <<: [&*]function", template, re.MULTILINE)
    if name in functions or re.search(rf"^  {name}:", template, re.MULTILINE):
        raise Refused(f"{name} already exists in template.yaml")
    for other_method, quoted in re.findall(r"Method: (\w+), Path: ('[^']*'|[^\s}]+)}", template):
        other = quoted.strip("'")
        if other == path and other_method == method:
            raise Refused(f"{method} {path} already exists in template.yaml")
        if other != path and same_requests(other, path):
            raise Refused(f"the path {path} also matches {other}: choose a path that cannot match the same requests")
    return endpoint


def same_requests(one: str, other: str) -> bool:
    """Returns whether a request can match both paths."""
    pairs = list(zip(one.split("/"), other.split("/"), strict=False))
    return one.count("/") == other.count("/") and all(a == b or PARAMETER in (a, b) for a, b in pairs)
