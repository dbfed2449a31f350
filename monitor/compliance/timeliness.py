"""Whether a report that was found had been published in time. Pure.

A date known only from the URL may be that of a migration to a new system; nobody is called late
on it alone.
"""

from datetime import date, datetime, timedelta

from monitor.compliance.model import ComplianceState, FilingEvidence, Ruling
from monitor.language import Bilingual
from storage.clock import local_date
from storage.models import DateSource
from storage.obligations import Obligation

_ORDER = {ComplianceState.ON_TIME: 0, ComplianceState.LATE: 1, ComplianceState.NOT_CHECKED: 2}


def judge_filings(
    filings: tuple[FilingEvidence, ...], obligation: Obligation, as_of: datetime, *, later: bool
) -> Ruling | None:
    """Return the best ruling that the filings of a case allow; None if none stood by then.

    ``later`` says that everything was learnt after ``as_of``: then the publication date decides
    whether a filing stood already.
    """
    rulings = [_judge(filing, obligation, as_of, later=later) for filing in filings]
    known = [ruling for ruling in rulings if ruling is not None]
    return min(known, key=_rank, default=None)


def _rank(ruling: Ruling) -> tuple[int, int, bool, int]:
    filing = ruling.filing
    assert filing is not None
    return _ORDER[ruling.state], ruling.days_late or 0, filing.removed, -filing.id


def _judge(
    filing: FilingEvidence, obligation: Obligation, as_of: datetime, *, later: bool
) -> Ruling | None:
    if not later and filing.first_seen_at > as_of:
        return None
    day, told_by_page = published_on(filing, as_of, later=later)
    if later and filing.first_seen_at > as_of:
        if day is None or (not told_by_page and day > local_date(as_of)):
            return _undated_later(filing)
        if day > local_date(as_of):
            return None
    last_day = local_date(obligation.due_at)
    if _was_seen_in_time(filing, obligation) or (day is not None and day <= last_day):
        return Ruling(
            state=ComplianceState.ON_TIME,
            filing=filing,
            reason=_absent_though_dated(filing, obligation),
        )
    if day is not None and told_by_page:
        return _late(filing, day, obligation)
    absent = filing.last_absent_at
    if absent is not None and absent > obligation.due_at:
        return _late(filing, local_date(absent), obligation)
    return _unprovable(filing, day)


def _was_seen_in_time(filing: FilingEvidence, obligation: Obligation) -> bool:
    """Tell whether a report was seen by the due instant, and was that of its year by then.

    What was seen at its address long before the year was over was the report of another year: some
    columns are the text of the newest report.
    """
    earliest = date(obligation.fiscal_year, 12, 1)
    seen = filing.first_seen_at
    return earliest <= local_date(seen) and seen <= obligation.due_at


def published_on(
    filing: FilingEvidence, as_of: datetime, *, later: bool = False
) -> tuple[date | None, bool]:
    """Return the earliest credible publication day, and whether page or list tell one too.

    Credible is what is not before the fiscal year and not in the future of ``as_of`` (or of the
    first sight, where that was later).
    """
    year = filing.fiscal_year
    known_at = max(as_of, filing.first_seen_at) if later else as_of
    bound = local_date(known_at) + timedelta(days=1)
    credible = [
        dated
        for dated in filing.dates
        if dated.day <= bound and (year is None or dated.day >= date(year, 1, 1))
    ]
    day = min((dated.day for dated in credible), default=None)
    return day, any(dated.source is not DateSource.URL for dated in credible)


def _late(filing: FilingEvidence, day: date, obligation: Obligation) -> Ruling:
    return Ruling(
        state=ComplianceState.LATE,
        days_late=max(1, (day - obligation.due_on).days),
        filing=filing,
    )


def _absent_though_dated(filing: FilingEvidence, obligation: Obligation) -> Bilingual | None:
    absent = filing.last_absent_at
    if absent is None or absent <= obligation.due_at:
        return None
    day = local_date(absent)
    return Bilingual(
        f"页面所载日期在期限内，但{day}读完栏目时尚未见到，请核实",
        f"its date is in time, but a whole reading of the column on {day} did not show it",
    )


def _unprovable(filing: FilingEvidence, day: date | None) -> Ruling:
    seen = local_date(filing.first_seen_at)
    what = (
        Bilingual("没有可信的发布日期", "no credible date of publication")
        if day is None
        else Bilingual(f"日期{day}仅见于网址，可能是迁移日期", f"{day} is told by its URL only")
    )
    return Ruling(
        state=ComplianceState.NOT_CHECKED,
        filing=filing,
        reason=Bilingual(
            f"年报首次见于{seen}，{what.zh}，也没有期限后未公布的证据，无法判断是否按时",
            f"first seen on {seen} with {what.en}, and nothing shows that it was absent after "
            "the due day: whether it was in time cannot be told",
        ),
    )


def _undated_later(filing: FilingEvidence) -> Ruling:
    seen = local_date(filing.first_seen_at)
    return Ruling(
        state=ComplianceState.NOT_CHECKED,
        filing=filing,
        reason=Bilingual(
            f"年报首次见于{seen}，没有可信的发布日期，无法判断当时是否已经公布",
            f"first seen on {seen} without a credible date: whether it stood at that time "
            "cannot be told",
        ),
    )
