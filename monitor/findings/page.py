"""A web page that shows a report with its findings beside the passages and cells they concern.

It needs no script and loads nothing; personal data in the report's text is masked.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import metadata
from itertools import pairwise

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.findings.judged import Judged
from monitor.findings.tables import blocks_of
from monitor.formats.naming import column_name, row_name, table_name
from monitor.language import Bilingual, Language
from monitor.plain import plain
from monitor.reading.model import ReadTable, Report, Section
from monitor.reading.wording import damage_name
from monitor.rules.contract import verdict_object
from monitor.rules.masking import mask
from monitor.rules.model import Evidence, Outcome, Verdict
from monitor.rules.naming import SEVERITY_NAMES
from storage.clock import SHANGHAI

_UNSURE = "unsure"
_CUT = "…"
_SHORTEST = 2
"""Characters of a quotation that is looked for in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of text and the numbers of the findings that concern it."""

    text: str
    findings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A finding as it stands beside the report."""

    number: int
    severity: str
    """``error``, ``warning``, ``info``, or ``unsure`` if it could not be judged."""
    severity_name: str
    rule: str
    title: str
    message: str
    basis: str
    overlay: str | None
    quotes: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table; ``text`` is ``?`` if it was not read."""

    text: str
    unread: str = ""
    findings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table."""

    label: str
    cells: tuple[Cell, ...]
    findings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The rows of a table that have the same columns."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section with its paragraphs, its table and the notes beside it."""

    heading: tuple[Piece, ...]
    paragraphs: tuple[tuple[Piece, ...], ...] = ()
    blocks: tuple[Block, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class _Numbered:
    """The verdicts with their numbers, by where they stand."""

    verdicts: Sequence[tuple[int, Verdict]]
    placed: set[int] = field(default_factory=set)

    def of_section(self, key: str | None) -> Iterator[tuple[int, Evidence]]:
        for number, verdict in self.verdicts:
            for evidence in verdict.evidence:
                if (evidence.section or evidence.table) == key:
                    yield number, evidence

    def of_cell(self, table: str, row: str, column: str | None) -> tuple[int, ...]:
        found = {
            number
            for number, verdict in self.verdicts
            for e in verdict.evidence
            if (e.table or e.section) == table and e.row == row and e.column == column
        }
        self.placed.update(found)
        return tuple(sorted(found))


def report_page(judged: Judged, language: Language, now: datetime, titles: dict[str, str]) -> str:
    """Return the page as HTML; ``titles`` are the titles of the rules by id."""
    verdicts = [*enumerate((*judged.findings(), *judged.unsure()), start=1)]
    notes = {
        number: _note(judged, number, verdict, language, titles) for number, verdict in verdicts
    }
    parts = list(_parts(judged.report, _Numbered(verdicts), notes, language))
    beside = {note.number for part in parts for note in part.notes}
    rest = [note for number, note in notes.items() if number not in beside]
    template = _environment().get_template("report.html.j2")
    return template.render(
        zh=language == "zh",
        title=plain(judged.report.title or judged.name),
        judged=judged,
        version=metadata.version("nianbao"),
        shown_at=f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        whole=[note for note in rest if note.severity != _UNSURE],
        unsure=[note for note in rest if note.severity == _UNSURE],
        counts=_counts(judged, language),
        parts=parts,
        damage=[plain(damage_name(item).in_language(language)) for item in judged.report.damage],
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("monitor.findings"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def _counts(judged: Judged, language: Language) -> list[tuple[str, str, int]]:
    found = judged.findings()
    counts = [
        (str(severity), name.in_language(language), sum(v.severity == severity for v in found))
        for severity, name in SEVERITY_NAMES.items()
    ]
    unsure = Bilingual("无法判断", "not judged").in_language(language)
    return [*counts, (_UNSURE, unsure, len(judged.unsure()))]


def _note(
    judged: Judged, number: int, verdict: Verdict, language: Language, titles: dict[str, str]
) -> Note:
    told = verdict_object(verdict)
    failed = verdict.outcome is Outcome.FAIL
    unsure = Bilingual("无法判断", "not judged")
    name = SEVERITY_NAMES[verdict.severity] if failed else unsure
    quotes = dict.fromkeys(str(item["quote"]) for item in told["evidence"] if item["quote"])
    return Note(
        number=number,
        severity=str(verdict.severity) if failed else _UNSURE,
        severity_name=name.in_language(language),
        rule=verdict.rule,
        title=titles.get(verdict.rule, ""),
        message=plain(told[f"message_{language}"]),
        basis=verdict.basis,
        overlay=verdict.overlay,
        quotes=tuple(plain(quote) for quote in list(quotes)[:5]),
        fingerprint=judged.fingerprint(verdict),
    )


def _parts(
    report: Report, found: _Numbered, notes: dict[int, Note], language: Language
) -> Iterator[Part]:
    told: set[int] = set()
    if report.preamble:
        opening = Bilingual("导语", "Preamble").in_language(language)
        yield _part(opening, [report.preamble], None, _in_text(found, report.preamble), notes, told)
    tables = dict(report.tables)
    for section in report.sections:
        yield _section(section, tables.pop(section.key or "", None), found, notes, told, language)
    for table in tables.values():
        name = table_name(table.key).in_language(language)
        marks = [(n, e) for n, e in found.of_section(table.key)]
        yield _part(name, [], _blocks(table, found, language), marks, notes, told)


def _in_text(found: _Numbered, text: str) -> list[tuple[int, Evidence]]:
    """Return what is said of no section, and stands in a text."""
    return [(n, e) for n, e in found.of_section(None) if _spot(e.quote, text) is not None]


def _section(
    section: Section,
    table: ReadTable | None,
    found: _Numbered,
    notes: dict[int, Note],
    told: set[int],
    language: Language,
) -> Part:
    texts = [paragraph.text for paragraph in section.paragraphs] or section.text.split("\n")
    marks = list(found.of_section(section.key)) if section.key else []
    blocks = _blocks(table, found, language) if table is not None else ()
    return _part(section.heading, texts, blocks, marks, notes, told)


def _part(
    heading: str,
    texts: Iterable[str],
    blocks: Iterable[Block] | None,
    marks: Sequence[tuple[int, Evidence]],
    notes: dict[int, Note],
    told: set[int],
) -> Part:
    numbers = sorted({number for number, _ in marks} - told)
    told.update(numbers)
    in_prose = [(number, e.quote) for number, e in marks if e.row is None]
    return Part(
        heading=_pieces(heading, in_prose),
        paragraphs=tuple(_pieces(text, in_prose) for text in texts if text.strip()),
        blocks=tuple(blocks or ()),
        notes=tuple(notes[number] for number in numbers),
    )


def _pieces(text: str, marks: Sequence[tuple[int, str]]) -> tuple[Piece, ...]:
    """Return a text cut where the quotations of findings begin and end."""
    spots = [(number, spot) for number, quote in marks if (spot := _spot(quote, text))]
    edges = sorted({0, len(text), *(edge for _, spot in spots for edge in spot)})
    shown = mask(text)
    return tuple(
        Piece(
            text=plain(shown[start:end]),
            findings=tuple(
                dict.fromkeys(n for n, (first, last) in spots if first <= start and end <= last)
            ),
        )
        for start, end in pairwise(edges)
    )


def _spot(quote: str, text: str) -> tuple[int, int] | None:
    """Return where a quotation stands in a text: its start and end."""
    words = quote.strip(_CUT).strip()
    start = text.find(words) if len(words) >= _SHORTEST else -1
    return (start, start + len(words)) if start >= 0 else None


def _blocks(table: ReadTable, found: _Numbered, language: Language) -> tuple[Block, ...]:
    return tuple(
        Block(
            columns=tuple(
                column_name(table.format, table.key, column.key).in_language(language)
                for column in rows[0].columns
            ),
            rows=tuple(
                Row(
                    label=row_name(table.format, table.key, row.key).in_language(language),
                    cells=tuple(
                        _cell(table, row.key, column.key, found) for column in rows[0].columns
                    ),
                    findings=found.of_cell(table.key, row.key, None),
                )
                for row in rows
            ),
        )
        for rows in blocks_of(table)
    )


def _cell(table: ReadTable, row: str, column: str, found: _Numbered) -> Cell:
    value = table.values[row].get(column)
    numbers = found.of_cell(table.key, row, column)
    if value is None or value.text is None:
        return Cell(text="?", unread=plain(value.reason if value else ""), findings=numbers)
    return Cell(text=plain(mask(value.text)), findings=numbers)
