"""What may be said of an agency whose report was not found. Pure.

``missing`` needs a positive control (``control``): the crawl that did not show the report read
every column in which it could stand, to its end, after the due instant, and found again what was
known there. Otherwise the trouble is named, and nobody is accused.
"""

from dataclasses import replace

from monitor.compliance.control import control_of, with_detail
from monitor.compliance.model import Case, ComplianceState, CrawlEvidence, Ruling
from monitor.compliance.ownership import Whose, whose
from monitor.compliance.remedies import KNOWN_COLUMN, remedy_of
from monitor.compliance.strays import doubtful_report
from monitor.language import Bilingual
from storage.clock import local_date
from storage.models import CrawlState

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
        return replace(_trouble(crawl), remedy=KNOWN_COLUMN)
    if control.doubt is not None:
        return Ruling(
            state=ComplianceState.CRAWLER_SUSPECT,
            reason=control.doubt,
            remedy=KNOWN_COLUMN if control.placeless else None,
        )
    stray = doubtful_report(case)
    if stray is not None:
        return Ruling(
            state=ComplianceState.CRAWLER_SUSPECT,
            reason=stray.reason,
            remedy=remedy_of(stray, case),
        )
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
            remedy=KNOWN_COLUMN,
        )
    return None
