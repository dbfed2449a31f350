"""Small changes of an invented filing, from which defects are made."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from monitor.specimens.filings import Filing, dated
from monitor.specimens.model import Misprint, Specimen

HEADS = {
    "proactive": "主动公开", "on_request": "依申请公开", "management": "政府信息管理",
    "platform": "政府信息公开平台建设", "supervision": "监督保障",
}  # fmt: skip
"""What the five aspects of section one are called."""
_LONGEST_NUMBER = 4


def with_cells(report: Specimen, table: str, changes: Mapping[tuple[str, str], str]) -> Specimen:
    """Return the report with other texts in some cells, by row and column."""
    rows = {row: dict(cells) for row, cells in report.tables[table].items()}
    for (row, column), text in changes.items():
        assert column in rows[row], (table, row, column)
        rows[row][column] = text
    return replace(report, tables={**report.tables, table: rows})


def with_added(report: Specimen, table: str, changes: Mapping[tuple[str, str], int]) -> Specimen:
    """Return the report with numbers added to some cells."""
    cells = report.tables[table]
    return with_cells(
        report, table, {(r, c): str(int(cells[r][c]) + by) for (r, c), by in changes.items()}
    )


def without_table(report: Specimen, table: str) -> Specimen:
    """Return the report without one of its tables."""
    kept = {key: cells for key, cells in report.tables.items() if key != table}
    return replace(report, tables=kept)


def without_row(report: Specimen, table: str, row: str) -> Specimen:
    """Return the report without a row of a table."""
    kept = {key: cells for key, cells in report.tables[table].items() if key != row}
    return replace(report, tables={**report.tables, table: kept})


def misprinting(report: Specimen, *misprints: Misprint) -> Specimen:
    """Return the report with tables misprinted."""
    return replace(report, misprints=(*report.misprints, *misprints))


def with_text(report: Specimen, slot: str, text: str) -> Specimen:
    """Return the report with other prose in a slot."""
    return replace(report, texts={**report.texts, slot: text})


def with_sentence(report: Specimen, slot: str, sentence: str) -> Specimen:
    """Return the report with a sentence more at the end of a slot's last paragraph."""
    return with_text(report, slot, report.texts.get(slot, "") + sentence)


def prose_slot(report: Specimen) -> str:
    """Return the slot of the first section of prose."""
    return "overview" if "overview" in report.texts else next(iter(report.texts))


def with_aspect(report: Specimen, aspect: str, text: str, *, more: bool = False) -> Specimen | None:
    """Return the report with other words on an aspect of section one, or with ``more`` behind."""
    lines = report.texts.get("overview", "").splitlines()
    for index, line in enumerate(lines):
        at = line.find(HEADS[aspect])
        if not 0 <= at <= _LONGEST_NUMBER:
            continue
        end = line.find("。")
        if end < 0:
            lines[index + 1] = lines[index + 1] + text if more else text
        else:
            lines[index] = line + text if more else line[: end + 1] + text
        return with_text(report, "overview", "\n".join(lines))
    return None


def without_aspects(report: Specimen, *aspects: str) -> Specimen:
    """Return the report without some of the aspects of section one, their titles included."""
    lines, dropping = [], False
    for line in report.texts["overview"].splitlines():
        found = [key for key, head in HEADS.items() if 0 <= line.find(head) <= _LONGEST_NUMBER]
        if found:
            dropping = found[0] in aspects
        if not dropping:
            lines.append(line)
    return with_text(report, "overview", "\n".join(lines))


def flat_title(report: Specimen) -> str:
    """Return the title in one line."""
    return report.title.replace("\n", "")


def titled(filing: Filing, title: str) -> Filing:
    """Return the filing under another title, wherever the portal shows it."""
    labels = dict(filing.publication.labels or {}) | {"articletitle": title}
    return filing.saying(title=title).telling(list_title=title, labels=labels)


def published_on(filing: Filing, day: date, *, seen: date | None = None) -> Filing:
    """Return the filing published on another day, wherever the portal shows it."""
    publication = filing.publication
    old = filing.report.published_on
    assert publication.url
    url = publication.url.replace(f"{old:%Y%m%d}", f"{day:%Y%m%d}").replace(
        f"/{old:%Y%m}/", f"/{day:%Y%m}/"
    )
    originals = tuple(
        replace(
            item,
            url=item.url.replace(f"{old:%Y%m%d}", f"{day:%Y%m%d}").replace(
                f"/{old:%Y%m}/", f"/{day:%Y%m}/"
            ),
        )
        for item in publication.originals
    )
    column = publication.column
    assert column is not None
    rows = tuple(
        replace(row, url=url, day=day) if row.url == publication.url else row for row in column.rows
    )
    return filing.saying(published_on=day).telling(
        url=url,
        originals=originals,
        dates=tuple(dated(source, day) for source in ("meta", "page", "list", "url")),
        published_on=day,
        first_seen_at=noon(seen or day + timedelta(days=1)),
        last_absent_at=noon(day - timedelta(days=1)),
        absences=tuple(noon(day - timedelta(days=ago)) for ago in (15, 8, 1)),
        labels=dict(publication.labels or {}) | {"pubdate": f"{day} 09:12"},
        column=replace(column, rows=rows),
    )


def noon(day: date) -> datetime:
    """Return an instant of a day."""
    return datetime.combine(day, time(4), tzinfo=UTC)
