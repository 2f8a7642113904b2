"""Authentication with bearer tokens, in the binaries as they are deployed."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runtime.test_configuration import assert_rejected
from support.certificates import Authority
from support.dynamodb_stub import ok, stored_user, success_of_any_operation
from support.endpoints import PROGRAMS
from support.events import event_of, recorded
from support.function import USER_AGENT
from support.http_server import CutOff, HttpServer, Request, Response
from support.tokens import AUDIENCE, EcKey, ISSUER, RsaKey, SECRET, SecretKey, jwks, token

FOUND = ok({"Item": stored_user()})
NO_KEYS = "could not fetch the issuer's keys"

JWT = {"AUTH_MODE": "jwt", "JWT_ISSUER": ISSUER, "JWT_AUDIENCE": AUDIENCE}
HS256 = {**JWT, "JWT_ALGORITHMS": "HS256", "JWT_SECRET": SECRET}


@pytest.fixture(scope="module")
def rsa_key() -> RsaKey:
    return RsaKey("rsa-1")


@pytest.fixture(scope="module")
def ec_key() -> EcKey:
    return EcKey("ec-1")


class Issuer:
    """A server that publishes a key set."""

    def __init__(self, *keys: RsaKey | EcKey, tls: Any = None):
        self.handler: Callable[[Request], Response | CutOff] = lambda _: Response(200, jwks(*keys))
        self.requests: list[Request] = []
        self._down = False
        self._server = HttpServer(self._respond, tls)
        scheme = "https" if tls else "http"
        self.variables = {
            **JWT,
            "JWT_ALGORITHMS": "RS256,ES256",
            "JWT_JWKS_URL": f"{scheme}://{self._server.address}/.well-known/jwks.json",
        }

    def publish(self, *keys: RsaKey | EcKey) -> None:
        self.handler = lambda _: Response(200, jwks(*keys))

    def fail(self) -> None:
        self.handler = lambda _: Response(500)

    def move(self) -> None:
        """Redirects to another path, where the keys are."""
        published = self.handler
        moved = Response(302, headers={"Location": "/moved.json"})
        self.handler = lambda request: published(request) if request.target == "/moved.json" else moved

    def flood(self) -> None:
        published = self.handler
        self.handler = lambda request: Response(200, published(request).body + b" " * (1 << 20))

    def be_silent(self) -> None:
        def silence(_: Request) -> CutOff:
            self._server.closing.wait()
            return CutOff()

        self.handler = silence

    def go_down(self) -> None:
        self._server.refuse_connections()
        self._down = True

    def come_back(self) -> None:
        self._server.accept_connections()
        self._down = False

    def close(self) -> None:
        if self._down:
            self.come_back()
        self._server.close()

    def _respond(self, request: Request) -> Response | CutOff:
        self.requests.append(request)
        return self.handler(request)


@pytest.fixture
def issuer(rsa_key: RsaKey, ec_key: EcKey) -> Iterator[Issuer]:
    server = Issuer(rsa_key, ec_key)
    yield server
    server.close()


def event(name: str, bearer: str | None) -> dict[str, Any]:
    """Returns a recorded event with a token."""
    return with_token(recorded(name), bearer)


def with_token(request_event: dict[str, Any], bearer: str | None) -> dict[str, Any]:
    """Adds a token in the form that the format of the event requires, and returns the event."""
    if bearer is not None:
        authorization = f"Bearer {bearer}"
        if "multiValueHeaders" in request_event:
            request_event["multiValueHeaders"]["Authorization"] = [authorization]
        else:
            request_event["headers"]["authorization"] = authorization
    return request_event


def send(function, bearer: str | None, *, name: str = "rest_get_user", **options: Any):
    return function.invoke(event(name, bearer), **options).http


def assert_unauthorized(response, challenge: str) -> None:
    assert response.status == 401
    assert response.headers["www-authenticate"] == challenge
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    problem = json.loads(response.body)
    assert set(problem) == {"type", "title", "status", "detail", "instance", "requestId"}
    assert (problem["title"], problem["detail"]) == ("Unauthorized", "The request must carry a valid bearer token.")


NO_TOKEN = 'Bearer realm="users"'
BAD_TOKEN = 'Bearer realm="users", error="invalid_token"'


# ---- Tokens


def test_a_valid_token_of_each_algorithm_is_accepted(start, dynamodb, issuer, rsa_key, ec_key):
    dynamodb.always = FOUND

    with_keys = start("get_user", **issuer.variables)
    with_secret = start("get_user", **HS256)

    assert send(with_keys, token(rsa_key)).status == 200
    assert send(with_keys, token(ec_key)).status == 200
    assert send(with_secret, token(SecretKey())).status == 200
    assert send(with_keys, token(rsa_key), name="http_get_user").status == 200


def test_both_the_current_and_the_previous_secret_are_accepted(start, dynamodb):
    dynamodb.always = FOUND
    new = "the next secret, of thirty-six bytes"
    function = start("get_user", **{**HS256, "JWT_SECRET": new, "JWT_SECRET_PREVIOUS": SECRET})

    assert send(function, token(SecretKey(new))).status == 200
    assert send(function, token(SecretKey())).status == 200
    assert_unauthorized(send(function, token(SecretKey("neither, with at least 32 bytes in it"))), BAD_TOKEN)


def test_a_missing_or_invalid_token_is_a_401_and_dynamodb_gets_no_request(start, dynamodb, issuer, rsa_key, ec_key):
    function = start("get_user", **issuer.variables)
    stranger = RsaKey("rsa-1")

    assert_unauthorized(send(function, None), NO_TOKEN)
    assert_unauthorized(send(function, "none"), BAD_TOKEN)
    assert_unauthorized(send(function, token(stranger)), BAD_TOKEN)
    assert_unauthorized(send(function, token(EcKey("ec-1"))), BAD_TOKEN)
    assert_unauthorized(send(function, token(SecretKey())), BAD_TOKEN)
    assert_unauthorized(send(function, token(SecretKey(jwks(rsa_key, ec_key).decode()))), BAD_TOKEN)
    assert_unauthorized(send(function, token(rsa_key, exp=int(time.time()) - 61)), BAD_TOKEN)
    assert_unauthorized(send(function, token(rsa_key, aud="other")), BAD_TOKEN)
    assert_unauthorized(send(function, token(rsa_key, iss="other")), BAD_TOKEN)
    assert dynamodb.requests == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_function_checks_its_scope_before_the_request(start, dynamodb, name):
    function = start(name, **HS256)
    scope = PROGRAMS[name].scope
    other = {"users:read": "users:write", "users:write": "users:read"}[scope]
    request = with_token(event_of(PROGRAMS[name]), token(SecretKey(), scope=other))
    request["body"], request["pathParameters"] = "not JSON", {"userId": "not an id"}

    forbidden = function.invoke(request).http

    assert forbidden.status == 403
    assert forbidden.headers["www-authenticate"] == f'Bearer realm="users", error="insufficient_scope", scope="{scope}"'
    assert dynamodb.requests == []
    dynamodb.always = success_of_any_operation()
    allowed = with_token(event_of(PROGRAMS[name]), token(SecretKey(), scope=scope))
    assert function.invoke(allowed).http.status == PROGRAMS[name].status


def test_a_wrong_route_is_a_404_or_405_even_without_a_token(start):
    function = start("get_user", **HS256)

    assert send(function, None, name="rest_list_users").status == 404
    assert send(function, None, name="rest_delete_user").status == 405


def test_without_authentication_a_token_has_no_effect(start, dynamodb):
    dynamodb.always = FOUND

    assert send(start("get_user"), "nonsense").status == 200
    assert send(start("get_user", AUTH_MODE="none", JWT_SECRET="weak"), "nonsense").status == 200


def test_the_log_has_the_cause_and_the_callers_hash_but_no_part_of_token_or_key(start, dynamodb, issuer, rsa_key):
    dynamodb.always = FOUND
    function = start("get_user", **issuer.variables)
    with_secret = start("get_user", **HS256)
    good, expired = token(rsa_key, sub="grace"), token(rsa_key, exp=1, sub="grace")

    send(function, good)
    send(function, expired)
    send(with_secret, token(SecretKey()))
    send(with_secret, token(SecretKey(), exp=1))

    (rejected,) = function.wait_for_log(1, message="request failed")
    assert (rejected["level"], rejected["cause"]) == ("INFO", "the token has expired")
    first, second = function.wait_for_log(2, message="request")
    assert first["caller"] == hashlib.sha256(f"jwt {ISSUER} grace".encode()).hexdigest()
    assert "caller" not in second
    with_secret.wait_for_log(2, message="request")
    for part in (*good.split("."), *expired.split("."), "grace", SECRET, "issuer.example"):
        assert part.encode() not in function.output + with_secret.output


# ---- Keys


def test_the_keys_are_fetched_during_initialization(start, dynamodb, issuer, rsa_key):
    function = start("get_user", **issuer.variables)
    function.runtime.wait_until_idle()
    (request,) = issuer.requests
    assert (request.method, request.target) == ("GET", "/.well-known/jwks.json")
    assert not {"authorization", "x-amz-security-token", "x-amz-date"} & set(request.headers)
    assert request.headers["user-agent"] == USER_AGENT

    dynamodb.always = FOUND
    for _ in range(3):
        assert send(function, token(rsa_key)).status == 200
    assert len(issuer.requests) == 1


def test_a_silent_dynamodb_leaves_no_time_for_the_issuer_during_initialization(start, issuer, rsa_key):
    """Together, both may delay the initialization by one second, the same as either alone."""
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts connections and sends nothing
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        function = start("get_user", **issuer.variables, AWS_ENDPOINT_URL_DYNAMODB=url)
        function.runtime.wait_until_idle()
        assert issuer.requests == []

    assert_unauthorized(send(function, token(RsaKey("rsa-1"))), BAD_TOKEN)
    assert len(issuer.requests) == 1


@pytest.mark.parametrize("down", [Issuer.go_down, Issuer.fail, Issuer.flood, Issuer.be_silent, Issuer.move])
def test_a_function_starts_while_the_issuer_is_down(start, dynamodb, issuer, rsa_key, down):
    dynamodb.always = FOUND
    down(issuer)
    function = start("get_user", **issuer.variables)
    function.runtime.wait_until_idle()
    function.wait_for_log(1, message=NO_KEYS)

    response = send(function, token(rsa_key))
    assert (response.status, response.headers["retry-after"]) == (503, "1")
    assert_unauthorized(send(function, None), NO_TOKEN)


def test_a_redirect_of_the_issuer_is_not_followed(start, issuer):
    issuer.move()
    function = start("get_user", **issuer.variables)
    function.runtime.wait_until_idle()

    (line,) = function.wait_for_log(1, message=NO_KEYS)
    assert line["cause"] == "the issuer responded with HTTP 302"
    assert [request.target for request in issuer.requests] == ["/.well-known/jwks.json"]


def test_a_key_without_an_id_verifies_tokens_without_an_id_only(start, dynamodb, issuer, rsa_key):
    dynamodb.always = FOUND
    anonymous = {name: value for name, value in json.loads(jwks(rsa_key))["keys"][0].items() if name != "kid"}
    issuer.handler = lambda _: Response(200, json.dumps({"keys": [anonymous]}).encode())
    function = start("get_user", **issuer.variables)

    assert send(function, token(rsa_key, header={"alg": "RS256"})).status == 200
    assert send(function, token(rsa_key, header={"alg": "RS256", "x5t": "AAAA"})).status == 200
    assert_unauthorized(send(function, token(rsa_key)), BAD_TOKEN)


def test_the_first_request_fetches_the_keys_that_the_initialization_could_not(start, dynamodb, issuer, rsa_key):
    dynamodb.always = FOUND
    issuer.go_down()
    function = start("get_user", **issuer.variables)
    function.runtime.wait_until_idle()

    issuer.come_back()
    assert send(function, token(rsa_key)).status == 200


def test_a_silent_issuer_leaves_time_for_the_response(start, dynamodb, issuer, rsa_key):
    issuer.be_silent()
    function = start("get_user", **issuer.variables)
    function.runtime.wait_until_idle()

    assert send(function, token(rsa_key), remaining_seconds=1.3).status == 503
    (line,) = function.wait_for_log(1, message="request")
    # Lambda ends a function that has not responded by its deadline. The function waits for the issuer for 300 ms of it;
    # without a deadline, it would wait for 2,000 ms.
    assert line["durationMs"] < 1300


def test_the_last_fetched_keys_are_used_while_the_issuer_is_down(start, dynamodb, issuer, rsa_key):
    dynamodb.always = FOUND
    function = start("get_user", **issuer.variables)
    function.runtime.wait_until_idle()
    issuer.go_down()

    assert send(function, token(rsa_key)).status == 200
    assert_unauthorized(send(function, token(RsaKey("rsa-2"))), BAD_TOKEN)
    assert send(function, token(rsa_key)).status == 200


@pytest.mark.release
def test_the_authorities_of_the_system_are_trusted_for_an_issuer(start, dynamodb, rsa_key, tmp_path):
    dynamodb.always = FOUND
    (tmp_path / "authority").mkdir()
    authority = Authority(tmp_path / "authority")
    root = tmp_path / "root"
    (root / "etc/ssl/certs").mkdir(parents=True)
    shutil.copy(authority.bundle, root / "etc/ssl/certs/ca-certificates.crt")
    issuer = Issuer(rsa_key, tls=authority.server())

    assert send(start("get_user", root=root, **issuer.variables), token(rsa_key)).status == 200
    issuer.close()


def test_unknown_key_ids_cause_at_most_one_request_to_the_issuer_per_minute(start, dynamodb, issuer):
    function = start("get_user", **issuer.variables)

    for number in range(20):
        assert_unauthorized(send(function, token(RsaKey(f"made-up-{number}", bits=1024))), BAD_TOKEN)
    assert len(issuer.requests) == 1


def test_the_certificate_of_an_issuer_must_be_valid(start, dynamodb, rsa_key, tmp_path):
    dynamodb.always = FOUND
    authority = Authority(tmp_path)
    issuer = Issuer(rsa_key, tls=authority.server())

    trusting = start("get_user", **issuer.variables, AWS_CA_BUNDLE=str(authority.bundle))
    assert send(trusting, token(rsa_key)).status == 200
    default = start("get_user", **issuer.variables)
    assert send(default, token(rsa_key)).status == 503
    assert any("certificate" in line["cause"] for line in default.wait_for_log(1, message=NO_KEYS))
    issuer.close()


def test_keys_may_be_in_a_file(start, dynamodb, rsa_key, ec_key, tmp_path):
    dynamodb.always = FOUND
    file = tmp_path / "jwks.json"
    file.write_bytes(jwks(rsa_key, ec_key))
    function = start("get_user", **JWT, JWT_ALGORITHMS="RS256,ES256", JWT_JWKS_FILE=str(file))

    assert send(function, token(rsa_key)).status == 200
    assert send(function, token(ec_key)).status == 200
    assert_unauthorized(send(function, token(RsaKey("rsa-2"))), BAD_TOKEN)


# ---- Configuration


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"AUTH_MODE": "yes"}, "AUTH_MODE"),
        ({"AUTH_MODE": ""}, "AUTH_MODE"),
        ({"JWT_ALGORITHMS": None}, "JWT_ALGORITHMS"),
        ({"JWT_ALGORITHMS": "none"}, "JWT_ALGORITHMS"),
        ({"JWT_ISSUER": ""}, "JWT_ISSUER"),
        ({"JWT_AUDIENCE": ""}, "JWT_AUDIENCE"),
        ({"JWT_SECRET": None}, "JWT_SECRET"),
        ({"JWT_SECRET": "x" * 31}, "JWT_SECRET"),
        ({"JWT_JWKS_URL": "https://issuer.example/jwks"}, "JWT_JWKS_URL"),
        ({"JWT_ALGORITHMS": "RS256", "JWT_SECRET": None, "JWT_JWKS_URL": "http://issuer.example/jwks"}, "JWT_JWKS_URL"),
        ({"JWT_ALGORITHMS": "RS256", "JWT_SECRET": None, "JWT_JWKS_FILE": "/nowhere"}, "JWT_JWKS_FILE"),
    ],
)
def test_an_invalid_variable_is_reported_by_name_during_initialization(start, changes, variable):
    assert_rejected(start("get_user", **HS256 | changes), variable)


def test_a_weak_key_in_the_file_is_rejected_during_initialization(start, tmp_path):
    file = tmp_path / "jwks.json"
    file.write_bytes(jwks(RsaKey("weak", bits=1024)))

    function = start("get_user", **JWT, JWT_ALGORITHMS="RS256", JWT_JWKS_FILE=str(file))
    assert_rejected(function, "JWT_JWKS_FILE")
    assert any("2048 bits" in str(line) for line in function.log)
