"""Which rows of a list are annual reports, and which must be opened to tell."""

import re
from collections.abc import Collection
from enum import StrEnum

from crawler.platforms.model import ListItem
from storage.titles import Title, TitleKind, parse_title

_SAYS_NOTHING = re.compile(
    r"(?:20\d\d|二[〇○零]\S{2})?(?:年度?)?(?:政府)?(?:信息公开)?(?:工作)?(?:年度?报告?|年报|报告)?|"
    r"(?:点击)?(?:查看|下载|详情|打开|浏览|全文|更多)(?:详情|全文)?"
)
"""A title without a subject; a date is no title either."""


_ELLIPSIS = re.compile(r"(?:\.{2,}|…+|⋯+)\s*$")


class Relevance(StrEnum):
    """What is to be done about a row."""

    REPORT = "report"
    OPEN = "open"
    """Its title is cut short or says nothing: the page's own title decides.

    Also where the words of a report stand before the cut: those of an interpretation follow it.
    """
    OTHER = "other"


def relevance_of(item: ListItem) -> Relevance:
    """Tell what a row of an annual-report column is, by its title."""
    title = parse_title(item.title, within_column=True)
    if title.kind is TitleKind.ANNUAL_REPORT:
        return Relevance.OPEN if title.cut else Relevance.REPORT
    if title.kind is TitleKind.LOOKALIKE:
        return Relevance.OTHER
    bare = bool(_SAYS_NOTHING.fullmatch(title.normalised))
    return Relevance.OPEN if item.cut or title.may_be_report or bare else Relevance.OTHER


def says_report(item: ListItem) -> bool:
    """Tell whether the title of a row is that of a report, as far as it is shown."""
    return _parsed(item.title).kind is TitleKind.ANNUAL_REPORT


def may_stand_in_column(item: ListItem) -> bool:
    """Tell whether a row may be one of an annual-report column: a report or something near it."""
    lookalike = _parsed(item.title).kind is TitleKind.LOOKALIKE
    return lookalike or relevance_of(item) is not Relevance.OTHER


def is_report_title(title: str | None) -> bool:
    """Tell whether the title of a page met in an annual-report column is that of a report."""
    return bool(title) and _parsed(str(title)).kind is TitleKind.ANNUAL_REPORT


def is_report_page(page_title: str | None, item: ListItem) -> bool:
    """Tell whether the page that a row leads to is a report, by its title.

    If the row's own title says so before it was cut, only a page that says otherwise is none: the
    page's title goes on as the row's began, or is that of something like a report.
    """
    if is_report_title(page_title):
        return True
    if not says_report(item):
        return False
    if not page_title or _parsed(page_title).kind is TitleKind.LOOKALIKE:
        return not page_title
    return not _bare(page_title).startswith(_bare(_ELLIPSIS.sub("", item.title)))


def _bare(title: str) -> str:
    return "".join(title.split())


def best_title(page_title: str | None, list_title: str) -> str:
    """Return the title that says more: the page's if it is a report's, else the list's."""
    return str(page_title) if page_title and is_report_title(page_title) else list_title


def fiscal_year_of(title: str) -> int | None:
    """Return the fiscal year that a title names."""
    return _parsed(title).fiscal_year


def is_wanted(title: str, fiscal_years: Collection[int]) -> bool:
    """Tell whether a title is of one of the fiscal years; one that names none may be."""
    year = _parsed(title).fiscal_year
    return not fiscal_years or year is None or year in fiscal_years


def _parsed(title: str) -> Title:
    return parse_title(title, within_column=True)
