"""A certificate authority of the tests' own, and servers that it vouches for."""

from __future__ import annotations

import ssl
import uuid
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

DAY = timedelta(days=1)


class Authority:
    def __init__(self, folder: Path):
        """Keeps its files in `folder`, which must be there."""
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"Authority {uuid.uuid4()}")])
        self._key = ec.generate_private_key(ec.SECP256R1())
        own = self._certificate(self._name, self._key.public_key(), DAY)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.bundle = folder / "authority.pem"
        self.bundle.write_bytes(own.sign(self._key, SHA256()).public_bytes(Encoding.PEM))

    def server(self, address: str = "127.0.0.1", *, expires_in: timedelta = DAY) -> ssl.SSLContext:
        """What a server at this IP address needs to speak TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server_pem(address, expires_in=expires_in))
        return context

    def server_pem(self, address: str = "127.0.0.1", *, expires_in: timedelta = DAY) -> Path:
        """A file with a key and the certificate of a server at this IP address."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, address)])
        certificate = self._certificate(subject, key.public_key(), expires_in)
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        signed = certificate.add_extension(names, critical=False).sign(self._key, SHA256())
        pem = self._folder / "server.pem"
        pem.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + signed.public_bytes(Encoding.PEM)
        )
        return pem

    def _certificate(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, expires_in: timedelta
    ) -> x509.CertificateBuilder:
        now = datetime.now(timezone.utc)
        return x509.CertificateBuilder(
            issuer_name=self._name,
            subject_name=subject,
            public_key=key,
            serial_number=x509.random_serial_number(),
            not_valid_before=now - 2 * DAY,
            not_valid_after=now + expires_in,
        )
