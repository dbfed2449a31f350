"""Certificates that servers showed with the captures of a pack."""

import base64
import re
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.evidence.model import LoggedCapture
from storage.evidence.verify import certificates_of
from storage.models import Capture, Certificate

_UNSAFE = re.compile(r"[^a-z0-9.-]")
_LONGEST = 100
_CHUNK = 500
_PEM_LINE = 64


def chain_of(capture: Capture) -> tuple[str, ...]:
    """Return the hashes of the certificates that a server showed, its own first."""
    return tuple(certificates_of({"tls": capture.tls}))


def certificates_for(session: Session, captures: Iterable[LoggedCapture]) -> dict[str, bytes]:
    """Return every certificate that the captures name, DER, by its hash, as far as kept."""
    wanted = sorted({sha256 for each in captures for sha256 in chain_of(each.capture)})
    found: dict[str, bytes] = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        query = select(Certificate.sha256, Certificate.der).where(Certificate.sha256.in_(chunk))
        found.update(dict(session.execute(query).all()))
    return found


def chain_files(
    captures: Sequence[LoggedCapture], certificates: Mapping[str, bytes]
) -> dict[str, str]:
    """Return by file name the chains of each host as PEM, each named by its first capture."""
    chains: dict[str, dict[tuple[str, ...], LoggedCapture]] = defaultdict(dict)
    for each in captures:
        chain = tuple(sha256 for sha256 in chain_of(each.capture) if sha256 in certificates)
        if chain:
            chains[_name(each.capture)].setdefault(chain, each)
    return {
        f"{host}.pem": "".join(
            f"# log position {first.position}\n{''.join(_pem(certificates[one]) for one in chain)}"
            for chain, first in of_host.items()
        )
        for host, of_host in chains.items()
    }


def _name(capture: Capture) -> str:
    host = urlsplit(capture.final_url or capture.url).hostname or "unknown"
    return _UNSAFE.sub("_", host.lower())[:_LONGEST].strip(".") or "unknown"


def _pem(der: bytes) -> str:
    lines = textwrap.wrap(base64.b64encode(der).decode(), _PEM_LINE)
    return "\n".join(("-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""))
