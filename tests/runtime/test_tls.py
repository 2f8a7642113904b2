"""Whom a function takes for DynamoDB: what follows the handshake is signed, and names users."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512

from support.certificates import DAY, Authority
from support.dynamodb_stub import DynamoDbStub, ok, stored_user
from support.events import recorded
from support.http_server import CutOff

GET = recorded("rest_get_user")
FOUND = ok({"Item": stored_user()})


@pytest.fixture
def authority(tmp_path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def dynamodb(request, authority) -> Iterator[DynamoDbStub]:
    """Speaks TLS; a test may choose what is in its certificate."""
    stub = DynamoDbStub(authority.server(**getattr(request, "param", {})))
    yield stub
    stub.close()


def assert_refused(function, dynamodb: DynamoDbStub, cause: str) -> None:
    reply = function.invoke(GET).http

    assert reply.status == 503
    assert dynamodb.connections > 0
    assert dynamodb.requests == []
    failures = [line for line in function.log if line.get("message") == "DynamoDB call failed"]
    assert failures
    assert all(re.search(cause, line["cause"]) for line in failures), failures


def test_the_authority_of_the_ca_bundle_is_trusted(start, dynamodb, authority):
    dynamodb.then(FOUND, FOUND)
    function = start("get_user", AWS_CA_BUNDLE=str(authority.bundle))

    assert function.invoke(GET).http.status == 200
    assert function.invoke(GET).http.status == 200
    assert dynamodb.connections == 1


@pytest.mark.parametrize("intermediate", [True, False], ids=["through an intermediate", "at once"])
@pytest.mark.parametrize("digest", [SHA256, SHA384, SHA512])
@pytest.mark.parametrize("key", ["rsa", "P-256", "P-384"])
def test_any_chain_that_is_in_use_leads_to_its_authority(start, tmp_path, key, digest, intermediate):
    authority = Authority(tmp_path, key=key, digest=digest, intermediate=intermediate)
    dynamodb = DynamoDbStub(authority.server())
    dynamodb.then(FOUND)
    function = start("get_user", AWS_ENDPOINT_URL_DYNAMODB=dynamodb.url, AWS_CA_BUNDLE=str(authority.bundle))

    assert function.invoke(GET).http.status == 200

    dynamodb.close()


@pytest.mark.parametrize("key", ["rsa", "P-256"])
@pytest.mark.parametrize("suite", ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA256", "AES128-SHA", "AES256-SHA"])
def test_tls_1_2_is_spoken_with_the_suites_of_awss_endpoints(start, tmp_path, key, suite):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html"""
    kind = "RSA" if key == "rsa" else "ECDSA"
    authority = Authority(tmp_path, key=key)
    server = authority.server()
    server.maximum_version = ssl.TLSVersion.TLSv1_2
    server.set_ciphers(f"ECDHE-{kind}-{suite}")
    dynamodb = DynamoDbStub(server)
    dynamodb.then(FOUND)
    function = start("get_user", AWS_ENDPOINT_URL_DYNAMODB=dynamodb.url, AWS_CA_BUNDLE=str(authority.bundle))

    assert function.invoke(GET).http.status == 200

    dynamodb.close()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_older_tls_is_refused(start, tmp_path):
    authority = Authority(tmp_path)
    server = authority.server()
    server.minimum_version = ssl.TLSVersion.TLSv1
    server.maximum_version = ssl.TLSVersion.TLSv1_1
    server.set_ciphers("ALL:@SECLEVEL=0")
    dynamodb = DynamoDbStub(server)
    function = start("get_user", AWS_ENDPOINT_URL_DYNAMODB=dynamodb.url, AWS_CA_BUNDLE=str(authority.bundle))

    assert_refused(function, dynamodb, "OpenSSL|TLS")

    dynamodb.close()


@pytest.mark.parametrize("group", ["prime256v1", "secp384r1", "secp521r1"])
def test_keys_are_agreed_on_with_any_nist_curve(start, tmp_path, group):
    authority = Authority(tmp_path)
    server = authority.server()
    server.set_ecdh_curve(group)
    dynamodb = DynamoDbStub(server)
    dynamodb.then(FOUND)
    function = start("get_user", AWS_ENDPOINT_URL_DYNAMODB=dynamodb.url, AWS_CA_BUNDLE=str(authority.bundle))

    assert function.invoke(GET).http.status == 200

    dynamodb.close()


def test_the_authority_is_found_among_others_again_and_again(start, dynamodb, authority, tmp_path):
    others = [tmp_path / "first", tmp_path / "last"]
    for other in others:
        other.mkdir()
    first, last = (Authority(other).bundle.read_text() for other in others)
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(f"# the first\n{first}\n# ours\n{authority.bundle.read_text()}{last}")
    dynamodb.then(CutOff(), FOUND, CutOff(), FOUND)
    function = start("get_user", AWS_CA_BUNDLE=str(bundle))

    assert function.invoke(GET).http.status == 200
    assert function.invoke(GET).http.status == 200
    assert dynamodb.connections >= 3


def test_a_servers_own_certificate_vouches_for_it_wherever_it_stands(start, tmp_path):
    """As with OpenSSL's partial chains."""
    authority = Authority(tmp_path)
    dynamodb = DynamoDbStub(authority.server())
    (tmp_path / "other").mkdir()
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(Authority(tmp_path / "other").bundle.read_text() + (tmp_path / "server.pem").read_text())
    dynamodb.then(FOUND)
    function = start("get_user", AWS_ENDPOINT_URL_DYNAMODB=dynamodb.url, AWS_CA_BUNDLE=str(bundle))

    assert function.invoke(GET).http.status == 200

    dynamodb.close()


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "there is no certificate"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "a trusted certificate is damaged"),
    ],
    ids=["without a certificate", "with a damaged one"],
)
def test_a_bundle_that_is_none_is_refused(start, dynamodb, tmp_path, text, cause):
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(text)

    assert_refused(start("get_user", AWS_CA_BUNDLE=str(bundle)), dynamodb, cause)


@pytest.mark.parametrize("bundled", [True, False], ids=["another's bundle", "Amazon's"])
def test_an_authority_that_nobody_named_is_not_trusted(start, dynamodb, tmp_path, bundled):
    (tmp_path / "another").mkdir()
    bundle = str(Authority(tmp_path / "another").bundle) if bundled else None

    assert_refused(start("get_user", AWS_CA_BUNDLE=bundle), dynamodb, "issuer certificate")


def test_an_authority_of_the_systems_is_not_trusted(start, dynamodb, authority):
    function = start("get_user", SSL_CERT_FILE=str(authority.bundle), AWS_CA_BUNDLE=None)

    assert_refused(function, dynamodb, "issuer certificate")


@pytest.mark.parametrize(
    ("dynamodb", "cause"),
    [({"address": "127.0.0.2"}, "certificate.*(name|host|address)"), ({"expires_in": -DAY}, "certificate.*expired")],
    ids=["of another host", "expired"],
    indirect=["dynamodb"],
)
def test_a_certificate_that_does_not_hold_is_refused(start, dynamodb, authority, cause):
    assert_refused(start("get_user", AWS_CA_BUNDLE=str(authority.bundle)), dynamodb, cause)


def test_no_proxy_comes_between(start, dynamodb, authority):
    dynamodb.then(FOUND)
    dead = dict.fromkeys(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"], "http://127.0.0.1:9")

    function = start("get_user", AWS_CA_BUNDLE=str(authority.bundle), **dead)

    assert function.invoke(GET).http.status == 200
