"""A certificate authority for tests, and servers with its certificates."""

from __future__ import annotations

import ssl
import uuid
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

DAY = timedelta(days=1)


Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def new_key(kind: str) -> Key:
    """Returns an RSA key of 2048 bits if `kind` is "rsa", otherwise a key on the curve of that name."""
    return rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(CURVES[kind]())


CURVES = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1}


class Authority:
    def __init__(
        self,
        folder: Path,
        *,
        key: str = "P-256",
        digest: type[HashAlgorithm] = SHA256,
        intermediate: bool = False,
    ):
        """Keeps its files in the existing directory `folder`. Its servers have keys of the same kind.

        With an intermediate, another authority signs the servers' certificates, and the servers send its certificate, too.
        """
        self._folder = folder
        self._kind = key
        self._digest = digest
        root_name, root_key = self._new_name(), new_key(key)
        root = self._authority(root_name, root_key, root_name, root_key)
        self.bundle = folder / "authority.pem"
        self.bundle.write_bytes(root)
        self._name, self._key, self._chain = root_name, root_key, b""
        if intermediate:
            self._name, self._key = self._new_name(), new_key(key)
            self._chain = self._authority(self._name, self._key, root_name, root_key)

    def server(self, address: str = "127.0.0.1", *, expires_in: timedelta = DAY) -> ssl.SSLContext:
        """Returns the TLS context of a server at this IP address."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server_pem(address, expires_in=expires_in))
        return context

    def server_pem(self, address: str = "127.0.0.1", *, expires_in: timedelta = DAY) -> Path:
        """Returns a file with a server's key, the certificate for this IP address, and the chain to the root."""
        key = new_key(self._kind)
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, address)])
        certificate = certificate_of(subject, key, self._name, expires_in)
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        signed = certificate.add_extension(names, critical=False).sign(self._key, self._digest())
        pem = self._folder / "server.pem"
        pem.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + signed.public_bytes(Encoding.PEM)
            + self._chain
        )
        return pem

    def _new_name(self) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"Authority {uuid.uuid4()}")])

    def _authority(self, name: x509.Name, key: Key, issuer: x509.Name, issuer_key: Key) -> bytes:
        certificate = certificate_of(name, key, issuer, DAY)
        certificate = certificate.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        return certificate.sign(issuer_key, self._digest()).public_bytes(Encoding.PEM)


def certificate_of(subject: x509.Name, key: Key, issuer: x509.Name, expires_in: timedelta) -> x509.CertificateBuilder:
    now = datetime.now(timezone.utc)
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - 2 * DAY,
        not_valid_after=now + expires_in,
    )
