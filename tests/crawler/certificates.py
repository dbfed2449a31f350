"""A certificate that only tests trust."""

import datetime as dt
import ipaddress
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID


def self_signed(directory: Path, *, old: bool = False) -> tuple[Path, Path]:
    """Write a certificate for 127.0.0.1 and its key; of the kind that old servers have or not."""
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = (
        rsa.generate_private_key(65537, 2048) if old else ec.generate_private_key(ec.SECP256R1())
    )
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(addresses, critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = (directory / "certificate.pem", directory / "key.pem")
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


OWN: x509.GeneralName = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))


def chained(
    directory: Path, *, days: float = 1.0, names: Sequence[x509.GeneralName] = (OWN,)
) -> tuple[Path, Path, Path]:
    """Write a certificate for 127.0.0.1 with that of its authority, its key, and the authority.

    It ends in so many days; a negative number makes one that has expired. Other ``names`` make
    one of somebody else, none at all one as they were made long ago.
    """
    now = dt.datetime.now(dt.UTC)
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of tests")])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    authority = (
        _unsigned(name, name, authority_key, now - dt.timedelta(days=9), now + dt.timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begun = now - dt.timedelta(days=8)
    unsigned = _unsigned(own, name, key, begun, now + dt.timedelta(days=days))
    if names:
        unsigned = unsigned.add_extension(x509.SubjectAlternativeName(names), critical=False)
    certificate = unsigned.sign(authority_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    paths = (directory / "chain.pem", directory / "chain-key.pem", directory / "authority.pem")
    paths[0].write_bytes(certificate.public_bytes(pem) + authority.public_bytes(pem))
    paths[1].write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    paths[2].write_bytes(authority.public_bytes(pem))
    return paths


def _unsigned(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    begins: dt.datetime,
    ends: dt.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
