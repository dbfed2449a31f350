"""Reads a DOC, WPS, RTF or ODT: LibreOffice converts it, and a second reader checks the cells."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from monitor.reading import kinds, word
from monitor.reading.limits import DEFAULT_LIMITS, Limits
from monitor.reading.model import (
    NOWHERE,
    Damage,
    Document,
    Image,
    Paragraph,
    UnreadableError,
)
from monitor.reading.office.comparing import compare
from monitor.reading.office.converter import DOCX, PDF, Source, convert, deadline
from monitor.reading.office.fields import freeze_doc, freeze_odt, freeze_rtf
from monitor.reading.office.msdoc import read_doc_cells
from monitor.reading.office.numbers import with_numbers
from monitor.reading.office.odt import read_odt_cells
from monitor.reading.office.ole import BROKEN_OLE, WORD_97, WordFile, open_word_file
from monitor.reading.office.places import with_counted_places
from monitor.reading.office.rtf import read_rtf_cells
from monitor.reading.office.rtf_tokens import is_whole
from monitor.reading.office.second import OddFileError, SecondReading
from monitor.reading.word import read_docx

METHODS: Mapping[str, str] = {
    kinds.DOC: "doc",
    kinds.WPS: "wps",
    kinds.RTF: "rtf",
    kinds.ODT: "odt",
}
"""The ``method`` of a document of each kind."""
_WORD_97 = Source(suffix="doc", filter="MS Word 97")
_WORD_95 = Source(suffix="doc", filter="MS Word 95")
_WORD_6 = Source(suffix="doc", filter="MS WinWord 6")
_RTF = Source(suffix="rtf", filter="Rich Text Format")
_ODT = Source(suffix="odt", filter="writer8")
_DOCX = Source(suffix="docx", filter="MS Word 2007 XML")
_FIRST_WORD_95 = 104


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """How a file is converted, and how it is read a second time."""

    body: bytes
    source: Source
    second: Callable[[], SecondReading]


def read_office(body: bytes, kind: str, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read an office document of the media type ``kind``: DOC, WPS, RTF or ODT of ``kinds``.

    Blocks are placed by counting (see ``places``). A cell on which the two readings differ is
    doubtful, and a ``readers-disagree`` damage says so.

    Raises:
        UnreadableError: ``no-converter`` if LibreOffice is not there, ``encrypted``, ``damaged``,
            ``limits-exceeded``, ``unsupported-type`` for WPS files of before 2005, ``crashed``.
    """
    until = deadline(limits)
    plan = _PLANS[kind](body)
    # First, since what it refuses need not be converted.
    second = _second_reading(plan)
    docx = convert(plan.body, plan.source, DOCX, limits, until)
    converted = read_docx(docx)
    _remember(body, docx if any(isinstance(x, Image) for x in converted.blocks) else None)
    blocks = with_counted_places(converted.blocks)
    if isinstance(second, SecondReading):
        compared = compare(with_numbers(blocks, second.numbered), second)
        blocks, damage = compared.blocks, compared.damage
    else:
        damage = (second,)
    document = replace(
        converted,
        media_type=kind,
        method=METHODS[kind],
        blocks=blocks,
        # Their places are those of the conversion, which nobody has.
        damage=(*(replace(item, place=NOWHERE) for item in converted.damage), *damage),
    )
    _refuse_if_empty(document)
    return document


def print_to_pdf(body: bytes, kind: str, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the PDF that LibreOffice prints of an office document, DOCX included.

    Raises:
        UnreadableError: as ``read_office``.
    """
    if kind == kinds.DOCX:
        return convert(body, _DOCX, PDF, limits)
    plan = _PLANS[kind](body)
    return convert(plan.body, plan.source, PDF, limits)


def pictures_of(body: bytes) -> Mapping[str, bytes]:
    """Return the pictures of the document that ``read_office`` read last, by ``Image.source``.

    Another document would have to be converted for them; there are none of that.
    """
    remembered = _Last.pictures_in
    if remembered is None or remembered[0] != sha256(body).digest():
        return {}
    return word.pictures_of(remembered[1])


class _Last:
    """The document that was read last, if it has pictures."""

    pictures_in: tuple[bytes, bytes] | None = None
    """The digest of the original, and what it was converted to."""


def _remember(body: bytes, docx: bytes | None) -> None:
    _Last.pictures_in = (sha256(body).digest(), docx) if docx is not None else None


def _second_reading(plan: _Plan) -> SecondReading | Damage:
    try:
        return plan.second()
    except OddFileError as error:
        logging.getLogger(__name__).info("no second reading", exc_info=True)
        detail = f"the cells stand on one reading: {error}"
        return Damage(code="readers-disagree", detail=detail)


def _refuse_if_empty(document: Document) -> None:
    for block in document.blocks:
        if isinstance(block, Image):
            return
        texts = [block.text] if isinstance(block, Paragraph) else [x.text for x in block.cells]
        if any(text.strip() for text in texts):
            return
    raise UnreadableError("damaged", "the document holds no text that could be read")


def _word_plan(body: bytes) -> _Plan:
    file = open_word_file(body)
    try:
        frozen = freeze_doc(body, file)
    except BROKEN_OLE as error:
        raise UnreadableError("damaged", f"its fields do not fit together: {error}") from error
    return _Plan(body=frozen, source=_word_source(file), second=lambda: read_doc_cells(file))


def _word_source(file: WordFile) -> Source:
    if file.version >= WORD_97:
        return _WORD_97
    return _WORD_95 if file.version >= _FIRST_WORD_95 else _WORD_6


def _rtf_plan(body: bytes) -> _Plan:
    # A mark of the byte order or blanks may stand before it.
    text = body[body.index(b"{") :]
    if not is_whole(text):
        raise UnreadableError("damaged", "the file is cut short: its groups are not closed")
    return _Plan(body=freeze_rtf(text), source=_RTF, second=lambda: read_rtf_cells(text))


def _odt_plan(body: bytes) -> _Plan:
    second = read_odt_cells(body)
    return _Plan(body=freeze_odt(body), source=_ODT, second=lambda: second)


_PLANS: Mapping[str, Callable[[bytes], _Plan]] = {
    kinds.DOC: _word_plan,
    kinds.WPS: _word_plan,
    kinds.RTF: _rtf_plan,
    kinds.ODT: _odt_plan,
}
