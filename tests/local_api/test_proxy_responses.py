"""How the gateway converts a proxy response into an HTTP response: the rules of a REST API's proxy integration."""

from __future__ import annotations

import base64
import json

import pytest

from local_api.harness import LocalApi, template

#: A function that returns the body of the request as its proxy response.
MIRROR = """
import base64
while True:
    request_id, event, _ = next_invocation()
    body = event["body"]
    respond(request_id, base64.b64decode(body) if event["isBase64Encoded"] else body)
"""


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    api = LocalApi(tmp_path_factory.mktemp("mirror"), template(), {"echo": MIRROR})
    yield api
    assert api.stop() == 0


def http_response(api, proxy_response, headers=()):
    """Returns the HTTP response that the client gets when the function returns this proxy response."""
    body = proxy_response if isinstance(proxy_response, bytes) else json.dumps(proxy_response).encode()
    return api.request("POST", "/echo", body, headers)


def test_status_headers_and_body_reach_the_client(mirror):
    response = http_response(
        mirror,
        {
            "statusCode": 201,
            "headers": {"ETag": '"1"', "Content-Type": "application/json"},
            "body": '{"name":"José 名前"}',
            "isBase64Encoded": False,
        },
    )

    assert response.status == 201
    assert response.headers["etag"] == '"1"'
    assert response.headers["content-type"] == "application/json"
    assert response.json == {"name": "José 名前"}


def test_header_names_keep_their_case(mirror):
    response = http_response(mirror, {"statusCode": 200, "headers": {"X-Request-Id": "1", "x-lower": "2"}})

    assert {("X-Request-Id", "1"), ("x-lower", "2")} <= set(response.fields)


def test_multi_value_headers_are_sent_one_by_one(mirror):
    response = http_response(mirror, {"statusCode": 200, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}})

    assert [value for name, value in response.fields if name == "Set-Cookie"] == ["a=1", "b=2"]


def test_headers_of_both_kinds_are_merged(mirror):
    response = http_response(
        mirror, {"statusCode": 200, "headers": {"X-A": "1", "X-B": "2"}, "multiValueHeaders": {"X-A": ["1", "3"]}}
    )

    assert [value for name, value in response.fields if name == "X-A"] == ["1", "3"]
    assert response.headers["x-b"] == "2"


def test_numbers_and_booleans_are_valid_header_values(mirror):
    response = http_response(mirror, {"statusCode": 200, "headers": {"Retry-After": 1, "X-Truth": True}})

    assert (response.headers["retry-after"], response.headers["x-truth"]) == ("1", "true")


def test_a_base64_body_is_decoded(mirror):
    content = bytes(range(256))
    response = http_response(
        mirror, {"statusCode": 200, "body": base64.b64encode(content).decode(), "isBase64Encoded": True}
    )

    assert response.body == content


def test_a_body_without_a_type_is_sent_as_json(mirror):
    response = http_response(mirror, {"statusCode": 200, "body": "{}"})

    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize("proxy_response", [{"statusCode": 200}, {"statusCode": 200, "body": None, "headers": None}])
def test_a_response_without_a_body_has_no_type(mirror, proxy_response):
    response = http_response(mirror, proxy_response)

    assert response.status == 200
    assert response.body == b""
    assert "content-type" not in response.headers
    assert response.headers["content-length"] == "0"


@pytest.mark.parametrize("status", [204, 304])
def test_a_204_or_304_has_neither_body_nor_length(mirror, status):
    response = http_response(mirror, {"statusCode": status, "headers": {"ETag": '"1"'}, "body": "never seen"})

    assert response.status == status
    assert response.headers["etag"] == '"1"'
    assert "content-length" not in response.headers
    assert response.body == b""


@pytest.mark.parametrize("name", ["Content-Length", "Connection", "Transfer-Encoding", "WWW-Authenticate", "date"])
def test_headers_that_belong_to_the_gateway_are_renamed(mirror, name):
    response = http_response(mirror, {"statusCode": 200, "headers": {name: "7"}, "body": "{}"})

    assert (f"x-amzn-Remapped-{name}", "7") in response.fields
    assert (name, "7") not in response.fields
    assert response.body == b"{}"


def test_responses_are_neither_compressed_nor_partial_even_when_the_client_requests_it(mirror):
    content = json.dumps(["text"] * 500)
    response = http_response(
        mirror,
        {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": content},
        [("Accept-Encoding", "gzip, br"), ("Range", "bytes=0-9")],
    )

    assert response.status == 200
    assert "content-encoding" not in response.headers
    assert response.body == content.encode()


@pytest.mark.parametrize("status", [200, 418, 429, 499, 599])
def test_errors_of_the_function_are_unchanged(mirror, status):
    response = http_response(mirror, {"statusCode": status, "headers": {"X-Own": "1"}, "body": "mine"})

    assert response.status == status
    assert response.headers["x-own"] == "1"
    assert response.body == b"mine"


def test_errors_without_body_and_headers_are_unchanged(mirror):
    response = http_response(mirror, {"statusCode": 404})

    assert (response.status, response.body) == (404, b"")


MALFORMED = {
    "not JSON": b"oops",
    "not UTF-8": b'{"statusCode": 200, "body": "\xff"}',
    "not an object": [],
    "no status": {"body": "x"},
    "a string as status": {"statusCode": "200"},
    "a fraction as status": b'{"statusCode": 200.0}',
    "null as status": {"statusCode": None},
    "a status out of range": {"statusCode": 99},
    "a status too large": {"statusCode": 600},
    "an unknown member": {"statusCode": 200, "cookies": []},
    "a misspelt member": {"statusCode": 200, "Body": ""},
    "an object as body": {"statusCode": 200, "body": {}},
    "a number as body": {"statusCode": 200, "body": 1},
    "headers that are not an object": {"statusCode": 200, "headers": []},
    "an object as header": {"statusCode": 200, "headers": {"X-A": {}}},
    "null as header": {"statusCode": 200, "headers": {"X-A": None}},
    "a line break in a header": {"statusCode": 200, "headers": {"X-A": "a\r\nX-Injected: 1"}},
    "a line break in a name": {"statusCode": 200, "headers": {"X-A\r\nX-Injected": "1"}},
    "a zero byte in a header": {"statusCode": 200, "headers": {"X-A": "a\x00"}},
    "a header without a name": {"statusCode": 200, "headers": {"": "1"}},
    "multi-value headers that are not an object": {"statusCode": 200, "multiValueHeaders": "x"},
    "a multi-value header that is not an array": {"statusCode": 200, "multiValueHeaders": {"X-A": "1"}},
    "an object in a multi-value header": {"statusCode": 200, "multiValueHeaders": {"X-A": [{}]}},
    "isBase64Encoded that is not a boolean": {"statusCode": 200, "isBase64Encoded": "true"},
    "invalid base64": {"statusCode": 200, "body": "?", "isBase64Encoded": True},
}


@pytest.mark.parametrize("proxy_response", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_proxy_response_is_a_502_of_the_gateway(mirror, proxy_response):
    before = len(mirror.errors())

    response = http_response(mirror, proxy_response)

    assert response.status == 502
    assert response.json["title"] == "Bad Gateway"
    assert "x-injected" not in response.headers
    [error] = mirror.errors()[before:]
    assert error["message"].startswith("malformed response from Echo: ")
    assert error["apiRequestId"] == response.headers["x-request-id"]


def test_a_malformed_proxy_response_does_not_end_the_environment(mirror):
    http_response(mirror, {"statusCode": 200})
    before = mirror.environments()

    assert http_response(mirror, b"oops").status == 502
    assert http_response(mirror, {"statusCode": 200}).status == 200
    assert mirror.environments() == before
