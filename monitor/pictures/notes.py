"""What is said beside an original: one note for each heading, each row, each damage."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.formats import load_format
from monitor.formats.naming import row_name
from monitor.language import Bilingual, Language
from monitor.plain import plain
from monitor.reading.model import (
    NOWHERE,
    Damage,
    Place,
    PrintedLabel,
    ReadTable,
    Report,
    Section,
    Value,
)
from monitor.reading.wording import DAMAGE_NAMES

UNREAD = "?"


class SpotKind(StrEnum):
    """What a marked place of the original holds."""

    TITLE = "title"
    HEADING = "heading"
    LABEL = "label"
    VALUE = "value"
    BLANK = "blank"
    UNREAD = "unread"
    DAMAGE = "damage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place of the original to be marked."""

    kind: SpotKind
    place: Place
    text: str
    """What was read there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What was read at some spots; it stands at the height of the last that is drawn."""

    kind: SpotKind
    text: str
    spots: tuple[Spot, ...]


def notes_of(report: Report, language: Language) -> tuple[Note, ...]:
    """Return what to say beside the original of a report, in its printed order."""
    return tuple(_notes(report, language))


def _notes(report: Report, language: Language) -> Iterator[Note]:
    if report.title is not None:
        name = Bilingual("题名", "title").in_language(language)
        spot = Spot(kind=SpotKind.TITLE, place=report.title_place, text=report.title)
        yield _note(f"{name}: {report.title}", spot)
    for section in report.sections:
        yield _heading(section, language)
    for table in report.tables.values():
        yield from _columns(table)
        yield from _rows(table, language)
    for damage in report.damage:
        yield _damage(damage, language)


def _note(text: str, spot: Spot) -> Note:
    return Note(kind=spot.kind, text=plain(text), spots=(spot,))


def _heading(section: Section, language: Language) -> Note:
    unknown = Bilingual("非规定章节", "none of the six").in_language(language)
    text = f"§{section.ordinal or '-'} {section.key or unknown}: {section.heading}"
    spot = Spot(kind=SpotKind.HEADING, place=section.place, text=section.heading)
    return _note(text, spot)


def _columns(table: ReadTable) -> Iterator[Note]:
    """Yield a note without words: that a header was recognised shows by its frame."""
    spots = tuple(_label(label) for label in table.column_labels)
    if spots:
        yield Note(kind=SpotKind.LABEL, text="", spots=spots)


def _label(label: PrintedLabel) -> Spot:
    return Spot(kind=SpotKind.LABEL, place=label.place, text=label.text)


def _rows(table: ReadTable, language: Language) -> Iterator[Note]:
    rows = load_format(table.format).tables[table.key].rows
    numbers = {row.key: number for number, row in enumerate(rows, start=1)}
    # the one row of the table of remedies has no label of its own
    printed = () if table.key == "remedies" else table.row_labels
    labels = {label.key: _label(label) for label in printed if label.place != NOWHERE}
    for key, cells in table.values.items():
        spots = [
            Spot(kind=_kind(value), place=value.place, text=value.text or "")
            for value in cells.values()
        ]
        name = row_name(table.format, table.key, key).in_language(language)
        text = f"{numbers.get(key, '-')} {name}: {' '.join(map(_shown, cells.values()))}"
        yield Note(
            kind=SpotKind.UNREAD if _reasons(cells) else SpotKind.VALUE,
            text=plain(text + _reasons(cells)),
            spots=(*([labels[key]] if key in labels else []), *spots),
        )


def _kind(value: Value) -> SpotKind:
    if value.text is None:
        return SpotKind.UNREAD
    return SpotKind.VALUE if value.text.strip() else SpotKind.BLANK


def _shown(value: Value) -> str:
    if value.text is None:
        return UNREAD
    return value.text.strip() or "␣"


def _reasons(cells: Mapping[str, Value]) -> str:
    reasons = dict.fromkeys(value.reason or "" for value in cells.values() if value.text is None)
    return f" ({'; '.join(reasons)})" if reasons else ""


def _damage(damage: Damage, language: Language) -> Note:
    name = DAMAGE_NAMES.get(damage.code)
    text = damage.code if name is None else name.in_language(language)
    spot = Spot(kind=SpotKind.DAMAGE, place=damage.place, text="")
    return _note(f"! {text}: {damage.detail}", spot)
