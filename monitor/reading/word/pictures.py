"""The pictures of a Word document, for those who can read what they show."""

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO

from monitor.reading.model import UnreadableError
from monitor.reading.word.package import BROKEN_ZIP, check_archive

MAX_PICTURES = 200
MAX_PICTURE = 32 * 2**20
MAX_ALL_PICTURES = 96 * 2**20
_ENDINGS = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".tif", ".tiff", ".webp")
"""What a recogniser can read; drawings (.emf, .wmf, .svg) are no pictures of pages."""


def pictures_of(body: bytes) -> Mapping[str, bytes]:
    """Return the pictures in a DOCX by the names that ``Image.source`` gives them.

    What is too large is left out, and what comes after more than ``MAX_ALL_PICTURES`` bytes.

    Raises:
        UnreadableError: ``damaged``, ``encrypted`` or ``limits-exceeded``.
    """
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            check_archive(archive)
            return {item.filename: archive.read(item) for item in _kept(archive)}
    except BROKEN_ZIP as error:
        raise UnreadableError("damaged", f"no whole Word document: {error}") from error


def _kept(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    left = MAX_ALL_PICTURES
    found = [item for item in archive.infolist() if item.filename.lower().endswith(_ENDINGS)]
    for item in found[:MAX_PICTURES]:
        if item.file_size <= min(left, MAX_PICTURE):
            left -= item.file_size
            yield item
