"""HTTP/1.1 as RFC 9110 and RFC 9112 define it: which requests are valid, and how long a connection lasts."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from local_api.harness import ECHO, GATED, template

GET = b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n"

#: The limit of API Gateway for the request line and the headers.
HEAD_LIMIT = 10_240


def get(*fields: bytes, target: bytes = b"/echo") -> bytes:
    return b"\r\n".join([b"GET " + target + b" HTTP/1.1", b"Host: x", *fields, b"", b""])


def post(*fields: bytes, body: bytes = b"") -> bytes:
    return b"\r\n".join([b"POST /echo HTTP/1.1", b"Host: x", *fields, b"", body])


MALFORMED = {
    "no request": b"nonsense\r\n\r\n",
    "an unknown version": b"GET /echo HTTP/9\r\n\r\n",
    "no Host": b"GET /echo HTTP/1.1\r\n\r\n",
    "two Hosts": get(b"Host: x"),
    "a Host with a space": b"GET /echo HTTP/1.1\r\nHost: a b\r\n\r\n",
    "a Host with a path": b"GET /echo HTTP/1.1\r\nHost: x/y\r\n\r\n",
    "a Host with a user": b"GET /echo HTTP/1.1\r\nHost: u@h\r\n\r\n",
    "a Host with an incomplete escape": b"GET /echo HTTP/1.1\r\nHost: x%2\r\n\r\n",
    "a Host with a port of letters": b"GET /echo HTTP/1.1\r\nHost: x:y\r\n\r\n",
    "a Host with two ports": b"GET /echo HTTP/1.1\r\nHost: x:80:80\r\n\r\n",
    "a Host with an open bracket": b"GET /echo HTTP/1.1\r\nHost: [::1\r\n\r\n",
    "a Host with a bracket only": b"GET /echo HTTP/1.1\r\nHost: [\r\n\r\n",
    "a Host with a name in brackets": b"GET /echo HTTP/1.1\r\nHost: [x]\r\n\r\n",
    "an invalid Host of HTTP/1.0": b"GET /echo HTTP/1.0\r\nHost: x/y\r\n\r\n",
    "a target without a slash": get(target=b"echo"),
    "a target with a fragment": get(target=b"/echo#f"),
    "a target in absolute form with a fragment": get(target=b"http://x/echo#f"),
    "a target in absolute form with a user": get(target=b"http://user@host/echo"),
    "a target in absolute form without a host": get(target=b"http:///echo"),
    "a target in absolute form with a port only": get(target=b"http://:80/echo"),
    "a target of an unknown scheme": get(target=b"ftp://x/echo"),
    "a GET of *": get(target=b"*"),
    "a space before the colon": get(b"X-A : 1"),
    "no colon": get(b"X-A"),
    "no name": get(b": 1"),
    "NUL in a value": get(b"X-A: a\0b"),
    "NUL in a name": get(b"X\0A: 1"),
    "NUL in the target": get(target=b"/echo\0"),
    "a folded line": get(b"X-A: a", b" b"),
    "a folded line with a tab": get(b"X-A: a", b"\tb"),
    "lines without CR": b"GET /echo HTTP/1.1\nHost: x\n\n",
    "two lengths": post(b"Content-Length: 2", b"Content-Length: 3", body=b"abc"),
    "the same length twice": post(b"Content-Length: 2", b"Content-Length: 2", body=b"ab"),
    "a list of lengths": post(b"Content-Length: 2, 2", body=b"ab"),
    "a length with a plus": post(b"Content-Length: +2", body=b"ab"),
    "a length with a minus": post(b"Content-Length: -1"),
    "a length of letters": post(b"Content-Length: abc"),
    "a hexadecimal length": post(b"Content-Length: 0x2", body=b"ab"),
    "an empty length": post(b"Content-Length:"),
    "an overflowing length": post(b"Content-Length: 99999999999999999999"),
    "a length and chunks": post(b"Content-Length: 2", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    "chunks and a length": post(b"Transfer-Encoding: chunked", b"Content-Length: 2", body=b"0\r\n\r\n"),
    "two transfer codings": post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    "an unknown transfer coding": post(b"Transfer-Encoding: gzip"),
    "a transfer coding of HTTP/1.0": b"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk without a size": post(b"Transfer-Encoding: chunked", body=b"x\r\n\r\n"),
    "a chunk longer than its size": post(b"Transfer-Encoding: chunked", body=b"1\r\nab\r\n0\r\n\r\n"),
}


@pytest.mark.parametrize("wire", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_request_is_rejected_at_once_and_ends_the_connection(echo, wire):
    with echo.connect() as connection:
        connection.send(wire + GET)
        response = connection.response()

        assert response.status == 400
        assert response.json == {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "requestId": response.headers["x-request-id"],
        }
        assert response.headers["connection"] == "close"
        assert connection.rest() == b""


@pytest.mark.parametrize("wire", [b"GET /ec", post(b"Content-Length: 3", body=b"ab")])
def test_a_request_that_the_client_cuts_off_is_rejected(echo, wire):
    with echo.connect() as connection:
        connection.send(wire)
        connection.socket.shutdown(socket.SHUT_WR)

        assert connection.response().status == 400


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("http://app.example/echo", "/echo", None),
        ("HTTPS://app.example:8443/echo/a?x=1", "/echo/a", {"x": "1"}),
    ],
)
def test_a_target_in_absolute_form_is_accepted(echo, target, path, query):
    event = echo.send_raw(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()).json

    assert event["path"] == path
    assert event["queryStringParameters"] == query
    assert event["headers"]["Host"] == target.split("/")[2]


@pytest.mark.parametrize("target", ["http://app.example", "http://app.example?x=/echo"])
def test_a_target_in_absolute_form_without_a_path_is_the_root(echo, target):
    assert echo.send_raw(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()).status == 403


@pytest.mark.parametrize("host", ["", "a-b.example", "a_b:80", "x:", "[::1]", "[2001:db8::7]:8443", "127.0.0.1:1", "x%2Dy"])
def test_every_valid_host_is_accepted(echo, host):
    assert echo.send_raw(f"GET /echo HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()).status == 200


def test_options_for_the_whole_server_is_an_unknown_route(echo):
    assert echo.send_raw(b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").status == 403  # like every path without a route


def test_empty_lines_before_a_request_are_ignored(echo):
    assert echo.send_raw(b"\r\n\r\n" + GET).status == 200


def test_trailers_are_ignored(echo):
    body = b"3;extension=1\r\nabc\r\n0\r\nX-Trailer: 1\r\nHost: y\r\n\r\n"
    with echo.connect() as connection:
        connection.send(post(b"Transfer-Encoding: Chunked", b"Trailer: X-Trailer", body=body) + GET)
        event = connection.response().json

        assert event["body"] == "abc"
        assert event["multiValueHeaders"]["Host"] == ["x"]
        assert "X-Trailer" not in event["headers"]
        assert connection.response().status == 200


def test_headers_up_to_the_limit_are_accepted_and_longer_ones_rejected(echo):
    longest = get(b"X-Long: " + b"x" * (HEAD_LIMIT - len(get(b"X-Long: "))))
    assert len(longest) == HEAD_LIMIT

    assert echo.send_raw(longest).status == 200
    response = echo.send_raw(longest.replace(b"X-Long:", b"X-Longer:"))
    assert (response.status, response.json["title"]) == (431, "Request Header Fields Too Large")


def test_a_target_over_the_limit_is_rejected(echo):
    response = echo.send_raw(get(target=b"/echo?" + b"x" * HEAD_LIMIT))

    assert (response.status, response.json["title"]) == (414, "URI Too Long")


def test_http_1_0_needs_no_host_and_ends_the_connection(echo):
    with echo.connect() as connection:
        connection.send(b"GET /echo HTTP/1.0\r\n\r\n")

        assert connection.response().status == 200
        assert connection.rest() == b""


def test_http_1_0_may_keep_the_connection(echo):
    with echo.connect() as connection:
        for _ in range(2):
            connection.send(b"GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            assert connection.response().headers["connection"] == "keep-alive"


def test_a_client_that_expects_100_continue_gets_it(echo):
    with echo.connect() as connection:
        connection.send(post(b"Content-Length: 3", b"Expect: 100-continue"))
        assert connection.response().status == 100
        connection.send(b"abc")

        assert connection.response().json["body"] == "abc"


def test_a_client_that_announces_too_large_a_body_gets_a_413_instead_of_100_continue(echo):
    assert echo.send_raw(post(b"Content-Length: 10485761", b"Expect: 100-continue")).status == 413


@pytest.mark.parametrize("wire", [GET, post(b"Content-Length: 3", body=b"abc")])
def test_a_client_that_closes_its_half_of_the_connection_gets_its_response(start, wire):
    api = start(GATED)
    with api.connect() as connection:
        connection.send(wire)
        connection.socket.shutdown(socket.SHUT_WR)
        api.wait_until_serving(1)
        api.open_gate()

        assert connection.response().status == 200
        assert connection.rest() == b""


def test_a_connection_carries_many_requests(echo):
    with echo.connect() as connection:
        for number in range(50):
            connection.send(get(target=b"/echo/%d" % number))
            response = connection.response()
            assert response.json["pathParameters"] == {"name": str(number)}
            assert response.headers["connection"] == "keep-alive"


def test_connection_close_ends_the_connection_after_the_response(echo):
    with echo.connect() as connection:
        connection.send(get(b"Connection: close"))

        assert connection.response().headers["connection"] == "close"
        assert connection.rest() == b""


def test_responses_to_pipelined_requests_are_in_order(start):
    api = start(
        """
        import time
        def handle(event):
            time.sleep(0.3 if event["body"] == "first" else 0)
            return proxy_response(event["body"])
        serve(handle)
        """,
        template_text=template(method="post"),
    )
    with api.connect() as connection:
        connection.send(post(b"Content-Length: 5", body=b"first") + GET + post(b"Content-Length: 5", body=b"third"))

        assert connection.response().json == "first"
        assert connection.response().status == 403
        assert connection.response().json == "third"


def test_the_response_to_head_has_no_body(echo):
    with echo.connect() as connection:
        connection.send(GET.replace(b"GET", b"HEAD") + GET)
        head = connection.response(has_body=False)

        assert head.status == 200
        assert int(head.headers["content-length"]) > 0
        assert connection.response().status == 200


@pytest.mark.parametrize(
    ("wire", "status"),
    [
        (b"HEAD /echo HTTP/1.1\r\n\r\n", 400),
        (b"HEAD /echo HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400),
        (b"HEAD /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400),
        (b"HEAD /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"HEAD /echo HTTP/1.1\r\nX-Long: " + b"x" * HEAD_LIMIT, 431),
    ],
)
def test_the_response_to_a_rejected_head_has_no_body(echo, wire, status):
    with echo.connect() as connection:
        connection.send(wire)
        head = connection.response(has_body=False)

        assert head.status == status
        assert int(head.headers["content-length"]) > 0
        assert connection.rest() == b""


def test_the_response_to_a_malformed_request_after_head_has_a_body(echo):
    with echo.connect() as connection:
        connection.send(GET.replace(b"GET", b"HEAD") + b"nonsense\r\n\r\n")
        connection.response(has_body=False)

        assert connection.response().json["status"] == 400


@pytest.mark.parametrize(("status", "reason"), [(200, "OK"), (299, ""), (420, ""), (555, "")])
def test_an_unknown_status_has_no_reason_phrase(start, status, reason):
    api = start(f"serve(lambda event: proxy_response(None, {status}))")
    with api.connect() as connection:
        connection.send(get(b"Connection: close"))

        assert connection.rest().startswith(f"HTTP/1.1 {status} {reason}\r\n".encode())


def test_slow_clients_do_not_delay_others(echo):
    connections = [echo.connect() for _ in range(200)]
    is_served = threading.Event()

    def trickle():
        while not is_served.wait(0.5):
            for connection in connections:
                connection.send(b"x")

    for connection in connections:
        connection.send(b"GET /echo HTTP/1.1\r\nX-Slow: ")
    with ThreadPoolExecutor() as pool:
        sender = pool.submit(trickle)
        try:
            status = echo.get().status
        finally:
            is_served.set()
        sender.result()

    assert status == 200
    # The server has disconnected none of the slow clients.
    assert select.select([connection.socket for connection in connections], [], [], 0)[0] == []
    for connection in connections:
        with connection:
            pass


def test_idle_and_slow_connections_are_closed(echo):
    beginnings = [b"", b"GET /ec", post(b"Content-Length: 3", body=b"a"), GET]
    connections = [echo.connect() for _ in beginnings]
    for connection, beginning in zip(connections, beginnings, strict=True):
        connection.send(beginning)
    assert connections[-1].response().status == 200
    with echo.connect() as connection:
        send_empty_lines_until_closed(connection)

    for connection in connections:
        with connection:
            assert connection.rest() == b""


def send_empty_lines_until_closed(connection):
    end = time.monotonic() + 300
    with contextlib.suppress(ConnectionError):  # when the server closes the connection as a line arrives
        while not select.select([connection.socket], [], [], 0.5)[0]:
            assert time.monotonic() < end, "the server did not close the connection"
            connection.send(b"\r\n")
        assert connection.rest() == b""


def test_on_shutdown_the_current_request_is_served_and_the_connections_are_closed(start):
    api = start("import signal; signal.signal(signal.SIGTERM, lambda *_: open('gate', 'w').close())\n" + GATED)
    with api.connect() as idle, api.connect() as serving, api.connect() as reading:
        idle.send(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.response().status == 403
        reading.send(b"GET /ec")
        serving.send(GET)
        api.wait_until_serving(1)

        assert api.stop() == 0

        response = serving.response()
        assert (response.status, response.headers["connection"]) == (200, "close")
        assert [connection.rest() for connection in (idle, serving, reading)] == [b"", b"", b""]


def test_after_a_malformed_response_of_a_function_the_connection_is_kept(start):
    api = start("serve(lambda event: b'nonsense')")
    with api.connect() as connection:
        for _ in range(2):
            connection.send(GET)
            assert connection.response().status == 502


def test_a_long_header_of_a_function_is_passed_on(start):
    api = start("serve(lambda event: {'statusCode': 200, 'headers': {'X-Long': 'x' * 60000}})")

    assert api.send_raw(GET).headers["x-long"] == "x" * 60_000
