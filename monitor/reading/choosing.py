"""How much of a report a reading shows, and which of several readings is the one to judge."""

import re
from dataclasses import dataclass

from monitor.formats import load_format
from monitor.reading.model import Report, UnreadableError
from monitor.reading.normalise import remove_blanks

_ENOUGH_PARTS = 3
_LONG_ENOUGH = 1000
"""Characters of prose that only a report has; one of before 2019 has no sections we know."""
_SHORTEST_BODY = 300
_NEW_FORMATS = frozenset({"v2019", "v2021", "hybrid"})
_OLDEST_NEW = 2019
_PUNCTUATION = re.compile(r"\W+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which report is looked for where there may be several; None and nothing mean any."""

    agencies: tuple[str, ...] = ()
    """The agency's names."""
    fiscal_year: int | None = None


ANY = Wanted()


def parts_of(report: Report) -> frozenset[str]:
    """Return the keys of the format's parts of which a section or a table was read."""
    return frozenset({item.key for item in report.sections if item.key} | set(report.tables))


def prose_length(report: Report) -> int:
    """Return the characters of prose, blanks not counted."""
    return len("".join(report.text.split()))


def fullness(report: Report) -> tuple[int, int, int]:
    """Return how much of a report was read, to be compared: more is fuller.

    First the sections and tables, then the cells that were not read, then, where no part of the
    format was found, the length.
    """
    sections = {item.key for item in report.sections if item.key}
    parts = len(sections) + len(report.tables)
    return parts, -_unread_cells(report), 0 if parts else prose_length(report)


def _unread_cells(report: Report) -> int:
    rows = (row for table in report.tables.values() for row in table.values.values())
    return sum(value.text is None for row in rows for value in row.values())


def holds_report(report: Report) -> bool:
    """Whether a reading shows the body of an annual report and not just a page around it."""
    return len(parts_of(report)) >= _ENOUGH_PARTS or prose_length(report) >= _LONG_ENOUGH


def without_body(report: Report) -> UnreadableError | None:
    """Return an error if a file shows nothing to judge: a shell around pictures or attachments.

    Where no section, no table and hardly a text was read, the report stands somewhere else; to
    say that its sections are missing would accuse the agency of what was not seen.
    """
    if parts_of(report) or prose_length(report) >= _SHORTEST_BODY:
        return None
    return UnreadableError(
        "not-a-report", "the file shows no section, no table and hardly any text of a report"
    )


def lacking_sections(report: Report) -> frozenset[str]:
    """Return the sections of the format that were not read; none of them before fiscal 2019."""
    if not _is_new(report):
        return frozenset()
    expected = {section.key for section in load_format("v2021").sections}
    return frozenset(expected - {item.key for item in report.sections})


def lacking_tables(report: Report) -> frozenset[str]:
    """Return the tables of the format that were not read; none of them before fiscal 2019."""
    if not _is_new(report):
        return frozenset()
    return frozenset(set(load_format("v2021").tables) - set(report.tables))


def is_whole(report: Report) -> bool:
    """Whether no part of the format is lacking and there is a body."""
    return holds_report(report) and not (lacking_sections(report) or lacking_tables(report))


def _is_new(report: Report) -> bool:
    if report.format_found in _NEW_FORMATS:
        return True
    old = report.format_found == "v2008" or (
        report.fiscal_year is not None and report.fiscal_year < _OLDEST_NEW
    )
    return not old


def is_same_report(one: Report, other: Report) -> bool:
    """Whether nothing says that two readings are of different reports: agency or year."""
    years = {one.fiscal_year, other.fiscal_year} - {None}
    return len(years) < 2 and not _other_agency(one.agency, other.agency)


def contradicts(report: Report, wanted: Wanted) -> bool:
    """Whether a reading says that it is not the report wanted."""
    year = report.fiscal_year
    if wanted.fiscal_year is not None and year is not None and year != wanted.fiscal_year:
        return True
    names = [name for name in wanted.agencies if name]
    return bool(names) and all(_other_agency(report.agency, name) for name in names)


def _other_agency(one: str | None, other: str | None) -> bool:
    """Whether two names are of different agencies; one may leave out the place before it."""
    if not one or not other:
        return False
    a, b = (_short(name) for name in (one, other))
    return not (a.endswith(b) or b.endswith(a))


def _short(name: str) -> str:
    """Return a name as it is compared: 人民政府 is 政府, 办公室 is 办."""
    bare = _PUNCTUATION.sub("", remove_blanks(name))
    return bare.replace("人民政府", "政府").replace("办公室", "办")
