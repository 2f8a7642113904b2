"""Who may call: bearer tokens, in the binaries as they are deployed."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runtime.test_configuration import assert_refused
from support.certificates import Authority
from support.dynamodb_stub import ok, stored_user
from support.endpoints import PROGRAMS
from support.events import recorded
from support.http_server import CutOff, HttpServer, Reply, Request
from support.tokens import AUDIENCE, ISSUER, SECRET, EcKey, RsaKey, SecretKey, jwks, token

FOUND = ok({"Item": stored_user()})
NOT_YET = "no keys from the issuer"

JWT = {"AUTH_MODE": "jwt", "JWT_ISSUER": ISSUER, "JWT_AUDIENCE": AUDIENCE}
HS256 = {**JWT, "JWT_ALGORITHMS": "HS256", "JWT_SECRET": SECRET}


@pytest.fixture(scope="module")
def rsa_key() -> RsaKey:
    return RsaKey("rsa-1")


@pytest.fixture(scope="module")
def ec_key() -> EcKey:
    return EcKey("ec-1")


class Issuer:
    """Publishes keys."""

    def __init__(self, *keys: RsaKey | EcKey, tls: Any = None):
        self.answer: Callable[[Request], Reply | CutOff] = lambda _: Reply(200, jwks(*keys))
        self.requests: list[Request] = []
        self._down = False
        self._server = HttpServer(self._answer, tls)
        scheme = "https" if tls else "http"
        self.variables = {
            **JWT,
            "JWT_ALGORITHMS": "RS256,ES256",
            "JWT_JWKS_URL": f"{scheme}://{self._server.address}/.well-known/jwks.json",
        }

    def publish(self, *keys: RsaKey | EcKey) -> None:
        self.answer = lambda _: Reply(200, jwks(*keys))

    def fail(self) -> None:
        self.answer = lambda _: Reply(500)

    def flood(self) -> None:
        published = self.answer
        self.answer = lambda request: Reply(200, published(request).body + b" " * (1 << 20))

    def be_silent(self) -> None:
        def silence(_: Request) -> CutOff:
            self._server.closing.wait()
            return CutOff()

        self.answer = silence

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

    def _answer(self, request: Request) -> Reply | CutOff:
        self.requests.append(request)
        return self.answer(request)


@pytest.fixture
def issuer(rsa_key: RsaKey, ec_key: EcKey) -> Iterator[Issuer]:
    server = Issuer(rsa_key, ec_key)
    yield server
    server.close()


def event(name: str, bearer: str | None) -> dict[str, Any]:
    """A recorded event, with a token in the header that its kind of event has."""
    made = recorded(name)
    if bearer is not None:
        authorization = f"Bearer {bearer}"
        if "multiValueHeaders" in made:
            made["multiValueHeaders"]["Authorization"] = [authorization]
        else:
            made["headers"]["authorization"] = authorization
    return made


def ask(function, bearer: str | None, *, name: str = "rest_get_user", **options: Any):
    return function.invoke(event(name, bearer), **options).http


def assert_unauthorized(reply, challenge: str) -> None:
    assert reply.status == 401
    assert reply.headers["www-authenticate"] == challenge
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["cache-control"] == "no-store"
    problem = json.loads(reply.body)
    assert set(problem) == {"type", "title", "status", "detail", "instance", "requestId"}
    assert (problem["title"], problem["detail"]) == ("Unauthorized", "This takes a valid bearer token.")


NO_TOKEN = 'Bearer realm="users"'
BAD_TOKEN = 'Bearer realm="users", error="invalid_token"'


# ---- Tokens


def test_a_token_of_each_algorithm_opens_the_door(start, dynamodb, issuer, rsa_key, ec_key):
    dynamodb.always = FOUND

    with_keys = start("get_user", **issuer.variables)
    with_secret = start("get_user", **HS256)

    assert ask(with_keys, token(rsa_key)).status == 200
    assert ask(with_keys, token(ec_key)).status == 200
    assert ask(with_secret, token(SecretKey())).status == 200
    assert ask(with_keys, token(rsa_key), name="http_get_user").status == 200


def test_the_secret_before_holds_beside_the_one_in_use(start, dynamodb):
    dynamodb.always = FOUND
    new = "the next secret, of thirty-six bytes"
    function = start("get_user", **{**HS256, "JWT_SECRET": new, "JWT_SECRET_PREVIOUS": SECRET})

    assert ask(function, token(SecretKey(new))).status == 200
    assert ask(function, token(SecretKey())).status == 200
    assert_unauthorized(ask(function, token(SecretKey("neither, with at least 32 bytes in it"))), BAD_TOKEN)


def test_without_a_token_that_holds_there_is_401_and_dynamodb_is_not_asked(start, dynamodb, issuer, rsa_key, ec_key):
    function = start("get_user", **issuer.variables)
    stranger = RsaKey("rsa-1")

    assert_unauthorized(ask(function, None), NO_TOKEN)
    assert_unauthorized(ask(function, "none"), BAD_TOKEN)
    assert_unauthorized(ask(function, token(stranger)), BAD_TOKEN)
    assert_unauthorized(ask(function, token(EcKey("ec-1"))), BAD_TOKEN)
    assert_unauthorized(ask(function, token(SecretKey())), BAD_TOKEN)
    assert_unauthorized(ask(function, token(SecretKey(jwks(rsa_key, ec_key).decode()))), BAD_TOKEN)
    assert_unauthorized(ask(function, token(rsa_key, exp=int(time.time()) - 61)), BAD_TOKEN)
    assert_unauthorized(ask(function, token(rsa_key, aud="other")), BAD_TOKEN)
    assert_unauthorized(ask(function, token(rsa_key, iss="other")), BAD_TOKEN)
    assert dynamodb.requests == []


SCOPES = {
    "create_user": "users:write",
    "get_user": "users:read",
    "list_users": "users:read",
    "update_user": "users:write",
    "delete_user": "users:write",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_function_asks_for_its_scope_before_it_looks_at_the_request(start, dynamodb, name):
    function = start(name, **HS256)
    other = {"users:read": "users:write", "users:write": "users:read"}[SCOPES[name]]
    asked = event(f"rest_{name}", token(SecretKey(), scope=other))
    asked["body"], asked["pathParameters"] = "no JSON", {"userId": "no id"}

    forbidden = function.invoke(asked).http

    assert forbidden.status == 403
    assert (
        forbidden.headers["www-authenticate"]
        == f'Bearer realm="users", error="insufficient_scope", scope="{SCOPES[name]}"'
    )
    assert dynamodb.requests == []
    dynamodb.always = ok({"Item": stored_user(version=3), "Attributes": stored_user(), "Items": [stored_user()]})
    assert ask(function, token(SecretKey(), scope=SCOPES[name]), name=f"rest_{name}").status in (200, 201)


def test_a_wrong_route_is_404_or_405_with_or_without_a_token(start):
    function = start("get_user", **HS256)

    assert ask(function, None, name="rest_list_users").status == 404
    assert ask(function, None, name="rest_delete_user").status == 405


def test_without_authentication_a_token_means_nothing(start, dynamodb):
    dynamodb.always = FOUND

    assert ask(start("get_user"), "nonsense").status == 200
    assert ask(start("get_user", AUTH_MODE="none", JWT_SECRET="weak"), "nonsense").status == 200


def test_the_log_has_the_reason_and_the_callers_hash_and_nothing_of_token_or_key(start, dynamodb, issuer, rsa_key):
    dynamodb.always = FOUND
    function = start("get_user", **issuer.variables)
    with_secret = start("get_user", **HS256)
    good, expired = token(rsa_key, sub="grace"), token(rsa_key, exp=1, sub="grace")

    ask(function, good)
    ask(function, expired)
    ask(with_secret, token(SecretKey()))
    ask(with_secret, token(SecretKey(), exp=1))

    (refused,) = function.wait_for_log(1, message="request failed")
    assert (refused["level"], refused["cause"]) == ("INFO", "the token has expired")
    first, second = function.wait_for_log(2, message="request")
    assert first["caller"] == hashlib.sha256(f"jwt {ISSUER} grace".encode()).hexdigest()
    assert "caller" not in second
    with_secret.wait_for_log(2, message="request")
    for part in (*good.split("."), *expired.split("."), "grace", SECRET, "issuer.example"):
        assert part.encode() not in function.output + with_secret.output


# ---- Keys


def test_the_keys_are_fetched_in_the_start_beside_the_connection_to_dynamodb(start, dynamodb, issuer, rsa_key):
    function = start("get_user", **issuer.variables)
    function.runtime.wait_until_idle()
    (request,) = issuer.requests
    assert (request.method, request.target) == ("GET", "/.well-known/jwks.json")
    assert not {"authorization", "x-amz-security-token", "x-amz-date"} & set(request.headers)

    dynamodb.always = FOUND
    for _ in range(3):
        assert ask(function, token(rsa_key)).status == 200
    assert len(issuer.requests) == 1


def test_a_silent_dynamodb_leaves_no_time_for_the_issuer_in_the_start(start, issuer, rsa_key):
    """So that both together hold the start up for a second, as one does."""
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, and says nothing
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        function = start("get_user", **issuer.variables, AWS_ENDPOINT_URL_DYNAMODB=url)
        function.runtime.wait_until_idle()
        assert issuer.requests == []

    assert_unauthorized(ask(function, token(RsaKey("rsa-1"))), BAD_TOKEN)
    assert len(issuer.requests) == 1


@pytest.mark.parametrize("down", [Issuer.go_down, Issuer.fail, Issuer.flood, Issuer.be_silent])
def test_an_issuer_that_is_down_at_the_start_ends_no_function(start, dynamodb, issuer, rsa_key, down):
    dynamodb.always = FOUND
    down(issuer)
    function = start("get_user", **issuer.variables)
    function.runtime.wait_until_idle()
    function.wait_for_log(1, message=NOT_YET)

    reply = ask(function, token(rsa_key))
    assert (reply.status, reply.headers["retry-after"]) == (503, "1")
    assert_unauthorized(ask(function, None), NO_TOKEN)


def test_the_first_request_fetches_the_keys_that_the_start_could_not(start, dynamodb, issuer, rsa_key):
    dynamodb.always = FOUND
    issuer.go_down()
    function = start("get_user", **issuer.variables)
    function.runtime.wait_until_idle()

    issuer.come_back()
    assert ask(function, token(rsa_key)).status == 200


def test_a_silent_issuer_leaves_time_to_answer(start, dynamodb, issuer, rsa_key):
    issuer.be_silent()
    function = start("get_user", **issuer.variables)
    function.runtime.wait_until_idle()

    assert ask(function, token(rsa_key), remaining_seconds=1.3).status == 503
    (line,) = function.wait_for_log(1, message="request")
    assert line["durationMs"] < 1300  # of which it waits 300; without a deadline it would be 2,000


def test_the_last_good_keys_hold_while_the_issuer_is_down(start, dynamodb, issuer, rsa_key):
    dynamodb.always = FOUND
    function = start("get_user", **issuer.variables)
    function.runtime.wait_until_idle()
    issuer.go_down()

    assert ask(function, token(rsa_key)).status == 200
    assert_unauthorized(ask(function, token(RsaKey("rsa-2"))), BAD_TOKEN)
    assert ask(function, token(rsa_key)).status == 200


@pytest.mark.release
def test_an_issuer_may_stand_under_an_authority_of_the_systems(start, dynamodb, rsa_key, tmp_path):
    dynamodb.always = FOUND
    (tmp_path / "authority").mkdir()
    authority = Authority(tmp_path / "authority")
    root = tmp_path / "root"
    (root / "etc/ssl/certs").mkdir(parents=True)
    shutil.copy(authority.bundle, root / "etc/ssl/certs/ca-certificates.crt")
    issuer = Issuer(rsa_key, tls=authority.server())

    assert ask(start("get_user", root=root, **issuer.variables), token(rsa_key)).status == 200
    issuer.close()


def test_made_up_key_ids_do_not_reach_the_issuer_before_a_minute_is_over(start, dynamodb, issuer):
    function = start("get_user", **issuer.variables)

    for number in range(20):
        assert_unauthorized(ask(function, token(RsaKey(f"made-up-{number}", bits=1024))), BAD_TOKEN)
    assert len(issuer.requests) == 1


def test_an_issuer_may_exchange_its_keys(start, dynamodb, issuer, rsa_key):
    """Takes a minute, as nobody may ask the issuer more often for keys that are not known."""
    dynamodb.always = FOUND
    function = start("get_user", **issuer.variables)
    assert ask(function, token(rsa_key)).status == 200

    new = EcKey("ec-2")
    issuer.publish(new)
    for _ in range(120):
        if (reply := ask(function, token(new))).status == 200:
            break
        assert_unauthorized(reply, BAD_TOKEN)
        time.sleep(1)

    assert reply.status == 200
    assert_unauthorized(ask(function, token(rsa_key)), BAD_TOKEN)
    assert len(issuer.requests) == 2


def test_an_issuers_certificate_must_hold(start, dynamodb, rsa_key, tmp_path):
    dynamodb.always = FOUND
    authority = Authority(tmp_path)
    issuer = Issuer(rsa_key, tls=authority.server())

    trusting = start("get_user", **issuer.variables, AWS_CA_BUNDLE=str(authority.bundle))
    assert ask(trusting, token(rsa_key)).status == 200
    careful = start("get_user", **issuer.variables)
    assert ask(careful, token(rsa_key)).status == 503
    assert any("certificate" in line["cause"] for line in careful.wait_for_log(1, message=NOT_YET))
    issuer.close()


def test_keys_may_be_in_a_file(start, dynamodb, rsa_key, ec_key, tmp_path):
    dynamodb.always = FOUND
    file = tmp_path / "jwks.json"
    file.write_bytes(jwks(rsa_key, ec_key))
    function = start("get_user", **JWT, JWT_ALGORITHMS="RS256,ES256", JWT_JWKS_FILE=str(file))

    assert ask(function, token(rsa_key)).status == 200
    assert ask(function, token(ec_key)).status == 200
    assert_unauthorized(ask(function, token(RsaKey("rsa-2"))), BAD_TOKEN)


# ---- Configuration


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"AUTH_MODE": "yes"}, "AUTH_MODE"),
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
def test_what_makes_no_sense_is_refused_by_name_in_the_start(start, changes, variable):
    assert_refused(start("get_user", **HS256 | changes), variable)


def test_a_weak_key_in_the_file_is_refused_in_the_start(start, tmp_path):
    file = tmp_path / "jwks.json"
    file.write_bytes(jwks(RsaKey("weak", bits=1024)))

    function = start("get_user", **JWT, JWT_ALGORITHMS="RS256", JWT_JWKS_FILE=str(file))
    assert_refused(function, "JWT_JWKS_FILE")
    assert any("2048 bits" in str(line) for line in function.log)
