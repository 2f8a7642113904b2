"""An HTTP/1.1 server on raw sockets that keeps connections open and misbehaves on demand.

Python's own servers parse and log more than a test needs and cannot stop in the middle of a response. This server is
also fast enough for tests that measure a binary in microseconds.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

RECEIVE_BYTES = 262_144


@dataclass(frozen=True)
class Request:
    head: bytes
    body: bytes
    connection: int  # counted from 1, in the order of arrival

    @cached_property
    def method(self) -> str:
        return self.head.split(b" ", 1)[0].decode("ascii")

    @cached_property
    def target(self) -> str:
        return self.head.split(b" ", 2)[1].decode("ascii")

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers by lower-case name. A repeated name fails the test: the project's client repeats none."""
        found: dict[str, str] = {}
        for line in self.head.split(b"\r\n")[1:]:
            name, value = line.decode("latin-1").split(":", 1)
            assert name.lower() not in found, f"{name} is sent twice"
            found[name.lower()] = value.strip()
        return found


@dataclass(frozen=True)
class Response:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @cached_property
    def wire(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} -", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body


@dataclass(frozen=True)
class CutOff:
    """Sends these bytes, if any, and closes the connection."""

    wire: bytes = b""


class Reset(CutOff):
    """Sends the bytes and resets the connection, like a server that crashes or a firewall that drops its state."""


@dataclass(frozen=True)
class Drip:
    """Sends these bytes one by one, a second apart."""

    wire: bytes


Action = Response | CutOff | Drip
Handler = Callable[[Request], Action]


class HttpServer:
    """Handles each request as `handler` decides; the handler runs in the connection's thread and may block."""

    def __init__(self, handler: Handler, tls: ssl.SSLContext | None = None):
        self._handler = handler
        self.tls = tls  # for new connections
        self.resets = 0.0  # the number of new connections to reset before reading anything
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self.closing = threading.Event()
        self.connections = 0
        self.responses_sent = 0  # handed to the kernel, whether the client has read them or not
        self.faults: list[BaseException] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def refuse_connections(self) -> None:
        """Closes the port and every connection, like a server that is down; `accept_connections` reopens the port."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut_connections()

    def accept_connections(self) -> None:
        if self._listener.fileno() >= 0:
            return
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut_connections(self) -> None:
        with self._lock:
            for connection in self._open:
                with suppress(OSError):  # the client was faster
                    connection.shutdown(socket.SHUT_RDWR)
            self._open.clear()

    def close(self) -> None:
        self.closing.set()
        self.refuse_connections()
        assert not self.faults, self.faults

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if self.resets > 0:
                self.resets -= 1
                _reset(connection)
                continue
            with self._lock:
                self.connections += 1
                self._open.add(connection)
                number = self.connections
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                connection = self._with_tls(connection, self.tls)
            while request := _receive(connection, number):
                action = self._handler(request)
                if isinstance(action, Drip):
                    self._drip(connection, action.wire)
                else:
                    connection.sendall(action.wire)
                with self._lock:
                    self.responses_sent += 1
                if isinstance(action, Reset):
                    _reset(connection)
                if isinstance(action, CutOff):
                    break
        except OSError:
            pass  # the client disconnected, or the test cut the connection
        except BaseException as fault:
            self.faults.append(fault)
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _with_tls(self, connection: socket.socket, tls: ssl.SSLContext) -> ssl.SSLSocket:
        """Wraps the connection; the handshake takes place at the first recv, so the test can cut the connection before."""
        with self._lock:
            self._open.discard(connection)
            wrapped = tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            self._open.add(wrapped)
        return wrapped

    def _drip(self, connection: socket.socket, wire: bytes) -> None:
        for byte in wire:
            connection.sendall(bytes([byte]))
            if self.closing.wait(1):
                return


def _reset(connection: socket.socket) -> None:
    no_linger = struct.pack("ii", 1, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
    connection.close()


def _receive(connection: socket.socket, number: int) -> Request | None:
    received = connection.recv(RECEIVE_BYTES)
    while (end := received.find(b"\r\n\r\n")) < 0:
        more = connection.recv(RECEIVE_BYTES)
        if not more:
            return None
        received += more
    head = received[:end]
    lowered = head.lower()
    assert b"\r\ntransfer-encoding:" not in lowered, "this server does not support chunked requests"
    if b"\r\nexpect: 100-continue" in lowered:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    _, found, after = lowered.partition(b"\r\ncontent-length:")
    length = int(after.split(b"\r\n", 1)[0]) if found else 0
    body = received[end + 4 :]
    while len(body) < length:
        more = connection.recv(RECEIVE_BYTES)
        if not more:
            return None
        body += more
    assert len(body) == length, "the body is longer than its Content-Length"
    return Request(head, body, number)
