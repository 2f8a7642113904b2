"""The events that functions receive: those of a REST API, payload version 1.0."""

from __future__ import annotations

import base64
import re
import time

import pytest

UUID_V4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def event_of(api, method, target, body=None, headers=()):
    response = api.request(method, target, body, headers)
    assert response.status == 200, response
    return response.json


def test_the_event_has_exactly_the_members_of_a_rest_event(echo):
    event = event_of(echo, "GET", "/echo")

    assert set(event) == {
        "resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters",
        "multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext", "body",
        "isBase64Encoded",
    }  # fmt: skip


def test_members_without_a_value_are_null(echo):
    event = event_of(echo, "GET", "/echo")

    for name in (
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "body",
    ):
        assert event[name] is None, name
    assert event["isBase64Encoded"] is False


def test_route_and_context_describe_the_request(echo):
    before = time.time_ns() // 1_000_000
    event = event_of(echo, "PATCH", "/echo/a%20b?x=1", b"", [("User-Agent", "tests")])
    context = event["requestContext"]

    assert event["httpMethod"] == context["httpMethod"] == "PATCH"
    assert event["resource"] == context["resourcePath"] == "/echo/{name}"
    assert event["path"] == context["path"] == "/echo/a%20b"
    assert context["stage"] == "Prod"
    assert context["protocol"] == "HTTP/1.1"
    assert context["domainName"] == f"127.0.0.1:{echo.port}"
    assert context["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "tests"}
    assert before <= context["requestTimeEpoch"] <= time.time_ns() // 1_000_000
    seconds = time.strptime(context["requestTime"], "%d/%b/%Y:%H:%M:%S +0000")
    assert time.strftime("%s", time.gmtime(context["requestTimeEpoch"] // 1000)) == time.strftime("%s", seconds)


def test_every_request_has_a_unique_id(echo):
    ids = {event_of(echo, "GET", "/echo")["requestContext"]["requestId"] for _ in range(5)}

    assert len(ids) == 5
    assert all(UUID_V4.fullmatch(one) for one in ids)


def test_headers_keep_their_case(echo):
    event = event_of(echo, "GET", "/echo", headers=[("x-lower", "1"), ("X-UPPER", "2"), ("If-None-Match", '"3"')])

    assert event["headers"] == {
        "Host": f"127.0.0.1:{echo.port}",
        "x-lower": "1",
        "X-UPPER": "2",
        "If-None-Match": '"3"',
    }


@pytest.mark.parametrize("value", ["", "%41", "a  b", "a\tb", "x" * 9000])
def test_the_value_of_a_header_is_passed_unchanged(echo, value):
    event = event_of(echo, "GET", "/echo", headers=[("If-Match", value)])

    assert event["headers"]["If-Match"] == value
    assert event["multiValueHeaders"]["If-Match"] == [value]


def test_a_repeated_header_appears_with_its_last_value_and_with_all_values(echo):
    event = event_of(echo, "GET", "/echo", headers=[("X-Two", "a"), ("x-two", "b")])

    assert event["headers"]["X-Two"] == "b"
    assert event["multiValueHeaders"]["X-Two"] == ["a", "b"]
    assert event["multiValueHeaders"]["Host"] == [f"127.0.0.1:{echo.port}"]


def test_headers_that_the_server_itself_interprets_reach_the_function(echo):
    sent = [
        ("Accept-Encoding", "gzip"),
        ("Range", "bytes=0-1"),
        ("Content-Encoding", "gzip"),
        ("Content-Type", "multipart/form-data; boundary=b"),
    ]
    event = event_of(echo, "POST", "/echo", b"body", sent)

    for name, value in sent:
        assert event["headers"][name] == value


def test_the_query_is_decoded(echo):
    event = event_of(echo, "GET", "/echo?a=1%202&b=x+y&%C3%A9=%E5%90%8D&empty=&bare&&c=1=2")

    assert event["queryStringParameters"] == {"a": "1 2", "b": "x y", "é": "名", "empty": "", "bare": "", "c": "1=2"}


def test_a_repeated_parameter_appears_with_its_last_value_and_with_all_values(echo):
    event = event_of(echo, "GET", "/echo?a=1&b=2&a=3")

    assert event["queryStringParameters"] == {"a": "3", "b": "2"}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "3"], "b": ["2"]}


@pytest.mark.parametrize(
    ("segment", "value"),
    [("ada", "ada"), ("a%20b", "a b"), ("a+b", "a+b"), ("%2Fslash", "/slash"), ("Jos%C3%A9", "José"), ("%", "%")],
)
def test_path_parameters_are_decoded(echo, segment, value):
    event = event_of(echo, "GET", f"/echo/{segment}")

    assert event["pathParameters"] == {"name": value}
    assert event["path"] == f"/echo/{segment}"


@pytest.mark.parametrize("text", ["{}", "José 名前 😀", "\u0000 \u001f \" \\ \u2028", "\ufeff"])
def test_a_text_body_is_passed_as_text(echo, text):
    event = event_of(echo, "POST", "/echo", text.encode())

    assert event["body"] == text
    assert event["isBase64Encoded"] is False


@pytest.mark.parametrize(
    "content", [b"\xff", b'{"name": "\xe9"}', b"\xed\xa0\x80", bytes(range(256)), b"\x80\x81", b"\xff\xfe\xfd\xfc"]
)
def test_a_binary_body_is_passed_in_base64(echo, content):
    event = event_of(echo, "POST", "/echo", content)

    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"], validate=True) == content


def test_bytes_outside_utf_8_are_replaced_in_paths_queries_and_headers(echo):
    event = event_of(echo, "GET", "/echo/%FF?%FE=%FD", headers=[("X-Latin", b"Jos\xe9")])

    assert event["pathParameters"] == {"name": "\ufffd"}
    assert event["queryStringParameters"] == {"\ufffd": "\ufffd"}
    assert event["headers"]["X-Latin"] == "Jos\ufffd"


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=b", "application/x-www-form-urlencoded"])
def test_forms_are_passed_unchanged(echo, content_type):
    content = b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--" + b"x" * 20_000
    event = event_of(echo, "POST", "/echo", content, [("Content-Type", content_type)])

    assert event["body"] == content.decode()


def test_a_compressed_body_is_passed_unchanged(echo):
    compressed = b"\x1f\x8b\x08\x00 not even gzip"
    event = event_of(echo, "POST", "/echo", compressed, [("Content-Encoding", "gzip")])

    assert base64.b64decode(event["body"]) == compressed


def test_a_chunked_body_is_assembled(echo):
    wire = b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"

    assert echo.send_raw(wire).json["body"] == "abcde"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "GET"])
def test_a_request_without_a_length_has_no_body(echo, method):
    wire = f"{method} /echo HTTP/1.1\r\nHost: x\r\n\r\n".encode()

    assert echo.send_raw(wire).json["body"] is None


def test_the_body_of_a_get_is_ignored(echo):
    for _ in range(3):
        assert event_of(echo, "GET", "/echo", b'{"a": 1}')["body"] is None
