"""Opens the zip of an OFD document, with caps against bombs and tricks.

Producers write locations in every way: from the root, from the file that names them, with
backslashes, in another case. Source: GB/T 33190-2016 §7.1 to 7.3 (structure of the package).
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO

from lxml import etree

from monitor.reading.model import UnreadableError
from monitor.reading.ofd.elements import Element, with_plain_names
from monitor.reading.word.package import BROKEN_ZIP, check_archive

MAX_XML = 16 * 2**20
"""The content of a page of a report has some hundred kilobytes."""
MAX_MEMBER = 64 * 2**20
_UTF8_NAME = 0x800
_ENCRYPTION = frozenset(("encryptions.xml", "decryptseed.dat", "entriesmap.dat"))
"""What an encrypted package holds in the place of its parts (GM/T 0099-2020)."""
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"'][^>]*\?>")
_ANY_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_PREFIXES = re.compile(r"(</?)[\w.-]*:|\sxmlns(?::[\w.-]*)?\s*=\s*(?:\"[^\"]*\"|'[^']*')")


class Package:
    """The members of an OFD file by name."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._folded: dict[str, str] = {}
        for info in archive.infolist():
            if not info.is_dir():
                name = _plain(_member_name(info))
                self._members[name] = info
                self._folded.setdefault(name.casefold(), name)

    @property
    def encrypted(self) -> bool:
        """Whether its parts are encrypted."""
        return any(name.rpartition("/")[2] in _ENCRYPTION for name in self._folded)

    @cached_property
    def start(self) -> str | None:
        """The name of the member that everything begins with."""
        found = [name for key, name in self._folded.items() if key.rpartition("/")[2] == "ofd.xml"]
        return min(found, key=len, default=None)

    def find(self, location: str | None, base: str = "") -> str | None:
        """Return the member at a location written in the member ``base``, None if there is none.

        A relative location counts from the folder of ``base``; if nothing is there, from the
        root, which is the folder of ``OFD.xml``.
        """
        written = (location or "").strip().replace("\\", "/")
        if not written or "\x00" in written:
            return None
        root = posixpath.dirname(self.start or "")
        for folder in (root if written.startswith("/") else posixpath.dirname(base), root, ""):
            name = posixpath.normpath(posixpath.join(folder, written.lstrip("/")))
            if name in self._members:
                return name
            if name.casefold() in self._folded:
                return self._folded[name.casefold()]
        return None

    def read(self, name: str, most: int = MAX_MEMBER) -> bytes:
        """Return the bytes of a member.

        Raises:
            UnreadableError: ``limits-exceeded`` if it is larger than ``most``, ``damaged``.
        """
        info = self._members[name]
        if info.file_size > most:
            raise UnreadableError("limits-exceeded", f"{name} is {info.file_size} bytes")
        try:
            return self._archive.read(info)
        except BROKEN_ZIP as error:
            raise UnreadableError("damaged", f"{name} cannot be unpacked: {error}") from error

    def xml(self, name: str) -> Element:
        """Return a member parsed, without entities, DTDs or network.

        Raises:
            UnreadableError: ``limits-exceeded`` or ``damaged``.
        """
        data = self.read(name, MAX_XML)
        try:
            root = etree.fromstring(data, parser=_parser())
        except (etree.XMLSyntaxError, ValueError):
            root = _repaired(data, name)
        return with_plain_names(root, data)


@contextmanager
def open_package(body: bytes) -> Iterator[Package]:
    """Open an OFD file.

    Raises:
        UnreadableError: ``damaged`` if it is no whole zip, ``encrypted``, or
            ``limits-exceeded`` if unpacking it would cost too much.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(body))
    except BROKEN_ZIP as error:
        raise UnreadableError("damaged", f"no whole OFD package: {error}") from error
    with archive:
        check_archive(archive)
        yield Package(archive)


def _member_name(info: zipfile.ZipInfo) -> str:
    """Return a name as it was meant; without the UTF-8 flag it was decoded as CP437."""
    if info.flag_bits & _UTF8_NAME or info.filename.isascii():
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return info.filename


def _plain(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/").lstrip("/"))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _repaired(data: bytes, name: str) -> Element:
    """Parse a part whose charset or prefixes are not what it declares.

    Nothing else is mended: a part that is cut short must not pass for a whole one.
    """
    text = _ANY_DECLARATION.sub("", _decoded(data), count=1)
    text = _PREFIXES.sub(lambda match: match.group(1) or "", text)
    try:
        return etree.fromstring(text.encode(), parser=_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError("damaged", f"{name} is not well-formed: {error}") from error


def _decoded(data: bytes) -> str:
    declared = _DECLARATION.match(data)
    chinese = declared and declared.group(1).lower() in (b"gb2312", b"gbk", b"cp936", b"gb18030")
    for charset in ("gb18030",) if chinese else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", errors="replace")
