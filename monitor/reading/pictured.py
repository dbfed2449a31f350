"""Pictures in a document, read in their place: tables and pages that were published as images.

A picture is only recognised where the report lacks something without it: recognition takes
seconds, and what stands there as text is more certain. What stays unread is named in ``damage``,
so that nothing is called missing that may be in a picture.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote_to_bytes

from monitor.reading.assemble import assemble
from monitor.reading.choosing import is_whole, lacking_sections, lacking_tables
from monitor.reading.limits import Limits
from monitor.reading.model import (
    Block,
    Damage,
    Document,
    Grid,
    Image,
    Place,
    Report,
    UnreadableError,
)

Lookup = Callable[[str], bytes | None]
"""Gives the bytes of a picture by its address as the document writes it, None if not at hand."""
Recogniser = Callable[[bytes, Place, Limits], tuple[tuple[Block, ...], tuple[Damage, ...]]]
"""Gives the blocks that a picture shows, placed where the picture is; raises UnreadableError."""

RECOGNISED = "+ocr"
"""Behind the method of a document of which a part was recognised."""
MOST_PICTURES = 40
SMALLEST_TABLE = 3_000
"""Bytes; no picture of a table of words is smaller."""
_HALF_A_PAGE = 250_000
"""Square points; A4 has half a million."""
_DATA = re.compile(r"data:(?P<type>image/[\w.+-]+)?[^,]{0,200}?(?P<coded>;base64)?,", re.IGNORECASE)
_ICON = re.compile(
    r"filetypeimages|/icons?[/_-]|icon_\w{2,5}\.(?:gif|png|jpg)|(?:^|/)(?:blank|spacer|space|dot)\.gif",
    re.IGNORECASE,
)
_NOT_AT_HAND = "it is not at hand"
_NO_RECOGNISER = "text recognition is not installed"


@dataclass(slots=True)
class _Pictures:
    """The pictures of a document: what is at hand of them and why others stay unread."""

    at_hand: dict[int, bytes] = field(default_factory=dict)
    """By the number of their block."""
    unread: dict[int, str] = field(default_factory=dict)


def read_pictured(
    document: Document, lookup: Lookup, recognise: Recogniser | None, limits: Limits
) -> Report:
    """Return the report that a document is, what its pictures show included.

    ``recognise`` is None if the model is not installed. The pictures stay in ``Report.images``,
    with ``recognised`` set where blocks stand in their place.
    """
    document, pictures = _set_apart(document, lookup, limits)
    report = assemble(document)
    if not (pictures.at_hand or pictures.unread) or is_whole(report):
        return report
    shown, marked = _recognised(document, pictures, recognise, limits)
    if shown is not document:
        report = assemble(shown)
    return replace(report, damage=(*report.damage, *_unread(shown, report, marked)))


def is_icon(source: str) -> bool:
    """Tell the little pictures that editors put beside links, by their addresses."""
    return _ICON.search(source) is not None


def _set_apart(document: Document, lookup: Lookup, limits: Limits) -> tuple[Document, _Pictures]:
    """Return a document without the bytes that are written into it, and its pictures."""
    blocks: list[Block] = []
    pictures = _Pictures()
    room = limits.body_bytes
    for number, block in enumerate(document.blocks):
        if not isinstance(block, Image) or is_icon(block.source or ""):
            blocks.append(block)
            continue
        body, image = _bytes_of(block, lookup)
        blocks.append(image)
        if body is None:
            pictures.unread[number] = _NOT_AT_HAND
        elif len(body) >= SMALLEST_TABLE:
            room -= len(body)
            if room < 0 or len(pictures.at_hand) >= min(MOST_PICTURES, limits.scan_pages):
                pictures.unread[number] = "there are too many"
            else:
                pictures.at_hand[number] = body
    return replace(document, blocks=tuple(blocks)), pictures


def _bytes_of(image: Image, lookup: Lookup) -> tuple[bytes | None, Image]:
    source = image.source or ""
    written = _DATA.match(source)
    if written is None:
        return (lookup(source) if source else None), image
    short = replace(image, source=f"data:{written['type'] or ''}")
    payload = unquote_to_bytes(source[written.end() :])
    if not written["coded"]:
        return payload, short
    try:
        return base64.b64decode(payload + b"=" * (-len(payload) % 4)), short
    except (binascii.Error, ValueError):
        return None, short


def _recognised(
    document: Document, pictures: _Pictures, recognise: Recogniser | None, limits: Limits
) -> tuple[Document, Mapping[int, str]]:
    """Return a document with what its pictures show, and why which of its blocks stay unread."""
    blocks: list[Block] = []
    damage: list[Damage] = []
    unread: dict[int, str] = {}
    for number, block in enumerate(document.blocks):
        reason = pictures.unread.get(number)
        if number in pictures.at_hand and isinstance(block, Image):
            try:
                shown, lost = _shown(pictures.at_hand[number], block.place, recognise, limits)
                blocks += [replace(block, recognised=True), *shown]
                damage += lost
                continue
            except UnreadableError as error:
                reason = str(error)
        if reason is not None:
            unread[len(blocks)] = reason
        blocks.append(block)
    if len(blocks) == len(document.blocks):
        return document, unread
    method = document.method + RECOGNISED
    changed = replace(
        document, method=method, blocks=tuple(blocks), damage=(*document.damage, *damage)
    )
    return changed, unread


def _shown(
    body: bytes, place: Place, recognise: Recogniser | None, limits: Limits
) -> tuple[tuple[Block, ...], tuple[Damage, ...]]:
    if recognise is None:
        raise UnreadableError("no-recognition", _NO_RECOGNISER)
    return recognise(body, place, limits)


def _unread(document: Document, report: Report, unread: Mapping[int, str]) -> Iterator[Damage]:
    """Yield the damage that a picture not read does to the parts that may stand in it."""
    sections, tables = lacking_sections(report), lacking_tables(report)
    headings = _headings(document, report)
    for number, reason in unread.items():
        image = document.blocks[number]
        assert isinstance(image, Image)
        mine = _tables_at(number, headings, tables)
        whole = sections if _may_be_page(image.place) else frozenset()
        if mine or whole:
            yield Damage(
                code="picture-unread",
                detail=f"a picture was not read: {reason}",
                sections=whole,
                tables=mine,
                place=image.place,
            )


def _may_be_page(place: Place) -> bool:
    """Tell a picture that may be a page of the report with its headings, if its size is known."""
    if place.bbox is None:
        return True
    left, top, right, bottom = place.bbox
    return (right - left) * (bottom - top) >= _HALF_A_PAGE


def _headings(document: Document, report: Report) -> dict[str, int | None]:
    """Return the number of the block at which each section begins, None if it is not known."""
    at: dict[tuple[object, ...], int] = {}
    for number, block in enumerate(document.blocks):
        if not isinstance(block, Image | Grid):
            at.setdefault(_spot(block.place), number)
    return {item.key: at.get(_spot(item.place)) for item in report.sections if item.key}


def _spot(place: Place) -> tuple[object, ...]:
    return place.page, place.bbox, place.path


def _tables_at(
    number: int, headings: Mapping[str, int | None], tables: frozenset[str]
) -> frozenset[str]:
    """Return the lacking tables that may stand in a picture, by the headings around it."""
    known = [(at, key) for key, at in headings.items() if at is not None and at <= number]
    own = max(known)[1] if known else None
    return frozenset(key for key in tables if headings.get(key) is None or key == own)
