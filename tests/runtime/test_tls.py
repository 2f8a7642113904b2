"""Which servers a function accepts as DynamoDB, to which it sends signed requests with users' data."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512

from runtime import test_configuration
from support.certificates import Authority, DAY
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
    """Speaks TLS; a test may choose the contents of the certificate."""
    stub = DynamoDbStub(authority.server(**getattr(request, "param", {})))
    yield stub
    stub.close()


def assert_rejected(function, dynamodb: DynamoDbStub, cause: str) -> None:
    response = function.invoke(GET).http

    assert response.status == 503
    assert dynamodb.connections > 0
    assert dynamodb.requests == []
    failures = function.wait_for_log(1, message="attempt to call DynamoDB failed")
    assert all(re.search(cause, line["cause"]) for line in failures), failures


def test_the_authority_of_the_ca_bundle_is_trusted(start, dynamodb, authority):
    dynamodb.then(FOUND, FOUND)
    function = start("get_user", AWS_CA_BUNDLE=str(authority.bundle))

    assert function.invoke(GET).http.status == 200
    assert function.invoke(GET).http.status == 200
    assert dynamodb.connections == 1


@pytest.mark.parametrize("intermediate", [True, False], ids=["through an intermediate", "directly"])
@pytest.mark.parametrize("digest", [SHA256, SHA384, SHA512])
@pytest.mark.parametrize("key", ["rsa", "P-256", "P-384"])
def test_chains_of_every_common_kind_are_accepted(start, tmp_path, key, digest, intermediate):
    authority = Authority(tmp_path, key=key, digest=digest, intermediate=intermediate)
    dynamodb = DynamoDbStub(authority.server())
    dynamodb.then(FOUND)
    function = start("get_user", AWS_ENDPOINT_URL_DYNAMODB=dynamodb.url, AWS_CA_BUNDLE=str(authority.bundle))

    assert function.invoke(GET).http.status == 200

    dynamodb.close()


@pytest.mark.parametrize("key", ["rsa", "P-256"])
@pytest.mark.parametrize("suite", ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA256", "AES128-SHA", "AES256-SHA"])
def test_tls_1_2_works_with_the_cipher_suites_of_awss_endpoints(start, tmp_path, key, suite):
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
def test_older_versions_of_tls_are_rejected(start, tmp_path):
    authority = Authority(tmp_path)
    server = authority.server()
    server.minimum_version = ssl.TLSVersion.TLSv1
    server.maximum_version = ssl.TLSVersion.TLSv1_1
    server.set_ciphers("ALL:@SECLEVEL=0")
    dynamodb = DynamoDbStub(server)
    function = start("get_user", AWS_ENDPOINT_URL_DYNAMODB=dynamodb.url, AWS_CA_BUNDLE=str(authority.bundle))

    assert_rejected(function, dynamodb, "OpenSSL|TLS")

    dynamodb.close()


@pytest.mark.parametrize("group", ["prime256v1", "secp384r1", "secp521r1"])
def test_key_agreement_works_with_every_nist_curve(start, tmp_path, group):
    authority = Authority(tmp_path)
    server = authority.server()
    server.set_ecdh_curve(group)
    dynamodb = DynamoDbStub(server)
    dynamodb.then(FOUND)
    function = start("get_user", AWS_ENDPOINT_URL_DYNAMODB=dynamodb.url, AWS_CA_BUNDLE=str(authority.bundle))

    assert function.invoke(GET).http.status == 200

    dynamodb.close()


def test_the_authority_is_found_among_others_in_every_handshake(start, dynamodb, authority, tmp_path):
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


def test_a_servers_own_certificate_in_the_bundle_is_trusted_at_any_position(start, tmp_path):
    """Like OpenSSL with partial chains."""
    authority = Authority(tmp_path)
    dynamodb = DynamoDbStub(authority.server())
    (tmp_path / "other").mkdir()
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(Authority(tmp_path / "other").bundle.read_text() + (tmp_path / "server.pem").read_text())
    dynamodb.then(FOUND)
    function = start("get_user", AWS_ENDPOINT_URL_DYNAMODB=dynamodb.url, AWS_CA_BUNDLE=str(bundle))

    assert function.invoke(GET).http.status == 200

    dynamodb.close()


@pytest.mark.parametrize("url", [None, "http://127.0.0.1:9"], ids=["with a handshake", "without a handshake"])
@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "the certificate bundle contains no certificate"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "the certificate bundle contains no certificate"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "a trusted certificate is damaged"),
    ],
    ids=["an empty file", "a key", "a damaged certificate"],
)
def test_a_function_does_not_start_with_a_bundle_without_a_valid_certificate(start, dynamodb, tmp_path, text, cause, url):
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(text)
    function = start("get_user", AWS_CA_BUNDLE=str(bundle), AWS_ENDPOINT_URL_DYNAMODB=url or dynamodb.url)

    test_configuration.assert_rejected(function, "AWS_CA_BUNDLE")
    assert cause in str(function.log)
    assert dynamodb.requests == []


@pytest.mark.parametrize("bundled", [True, False], ids=["another authority's bundle", "Amazon's roots"])
def test_an_authority_outside_the_bundle_is_not_trusted(start, dynamodb, tmp_path, bundled):
    (tmp_path / "another").mkdir()
    bundle = str(Authority(tmp_path / "another").bundle) if bundled else None

    assert_rejected(start("get_user", AWS_CA_BUNDLE=bundle), dynamodb, "issuer certificate")


def test_an_authority_of_the_system_is_not_trusted(start, dynamodb, authority):
    function = start("get_user", SSL_CERT_FILE=str(authority.bundle), AWS_CA_BUNDLE=None)

    assert_rejected(function, dynamodb, "issuer certificate")


@pytest.mark.parametrize(
    ("dynamodb", "cause"),
    [({"address": "127.0.0.2"}, "certificate.*(name|host|address)"), ({"expires_in": -DAY}, "certificate.*expired")],
    ids=["for another host", "expired"],
    indirect=["dynamodb"],
)
def test_an_invalid_certificate_is_rejected(start, dynamodb, authority, cause):
    assert_rejected(start("get_user", AWS_CA_BUNDLE=str(authority.bundle)), dynamodb, cause)


def test_proxy_variables_have_no_effect(start, dynamodb, authority):
    dynamodb.then(FOUND)
    proxies = dict.fromkeys(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"], "http://127.0.0.1:9")

    function = start("get_user", AWS_CA_BUNDLE=str(authority.bundle), **proxies)

    assert function.invoke(GET).http.status == 200
