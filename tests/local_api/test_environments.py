"""Execution environments: their number, their variables, and the responses to requests when they fail."""

from __future__ import annotations

import collections
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from local_api.harness import GATED, eventually, is_alive, template, write_function

NAME = "serve(lambda event: proxy_response(ENVIRONMENT_NAME))"

#: A function that returns its environment's name after the time in the query.
SLOW_NAME = """
import time
def handle(event):
    time.sleep(float((event["queryStringParameters"] or {}).get("seconds", 0)))
    return proxy_response(ENVIRONMENT_NAME)
serve(handle)
"""


def concurrently(count, send):
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(send, range(count)))


def test_no_environment_is_started_before_the_first_request(start):
    assert start().environments() == []


def test_consecutive_requests_share_an_environment(start):
    api = start(NAME)

    assert {api.get().json for _ in range(20)} == {"Echo-1"}


def test_concurrent_requests_get_separate_environments(start):
    api = start(GATED)
    with ThreadPoolExecutor(5) as pool:
        responses = [pool.submit(api.get) for _ in range(5)]
        api.wait_until_serving(5)
        api.open_gate()

    assert sorted(response.result().json for response in responses) == [f"Echo-{number}" for number in range(1, 6)]


def test_more_requests_than_environments_wait_and_get_their_own_responses(start):
    source = """
    import time
    def handle(event):
        time.sleep(0.01)
        return proxy_response({"number": event["queryStringParameters"]["number"], "by": ENVIRONMENT_NAME})
    serve(handle)
    """
    api = start(source, options=("--max-environments", "3"))

    responses = concurrently(60, lambda number: (number, api.get(f"/echo?number={number}")))

    assert all(response.status == 200 and response.json["number"] == str(number) for number, response in responses)
    served = collections.Counter(response.json["by"] for _, response in responses)
    assert set(served) == {"Echo-1", "Echo-2", "Echo-3"}
    assert len(api.environments()) == 3


def test_a_busy_function_does_not_delay_another(start):
    slow = template(function="Slow", path="/slow")
    quick = template(function="Quick", path="/quick").removeprefix("Resources:\n")
    api = start(
        template_text=slow + quick,
        functions={"slow": GATED, "quick": NAME},
        options=("--max-environments", "1"),
    )
    with ThreadPoolExecutor(2) as pool:
        responses = [pool.submit(api.get, "/slow") for _ in range(2)]
        api.wait_until_serving(1)
        assert api.get("/quick").json == "Quick-1"
        api.open_gate("slow")

    assert [response.result().json for response in responses] == ["Slow-1", "Slow-1"]


CRASHES = {
    "a signal": ("os.kill(os.getpid(), 11)", "signal 11 (Segmentation fault)"),
    "an exit": ("os._exit(3)", "exit code 3"),
    "an exit without an error": ("os._exit(0)", "exit code 0"),
}


@pytest.mark.parametrize(("crash", "words"), CRASHES.values(), ids=CRASHES.keys())
def test_a_crash_is_a_502_for_that_request_only(start, crash, words):
    api = start(f"""
    def handle(event):
        if event["queryStringParameters"]:
            {crash}
        return proxy_response(ENVIRONMENT_NAME)
    serve(handle)
    """)
    assert api.get().json == "Echo-1"

    response = api.get("/echo?crash=1")

    assert response.status == 502
    assert response.json["title"] == "Bad Gateway"
    assert api.get().json == "Echo-2"
    [error] = api.errors()
    assert error["message"] == f"Echo-1 ended during an invocation: {words}"
    assert "the output of the function" in error["hint"]


def test_an_environment_that_ends_while_idle_is_replaced(start):
    api = start(NAME)
    assert api.get().json == "Echo-1"
    [pid] = api.environments()

    os.kill(pid, signal.SIGKILL)
    eventually(lambda: any(line["level"] == "WARN" for line in api.log))

    assert api.get().json == "Echo-2"
    assert "Echo-1 ended while it was idle: signal 9 (Killed)" in [line["message"] for line in api.log]


def test_a_timeout_is_a_504_and_the_environment_is_killed(start):
    api = start(SLOW_NAME, template_text=template(properties="Timeout: 5"))
    assert api.get().json == "Echo-1"
    [pid] = api.environments()
    start_time = time.monotonic()

    response = api.get("/echo?seconds=600")

    assert time.monotonic() - start_time > 4.9
    assert response.status == 504
    assert response.json["title"] == "Gateway Timeout"
    eventually(lambda: not is_alive(pid))
    assert api.get().json == "Echo-2"
    [error] = api.errors()
    assert error["message"] == "Echo-1 timed out after 5 s and was killed"


def test_the_timeout_begins_when_an_environment_gets_the_request(start):
    api = start(
        SLOW_NAME, template_text=template(properties="Timeout: 6"), options=("--max-environments", "1")
    )

    # Together, the requests take longer than the timeout; each takes a small part of it.
    responses = concurrently(10, lambda _: api.get("/echo?seconds=0.65").status)

    assert responses == [200] * 10


def test_an_error_that_the_function_reports_is_a_502_and_the_environment_remains(start):
    api = start("""
    while True:
        request_id, event, _ = next_invocation()
        body = '{"errorMessage": "it broke", "errorType": "Runtime.Oops", "stackTrace": []}'
        call("POST", f"invocation/{request_id}/error", body, {"Lambda-Runtime-Function-Error-Type": "Runtime.Oops"})
    """)

    assert [api.get().status for _ in range(2)] == [502, 502]
    assert len(api.environments()) == 1
    assert [(error["message"], error["errorType"]) for error in api.errors()] == [
        ("Echo-1 failed: it broke", "Runtime.Oops")
    ] * 2


def test_an_init_error_is_a_502_and_the_log_has_the_cause(start):
    api = start("""
    body = '{"errorMessage": "TABLE_NAME: must be set", "errorType": "Runtime.InvalidConfiguration"}'
    status, _, _ = call("POST", "init/error", body)
    sys.exit(0 if status == 202 else 9)
    """)

    assert api.get().status == 502
    reported, ended = api.errors()
    assert reported["message"] == "Echo-1 failed to initialize: TABLE_NAME: must be set"
    assert reported["errorType"] == "Runtime.InvalidConfiguration"
    assert ended["message"] == "Echo-1 ended before it requested an invocation: exit code 0"


def test_after_an_init_error_the_next_request_starts_a_new_environment(start):
    api = start("sys.exit(1)")
    assert api.get().status == 502

    write_function(api.build_dir, "echo", NAME)

    assert api.get().json == "Echo-2"


def test_a_function_that_cannot_start_causes_one_error_per_request(start):
    api = start("sys.exit(1)", options=("--max-environments", "2"))

    assert concurrently(10, lambda _: api.get().status) == [502] * 10
    assert len(api.errors()) == 10


def test_a_program_that_cannot_run_is_reported_by_name(start):
    api = start()
    bootstrap = write_function(api.build_dir, "echo", NAME)
    bootstrap.write_text("#!/no/such/interpreter\n")

    assert api.get().status == 502
    [error] = api.errors()
    assert f"cannot start {bootstrap}: No such file or directory" in error["message"]


def test_an_environment_that_requests_no_invocation_is_killed_after_ten_seconds(start):
    api = start("import time; time.sleep(600)")
    start_time = time.monotonic()

    assert api.get().status == 502
    assert time.monotonic() - start_time > 9.9
    assert "Echo-1 did not request an invocation within 10 s and was killed" in [one["message"] for one in api.errors()]


def test_a_client_that_disconnects_does_not_affect_the_environment(start):
    api = start(GATED)
    with socket.create_connection(("127.0.0.1", api.port)) as connection:
        connection.sendall(b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
        api.wait_until_serving(1)
    api.open_gate()

    assert api.get().json == "Echo-1"
    assert api.errors() == []


VARIABLES = "import os\nserve(lambda event: proxy_response({'variables': dict(os.environ), 'folder': os.getcwd()}))"


def test_an_environment_has_the_variables_of_lambda_and_the_template_only(start):
    api = start(
        VARIABLES,
        template_text=template(properties="MemorySize: 256\nEnvironment: {Variables: {TABLE_NAME: Users}}"),
        environment={"HOME": "/somewhere", "SECRET": "x", "LD_PRELOAD": ""},
    )
    variables = api.get().json["variables"]

    host, _, rest = variables.pop("AWS_LAMBDA_RUNTIME_API").partition(":")
    assert host == "127.0.0.1"
    assert rest.partition("/")[2] == "environments/Echo-1"
    variables.pop("LC_CTYPE", None)  # Python sets it
    assert variables == {
        "PATH": os.environ["PATH"],
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "EXAMPLEKEY",
        "AWS_REGION": "us-east-1",
        "AWS_LAMBDA_FUNCTION_NAME": "Echo",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": "INFO",
        "LAMBDA_TASK_ROOT": str(api.build_dir / "functions" / "echo"),
        "TABLE_NAME": "Users",
    }


def test_the_working_directory_is_the_task_root(start):
    api = start(VARIABLES)

    assert api.get().json["folder"] == str(api.build_dir / "functions" / "echo")


def test_the_most_specific_source_of_a_variable_takes_precedence(start):
    text = template(
        properties="""\
        Environment:
          Variables: {FROM_TEMPLATE: a, AWS_ENDPOINT_URL_DYNAMODB: '', AWS_LAMBDA_LOG_LEVEL: WARN, OVERRIDDEN: a, EMPTY: a}
        """
    )
    api = start(
        VARIABLES,
        template_text=text,
        environment={"AWS_ENDPOINT_URL_DYNAMODB": "http://own", "AWS_REGION": "eu-west-1", "AWS_LAMBDA_FUNCTION_NAME": "no"},
        options=(
            *("--env", "OVERRIDDEN=b", "--env", "AWS_ADDED=c=d", "--env", "AWS_REGION=eu-central-1", "--env", "EMPTY="),
        ),
    )
    variables = api.get().json["variables"]

    assert variables["FROM_TEMPLATE"] == "a"
    assert variables["AWS_ENDPOINT_URL_DYNAMODB"] == "http://own"
    assert variables["AWS_LAMBDA_LOG_LEVEL"] == "WARN"
    assert variables["OVERRIDDEN"] == "b"
    assert variables["AWS_ADDED"] == "c=d"
    assert variables["EMPTY"] == ""
    assert variables["AWS_REGION"] == "eu-central-1"
    assert variables["AWS_LAMBDA_FUNCTION_NAME"] == "Echo"


def test_the_output_of_a_function_is_logged_unchanged(start):
    api = start("""
    def handle(event):
        print('{"level":"INFO","message":"from standard output"}', flush=True)
        print("from standard error", file=sys.stderr, flush=True)
        return proxy_response(None)
    serve(handle)
    """)
    api.get()

    lines = api.log_file.read_text().splitlines()
    assert '{"level":"INFO","message":"from standard output"}' in lines
    assert "from standard error" in lines


def test_an_environment_inherits_no_open_files(start):
    api = start("import os\nserve(lambda event: proxy_response(len(os.listdir('/proc/self/fd'))))")

    # The three standard streams, the connection to the Runtime API, and the directory listing itself.
    assert concurrently(4, lambda _: api.get().json) == [5] * 4
