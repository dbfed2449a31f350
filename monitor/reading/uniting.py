"""One report out of the files of a filing or bundle: its page, its attachments, their members.

The report may stand wholly in one of them, or its text in one and its tables in another. Parts
are only ever put together from files that may be of the same report, and only parts that the
fullest file does not have at all: where two files have the same part, they are compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.formats import load_format
from monitor.reading.choosing import (
    ANY,
    Wanted,
    contradicts,
    fullness,
    holds_report,
    is_same_report,
    lacking_sections,
    lacking_tables,
    parts_of,
    without_body,
)
from monitor.reading.comparing import compare_reports
from monitor.reading.model import (
    Beside,
    Damage,
    PartSource,
    ReadTable,
    Report,
    Section,
    Source,
    UnreadableError,
)

_ORDER = tuple(section.key for section in load_format("v2021").sections)
_HOLD_NOTHING = frozenset({"empty"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file and what came of reading it."""

    source: Source
    result: Report | UnreadableError


def unite(
    readings: Sequence[Reading], wanted: Wanted = ANY, *, page: Source | None = None
) -> Report:
    """Return the report that several files hold together; of equally full ones the first.

    ``page`` names the file that the others are attached to: if it holds a report, that is the one
    meant, whatever names it goes by.

    Its ``source`` says which file it is of, ``parts_elsewhere`` which parts came from others,
    ``beside`` what else there is. If parts are lacking and some file could not be read, they may
    stand there: ``damage`` says so.

    Raises:
        UnreadableError: that of the first file not read, if no other holds a report;
            ``missing`` if there are no files; ``several-reports``.
    """
    read = [(item, item.result) for item in readings if isinstance(item.result, Report)]
    errors = [item for item in readings if isinstance(item.result, UnreadableError)]
    on_page = next((report for item, report in read if item.source == page), None)
    chosen = _choose([report for _, report in read], wanted, on_page)
    reason = _why_unread(chosen, [item.result for item in errors])
    if reason is not None:
        raise reason
    assert chosen is not None
    source = next(item.source for item, report in read if report is chosen)
    others = [(item.source, report) for item, report in read if report is not chosen]
    same = _of_the_same(chosen, others)
    whole = _completed(chosen, same)
    beside = (*_compared(whole, others, same), *(_failed(item) for item in errors))
    return replace(
        whole,
        source=_within(source, chosen.source),
        beside=(*chosen.beside, *beside),
        damage=(*whole.damage, *_unread_parts(whole, errors)),
    )


def _choose(reports: Sequence[Report], wanted: Wanted, on_page: Report | None) -> Report | None:
    """Return the fullest report, of those that are the one wanted if there are several."""
    pool = [report for report in reports if holds_report(report)] or list(reports)
    if not pool:
        return None
    fitting = [report for report in pool if not contradicts(report, wanted)]
    if len(fitting) < len(pool) and _are_several(pool):
        # Among reports of others, one that does not say whose it is may be anybody's.
        fitting = [report for report in fitting if report.agency or report.fiscal_year]
        if not fitting and on_page is not None and holds_report(on_page):
            fitting = [report for report in pool if is_same_report(on_page, report)]
        if not fitting and holds_report(pool[0]):
            raise _several(pool)
    return max(fitting or pool, key=fullness)


def _are_several(reports: Sequence[Report]) -> bool:
    return any(not is_same_report(reports[0], report) for report in reports[1:])


def _several(reports: Sequence[Report]) -> UnreadableError:
    whose = dict.fromkeys(f"{report.agency} {report.fiscal_year}" for report in reports)
    return UnreadableError("several-reports", f"reports of others: {', '.join(whose)}")


def _why_unread(
    chosen: Report | None, errors: Sequence[Report | UnreadableError]
) -> UnreadableError | None:
    if chosen is not None and holds_report(chosen):
        return None
    first = next((error for error in errors if isinstance(error, UnreadableError)), None)
    if first is not None:
        return first
    if chosen is None:
        return UnreadableError("missing", "there is no file to be read")
    return without_body(chosen)


def _of_the_same(
    chosen: Report, others: Sequence[tuple[Source, Report]]
) -> list[tuple[Source, Report]]:
    """Return the other readings of the report: those that nothing says are of another."""
    alone = all(is_same_report(chosen, report) for _, report in others)
    return [
        (source, report)
        for source, report in others
        if is_same_report(chosen, report)
        and (parts_of(report) or holds_report(report))
        and (alone or report.agency or report.fiscal_year)
    ]


def _completed(chosen: Report, same: Sequence[tuple[Source, Report]]) -> Report:
    """Return the report with the parts that it lacks taken from the others, fullest first."""
    whole = chosen
    for source, report in sorted(same, key=lambda pair: fullness(pair[1]), reverse=True):
        tables = {k: t for k, t in report.tables.items() if k not in whole.tables}
        have = {section.key for section in whole.sections}
        sections = [item for item in report.sections if item.key and item.key not in have]
        if tables or sections:
            whole = _with_parts(whole, report, tables, sections, _within(source, report.source))
    return whole


def _with_parts(
    whole: Report,
    report: Report,
    tables: Mapping[str, ReadTable],
    sections: Sequence[Section],
    source: Source,
) -> Report:
    """Return a report with parts of another one, and with what is known of their damage."""
    names = [f"section:{item.key}" for item in sections] + [f"table:{key}" for key in tables]
    keys = {item.key for item in sections if item.key}
    kept = [_spared(damage, frozenset(keys), frozenset(tables)) for damage in whole.damage]
    brought = [item for item in report.damage if item.tables & set(tables) or item.sections & keys]
    return replace(
        whole,
        tables={**whole.tables, **tables},
        sections=_in_order(whole.sections, sections),
        text="\n".join([whole.text, *(f"{item.heading}\n{item.text}" for item in sections)]),
        format_found=(whole.format_found if whole.tables else None) or report.format_found,
        damage=(*(damage for damage in kept if damage is not None), *brought),
        parts_elsewhere=(
            *whole.parts_elsewhere,
            *(PartSource(part=name, source=source) for name in names),
        ),
    )


def _spared(damage: Damage, sections: frozenset[str], tables: frozenset[str]) -> Damage | None:
    """Return a damage without the parts that were had from elsewhere; None if nothing is left."""
    if not (damage.sections & sections or damage.tables & tables):
        return damage
    left = replace(damage, sections=damage.sections - sections, tables=damage.tables - tables)
    return left if left.sections or left.tables else None


def _in_order(mine: Sequence[Section], more: Sequence[Section]) -> tuple[Section, ...]:
    """Return sections with others put before the first that the format has after them."""
    sections = list(mine)
    for section in more:
        rank = _rank(section)
        later = (at for at, item in enumerate(sections) if item.key and _rank(item) > rank)
        sections.insert(next(later, len(sections)), section)
    return tuple(sections)


def _rank(section: Section) -> int:
    return _ORDER.index(section.key) if section.key in _ORDER else len(_ORDER)


def _compared(
    whole: Report,
    others: Sequence[tuple[Source, Report]],
    same: Sequence[tuple[Source, Report]],
) -> Iterator[Beside]:
    """Yield the other files that hold a report or a part of one."""
    for source, report in others:
        is_same = any(report is other for _, other in same)
        if not (is_same or holds_report(report)):
            continue
        yield Beside(
            source=_within(source, report.source),
            title=report.title,
            agency=report.agency,
            fiscal_year=report.fiscal_year,
            differences=compare_reports(whole, report) if is_same else None,
        )
        yield from report.beside


def _failed(reading: Reading) -> Beside:
    assert isinstance(reading.result, UnreadableError)
    return Beside(source=reading.source, error=reading.result.code)


def _unread_parts(whole: Report, errors: Sequence[Reading]) -> Iterator[Damage]:
    """Yield the damage that lacking parts may stand in a file that was not read."""
    codes = [item.result.code for item in errors if isinstance(item.result, UnreadableError)]
    unread = [code for code in codes if code not in _HOLD_NOTHING]
    sections, tables = lacking_sections(whole), lacking_tables(whole)
    if unread and (sections or tables):
        yield Damage(
            code="part-unread",
            detail=f"a file beside it could not be read ({', '.join(dict.fromkeys(unread))})",
            sections=sections,
            tables=tables,
        )


def _within(outer: Source, inner: Source) -> Source:
    """Return the source of something in a member of a bundle that is an original itself."""
    return Source(sha256=outer.sha256, member=inner.member or outer.member)
