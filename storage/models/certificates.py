"""Certificates that servers have shown, each kept once."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class Certificate(Base):
    """An X.509 certificate as a server presented it; captures name it by its hash.

    The row needs no place in the log: the leaf of a capture holds the hash, and the bytes either
    have it or not.
    """

    __tablename__ = "certificates"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    """Of ``der``, in hexadecimal: what browsers call its fingerprint."""
    der: Mapped[bytes] = mapped_column(LargeBinary)
    first_seen_at: Mapped[datetime]
    """When an exchange first showed it, UTC."""
