"""Bodies as they were served, where that is not the document (docs/decisions/0009)."""

from sqlalchemy import ColumnElement, String, case, cast, func, select
from sqlalchemy.orm import Session

from storage.archive import SHA256
from storage.models import Capture
from storage.upkeep.listing import Part


def served_bodies(session: Session, part: Part) -> dict[str, bool]:
    """Return the hashes of one part; True if the archive was given the bytes, not the hash alone.

    Captures of before the bytes were kept noted the headers that were to be sent, and no ``Host``
    among them; those of since have it as it was sent.
    """
    column = Capture.wire_sha256
    query = (
        select(column, func.max(case((_names_host(), 1), else_=0)))
        .where(column >= part.low, column < part.high, column != Capture.sha256)
        .group_by(column)
    )
    found = session.execute(query)
    return {each: bool(kept) for each, kept in found if each and SHA256.match(each)}


def _names_host() -> ColumnElement[bool]:
    # the array of names and values as its text, which stands without blanks or with them
    written = func.replace(func.lower(cast(Capture.request_headers, String)), " ", "")
    return written.like('%["host",%')
