"""The Runtime API, for runtimes that use it correctly and for those that do not."""

from __future__ import annotations

import re
import time

from local_api.harness import eventually, template

LIMIT = 6 * 1024 * 1024 + 100


def test_an_invocation_has_the_headers_of_lambda(start):
    api = start(
        """
        while True:
            request_id, event, headers = next_invocation()
            respond(request_id, proxy_response(dict(headers)))
        """,
        template_text=template(properties="Timeout: 7"),
        environment={"AWS_REGION": "eu-central-1"},
    )
    before = time.time() * 1000
    headers = api.get().json
    after = time.time() * 1000

    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", headers["Lambda-Runtime-Aws-Request-Id"])
    assert before + 7000 - 1 <= int(headers["Lambda-Runtime-Deadline-Ms"]) <= after + 7000
    assert headers["Lambda-Runtime-Invoked-Function-Arn"] == "arn:aws:lambda:eu-central-1:123456789012:function:Echo"
    trace = re.fullmatch(r"Root=1-([0-9a-f]{8})-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0", headers["Lambda-Runtime-Trace-Id"])
    assert trace
    assert abs(int(trace[1], 16) - time.time()) < 60
    assert headers["Content-Type"] == "application/json"


def test_every_invocation_has_a_unique_id(start):
    api = start("""
    while True:
        request_id, event, _ = next_invocation()
        respond(request_id, proxy_response([request_id, event["requestContext"]["requestId"]]))
    """)

    assert len({one for _ in range(5) for one in api.get().json}) == 10


#: A function that makes a faulty call, and in the next invocation returns the Runtime API's response to that call.
MISBEHAVING = """
import json
result = None
while True:
    request_id, event, _ = next_invocation()
    if event["queryStringParameters"] is None:
        respond(request_id, proxy_response(result))
        continue
    {fault}
    result = [status, json.loads(body)]
"""


def results_of(start, fault):
    """Returns the client's response, and the status and body of the Runtime API's; `fault` is code that makes the call."""
    api = start(MISBEHAVING.replace("{fault}", fault.strip().replace("\n", "\n    ")))
    first = api.get("/echo?fault=1")
    status, body = api.get().json
    return first, status, body


def test_a_response_is_accepted(start):
    first, status, body = results_of(start, "status, _, body = respond(request_id, proxy_response('fine'))")

    assert first.json == "fine"
    assert (status, body) == (202, {"status": "OK"})


def test_a_response_to_an_unknown_request_is_rejected(start):
    fault = """
status, _, body = respond("00000000-0000-4000-8000-000000000000", proxy_response("wrong"))
respond(request_id, proxy_response("right"))
"""
    first, status, body = results_of(start, fault)

    assert first.json == "right"
    assert (status, body["errorType"]) == (400, "InvalidRequestID")


def test_a_second_response_is_rejected(start):
    fault = """
respond(request_id, proxy_response("first"))
status, _, body = respond(request_id, proxy_response("second"))
"""
    first, status, body = results_of(start, fault)

    assert first.json == "first"
    assert (status, body["errorType"]) == (403, "InvalidStateTransition")


def test_an_error_after_a_response_is_rejected(start):
    fault = """
respond(request_id, proxy_response("first"))
status, _, body = call("POST", f"invocation/{request_id}/error", "{}")
"""
    first, status, body = results_of(start, fault)

    assert first.json == "first"
    assert (status, body["errorType"]) == (403, "InvalidStateTransition")


def test_requesting_an_event_before_the_response_is_rejected(start):
    fault = """
status, _, body = call("GET", "invocation/next")
respond(request_id, proxy_response("after all"))
"""
    first, status, body = results_of(start, fault)

    assert first.json == "after all"
    assert (status, body["errorType"]) == (403, "InvalidStateTransition")


def test_an_init_error_after_the_initialization_is_rejected(start):
    fault = """
status, _, body = call("POST", "init/error", "{}")
respond(request_id, proxy_response("after all"))
"""
    _, status, body = results_of(start, fault)

    assert (status, body["errorType"]) == (403, "InvalidStateTransition")


def test_an_unknown_call_is_rejected(start):
    fault = """
status, _, body = call("GET", "invocation/previous")
respond(request_id, proxy_response("after all"))
"""
    _, status, body = results_of(start, fault)

    assert status == 404


def test_a_response_that_is_too_large_is_rejected_and_an_error_may_follow(start):
    fault = f"""
status, _, body = respond(request_id, b" " * {LIMIT + 1})
call("POST", f"invocation/{{request_id}}/error", '{{"errorMessage": "too large", "errorType": "TooLarge"}}')
"""
    first, status, body = results_of(start, fault)

    assert first.status == 502
    assert (status, body["errorType"]) == (413, "RequestEntityTooLarge")


def test_a_response_of_the_maximum_size_is_accepted(start):
    fault = f"""
response = json.dumps(proxy_response("x")).encode()
status, _, body = respond(request_id, response + b" " * ({LIMIT} - len(response)))
"""
    first, status, _ = results_of(start, fault)

    assert first.json == "x"
    assert status == 202


def test_after_an_interrupted_call_the_next_call_gets_the_invocation(start):
    api = start("""
    import socket, time
    request_id, _, _ = next_invocation()
    respond(request_id, proxy_response("before"))
    address, _, path = os.environ["AWS_LAMBDA_RUNTIME_API"].partition("/")
    with socket.create_connection(address.split(":")) as cut:
        cut.sendall(f"GET /{path}/2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n".encode())
        time.sleep(0.2)
    print("cut", flush=True)
    serve(lambda event: proxy_response("after"))
    """)
    assert api.get().json == "before"
    eventually(lambda: "cut" in api.log_file.read_text().splitlines())
    time.sleep(0.2)  # for the next call to arrive

    assert api.get().json == "after"
    assert len(api.environments()) == 1
