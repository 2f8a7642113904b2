"""X-Ray's daemon: receives the documents that functions send by UDP.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-daemon
"""

from __future__ import annotations

import json
import re
import socket
from typing import Any

HEADER = b'{"format":"json","version":1}\n'


class XRayDaemon:
    def __init__(self, buffer_bytes: int = 1 << 20) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def received(self) -> list[dict[str, Any]]:
        """Returns the documents since the last call. A document has arrived when its sender continues."""
        documents = []
        while True:
            try:
                datagram = self._socket.recv(65536)
            except BlockingIOError:
                return documents
            assert datagram.startswith(HEADER), datagram
            documents.append(json.loads(datagram.removeprefix(HEADER)))

    def close(self) -> None:
        self._socket.close()


ID = re.compile(r"[0-9a-f]{16}")
TRACE_ID = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")
REQUIRED = {"name", "id", "start_time", "end_time", "type", "trace_id", "parent_id"}
OPTIONAL = {"namespace", "http", "aws", "error", "throttle", "fault", "cause"}
#: `retries` and `resource_names` are not in the list of fields, but AWS's SDKs send them.
AWS = {"operation": str, "region": str, "request_id": str, "table_name": str, "retries": int, "resource_names": list}


def assert_is_subsegment(document: dict[str, Any]) -> None:
    """Checks the rules for a subsegment that is sent on its own.

    https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-subsegments
    """
    assert REQUIRED <= set(document) <= REQUIRED | OPTIONAL
    assert re.fullmatch(r"[\w\s.:/%&#=+\\\-@]{1,200}", document["name"])
    assert document["type"] == "subsegment"
    assert ID.fullmatch(document["id"])
    assert ID.fullmatch(document["parent_id"])
    assert TRACE_ID.fullmatch(document["trace_id"])
    assert isinstance(document["start_time"], float) and isinstance(document["end_time"], float)  # seconds
    assert 1.7e9 < document["start_time"] <= document["end_time"] < 10e9
    assert document["namespace"] in ("aws", "remote")
    for flag in ("error", "throttle", "fault"):
        assert document.get(flag) in (None, True)
    for name, value in document["aws"].items():
        assert isinstance(value, AWS[name]), name
        assert not isinstance(value, str) or 0 < len(value) <= 250
    if "http" in document:
        assert set(document["http"]) == {"response"}
        assert set(document["http"]["response"]) == {"status"}
        assert isinstance(document["http"]["response"]["status"], int)
    assert ("cause" in document) == ("error" in document or "fault" in document)
    if "cause" in document:
        assert set(document["cause"]) == {"exceptions"}
        (exception,) = document["cause"]["exceptions"]
        assert set(exception) == {"id", "message", "remote"}
        assert ID.fullmatch(exception["id"])
        assert isinstance(exception["message"], str)
        assert isinstance(exception["remote"], bool)
