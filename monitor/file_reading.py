"""A report in a file on disk, with the pictures that were saved beside a page."""

import stat
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from monitor.reading.choosing import ANY, Wanted, is_whole
from monitor.reading.isolation import DEFAULT_LIMITS, read_original
from monitor.reading.model import Image, Report, UnreadableError
from monitor.reading.pictured import MOST_PICTURES, SMALLEST_TABLE, is_icon


def read_file(path: Path, body: bytes, wanted: Wanted = ANY) -> Report:
    """Return the report that a file holds, in a child process.

    A page that lacks a part of the report is read again with the pictures it shows, as far as
    they lie below its own directory.

    Raises:
        UnreadableError: if it cannot be read; see ``monitor.reading.isolation.read_original``.
    """
    report = read_original(body, name=path.name, wanted=wanted)
    if report.bundle or is_whole(report):
        return report
    pictures = pictures_beside(path, report.images)
    if not pictures:
        return report
    try:
        return read_original(body, name=path.name, pictures=pictures, wanted=wanted)
    except UnreadableError:
        # What the pictures would have brought is too much or breaks the reader: without them.
        return report


def pictures_beside(page: Path, images: Sequence[Image]) -> dict[str, bytes]:
    """Return the pictures that a saved page shows, by their addresses as the page writes them.

    Only ordinary files below the page's own directory are opened, whatever the addresses say and
    wherever links lead.
    """
    found: dict[str, bytes] = {}
    room = DEFAULT_LIMITS.body_bytes
    for image in images:
        source = image.source or ""
        if image.recognised or is_icon(source) or len(found) == MOST_PICTURES:
            continue
        body = _picture(page.parent, source, room)
        if body is not None:
            found[source] = body
            room -= len(body)
    return found


def _picture(directory: Path, source: str, room: int) -> bytes | None:
    """Return a picture below a directory; None if there is none of a fitting size."""
    try:
        parts = urlsplit(source)
        name = unquote(parts.path)
        if parts.scheme or parts.netloc or not name or name.startswith("/"):
            return None
        root = directory.resolve()
        path = (root / name).resolve()
        if not path.is_relative_to(root):
            return None
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or not SMALLEST_TABLE <= found.st_size <= room:
            return None
        with path.open("rb") as file:
            return file.read(room)
    except (OSError, ValueError, RuntimeError):
        return None
