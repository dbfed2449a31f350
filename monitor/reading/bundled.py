"""The report in a ZIP, RAR or 7z, with the pictures of its pages beside them."""

import logging
import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote

from monitor.reading import kinds
from monitor.reading.bundle import Member
from monitor.reading.choosing import ANY, Wanted, is_whole
from monitor.reading.model import (
    Block,
    Damage,
    Document,
    Grid,
    Place,
    Report,
    Source,
    UnreadableError,
)
from monitor.reading.pictured import SMALLEST_TABLE, Lookup
from monitor.reading.uniting import Reading, unite

ReadMember = Callable[[Member, Lookup], Report]
ReadPages = Callable[[Sequence[Member]], Report]

_SHORT = {kinds.ZIP: "zip", kinds.RAR: "rar", kinds.SEVEN_ZIP: "7z"}
_NUMBERS = re.compile(r"(\d+)")

log = logging.getLogger(__name__)


def read_bundle(
    members: Sequence[Member],
    kind: str,
    read: ReadMember,
    read_pages: ReadPages,
    wanted: Wanted = ANY,
) -> Report:
    """Return the report that the files of a bundle hold.

    Pictures that a page of the bundle shows are read with that page; others are pages of a scan,
    those of one folder together, and are looked at only if no file holds a whole report.

    Raises:
        UnreadableError: if none could be read; see ``monitor.reading.uniting.unite``.
    """
    pictures = {item.name: item.body for item in members if _is_picture(item)}
    shown: set[str] = set()
    readings = [
        _attempt(item.name, _reading(item, pictures, shown, read))
        for item in members
        if item.name not in pictures
    ]
    if not any(isinstance(item.result, Report) and is_whole(item.result) for item in readings):
        loose = [item for item in members if item.name in pictures and item.name not in shown]
        readings += [
            _attempt(pages[0].name, lambda pages=pages: read_pages(pages))  # type: ignore[misc]
            for pages in _scans(loose)
        ]
    return replace(unite(readings, wanted), bundle=_SHORT[kind])


def _is_picture(member: Member) -> bool:
    return bool(member.body) and kinds.file_kind(member.body) in kinds.PICTURES


def _reading(
    member: Member, pictures: dict[str, bytes], shown: set[str], read: ReadMember
) -> Callable[[], Report]:
    folder = posixpath.dirname(member.name)

    def lookup(source: str) -> bytes | None:
        """Return a picture that lies where the page says."""
        path = posixpath.normpath(posixpath.join(folder, unquote(source.partition("?")[0])))
        if path in pictures:
            shown.add(path)
        return pictures.get(path)

    def answer() -> Report:
        if member.problem is not None:
            raise member.problem
        return read(member, lookup)

    return answer


def _attempt(name: str, read: Callable[[], Report]) -> Reading:
    """Read one file of the bundle; what goes wrong with it does not keep the others from it."""
    source = Source(member=name)
    try:
        return Reading(source=source, result=read())
    except UnreadableError as error:
        return Reading(source=source, result=UnreadableError(error.code, f"{name}: {error}"))
    except MemoryError:
        raise  # the next would not fare better
    except Exception as error:  # the boundary that keeps one document from the others
        log.exception("%s", name)
        message = f"{name}: the reader failed: {type(error).__name__}: {error}"
        return Reading(source=source, result=UnreadableError("crashed", message))


def _scans(pictures: Sequence[Member]) -> Iterator[list[Member]]:
    """Yield the pictures large enough to be pages, by folder, in the order of their numbers."""
    folders: dict[str, list[Member]] = {}
    for item in pictures:
        if len(item.body) >= SMALLEST_TABLE:
            folders.setdefault(posixpath.dirname(item.name), []).append(item)
    for items in folders.values():
        yield sorted(items, key=lambda item: _in_numbers(item.name))


def _in_numbers(name: str) -> list[tuple[int, str]]:
    """Return a name as it is sorted: page 10 after page 9."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in _NUMBERS.split(name)]


def join_pages(documents: Sequence[Document]) -> Document:
    """Return the scanned pages of several files as one document, numbered through."""
    blocks: list[Block] = []
    before = 0
    for document in documents:
        blocks += [_moved(block, before) for block in document.blocks]
        before += document.pages or 1
    return replace(
        documents[0],
        blocks=tuple(blocks),
        pages=before,
        damage=tuple(_moved_damage(documents)),
    )


def _moved(block: Block, before: int) -> Block:
    place = _later(block.place, before)
    if isinstance(block, Grid):
        cells = tuple(replace(cell, place=_later(cell.place, before)) for cell in block.cells)
        return replace(block, place=place, cells=cells)
    return replace(block, place=place)


def _moved_damage(documents: Sequence[Document]) -> Iterator[Damage]:
    before = 0
    for document in documents:
        for damage in document.damage:
            yield replace(damage, place=_later(damage.place, before))
        before += document.pages or 1


def _later(place: Place, before: int) -> Place:
    return replace(place, page=place.page + before) if place.page is not None else place
