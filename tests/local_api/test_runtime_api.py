"""The Runtime API as a runtime meets it, when it does what it should and when it does not."""

from __future__ import annotations

import re
import time

from local_api.harness import eventually, template

LIMIT = 6 * 1024 * 1024 + 100


def test_an_invocation_comes_with_lambdas_headers(start):
    api = start(
        """
        while True:
            request_id, event, headers = next_invocation()
            respond(request_id, as_reply(dict(headers)))
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


def test_every_invocation_has_an_id_of_its_own(start):
    api = start("""
    while True:
        request_id, event, _ = next_invocation()
        respond(request_id, as_reply([request_id, event["requestContext"]["requestId"]]))
    """)

    assert len({one for _ in range(5) for one in api.get().json}) == 10


#: Does something that it should not, and says in its next reply what the Runtime API made of it.
MISBEHAVING = """
import json
seen = None
while True:
    request_id, event, _ = next_invocation()
    if event["queryStringParameters"] is None:
        respond(request_id, as_reply(seen))
        continue
    {fault}
    seen = [status, json.loads(body)]
"""


def answer_to(start, fault):
    """Status and body of what the Runtime API answers; `fault` is code that makes the call."""
    api = start(MISBEHAVING.replace("{fault}", fault.strip().replace("\n", "\n    ")))
    first = api.get("/echo?fault=1")
    status, body = api.get().json
    return first, status, body


def test_a_reply_is_accepted(start):
    first, status, body = answer_to(start, "status, _, body = respond(request_id, as_reply('fine'))")

    assert first.json == "fine"
    assert (status, body) == (202, {"status": "OK"})


def test_a_reply_to_an_unknown_request_is_refused(start):
    fault = """
status, _, body = respond("00000000-0000-4000-8000-000000000000", as_reply("wrong"))
respond(request_id, as_reply("right"))
"""
    first, status, body = answer_to(start, fault)

    assert first.json == "right"
    assert (status, body["errorType"]) == (400, "InvalidRequestID")


def test_a_second_reply_is_refused(start):
    fault = """
respond(request_id, as_reply("first"))
status, _, body = respond(request_id, as_reply("second"))
"""
    first, status, body = answer_to(start, fault)

    assert first.json == "first"
    assert (status, body["errorType"]) == (403, "InvalidStateTransition")


def test_an_error_after_a_reply_is_refused(start):
    fault = """
respond(request_id, as_reply("first"))
status, _, body = call("POST", f"invocation/{request_id}/error", "{}")
"""
    first, status, body = answer_to(start, fault)

    assert first.json == "first"
    assert (status, body["errorType"]) == (403, "InvalidStateTransition")


def test_asking_for_more_before_the_reply_is_refused(start):
    fault = """
status, _, body = call("GET", "invocation/next")
respond(request_id, as_reply("after all"))
"""
    first, status, body = answer_to(start, fault)

    assert first.json == "after all"
    assert (status, body["errorType"]) == (403, "InvalidStateTransition")


def test_an_init_error_after_init_is_refused(start):
    fault = """
status, _, body = call("POST", "init/error", "{}")
respond(request_id, as_reply("after all"))
"""
    _, status, body = answer_to(start, fault)

    assert (status, body["errorType"]) == (403, "InvalidStateTransition")


def test_an_unknown_call_is_refused(start):
    fault = """
status, _, body = call("GET", "invocation/previous")
respond(request_id, as_reply("after all"))
"""
    _, status, body = answer_to(start, fault)

    assert status == 404


def test_a_reply_that_is_too_large_is_refused_and_can_still_be_made_an_error(start):
    fault = f"""
status, _, body = respond(request_id, b" " * {LIMIT + 1})
call("POST", f"invocation/{{request_id}}/error", '{{"errorMessage": "too large", "errorType": "TooLarge"}}')
"""
    first, status, body = answer_to(start, fault)

    assert first.status == 502
    assert (status, body["errorType"]) == (413, "RequestEntityTooLarge")


def test_a_reply_of_the_largest_size_is_accepted(start):
    fault = f"""
reply = json.dumps(as_reply("x")).encode()
status, _, body = respond(request_id, reply + b" " * ({LIMIT} - len(reply)))
"""
    first, status, _ = answer_to(start, fault)

    assert first.json == "x"
    assert status == 202


def test_a_call_that_was_cut_is_followed_by_one_that_gets_the_invocation(start):
    api = start("""
    import socket, time
    request_id, _, _ = next_invocation()
    respond(request_id, as_reply("before"))
    address, _, path = os.environ["AWS_LAMBDA_RUNTIME_API"].partition("/")
    with socket.create_connection(address.split(":")) as cut:
        cut.sendall(f"GET /{path}/2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n".encode())
        time.sleep(0.2)
    print("cut", flush=True)
    serve(lambda event: as_reply("after"))
    """)
    assert api.get().json == "before"
    eventually(lambda: "cut" in api.log_file.read_text().splitlines())
    time.sleep(0.2)  # for the next call to come in

    assert api.get().json == "after"
    assert len(api.environments()) == 1
