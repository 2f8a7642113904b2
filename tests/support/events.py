"""Events of API Gateway: the recorded events of tests/events, and REST events for any request."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from support.endpoints import Endpoint, route_of

RECORDED = Path(__file__).resolve().parents[1] / "events"


def recorded(name: str) -> dict[str, Any]:
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


def escaped(text: str, *positions: int) -> str:
    """Returns the text with the characters at these positions percent-encoded, even if they need not be."""
    characters = list(text)
    for position in positions:
        characters[position] = f"%{ord(text[position]):02x}"
    return "".join(characters)


def event_of(endpoint: Endpoint) -> dict[str, Any]:
    """Returns a valid request for the endpoint: the recorded one, if there is one."""
    name = f"rest_{endpoint.program}"
    if (RECORDED / f"{name}.json").exists():
        return recorded(name)
    path = endpoint.path_with("5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f")
    return rest_event(endpoint.method, path, headers={"Accept": "application/json"}, body=endpoint.body)


def rest_event(
    method: str, path: str, *, body: Any = None, headers: dict[str, str] | None = None, query: dict[str, str] | None = None
) -> dict[str, Any]:
    """Returns the event that a REST API sends for this request. Leaves the path as it is; sends a non-string body as JSON."""
    resource = route_of(path) or "/users/{userId}"
    before, _, after = resource.partition("{userId}")
    if body is not None:
        headers = {"Content-Type": "application/json", **(headers or {})}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": headers and {name: [value] for name, value in headers.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": query and {name: [value] for name, value in query.items()},
        "pathParameters": {"userId": path[len(before) : len(path) - len(after)]} if "{userId}" in resource else None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": method,
            "path": f"/prod{path}",
            "stage": "prod",
            "protocol": "HTTP/1.1",
            "requestId": str(uuid.uuid4()),
            "identity": {"sourceIp": "198.51.100.7", "userAgent": "tests"},
            "apiId": "k1y2z3abcd",
        },
        "body": body if body is None or isinstance(body, str) else json.dumps(body, ensure_ascii=False),
        "isBase64Encoded": False,
    }
