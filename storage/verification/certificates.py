"""Verifying the certificates: each that a capture names is kept, and is the one it names."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, cast, func, select, type_coerce

from storage.models import Capture, Certificate
from storage.verification.model import Problem, ProblemKind

_AT_ONCE = 500


def named_certificates(connection: Connection) -> dict[str, int]:
    """Return the hashes of certificates that captures name, with the first of these captures.

    Few connections differ in what is known of them: each is looked at once.
    """
    text: ColumnElement[str] = (
        type_coerce(Capture.tls, Text)
        if connection.dialect.name == "sqlite"
        else cast(Capture.tls, Text)
    )
    query = select(text, func.min(Capture.id)).where(text.like("%certificates%")).group_by(text)
    found: dict[str, int] = {}
    for written, capture_id in connection.execute(query):
        for sha256 in _hashes(written):
            found[sha256] = min(capture_id, found.get(sha256, capture_id))
    return found


def verify_certificates(connection: Connection, named: Mapping[str, int]) -> Iterator[Problem]:
    """Yield every certificate that is gone, has other bytes than its hash says, or is a stranger.

    That captures name the right ones, the log says: the hashes are in their leaves.
    """
    kept: set[str] = set()
    query = select(Certificate.sha256, Certificate.der).order_by(Certificate.sha256)
    for sha256, der in connection.execute(query.execution_options(yield_per=_AT_ONCE)):
        kept.add(sha256)
        if hashlib.sha256(der).hexdigest() != sha256:
            yield _problem(ProblemKind.ALTERED, sha256, "的内容被改动", "has been changed")
        if sha256 not in named:
            yield _problem(
                ProblemKind.UNLOGGED, sha256, "没有任何采集记录以它为证", "is named by no capture"
            )
    for sha256, capture_id in sorted(named.items()):
        if sha256 not in kept:
            yield _problem(
                ProblemKind.DELETED,
                sha256,
                f"已不在数据库中，采集记录 {capture_id} 等以它为证",
                f"is gone; capture {capture_id} names it",
            )


def _hashes(written: str) -> list[str]:
    try:
        tls: Any = json.loads(written)
    except ValueError:
        return []  # no capture's; the log names it
    chain = tls.get("certificates") if isinstance(tls, dict) else None
    return [each for each in chain if isinstance(each, str)] if isinstance(chain, list) else []


def _problem(kind: ProblemKind, sha256: str, zh: str, en: str) -> Problem:
    return Problem(
        kind=kind,
        subject=f"certificate {sha256}",
        message_zh=f"证书 {sha256} {zh}。",
        message_en=f"certificate {sha256} {en}.",
        sha256=sha256,
    )
