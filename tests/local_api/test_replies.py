"""What the client gets of a function's reply: the rules of a REST API's proxy integration."""

from __future__ import annotations

import base64
import json

import pytest

from local_api.harness import LocalApi, template

#: Replies with what the request's body holds.
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


def answer(api, reply, headers=()):
    """What the client gets when the function gives this reply."""
    return api.request("POST", "/echo", reply if isinstance(reply, bytes) else json.dumps(reply).encode(), headers)


def test_status_headers_and_body_reach_the_client(mirror):
    reply = answer(
        mirror,
        {
            "statusCode": 201,
            "headers": {"ETag": '"1"', "Content-Type": "application/json"},
            "body": '{"name":"José 名前"}',
            "isBase64Encoded": False,
        },
    )

    assert reply.status == 201
    assert reply.headers["etag"] == '"1"'
    assert reply.headers["content-type"] == "application/json"
    assert reply.json == {"name": "José 名前"}


def test_header_names_keep_their_case(mirror):
    reply = answer(mirror, {"statusCode": 200, "headers": {"X-Request-Id": "1", "x-lower": "2"}})

    assert {("X-Request-Id", "1"), ("x-lower", "2")} <= set(reply.fields)


def test_multi_value_headers_are_sent_one_by_one(mirror):
    reply = answer(mirror, {"statusCode": 200, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}})

    assert [value for name, value in reply.fields if name == "Set-Cookie"] == ["a=1", "b=2"]


def test_headers_of_both_kinds_are_put_together(mirror):
    reply = answer(
        mirror, {"statusCode": 200, "headers": {"X-A": "1", "X-B": "2"}, "multiValueHeaders": {"X-A": ["1", "3"]}}
    )

    assert [value for name, value in reply.fields if name == "X-A"] == ["1", "3"]
    assert reply.headers["x-b"] == "2"


def test_numbers_and_booleans_are_header_values(mirror):
    reply = answer(mirror, {"statusCode": 200, "headers": {"Retry-After": 1, "X-Truth": True}})

    assert (reply.headers["retry-after"], reply.headers["x-truth"]) == ("1", "true")


def test_a_base64_body_is_decoded(mirror):
    content = bytes(range(256))
    reply = answer(
        mirror, {"statusCode": 200, "body": base64.b64encode(content).decode(), "isBase64Encoded": True}
    )

    assert reply.body == content


def test_a_body_without_a_type_is_taken_for_json(mirror):
    assert answer(mirror, {"statusCode": 200, "body": "{}"}).headers["content-type"] == "application/json"


@pytest.mark.parametrize("reply", [{"statusCode": 200}, {"statusCode": 200, "body": None, "headers": None}])
def test_a_reply_without_a_body_has_no_type(mirror, reply):
    answered = answer(mirror, reply)

    assert answered.status == 200
    assert answered.body == b""
    assert "content-type" not in answered.headers
    assert answered.headers["content-length"] == "0"


@pytest.mark.parametrize("status", [204, 304])
def test_some_statuses_have_neither_body_nor_length(mirror, status):
    reply = answer(mirror, {"statusCode": status, "headers": {"ETag": '"1"'}, "body": "never seen"})

    assert reply.status == status
    assert reply.headers["etag"] == '"1"'
    assert "content-length" not in reply.headers
    assert reply.body == b""


@pytest.mark.parametrize("name", ["Content-Length", "Connection", "Transfer-Encoding", "WWW-Authenticate", "date"])
def test_headers_that_are_the_gateways_are_renamed(mirror, name):
    reply = answer(mirror, {"statusCode": 200, "headers": {name: "7"}, "body": "{}"})

    assert (f"x-amzn-Remapped-{name}", "7") in reply.fields
    assert (name, "7") not in reply.fields
    assert reply.body == b"{}"


def test_replies_are_not_packed_or_cut_even_where_the_client_would_like_that(mirror):
    content = json.dumps(["text"] * 500)
    reply = answer(
        mirror,
        {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": content},
        [("Accept-Encoding", "gzip, br"), ("Range", "bytes=0-9")],
    )

    assert reply.status == 200
    assert "content-encoding" not in reply.headers
    assert reply.body == content.encode()


@pytest.mark.parametrize("status", [200, 418, 429, 499, 599])
def test_the_functions_own_errors_are_passed_on_untouched(mirror, status):
    reply = answer(mirror, {"statusCode": status, "headers": {"X-Own": "1"}, "body": "mine"})

    assert reply.status == status
    assert reply.headers["x-own"] == "1"
    assert reply.body == b"mine"


def test_errors_without_body_and_headers_are_passed_on_too(mirror):
    reply = answer(mirror, {"statusCode": 404})

    assert (reply.status, reply.body) == (404, b"")


MALFORMED = {
    "not JSON": b"oops",
    "not UTF-8": b'{"statusCode": 200, "body": "\xff"}',
    "not an object": [],
    "no status": {"body": "x"},
    "a text as status": {"statusCode": "200"},
    "a fraction as status": b'{"statusCode": 200.0}',
    "null as status": {"statusCode": None},
    "a status out of range": {"statusCode": 99},
    "a status too large": {"statusCode": 600},
    "an unknown member": {"statusCode": 200, "cookies": []},
    "a misspelt member": {"statusCode": 200, "Body": ""},
    "an object as body": {"statusCode": 200, "body": {}},
    "a number as body": {"statusCode": 200, "body": 1},
    "headers that are no object": {"statusCode": 200, "headers": []},
    "an object as header": {"statusCode": 200, "headers": {"X-A": {}}},
    "null as header": {"statusCode": 200, "headers": {"X-A": None}},
    "a line break in a header": {"statusCode": 200, "headers": {"X-A": "a\r\nX-Injected: 1"}},
    "a line break in a name": {"statusCode": 200, "headers": {"X-A\r\nX-Injected": "1"}},
    "a zero byte in a header": {"statusCode": 200, "headers": {"X-A": "a\x00"}},
    "a header without a name": {"statusCode": 200, "headers": {"": "1"}},
    "multi-value headers that are no object": {"statusCode": 200, "multiValueHeaders": "x"},
    "a multi-value header that is no array": {"statusCode": 200, "multiValueHeaders": {"X-A": "1"}},
    "an object in a multi-value header": {"statusCode": 200, "multiValueHeaders": {"X-A": [{}]}},
    "isBase64Encoded that is no boolean": {"statusCode": 200, "isBase64Encoded": "true"},
    "base64 that is none": {"statusCode": 200, "body": "?", "isBase64Encoded": True},
}


@pytest.mark.parametrize("reply", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_reply_is_the_gateways_502(mirror, reply):
    before = len(mirror.errors())

    answered = answer(mirror, reply)

    assert answered.status == 502
    assert answered.json["title"] == "Bad Gateway"
    assert "x-injected" not in answered.headers
    [error] = mirror.errors()[before:]
    assert error["message"].startswith("malformed reply of Echo: ")
    assert error["apiRequestId"] == answered.headers["x-request-id"]


def test_a_malformed_reply_costs_no_environment(mirror):
    answer(mirror, {"statusCode": 200})
    before = mirror.environments()

    assert answer(mirror, b"oops").status == 502
    assert answer(mirror, {"statusCode": 200}).status == 200
    assert mirror.environments() == before
