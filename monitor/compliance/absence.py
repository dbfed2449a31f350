"""What may be said of an agency whose report was not found. Pure.

``missing`` needs a positive control: the crawl that did not show the report read every column to
its end after the due instant and found again what was known there. Otherwise the trouble is
named, and nobody is accused.
"""

from datetime import date

from monitor.compliance.model import (
    Case,
    ColumnEvidence,
    ComplianceState,
    CrawlEvidence,
    FilingEvidence,
    Ruling,
)
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
    CrawlState.PARTIAL: (
        ComplianceState.CRAWLER_SUSPECT,
        Bilingual("抓取没有读完", "the crawl was not read to its end"),
    ),
    CrawlState.RUNNING: (
        ComplianceState.CRAWLER_SUSPECT,
        Bilingual("抓取没有结束", "the crawl did not end"),
    ),
}

_MAY_COME_OF_MOVING = (CrawlState.NO_COLUMN, CrawlState.PARTIAL)


def judge_absence(case: Case) -> Ruling:
    """Return the state of an agency, after its due instant, of which no report was found."""
    crawl = case.portal.crawl
    if crawl is None:
        return _never_crawled(case)
    trouble = None if _only_documents_lack(crawl) else _TROUBLE.get(crawl.state)
    moved = _moved(case, crawl)
    if trouble is not None and (moved is None or crawl.state not in _MAY_COME_OF_MOVING):
        return Ruling(state=trouble[0], reason=_with_detail(trouble[1], crawl.reason))
    if moved is not None:
        return moved
    doubt = (
        _doubtful_crawl(crawl)
        or _doubtful_filing(case)
        or _doubtful_page(case)
        or _doubtful_place(case, crawl)
    )
    if doubt is not None:
        return Ruling(state=ComplianceState.CRAWLER_SUSPECT, reason=doubt)
    if any(column.read_at <= case.obligation.due_at for column in crawl.columns if column.read_at):
        return _checked_before_due(crawl)
    return Ruling(state=ComplianceState.MISSING)


def _only_documents_lack(crawl: CrawlEvidence) -> bool:
    """Tell whether all that a crawl could not have are documents of reports that lists show.

    Whose they are the lists tell, or they are unassigned and doubtful themselves; a file that is
    broken for years must not keep from saying who published nothing.
    """
    standing = [column for column in crawl.columns if column.lost_at is None]
    healthy = bool(standing) and all(_doubtful_column(column) is None for column in standing)
    return crawl.state is CrawlState.PARTIAL and crawl.control_passed and healthy


def control_passed(crawl: CrawlEvidence) -> bool:
    """Tell whether the positive control passed in a crawl and in each column that stands."""
    standing = [column for column in crawl.columns if column.lost_at is None]
    return crawl.control_passed and all(column.control_passed for column in standing)


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


def _with_detail(why: Bilingual, detail: str | None) -> Bilingual:
    return Bilingual(f"{why.zh}：{detail}", f"{why.en}: {detail}") if detail else why


def _moved(case: Case, crawl: CrawlEvidence) -> Ruling | None:
    """A column was lost and none found since: the report may stand where nobody looked.

    Agencies with reports in a column that still stands are not concerned. Where the search for
    the new place failed as well, the portal is in trouble and nothing is known to have moved.
    """
    standing = [column for column in crawl.columns if column.lost_at is None]
    if any(column.id in case.known_columns for column in standing):
        return None
    if crawl.state is CrawlState.PARTIAL and not any(column.read_to_end for column in standing):
        return None
    for column in crawl.columns:
        if column.lost_at is None or any(new.found_at >= column.lost_at for new in standing):
            continue
        return Ruling(
            state=ComplianceState.MOVED,
            reason=Bilingual(
                f"年报栏目已不在原址，尚未找到新址：{column.url}",
                f"the column is no longer where it was and was not found again: {column.url}",
            ),
        )
    return None


def _doubtful_crawl(crawl: CrawlEvidence) -> Bilingual | None:
    standing = [column for column in crawl.columns if column.lost_at is None]
    if not standing:
        return _TROUBLE[CrawlState.NO_COLUMN][1]
    for column in standing:
        doubt = _doubtful_column(column)
        if doubt is not None:
            return _with_detail(doubt, column.reason)
    if not crawl.control_passed:
        why = Bilingual("对照检查未通过", "the positive control did not pass")
        return _with_detail(why, crawl.reason)
    return None


def _doubtful_column(column: ColumnEvidence) -> Bilingual | None:
    if column.read_at is None:
        return Bilingual(f"栏目未读：{column.url}", f"column not read: {column.url}")
    if not column.read_to_end:
        return Bilingual(f"栏目未读完：{column.url}", f"column not read to its end: {column.url}")
    if not column.control_passed:
        return Bilingual(
            f"栏目对照检查未通过：{column.url}",
            f"the positive control of the column did not pass: {column.url}",
        )
    return None


def _doubtful_place(case: Case, crawl: CrawlEvidence) -> Bilingual | None:
    """Of an agency never seen there, columns of others tell nothing: its own was not found.

    One report alone does not yet make a column that of its agency.
    """
    standing = [column for column in crawl.columns if column.lost_at is None]
    if any(column.id in case.known_columns for column in standing):
        return None
    seen = [(column, case.publishers[column.id]) for column in standing
            if column.id in case.publishers]  # fmt: skip
    if any(publishers.covers(case.group) for _, publishers in seen):
        return None
    for column, publishers in seen:
        if publishers.owners and publishers.reports > 1:
            return Bilingual(
                f"已知栏目只有其他机关的年报，尚未找到本机关公布年报之处：{column.url}",
                "the columns known show reports of other agencies only, and where this one "
                f"publishes was not found: {column.url}",
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
