"""Whether the day of a report that was found can be held against its agency. Pure.

What is seen may be a repost, or what a portal that moved brought along under a new date, while the
report had stood in time where nobody could look.
"""

from collections.abc import Iterator

from monitor.compliance.control import doubtful_column, is_surely_empty
from monitor.compliance.filing_evidence import FilingEvidence, is_before_the_end_of
from monitor.compliance.model import Case, ColumnEvidence, CrawlEvidence
from monitor.compliance.ownership import Whose, whose
from monitor.language import Bilingual
from storage.clock import local_date


def doubtful_lateness(case: Case, filing: FilingEvidence) -> Bilingual | None:
    """Return why a report that is dated after the due day may have been there in time."""
    crawl = case.portal.crawl
    if crawl is None:
        return None
    return _doubtful_repost(case, filing) or _doubtful_move(case, crawl, filing)


def places_unread(case: Case, filing: FilingEvidence) -> Iterator[ColumnEvidence]:
    """Yield the agency's own columns, beside that of a report, that the crawl did not read.

    None if the report stands where its hub says that the agency alone publishes.
    """
    crawl = case.portal.crawl
    columns = crawl.columns if crawl else ()
    if any(each.id == filing.column_id and _is_its_alone(each, case) for each in columns):
        return
    for column in columns:
        if column.id == filing.column_id or column.lost_at is not None:
            continue
        if crawl is None or whose(column, case) is not Whose.OWN:
            continue
        if doubtful_column(column) is not None and not is_surely_empty(column, case, crawl):
            yield column


def _doubtful_repost(case: Case, filing: FilingEvidence) -> Bilingual | None:
    """The agency has a place of its own that was never read since it was due, but stands here."""
    for column in places_unread(case, filing):
        if column.id not in case.read_since_due:
            return Bilingual(
                f"本机关的栏目在期限后未能读完，该年报可能早已在那里公布：{column.url}",
                "a column of its own was not read since the due day; the report may have stood "
                f"there: {column.url}",
            )
    return None


def _is_its_alone(column: ColumnEvidence, case: Case) -> bool:
    label = column.label
    return bool(label and label.agencies and label.agencies <= set(case.obligation.counted))


def _doubtful_move(case: Case, crawl: CrawlEvidence, filing: FilingEvidence) -> Bilingual | None:
    """Its old column went, and the new one was found after the due instant: dates may be new."""
    due_at = case.obligation.due_at
    absent = filing.last_absent_at
    if absent is not None and absent > due_at:
        return None  # the old one did not show it either
    place = next((each for each in crawl.columns if each.id == filing.column_id), None)
    if place is None or place.found_at <= due_at:
        return None
    for column in crawl.columns:
        if column.lost_at is None or column.id not in case.known_columns:
            continue
        if not is_before_the_end_of(case.obligation.fiscal_year, local_date(column.lost_at)):
            return Bilingual(
                f"年报栏目已搬迁，页面日期可能是搬迁日期，原栏目当时是否已有无从查证：{column.url}",
                "its column moved, and the day may be that of the move; whether the old one had "
                f"the report in time is not known: {column.url}",
            )
    return None
