"""Time-stamp tokens (RFC 3161): a time authority says when a checkpoint existed already.

The answer of the authority is kept as it came, so that anybody checks it without this program::

    openssl ts -verify -in checkpoint.tsr -data checkpoint.note -CAfile authority.pem
"""

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from storage.errors import StorageError

_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"
_LARGEST = 1 << 20
_TIMEOUT = 30.0


class TimestampError(StorageError):
    """A time authority gave no token, or a token does not prove what it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as it came, and the time that it says."""

    response: bytes
    """The authority's whole answer, DER (``TimeStampResp``)."""
    at: datetime


def request_token(url: str, data: bytes, roots: Sequence[x509.Certificate]) -> Token:
    """Ask a time authority for a token over ``data`` and check it.

    Args:
        url: of the authority, http or https.
        data: what the token is to be about; only its SHA-256 is sent.
        roots: the certificates that the authority's own must lead to.

    Raises:
        TimestampError: if there is no token, or it does not prove that ``data`` existed.
    """
    builder = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256)
    asked = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    response = _post(url, asked.as_bytes())
    return Token(response=response, at=token_time(response, data, roots, nonce=asked.nonce))


def token_time(
    response: bytes, data: bytes, roots: Sequence[x509.Certificate], nonce: int | None = None
) -> datetime:
    """Return the time before which ``data`` existed, as the token proves it.

    Raises:
        TimestampError: if it proves nothing of the kind.
    """
    try:
        decoded = decode_timestamp_response(response)
        verifier = VerifierBuilder(roots=list(roots), nonce=nonce).build()
        verifier.verify(decoded, hashlib.sha256(data).digest())
    except (VerificationError, ValueError) as error:
        raise TimestampError(
            f"时间戳无效：{error}", f"the time stamp proves nothing: {error}"
        ) from error
    return decoded.tst_info.gen_time


def read_certificates(pem: bytes) -> list[x509.Certificate]:
    """Return the certificates of a PEM file.

    Raises:
        TimestampError: if there is none in it.
    """
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise TimestampError(
            "文件中没有 PEM 格式的证书。", "the file has no certificate in PEM form."
        ) from error


def _post(url: str, body: bytes) -> bytes:
    if urlsplit(url).scheme not in ("http", "https"):
        raise TimestampError(f"{url} 不是网址。", f"{url} is no web address.")
    request = urllib.request.Request(  # noqa: S310 - its scheme was looked at
        url, data=body, headers={"Content-Type": _QUERY, "Accept": _REPLY}
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
            response: bytes = answer.read(_LARGEST + 1)
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise TimestampError(
            f"{url}：时间戳服务没有应答（{error}）。", f"{url}: no answer from it ({error})."
        ) from error
    if len(response) > _LARGEST:
        raise TimestampError(f"{url}：应答过大。", f"{url}: its answer is too large.")
    return response
