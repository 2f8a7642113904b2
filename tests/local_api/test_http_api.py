"""A template with an HTTP API: payload version 2.0, and the other differences from a REST API."""

from __future__ import annotations

import time

import pytest

from local_api.harness import ECHO, REPOSITORY, LocalApi, template
from support.endpoints import FUNCTIONS

ROUTES = """\
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      CorsConfiguration:
        AllowOrigins: ['https://app.example']
        AllowMethods: [GET, POST]
        AllowHeaders: !Split [',', !Sub 'Content-Type,If-Match']
        ExposeHeaders: [ETag, Location]
        MaxAge: 60
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      Timeout: 60
      Events:
        Route: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /echo, Method: any}}
        Named: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: '/echo/{name}', Method: get}}
"""


@pytest.fixture(scope="module")
def echo(tmp_path_factory):
    api = LocalApi(tmp_path_factory.mktemp("http"), ROUTES, {"echo": ECHO})
    yield api
    assert api.stop() == 0


def test_the_event_has_exactly_the_members_of_an_http_event(echo):
    event = echo.get("/echo").json

    assert set(event) == {
        "version", "routeKey", "rawPath", "rawQueryString", "headers", "requestContext", "isBase64Encoded",
    }  # fmt: skip
    assert event["version"] == "2.0"
    assert event["isBase64Encoded"] is False


def test_route_and_context_describe_the_request(echo):
    before = time.time_ns() // 1_000_000
    event = echo.request("GET", "/echo/a%20b?x=1", headers=[("User-Agent", "tests")]).json
    context = event["requestContext"]

    assert event["routeKey"] == context["routeKey"] == "GET /echo/{name}"
    assert event["rawPath"] == "/echo/a b"
    assert event["pathParameters"] == {"name": "a b"}
    assert context["http"] == {
        "method": "GET", "path": "/echo/a b", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "tests",
    }  # fmt: skip
    assert context["stage"] == "$default"
    assert before <= context["timeEpoch"] <= time.time_ns() // 1_000_000


def test_the_key_of_a_route_for_any_method_begins_with_any(echo):
    assert echo.request("PATCH", "/echo").json["routeKey"] == "ANY /echo"


def test_headers_have_names_in_lower_case_and_joined_values(echo):
    headers = echo.request("GET", "/echo", headers=[("X-Two", "a"), ("x-two", "b"), ("If-Match", '"3"')]).json["headers"]

    assert headers == {"host": f"127.0.0.1:{echo.port}", "x-two": "a,b", "if-match": '"3"'}


def test_the_query_is_passed_both_unchanged_and_decoded(echo):
    event = echo.get("/echo?a=1%202&b=x&a=3").json

    assert event["rawQueryString"] == "a=1%202&b=x&a=3"
    assert event["queryStringParameters"] == {"a": "1 2,3", "b": "x"}


def test_a_body_is_passed_as_text_or_as_base64(echo):
    assert echo.request("POST", "/echo", "é".encode()).json["body"] == "é"
    binary = echo.request("POST", "/echo", b"\xff").json
    assert (binary["body"], binary["isBase64Encoded"]) == ("/w==", True)


def test_an_unknown_route_is_not_found(echo):
    response = echo.get("/nothing")

    assert (response.status, response.json) == (404, {"message": "Not Found"})
    assert response.headers["content-type"] == "application/json"


RESPONSE = {"statusCode": 200, "headers": {"WWW-Authenticate": "Bearer", "Access-Control-Allow-Origin": "*"}, "body": "{}"}


def test_a_malformed_response_is_a_500_and_a_timeout_is_a_503(start):
    broken = start("serve(lambda event: {'body': 'no status'})", template_text=ROUTES)
    slow = start("import time\nserve(lambda event: time.sleep(3600))", template_text=ROUTES.replace("Timeout: 60", "Timeout: 1"))

    for api, status, message in ((broken, 500, "Internal Server Error"), (slow, 503, "Service Unavailable")):
        response = api.get("/echo")
        assert (response.status, response.json) == (status, {"message": message})


def test_the_gateway_replaces_the_cors_headers_of_the_function_and_renames_none(start):
    api = start(f"serve(lambda event: {RESPONSE!r})", template_text=ROUTES)

    plain = api.get("/echo").headers
    assert plain["www-authenticate"] == "Bearer"
    assert not [name for name in plain if name.startswith("access-control-")]
    of_a_page = api.request("GET", "/echo", headers=[("Origin", "https://app.example")]).headers
    assert of_a_page["access-control-allow-origin"] == "https://app.example"
    assert of_a_page["access-control-expose-headers"] == "ETag,Location"


def test_preflight_follows_the_cors_configuration_of_the_template(echo):
    response = echo.request("OPTIONS", "/echo/1", headers=[("Origin", "https://app.example")])

    assert response.status == 204
    assert {name: value for name, value in response.headers.items() if name.startswith("access-control-")} == {
        "access-control-allow-origin": "https://app.example",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "Content-Type,If-Match",
        "access-control-max-age": "60",
    }


def test_the_http_api_of_the_project_is_served(start):
    names = [path.parent.name for path in (REPOSITORY / "functions").glob("*/main.cpp")]
    text = (REPOSITORY / "template-http.yaml").read_text()
    api = start(template_text=text, functions=dict.fromkeys(names, ECHO))

    for endpoint in FUNCTIONS.values():
        event = api.request(endpoint.method, endpoint.path.replace("{userId}", "1")).json
        assert event["routeKey"] == f"{endpoint.method} {endpoint.path}"
    preflight = api.request("OPTIONS", "/users/1").headers
    assert preflight["access-control-allow-origin"] == "*"
    assert preflight["access-control-max-age"] == "7200"


def test_a_template_with_both_kinds_of_api_is_rejected(tmp_path):
    from local_api.test_template import rejection

    text = template() + "        Other: {Type: HttpApi, Properties: {Path: /other, Method: get}}\n"

    assert rejection(tmp_path, text).endswith(
        "Resources: has events of type Api and of type HttpApi, but the local API serves only one API"
    )
