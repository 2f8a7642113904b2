"""What a function does before it requests its first event, and what it needs from the system."""

from __future__ import annotations

import random
import re
import shutil
import socket
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.certificates import Authority
from support.dynamodb_stub import DynamoDbStub, ok, stored_user, success_of_any_operation
from support.endpoints import PROGRAMS
from support.events import event_of, recorded
from support.function import binary, USER_AGENT
from support.http_server import HttpServer, Response

GET = recorded("rest_get_user")
FOUND = ok({"Item": stored_user()})
NO_CONNECTION = "could not connect to DynamoDB during initialization"


def test_the_function_connects_to_dynamodb_before_the_first_event(start, dynamodb):
    dynamodb.then(FOUND)
    function = start("get_user")
    function.runtime.wait_until_idle()
    assert dynamodb.connections == 1
    assert dynamodb.requests == []

    assert function.invoke(GET).http.status == 200
    assert dynamodb.connections == 1


def test_the_request_that_opens_the_connection_has_no_credentials(start):
    requests = []
    server = HttpServer(lambda request: (requests.append(request), Response(200, b"healthy"))[1])
    function = start(
        "get_user", AWS_ENDPOINT_URL_DYNAMODB=f"http://{server.address}", AWS_SESSION_TOKEN="a-session-token"
    )
    function.runtime.wait_until_idle()
    server.close()

    (request,) = requests
    assert (request.method, request.target) == ("GET", "/")
    assert not {"authorization", "x-amz-security-token", "x-amz-date"} & set(request.headers)
    assert request.headers["user-agent"] == USER_AGENT


def test_the_first_request_connects_to_a_dynamodb_that_was_down_during_initialization(start, dynamodb):
    dynamodb.refuse_connections()
    function = start("get_user")
    function.runtime.wait_until_idle()
    (line,) = function.wait_for_log(1, message=NO_CONNECTION)
    assert line["level"] == "WARN"
    assert re.search("connect", line["cause"])

    dynamodb.accept_connections()
    dynamodb.then(FOUND)
    assert function.invoke(GET).http.status == 200


def test_a_silent_dynamodb_only_delays_the_initialization(start):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts connections and sends nothing
        start_time = time.monotonic()
        function = start("get_user", AWS_ENDPOINT_URL_DYNAMODB=f"https://127.0.0.1:{silent.getsockname()[1]}")
        function.runtime.wait_until_idle()

        assert time.monotonic() - start_time > 0.9
        function.wait_for_log(1, message=NO_CONNECTION)


class NameServer:
    """Resolves every name to 127.0.0.1 and has no IPv6 addresses (RFC 1035)."""

    def __init__(self) -> None:
        # resolv.conf cannot name a port other than 53, so each server has its own address.
        self.address = ".".join(["127", *(str(random.randint(1, 254)) for _ in range(3))])
        self.questions: list[bytes] = []
        self.response_code = 0
        try:
            self._server = socketserver.UDPServer((self.address, 53), lambda request, client, _: self._respond(*request, client))
        except PermissionError:
            pytest.skip("only root may open port 53")
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _respond(self, query: bytes, server: socket.socket, client: tuple[str, int]) -> None:
        question = query[12 : query.index(b"\0", 12) + 5]  # its options (EDNS) may follow
        self.questions.append(question)
        is_found = self.response_code == 0 and question.endswith(b"\0\1\0\1")  # an IPv4 address
        header = query[:2] + bytes([0x81, 0x80 | self.response_code]) + b"\0\1" + bytes([0, is_found]) + b"\0\0\0\0"
        record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + bytes([127, 0, 0, 1])
        server.sendto(header + question + (record if is_found else b""), client)


@pytest.fixture
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def empty_root(tmp_path: Path) -> Path:
    (tmp_path / "etc").mkdir()
    return tmp_path


@pytest.mark.release
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_function_needs_nothing_from_the_system_but_a_ca_file(start, empty_root, authority, name):
    shutil.copy(authority.bundle, empty_root / "etc/authority.pem")
    dynamodb = DynamoDbStub(authority.server())
    dynamodb.always = success_of_any_operation()
    function = start(
        name, root=empty_root, AWS_ENDPOINT_URL_DYNAMODB=dynamodb.url, AWS_CA_BUNDLE="/etc/authority.pem"
    )

    response = function.invoke(event_of(PROGRAMS[name])).http

    dynamodb.close()
    assert response.status == PROGRAMS[name].status, response.body
    assert bool(dynamodb.requests) == bool(PROGRAMS[name].permissions)


def test_a_crash_leaves_no_core_dump(start):
    function = start("get_user")
    function.runtime.wait_until_idle()

    limits = Path(f"/proc/{function.process.pid}/limits").read_text(encoding="ascii")

    assert re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE)


def test_a_function_has_one_thread(start, dynamodb, authority):
    """The OpenSSL of the executable has no locks."""
    secure = DynamoDbStub(authority.server())
    secure.always = ok({"Item": stored_user()})
    function = start("get_user", AWS_ENDPOINT_URL_DYNAMODB=secure.url, AWS_CA_BUNDLE=str(authority.bundle))
    assert function.invoke(recorded("rest_get_user")).http.status == 200

    assert len(list(Path(f"/proc/{function.process.pid}/task").iterdir())) == 1

    secure.close()


@pytest.mark.release
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_executable_needs_no_interpreter_and_no_library(name):
    done = subprocess.run(["readelf", "--program-headers", "--dynamic", binary(name)], capture_output=True, text=True)

    assert "LOAD" in done.stdout
    assert "INTERP" not in done.stdout
    assert "NEEDED" not in done.stdout


@pytest.fixture
def name_server() -> Iterator[NameServer]:
    server = NameServer()
    yield server
    server.close()


@pytest.fixture
def start_by_name(start, dynamodb, empty_root, name_server):
    """Returns a function that starts get_user, which finds DynamoDB through the name server."""
    (empty_root / "etc/resolv.conf").write_text(f"nameserver {name_server.address}\n")
    dynamodb.then(FOUND)
    url = dynamodb.url.replace("127.0.0.1", "dynamodb.example")
    return lambda: start("get_user", root=empty_root, AWS_ENDPOINT_URL_DYNAMODB=url)


@pytest.mark.release
def test_host_names_are_resolved_by_the_name_server(start_by_name, name_server):
    assert start_by_name().invoke(GET).http.status == 200
    assert b"\x08dynamodb\x07example\0\0\1\0\1" in name_server.questions


@pytest.mark.release
@pytest.mark.parametrize("code", [pytest.param(2, id="SERVFAIL"), pytest.param(3, id="NXDOMAIN")])
def test_the_first_request_queries_a_name_server_that_failed_during_initialization_again(start_by_name, name_server, code):
    name_server.response_code = code
    function = start_by_name()
    (line,) = function.wait_for_log(1, message=NO_CONNECTION)
    assert re.search("resolve", line["cause"])

    name_server.response_code = 0

    assert function.invoke(GET).http.status == 200
