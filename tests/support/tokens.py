"""An issuer of tokens: its keys, its tokens, and the key set that it publishes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

ISSUER = "https://issuer.example/"
AUDIENCE = "https://users.example"
SECRET = "a secret of the tests, of thirty-two bytes and more"
BOTH_SCOPES = "users:read users:write"


def base64url(content: bytes | str) -> str:
    return base64.urlsafe_b64encode(content.encode() if isinstance(content, str) else content).rstrip(b"=").decode()


def number(value: int, size: int) -> str:
    return base64url(value.to_bytes(size, "big"))


class RsaKey:
    algorithm = "RS256"

    def __init__(self, key_id: str, bits: int = 2048):
        self.key_id = key_id
        self._key = rsa.generate_private_key(65537, bits)

    @property
    def jwk(self) -> dict[str, str]:
        public = self._key.public_key().public_numbers()
        n = number(public.n, self._key.key_size // 8)
        return {"kty": "RSA", "use": "sig", "kid": self.key_id, "alg": "RS256", "n": n, "e": "AQAB"}

    def sign(self, text: bytes) -> bytes:
        return self._key.sign(text, padding.PKCS1v15(), SHA256())


class EcKey:
    algorithm = "ES256"

    def __init__(self, key_id: str):
        self.key_id = key_id
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def jwk(self) -> dict[str, str]:
        public = self._key.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "kid": self.key_id, "x": number(public.x, 32), "y": number(public.y, 32)}

    def sign(self, text: bytes) -> bytes:
        r, s = decode_dss_signature(self._key.sign(text, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class SecretKey:
    algorithm = "HS256"
    key_id = None

    def __init__(self, secret: str = SECRET):
        self._secret = secret.encode()

    def sign(self, text: bytes) -> bytes:
        return hmac.digest(self._secret, text, hashlib.sha256)


def claims(**changes: Any) -> dict[str, Any]:
    """Returns the claims of a token that is valid for five minutes, with these changes; None removes a claim."""
    now = int(time.time())
    every = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "iat": now, "exp": now + 300, "scope": BOTH_SCOPES, **changes}
    return {name: value for name, value in every.items() if value is not None}


def token(key: RsaKey | EcKey | SecretKey, *, header: dict[str, Any] | None = None, **changes: Any) -> str:
    header = header or {"typ": "JWT", "alg": key.algorithm, **({"kid": key.key_id} if key.key_id else {})}
    text = f"{base64url(json.dumps(header))}.{base64url(json.dumps(claims(**changes)))}"
    return f"{text}.{base64url(key.sign(text.encode()))}"


def jwks(*keys: RsaKey | EcKey) -> bytes:
    return json.dumps({"keys": [key.jwk for key in keys]}).encode()
