"""Opens the zip of a Word document, with caps against bombs and tricks.

Only the parts that hold text are unpacked: python-docx unpacks every picture too, and knows neither
caps nor the strict kind. Sources: ECMA-376 part 2 (packages), part 1 §11 (parts).
"""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from lxml import etree

from monitor.reading.model import UnreadableError

MAX_MEMBERS = 5_000
MAX_UNPACKED = 256 * 2**20
MAX_PART = 64 * 2**20
MAX_RATIO = 200
_RATIO_MATTERS = 2**20
"""Smaller parts may be packed as tightly as they like."""
_ENCRYPTED = 0x1

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What the standard library raises on zips that are broken or of a strange kind."""
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/",
)

_STRICT = b"http://purl.oclc.org/ooxml/"
_USUAL_NAMES = (
    (b"wordprocessingml/main", b"wordprocessingml/2006/main"),
    (b"officeDocument/relationships", b"officeDocument/2006/relationships"),
    (b"officeDocument/math", b"officeDocument/2006/math"),
    (b"drawingml/main", b"drawingml/2006/main"),
    (b"drawingml/wordprocessingDrawing", b"drawingml/2006/wordprocessingDrawing"),
    (b"drawingml/chart", b"drawingml/2006/chart"),
)
"""Names of the strict kind, and those of the usual one (ECMA-376 parts 1 and 4, annex A)."""

Element = etree._Element


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a relationship of a part leads."""

    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The text parts of a Word document; a part that is not there is None."""

    body: Element
    styles: Element | None
    numbering: Element | None
    footnotes: Element | None
    endnotes: Element | None
    relations: Mapping[str, Relation]
    """Relationships of the main part by id."""


def open_package(body: bytes) -> Package:
    """Open a DOCX.

    Raises:
        UnreadableError: ``damaged`` if it is no whole Word document, ``encrypted``, or
            ``limits-exceeded`` if unpacking it would cost too much.
    """
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            check_archive(archive)
            return _open(archive)
    except BROKEN_ZIP as error:
        raise UnreadableError("damaged", f"no whole Word document: {error}") from error


def check_archive(archive: zipfile.ZipFile) -> None:
    """Refuse a zip that could be a bomb, or whose names lead out of it.

    Raises:
        UnreadableError: ``limits-exceeded``, ``encrypted`` or ``damaged``.
    """
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise UnreadableError("limits-exceeded", f"{len(members)} files in the zip")
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise UnreadableError("limits-exceeded", "the zip unpacks to too much")
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise UnreadableError("encrypted", "the zip asks for a password")
        if member.file_size > max(_RATIO_MATTERS, MAX_RATIO * member.compress_size):
            raise UnreadableError("limits-exceeded", f"{member.filename} is packed too tightly")
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise UnreadableError("damaged", f"a file name leads out of the zip: {path}")


def _open(archive: zipfile.ZipFile) -> Package:
    top = _relations(archive, "")
    main = next((item.target for item in top.values() if item.kind == "officeDocument"), None)
    root = _part(archive, main or "word/document.xml")
    if root is None or etree.QName(root).localname != "document":
        raise UnreadableError("damaged", "the package holds no Word text")
    relations = _relations(archive, main or "word/document.xml")

    def related(kind: str) -> Element | None:
        target = next((x.target for x in relations.values() if x.kind == kind), None)
        return _part(archive, target) if target else None

    return Package(
        body=root,
        styles=related("styles"),
        numbering=related("numbering"),
        footnotes=related("footnotes"),
        endnotes=related("endnotes"),
        relations=relations,
    )


def _part(archive: zipfile.ZipFile, name: str) -> Element | None:
    try:
        info = archive.getinfo(name)
    except KeyError:
        return None
    if info.file_size > MAX_PART:
        raise UnreadableError("limits-exceeded", f"{name} is {info.file_size} bytes")
    return parse_xml(archive.read(info))


def parse_xml(data: bytes) -> Element:
    """Parse a part without entities, DTDs, or network.

    Raises:
        UnreadableError: ``damaged`` if it is not well-formed, or nested too deeply.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(_transitional(data), parser=parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError("damaged", f"the text is not well-formed: {error}") from error


def _transitional(data: bytes) -> bytes:
    """Return a part of the strict kind with the names of the usual, transitional kind."""
    if _STRICT not in data:
        return data
    for name, usual in _USUAL_NAMES:
        data = data.replace(_STRICT + name, b"http://schemas.openxmlformats.org/" + usual)
    return data


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, Relation]:
    folder, _, name = part.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    root = _part(archive, rels)
    found: dict[str, Relation] = {}
    for item in root if root is not None else ():
        if item.tag != f"{{{_RELATIONSHIPS}}}Relationship":
            continue
        external = item.get("TargetMode") == "External"
        target = item.get("Target", "")
        found[item.get("Id", "")] = Relation(
            _kind(item.get("Type", "")), target if external else _resolve(folder, target), external
        )
    return found


def _kind(uri: str) -> str:
    for prefix in _OFFICE:
        if uri.startswith(prefix):
            return uri.removeprefix(prefix)
    return uri


def _resolve(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    parts: list[str] = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == ".." and parts:
            parts.pop()
        elif step not in (".", "..", ""):
            parts.append(step)
    return "/".join(parts)
