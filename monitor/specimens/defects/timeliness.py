"""Reports that were late, early, undated, changed, withdrawn or never published."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from monitor.rules.model import Address, LocalDue, ObligationFacts, SearchFacts
from monitor.specimens.defects.editing import noon, published_on, with_sentence
from monitor.specimens.defects.model import ALL, ANYTHING, defect
from monitor.specimens.filings import AS_OF, Filing, dated
from storage.models import AgencyKind
from storage.obligations import due_day


def _is_street(filing: Filing) -> bool:
    return filing.agency.name.endswith("街道办事处")


def _due(filing: Filing) -> date | None:
    return due_day(AgencyKind(filing.kind), filing.fiscal_year, name=filing.agency.name)


@defect("published-late", "error", formats=ALL, may="local-deadline-missed cite-format-premature")
def months_late(filing: Filing, chance: Random) -> Filing | None:
    """The report came out after its day."""
    due = _due(filing)
    if due is None or filing.kind == "township" or _is_street(filing):
        return None
    return published_on(filing, due + timedelta(days=chance.choice((1, 9, 120))))


@defect("published-late", "warning", formats=ALL)
def a_township_late(filing: Filing, chance: Random) -> Filing | None:
    """A township's report came out after the day that is usual."""
    due = _due(filing)
    if due is None or not (filing.kind == "township" or _is_street(filing)):
        return None
    return published_on(filing, due + timedelta(days=chance.choice((5, 60))))


@defect("published-early", "warning", formats=ALL, may="cite-format-premature column-disorder")
def before_the_year_was_over(filing: Filing, chance: Random) -> Filing:
    """The report came out before the year ended."""
    return published_on(filing, date(filing.fiscal_year, 12, chance.randint(12, 31)))


@defect("local-deadline-missed", "info", formats=ALL)
def after_the_local_day(filing: Filing, _chance: Random) -> Filing:
    """The report came out after the day of a local notice."""
    day = filing.report.published_on - timedelta(days=3)
    return filing.telling(local_due=LocalDue(day=day, notice="关于编制年度报告的通知"))


@defect("pubdate-missing", "warning", formats=ALL, may="published-late meta-missing", forms="html")
def no_day_anywhere(filing: Filing, _chance: Random) -> Filing:
    """Neither label, page nor list gives a day."""
    publication, day = filing.publication, filing.report.published_on
    labels = {name: text for name, text in (publication.labels or {}).items() if name != "pubdate"}
    told = filing.telling(
        dates=(dated("url", day),), published_on=None, published_on_source=None, labels=labels
    )
    column = publication.column
    assert column is not None
    rows = tuple(replace(row, day=None) for row in column.rows)
    told = told.telling(column=replace(column, rows=rows))
    return replace(told, residue={f"{day}": ""})


@defect("pubdate-conflict", "warning", formats=ALL, may="published-late pubdate-backdated")
def page_and_list_disagree(filing: Filing, chance: Random) -> Filing:
    """The list gives another day than the page."""
    day = filing.report.published_on
    other = day + timedelta(days=chance.choice((5, 30)))
    dates = [item for item in filing.publication.dates if item.source != "list"]
    return filing.telling(
        dates=(*dates, dated("list", other)),
        first_seen_at=noon(other + timedelta(days=1)),
        absences=(),
    )


@defect("pubdate-backdated", "error", formats=ALL)
def not_there_after_its_day(filing: Filing, _chance: Random) -> Filing:
    """The column did not have the report weeks after the day it gives."""
    day = filing.report.published_on
    after = [noon(day + timedelta(days=days)) for days in (6, 13)]
    return filing.telling(
        absences=tuple(after),
        last_absent_at=after[-1],
        first_seen_at=noon(day + timedelta(days=20)),
    )


@defect("report-removed", "error", formats=ALL)
def gone_for_three_crawls(filing: Filing, _chance: Random) -> Filing:
    """The page answers 404 in three crawls."""
    url = filing.publication.url
    gone = tuple(
        Address(at=AS_OF - timedelta(days=7 * back), status=404, final_url=url, host_fine=True)
        for back in (3, 2, 1)
    )
    return filing.telling(removed_crawls=3, attempts=gone)


@defect("report-changed", "warning", formats=ALL)
def words_changed_in_silence(filing: Filing, _chance: Random) -> Filing:
    """The text is not the one first archived."""
    slot = list(filing.report.texts)[-1]
    text = "原报告此处另有说明：全年组织开展政策宣讲活动12场，发放宣传资料3000份，覆盖全部社区。"
    return replace(filing, earlier=with_sentence(filing.report, slot, text))


@defect("report-changed", "warning")
def a_figure_changed_in_silence(filing: Filing, _chance: Random) -> Filing:
    """A figure is not the one first archived."""
    tables = {key: {row: dict(cells) for row, cells in rows.items()}
              for key, rows in filing.report.tables.items()}  # fmt: skip
    cells = tables["proactive_disclosure"]["licensing"]
    cells["decisions"] = str(int(cells["decisions"]) + 21)
    return replace(filing, earlier=replace(filing.report, tables=tables))


@defect("history-gap", "warning", formats=ALL)
def last_year_not_published(filing: Filing, _chance: Random) -> Filing | None:
    """The reports on this year and on the year before last are there, the one between is not."""
    missing = filing.fiscal_year - 1
    if missing - 1 < _FIRST:
        return None
    years = filing.publication.years_published
    return filing.telling(years_published=tuple(year for year in years if year != missing))


_FIRST = 2008


def _owed(filing: Filing, state: str, due: date) -> ObligationFacts:
    column = filing.publication.column
    assert column is not None
    return ObligationFacts(
        fiscal_year=filing.fiscal_year,
        due_on=due,
        basis="国务院令第711号 第四十九条",
        kind=filing.kind,
        state=state,
        healthy=True,
        columns=(column.url,),
        checked_at=AS_OF - timedelta(days=1),
    )


@defect("report-missing", "error", formats=ALL, may=ANYTHING)
def never_published(filing: Filing, _chance: Random) -> Filing | None:
    """The day is past and the column has nothing."""
    due = _due(filing)
    if due is None or filing.kind in ("township", "dispatched"):
        return None
    return replace(filing, absent=True, obligation=_owed(filing, "missing", due))


@defect("report-due-soon", "info", formats=ALL, may=ANYTHING)
def nothing_yet(filing: Filing, _chance: Random) -> Filing | None:
    """The day is near and the column has nothing."""
    due = _due(filing)
    if due is None:
        return None
    owed = _owed(filing, "pending", AS_OF.date() + timedelta(days=5))
    return replace(filing, absent=True, obligation=owed)


@defect("column-missing", "warning", formats=ALL, may=ANYTHING)
def no_column(filing: Filing, _chance: Random) -> Filing | None:
    """The platform was searched twice and has no column of annual reports."""
    due = _due(filing)
    if due is None:
        return None
    search = SearchFacts(url="https://www.example.gov.cn/", platform_read=True, whole=True, times=3)
    owed = replace(_owed(filing, "no_column", due), columns=(), search=search)
    return replace(filing, absent=True, obligation=owed)
