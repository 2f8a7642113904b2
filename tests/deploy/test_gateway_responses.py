"""The gateway's own error responses: they have the form of the functions' responses."""

import json
import re
from typing import Any

import pytest

from support.cloudformation import Stack, stack
from support.function import REPOSITORY
from support.users_api import TITLES

#: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
GATEWAY_STATUSES = {
    "ACCESS_DENIED": 403,
    "API_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_FAILURE": 500,
    "DEFAULT_4XX": 400,
    "DEFAULT_5XX": 502,
    "EXPIRED_TOKEN": 403,
    "INTEGRATION_FAILURE": 504,
    "INTEGRATION_TIMEOUT": 504,
    "INVALID_API_KEY": 403,
    "INVALID_SIGNATURE": 403,
    "MISSING_AUTHENTICATION_TOKEN": 403,
    "QUOTA_EXCEEDED": 429,
    "REQUEST_TOO_LARGE": 413,
    "RESOURCE_NOT_FOUND": 404,
    "THROTTLED": 429,
    "UNAUTHORIZED": 401,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "WAF_FILTERED": 403,
}
GATEWAY_TITLES = {
    **TITLES,
    401: "Unauthorized",
    403: "Forbidden",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}


def gateway_responses(of: Stack) -> dict[str, Any]:
    return of.properties("Api")["Body"]["x-amazon-apigateway-gateway-responses"]


def test_every_error_of_the_gateway_is_a_problem_with_its_status(default: Stack) -> None:
    responses = gateway_responses(default)

    assert {kind: int(response["statusCode"]) for kind, response in responses.items()} == GATEWAY_STATUSES
    for kind, status in GATEWAY_STATUSES.items():
        ((content_type, body),) = responses[kind]["responseTemplates"].items()
        assert content_type == "application/problem+json"
        assert json.loads(body) == {
            "type": "about:blank",
            "title": GATEWAY_TITLES[status],
            "status": status,
            "requestId": "$context.requestId",
        }


def standard_headers_of_the_functions() -> dict[str, str]:
    """Returns the headers with fixed values that the functions add to every response, according to their source."""
    source = (REPOSITORY / "common/core/http/standard_headers.cpp").read_text(encoding="utf-8")
    return dict(re.findall(r'headers\.set\("([\w-]+)",\s+"([^"]+)"\)', source))


@pytest.mark.parametrize("kind", GATEWAY_STATUSES)
def test_an_error_of_the_gateway_has_the_headers_of_every_response(kind: str) -> None:
    fixed = {name: f"'{value}'" for name, value in standard_headers_of_the_functions().items()}
    assert {"Cache-Control", "X-Content-Type-Options", "Access-Control-Expose-Headers", "Vary"} == set(fixed)
    challenge = {"WWW-Authenticate": "'Bearer'"} if kind == "UNAUTHORIZED" else {}

    def headers(origin: str) -> dict[str, str]:
        parameters = gateway_responses(stack(AllowedOrigin=origin))[kind]["responseParameters"]
        return {name.removeprefix("gatewayresponse.header."): value for name, value in parameters.items()}

    everywhere = {"X-Request-Id": "context.requestId", **challenge, **fixed}
    assert headers("https://app.example") == {**everywhere, "Access-Control-Allow-Origin": "'https://app.example'"}
    del everywhere["Vary"]
    assert headers("*") == {**everywhere, "Access-Control-Allow-Origin": "'*'"}
