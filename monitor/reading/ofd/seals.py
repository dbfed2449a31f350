"""The seals of a signed document: where they are stamped, and their pictures.

Whether a signature holds is not checked here. Sources: GB/T 33190-2016 §18 (signatures),
GM/T 0031 and GB/T 38540 (seals: ASN.1 structures that hold a picture).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.reading.model import UnreadableError
from monitor.reading.ofd.elements import Element, attribute, child, children, content
from monitor.reading.ofd.package import Package

_MOST = 200
_DEPTH = 12
_OCTETS = 0x04
_CONSTRUCTED = 0x20
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"PK\x03\x04")
"""How the pictures in seals begin; the last is an OFD document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A stamp on a page."""

    page: str
    """The id of the page."""
    boundary: str
    picture: bytes
    """A picture file, or an OFD document of one page."""


def seals_of(package: Package, signatures: str | None) -> Iterator[Seal]:
    """Yield the stamps of a document; a signature that cannot be read has none."""
    if signatures is None:
        return
    try:
        listed = list(children(package.xml(signatures), "signature"))[:_MOST]
    except UnreadableError:
        return
    for item in listed:
        member = package.find(attribute(item, "BaseLoc"), signatures)
        if member is not None:
            try:
                yield from _stamps(package, package.xml(member), member)
            except UnreadableError:
                continue


def _stamps(package: Package, root: Element, member: str) -> Iterator[Seal]:
    info = child(root, "signedinfo")
    stamps = list(children(info, "stampannot"))[:_MOST]
    written = (content(child(info, "seal"), "baseloc"), content(root, "signedvalue"))
    files = [package.find(location, member) for location in written]
    data = next((found for name in files if name and (found := _picture(package.read(name)))), None)
    for stamp in stamps if data is not None else ():
        assert data is not None
        yield Seal(
            page=(attribute(stamp, "PageRef") or "").strip(),
            boundary=attribute(stamp, "Boundary") or "",
            picture=data,
        )


def _picture(data: bytes, depth: int = 0) -> bytes | None:
    """Return the first picture inside nested ASN.1 structures (DER)."""
    at = 0
    while at + 2 <= len(data):
        tag = data[at]
        length, start = _length(data, at + 1)
        inside = data[start : start + length]
        if tag == _OCTETS and inside.startswith(_PICTURES):
            return inside
        if (tag & _CONSTRUCTED or tag == _OCTETS) and depth < _DEPTH:
            found = _picture(inside, depth + 1)
            if found is not None:
                return found
        at = max(start + length, at + 2)
    return None


def _length(data: bytes, at: int) -> tuple[int, int]:
    """Return a length and where what it measures begins."""
    first = data[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    return int.from_bytes(data[at + 1 : at + 1 + min(count, 8)], "big"), at + 1 + count
