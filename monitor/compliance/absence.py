"""What may be said of an agency whose report was not found. Pure.

``missing`` needs a positive control (``control``): the crawl that did not show the report read
every column in which it could stand, to its end, after the due instant, and found again what was
known there. Otherwise the trouble is named, and nobody is accused.
"""

from datetime import date

from monitor.compliance.control import control_of, with_detail
from monitor.compliance.model import (
    Case,
    ComplianceState,
    CrawlEvidence,
    FilingEvidence,
    Ruling,
)
from monitor.compliance.ownership import Whose, names_too, whose
from monitor.language import Bilingual
from storage.clock import local_date
from storage.models import CrawlState, DateSource
from storage.registry import near_names

_TROUBLE = {
    CrawlState.BLOCKED: (
        ComplianceState.BLOCKED,
        Bilingual("网站以验证或防护页面拒绝访问", "the portal answered with a challenge"),
    ),
    CrawlState.ROBOTS_DENIED: (
        ComplianceState.BLOCKED,
        Bilingual("网站的 robots.txt 不允许抓取", "the portal's robots.txt forbids crawling"),
    ),
    CrawlState.UNREACHABLE: (
        ComplianceState.UNREACHABLE,
        Bilingual("网站无法访问", "the portal could not be reached"),
    ),
    CrawlState.NO_COLUMN: (
        ComplianceState.CRAWLER_SUSPECT,
        Bilingual("没有找到年报栏目", "no column of annual reports was found"),
    ),
    CrawlState.RUNNING: (
        ComplianceState.CRAWLER_SUSPECT,
        Bilingual("抓取没有结束", "the crawl did not end"),
    ),
}

_DOORS = frozenset(
    {
        CrawlState.BLOCKED,
        CrawlState.ROBOTS_DENIED,
        CrawlState.UNREACHABLE,
        CrawlState.RUNNING,
    }
)
"""What kept the crawl from the portal, whatever became of single columns."""


def judge_absence(case: Case) -> Ruling:
    """Return the state of an agency, after its due instant, of which no report was found."""
    crawl = case.portal.crawl
    if crawl is None:
        return _never_crawled(case)
    control = control_of(case, crawl)
    if crawl.state in _DOORS and not control.passed:
        return _trouble(crawl)
    moved = _moved(case, crawl)
    if moved is not None:
        return moved
    if crawl.state is CrawlState.NO_COLUMN:
        return _trouble(crawl)
    doubt = control.doubt or _doubtful_filing(case) or _doubtful_page(case) or _doubtful_other(case)
    if doubt is not None:
        return Ruling(state=ComplianceState.CRAWLER_SUSPECT, reason=doubt)
    due_at = case.obligation.due_at
    if any(column.read_at <= due_at for column in control.columns if column.read_at):
        return _checked_before_due(crawl)
    return Ruling(state=ComplianceState.MISSING)


def _never_crawled(case: Case) -> Ruling:
    if case.portal.unfinished:
        state, why = _TROUBLE[CrawlState.RUNNING]
        return Ruling(state=state, reason=why)
    return Ruling(
        state=ComplianceState.NOT_CHECKED,
        reason=Bilingual("尚未抓取该网站", "the portal has not been crawled"),
    )


def _checked_before_due(crawl: CrawlEvidence) -> Ruling:
    day = local_date(crawl.finished_at)
    return Ruling(
        state=ComplianceState.NOT_CHECKED,
        reason=Bilingual(
            f"最近一次抓取（{day}）在期限之前", f"the last crawl ({day}) was before the due instant"
        ),
    )


def _trouble(crawl: CrawlEvidence) -> Ruling:
    state, why = _TROUBLE[crawl.state]
    return Ruling(state=state, reason=with_detail(why, crawl.reason))


def _moved(case: Case, crawl: CrawlEvidence) -> Ruling | None:
    """A column was lost and none found since: the report may stand where nobody looked.

    Agencies with a column that still stands are not concerned, nor by that of another. Where the
    search for the new place failed as well, the portal is in trouble and nothing is known to have
    moved.
    """
    standing = [column for column in crawl.columns if column.lost_at is None]
    if any(whose(column, case) is Whose.OWN for column in standing):
        return None
    if crawl.state is CrawlState.PARTIAL and not any(column.read_to_end for column in standing):
        return None
    for column in crawl.columns:
        if column.lost_at is None or any(new.found_at >= column.lost_at for new in standing):
            continue
        if whose(column, case) is Whose.OTHER:
            continue
        return Ruling(
            state=ComplianceState.MOVED,
            reason=Bilingual(
                f"年报栏目已不在原址，尚未找到新址：{column.url}",
                f"the column is no longer where it was and was not found again: {column.url}",
            ),
        )
    return None


def _doubtful_filing(case: Case) -> Bilingual | None:
    """An unassigned report on the portal may be the one that is looked for."""
    for filing in case.portal.unassigned:
        if _may_be_of(filing, case):
            return Bilingual(
                f"有一份年报无法确认属于哪个机关或年度，可能就是它：{filing.url}",
                f"a report whose agency or year is not known may be the one: {filing.url}",
            )
    return None


def _doubtful_other(case: Case) -> Bilingual | None:
    """A report under the names of several bodies may be meant for all of them."""
    for filing in case.others:
        if filing.agency_name is not None and names_too(filing.agency_name, case.agency):
            return Bilingual(
                f"一份以几个机关名义发布的年报也提到它，可能就是它：{filing.url}",
                f"a report under the names of several bodies names it too: {filing.url}",
            )
    return None


def _doubtful_page(case: Case) -> Bilingual | None:
    """A page that is the column shows one report after the other: it may have shown this one."""
    for page in case.pages:
        days = [dated.day for dated in page.dates if dated.source is not DateSource.URL]
        if page.altered_at is not None:
            days.append(local_date(page.altered_at))
        if not _is_before_the_end_of(case.obligation.fiscal_year, max(days, default=date.min)):
            return Bilingual(
                f"栏目页本身就是年报，{max(days)}前后曾有别的内容，可能就是它：{page.url}",
                f"the column is the text of a report and was another about {max(days)}: that may "
                f"have been the one: {page.url}",
            )
    return None


def _may_be_of(filing: FilingEvidence, case: Case) -> bool:
    year = case.obligation.fiscal_year
    if filing.fiscal_year not in (None, year):
        return False
    if filing.fiscal_year is None and _written_before_the_end_of(year, filing):
        return False
    if filing.agency_id is not None:
        return filing.agency_id in case.obligation.counted
    if filing.agency_name is None:
        return True
    return bool(near_names(filing.agency_name, [case.agency]))


def _written_before_the_end_of(year: int, filing: FilingEvidence) -> bool:
    """Tell whether every date of a filing is so early that it cannot be about ``year``."""
    return bool(filing.dates) and all(
        _is_before_the_end_of(year, dated.day) for dated in filing.dates
    )


def _is_before_the_end_of(year: int, day: date) -> bool:
    return day < date(year, 12, 1)
