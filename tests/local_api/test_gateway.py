"""The responses of the gateway itself: routes, preflight, limits, and errors in the form of the contract."""

from __future__ import annotations

import signal
import socket
import threading

import pytest

from local_api.harness import ECHO, template

ROUTES = """\
Globals:
  Api:
    Cors:
      AllowOrigin: "'https://app.example'"
      AllowHeaders: "'Content-Type,If-Match'"
Resources:
  Things:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        List: {Type: Api, Properties: {Path: /things, Method: get}}
        Add: {Type: Api, Properties: {Path: /things, Method: post}}
        Get: {Type: Api, Properties: {Path: '/things/{id}', Method: get}}
        Special: {Type: Api, Properties: {Path: /things/special, Method: get}}
        Parts: {Type: Api, Properties: {Path: '/things/{id}/parts/{part}', Method: get}}
        Files: {Type: Api, Properties: {Path: '/files/{path+}', Method: any}}
        Nightly: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
"""


@pytest.fixture
def things(start):
    return start(template_text=ROUTES, functions={"things": ECHO})


@pytest.mark.parametrize(
    ("target", "resource", "parameters"),
    [
        ("/things", "/things", None),
        ("/things/", "/things", None),
        ("/things?x=/things/1", "/things", None),
        ("/%74hings", "/things", None),
        ("/things/1", "/things/{id}", {"id": "1"}),
        ("/things/1/", "/things/{id}", {"id": "1"}),
        ("/things/special", "/things/special", None),
        ("/things/specials", "/things/{id}", {"id": "specials"}),
        ("/things/a%2Fb/parts/2", "/things/{id}/parts/{part}", {"id": "a/b", "part": "2"}),
        ("/files/a/b%20c/d", "/files/{path+}", {"path": "a/b c/d"}),
    ],
)
def test_a_request_goes_to_the_resource_that_matches_its_path(things, target, resource, parameters):
    event = things.get(target).json

    assert event["resource"] == resource
    assert event["pathParameters"] == parameters
    assert event["path"] == target.partition("?")[0]


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/"),
        ("GET", "/Things"),
        ("GET", "/thing"),
        ("GET", "/things//"),
        ("GET", "//things"),
        ("GET", "/things/1/parts"),
        ("GET", "/things/1/parts/2/3"),
        ("GET", "/files"),
        ("HEAD", "/things"),
        ("DELETE", "/things"),
        ("POST", "/things/1"),
        ("PATCH", "/things"),
        ("TRACE", "/things"),
        ("BREW", "/things"),
        ("BREW", "/files/a"),
        ("TRACE", "/files/a"),
        ("OPTIONS", "/nothing"),
    ],
)
def test_an_unknown_route_is_rejected(things, method, target):
    response = things.request(method, target)

    assert response.status == 403
    assert response.headers["content-type"] == "application/problem+json"
    if method != "HEAD":
        assert response.json == {
            "type": "about:blank",
            "title": "Forbidden",
            "status": 403,
            "requestId": response.headers["x-request-id"],
        }


def test_the_errors_of_the_gateway_have_the_standard_headers(things):
    headers = things.get("/nothing").headers

    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["access-control-allow-origin"] == "https://app.example"
    assert headers["vary"] == "Origin"
    assert headers["access-control-expose-headers"] == "ETag, Location, X-Request-Id, Idempotency-Replayed, Retry-After"


def test_an_override_of_the_allowed_origin_applies_to_the_gateway(start):
    text = ROUTES.replace("\"'https://app.example'\"", "!Sub \"'${Origin}'\"").replace(
        "    Properties:\n", "    Properties:\n      Environment: {Variables: {ALLOWED_ORIGIN: !Ref Origin}}\n"
    )
    text = f"Parameters: {{Origin: {{Type: String, Default: '*'}}}}\n{text}"
    api = start(
        template_text=text, functions={"things": ECHO}, options=("--env", "ALLOWED_ORIGIN=https://other.example")
    )

    for response in (api.request("OPTIONS", "/things"), api.get("/nothing"), api.send_raw(b"nonsense\r\n\r\n")):
        assert response.headers["access-control-allow-origin"] == "https://other.example"
        assert response.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    ("target", "methods"),
    [
        ("/things", {"GET", "POST", "OPTIONS"}),
        ("/things/1", {"GET", "OPTIONS"}),
        ("/files/a", {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}),
    ],
)
def test_preflight_allows_the_methods_of_the_path_and_the_headers_of_the_template(things, target, methods):
    response = things.request("OPTIONS", target, headers=[("Origin", "https://app.example")])

    assert response.status == 200
    assert response.headers["access-control-allow-origin"] == "https://app.example"
    assert set(response.headers["access-control-allow-methods"].split(",")) == methods
    assert response.headers["access-control-allow-headers"] == "Content-Type,If-Match"
    assert response.body == b""


def test_preflight_allows_the_methods_that_the_template_names(start):
    api = start(template_text=ROUTES.replace("      AllowHeaders", "      AllowMethods: \"'GET'\"\n      AllowHeaders"),
                functions={"things": ECHO})  # fmt: skip

    assert api.request("OPTIONS", "/things").headers["access-control-allow-methods"] == "GET"


def test_preflight_invokes_no_function(things):
    things.request("OPTIONS", "/things")

    assert things.environments() == []


def test_without_cors_in_the_template_preflight_is_rejected(start):
    api = start(template_text=template(method="get"))

    assert api.request("OPTIONS", "/echo").status == 403


def test_a_body_of_ten_mebibytes_reaches_the_function(start):
    api = start("serve(lambda event: proxy_response(len(event['body'])))")

    assert api.request("POST", "/echo", b"x" * 10 * 1024 * 1024).json == 10 * 1024 * 1024


def test_a_body_larger_than_ten_mebibytes_is_rejected(echo):
    response = echo.request("POST", "/echo", b"x" * (10 * 1024 * 1024 + 1))

    assert response.status == 413
    assert response.json == {
        "type": "about:blank",
        "title": "Content Too Large",
        "status": 413,
        "requestId": response.headers["x-request-id"],
    }


def test_a_chunked_body_larger_than_ten_mebibytes_is_rejected(echo):
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    wire = b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 11
    with socket.create_connection(("127.0.0.1", echo.port), timeout=60) as connection:
        sender = threading.Thread(target=send_until_rejected, args=(connection, wire))
        sender.start()
        status_line = connection.recv(12)
        sender.join()

    assert status_line == b"HTTP/1.1 413"


def send_until_rejected(connection, wire):
    try:
        connection.sendall(wire)
    except ConnectionError:
        pass  # the server does not have to read a body that it rejects


def test_long_paths_are_accepted(echo):
    name = "x" * 8000

    assert echo.request("POST", f"/echo/{name}", b"{}").json["pathParameters"] == {"name": name}


def test_many_connections_are_accepted_at_once(echo):
    """The kernel queues them while the program is stopped; if its queue were full, the next client would wait in vain."""
    echo.process.send_signal(signal.SIGSTOP)
    try:
        for connection in [socket.create_connection(("127.0.0.1", echo.port), timeout=60) for _ in range(100)]:
            connection.close()
    finally:
        echo.process.send_signal(signal.SIGCONT)

    assert echo.get().status == 200
