"""The fields of a user according to openapi.yaml, for tests that apply to every field."""

from __future__ import annotations

from typing import Any

import yaml

from support.function import REPOSITORY

_COMPONENTS = yaml.safe_load((REPOSITORY / "openapi.yaml").read_text(encoding="utf-8"))["components"]
_USER, _CREATION = (_COMPONENTS["schemas"][name] for name in ("User", "UserCreation"))
_EXAMPLE = _COMPONENTS["examples"]["User"]["value"]


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns the schema, or the one that it refers to."""
    return _COMPONENTS["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


#: The members that each user has, and those that a user may have.
REQUIRED_MEMBERS = set(_USER["required"])
MEMBERS = set(_USER["properties"])
assert set(_EXAMPLE) == MEMBERS, "openapi.yaml: the example User needs a value for each member of the schema User"

#: The fields that a client sets.
FIELDS = tuple(_CREATION["properties"])
#: The optional fields, with the values of the example.
OPTIONAL: dict[str, Any] = {name: _EXAMPLE[name] for name in FIELDS if name not in _CREATION["required"]}
#: The integers among the fields, with their bounds.
INTEGERS: dict[str, tuple[int, int]] = {
    name: (schema["minimum"], schema["maximum"])
    for name, schema in ((name, _resolved(property)) for name, property in _CREATION["properties"].items())
    if schema["type"] == "integer"
}


def attribute(value: str | int | bool) -> dict[str, Any]:
    """Returns a value of a field as an attribute of the item."""
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"S": value} if isinstance(value, str) else {"N": str(value)}
