"""Rules about the column that a report stands in: whether it is the right one, for the year."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Facts, Finding, PublicationFacts, Severity
from monitor.rules.publication.known import (
    CUSTOM_2008,
    ORDER_492,
    PLATFORM,
    known_publication,
    label,
    names_annual_reports,
    path_hint,
    url_evidence,
)
from monitor.rules.quoting import flatten, quote
from monitor.rules.timeliness.known import stated_dates

_PUBLICATION = frozenset({"publication"})
_NAMED = frozenset({"label", "breadcrumb", "heading", "path"})
"""Proofs of a column that say by name what it is; its titles alone do not."""
_LETTERED = re.compile(
    r"(?P<year>20[0-3]\d)(?:n|nd|nian|niandu|nb|ndbg|[a-z]{0,6}bm)"
    r"|(?:gb|[a-z]*nb|[a-z]*ndbg|nianbao)_?(?P<behind>20[0-3]\d)",
    re.IGNORECASE,
)
_BARE = re.compile(r"20[0-3]\d")
_NAMED_YEAR = re.compile(r"(20[0-3]\d)年?(?:度|度?年报|度?信息公开年报|度?政府信息公开年报)?")


@rule(
    "wrong-column",
    zh="未发布在年报栏目",
    en="not in the column of annual reports",
    severity=Severity.WARNING,
    formats=ALL,
    basis=PLATFORM,
    basis_2008=ORDER_492,
    needs=_PUBLICATION,
)
def wrong_column(facts: Facts) -> Iterator[Finding]:
    """The report stands in a column that is not one of annual reports.

    What it does: Looks for 年报 or 年度报告 in the labels ColumnName and ColumnType, and in name,
        breadcrumb, heading and address of the list it stands in. Where a column has no name, or the
        report stands elsewhere as well, it says that it cannot tell.
    Why it matters: Who looks for the report under 政府信息公开年报 does not find it.
    Legal basis: 国办公开办函〔2019〕61号: the platform has an entry 政府信息公开年报.
    Example that fails: ColumnName 通知公告, in a list that is called 通知公告, too.
    Example that passes: 当前位置：首页 > 政府信息公开 > 政府信息公开年报.
    How to put it right: Publish the report in the column 政府信息公开年报 of the platform.
    """
    publication = known_publication(facts)
    column = publication.column
    if column is None:
        yield not_applicable("没有栏目信息。", "Its column is not known.")
        return
    if _is_annual_column(publication):
        return
    named = quote(label(publication.labels or {}, "columnname"))
    if not named or not column.name or column.proofs is None or facts.others:
        yield indeterminate(
            "栏目没有可以核对的名称，或者同一年报另有发布页面，无法判断是否发布在年报栏目。",
            "The column has no name to go by, or the report stands elsewhere too: whether it is in "
            "the right column cannot be told.",
            url_evidence(column.url),
        )
        return
    yield fail(
        f"年报发布在“{named}”栏目，不在政府信息公开年报栏目。",
        f"The report stands in the column {named}, which is not one of annual reports.",
        url_evidence(publication.url or column.url, named),
        url_evidence(column.url, column.name),
    )


def _is_annual_column(publication: PublicationFacts) -> bool:
    column = publication.column
    assert column is not None
    labels = publication.labels or {}
    names = [column.name, label(labels, "columnname"), label(labels, "columntype")]
    if any(map(names_annual_reports, names)) or (column.proofs or frozenset()) & _NAMED:
        return True
    addresses = (column.url, publication.url or "")
    return any(path_hint().search(_path(address)) for address in addresses)


@rule(
    "column-year-mismatch",
    zh="栏目年度不符",
    en="folder of another year",
    severity=Severity.INFO,
    formats=ALL,
    basis=PLATFORM,
    basis_2008=CUSTOM_2008,
    needs=_PUBLICATION,
)
def column_year_mismatch(facts: Facts) -> Iterator[Finding]:
    """The folder or column of a year holds the report on another year.

    What it does: Reads years from folders that are named for them (2024n, nb2024, a bare 2024
        within the column) and from ColumnName; folders of days of upload are none. The fiscal year,
        the year after it and the year of publication are all right.
    Why it matters: Who looks for the report of a year looks in the folder of that year.
    Legal basis: 国办公开办函〔2019〕61号: contents of the platform are put in order.
    Example that fails: /zfxxgknb/2021n/ holds the report on 2023.
    Example that passes: /zfxxgknb/2024n/ holds the report on 2023, published in 2024.
    How to put it right: Move the report into the folder of its year.
    """
    publication = known_publication(facts)
    year = facts.fiscal_year
    found = _named_years(publication)
    if year is None or not found:
        yield not_applicable(
            "报告年度不明，或者栏目不按年度划分。", "No fiscal year, or no folder of a year."
        )
        return
    right = {year, year + 1, *(item.day.year for item in stated_dates(facts))}
    if right & set(found):
        return
    folder, words = next(iter(found.items()))
    yield fail(
        f"{year}年度年报放在{folder}年的栏目中。",
        f"The report on {year} stands in the folder of {folder}.",
        url_evidence(publication.url or "", words),
    )


def _named_years(publication: PublicationFacts) -> dict[int, str]:
    """Return the years that folders and column are named for, with the words that say so."""
    found: dict[int, str] = {}
    folders = _path(publication.url or "").split("/")[:-1]
    for number, folder in enumerate(folders):
        match = _LETTERED.fullmatch(folder)
        if match:
            found.setdefault(int(match["year"] or match["behind"]), publication.url or "")
        elif _BARE.fullmatch(folder) and _is_within_column(folders, number):
            found.setdefault(int(folder), publication.url or "")
    named = _NAMED_YEAR.fullmatch(flatten(label(publication.labels or {}, "columnname")))
    if named:
        found.setdefault(int(named[1]), named[0])
    return found


def _is_within_column(folders: list[str], number: int) -> bool:
    """Tell a year's folder in the column from the first of year, month and day of an upload."""
    above = "/" + folders[number - 1] if number else ""
    below = folders[number + 1] if number + 1 < len(folders) else ""
    return bool(path_hint().search(above)) and not below.isdecimal()


def _path(address: str) -> str:
    try:
        return unquote(urlsplit(address).path)
    except ValueError:
        return ""
