"""Events of API Gateway: the recorded events of tests/events, and REST events for any request."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).resolve().parents[1] / "events"


def recorded(name: str) -> dict[str, Any]:
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


def rest_event(
    method: str, path: str, *, body: Any = None, headers: dict[str, str] | None = None, query: dict[str, str] | None = None
) -> dict[str, Any]:
    """Returns the event that a REST API sends for this request. Leaves the path as it is; sends a non-string body as JSON."""
    user_id = path.removeprefix("/users").removeprefix("/")
    resource = "/users/{userId}" if user_id else "/users"
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
        "pathParameters": {"userId": user_id} if user_id else None,
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
