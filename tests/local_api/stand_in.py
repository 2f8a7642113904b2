"""A custom runtime for stand-ins of functions. The local API runs them like any other bootstrap.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
"""

import http.client
import json
import os
import sys

_host, _, _base = os.environ["AWS_LAMBDA_RUNTIME_API"].partition("/")
_connection = http.client.HTTPConnection(_host)

ENVIRONMENT_NAME = _base.rpartition("/")[2]


def call(method, path, body=None, headers=None):
    """Calls the Runtime API; returns status, headers and body."""
    _connection.request(method, f"/{_base}/2018-06-01/runtime/{path}", body, headers or {})
    response = _connection.getresponse()
    return response.status, response.headers, response.read()


def next_invocation():
    status, headers, body = call("GET", "invocation/next")
    if status != 200:
        sys.exit(f"next: {status}")
    return headers["Lambda-Runtime-Aws-Request-Id"], json.loads(body), headers


def respond(request_id, payload):
    body = payload if isinstance(payload, (bytes, str)) else json.dumps(payload)
    return call("POST", f"invocation/{request_id}/response", body)


def proxy_response(content, status=200):
    """Returns a proxy response with this content as JSON."""
    return {"statusCode": status, "body": json.dumps(content)}


def serve(handle):
    while True:
        request_id, event, _ = next_invocation()
        respond(request_id, handle(event))
