"""Whether a report that was found had been published in time. Pure.

A date known only from the URL may be that of a migration to a new system; nobody is called late
on it alone.
"""

from datetime import date, datetime, timedelta

from monitor.compliance.filing_evidence import (
    DatedBy,
    FilingEvidence,
    is_before_the_end_of,
    was_seen_before_the_end_of,
)
from monitor.compliance.model import ComplianceState, Ruling
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
    best = min(known, key=_rank, default=None)
    if best is None or best.state is not ComplianceState.LATE:
        return best
    return next((one for one in known if _may_have_been_in_time(one, obligation)), best)


def _may_have_been_in_time(ruling: Ruling, obligation: Obligation) -> bool:
    """Tell whether a report that nobody can date may have stood before one that was late.

    Not a corrected version, nor one that its column did not show after the due instant.
    """
    filing = ruling.filing
    assert filing is not None
    if ruling.state is not ComplianceState.NOT_CHECKED or filing.reissued:
        return False
    return filing.last_absent_at is None or filing.last_absent_at <= obligation.due_at


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
    was_seen = _was_seen_in_time(filing, obligation)
    if not was_seen and _is_of_another_year(filing, as_of, later=later):
        return _premature(filing)
    if was_seen or (day is not None and day <= local_date(obligation.due_at)):
        return Ruling(
            state=ComplianceState.ON_TIME,
            filing=filing,
            reason=_absent_though_dated(filing, obligation),
        )
    if day is not None and told_by_page and _is_first_publication(filing):
        return _late(filing, day, obligation)
    if filing.missing_before and filing.last_absent_at is not None:
        return _late(filing, local_date(filing.last_absent_at), obligation)
    return _unprovable(filing, day, told_by_page=told_by_page)


def may_be_late_by_absence(filing: FilingEvidence, obligation: Obligation) -> bool:
    """Tell whether only that it was missing before can show that a report was late.

    Who asks looks up what was known of the agency then (``FilingEvidence.missing_before``): that
    one column did not show it proves nothing if the agency may publish elsewhere.
    """
    absent = filing.last_absent_at
    if absent is None or absent <= obligation.due_at or _was_seen_in_time(filing, obligation):
        return False
    day, told_by_page = published_on(filing, filing.first_seen_at)
    in_time = day is not None and day <= local_date(obligation.due_at)
    return not in_time and not (told_by_page and _is_first_publication(filing))


def _is_first_publication(filing: FilingEvidence) -> bool:
    """Tell whether a day that is stated can be that of the first publication of that year's report.

    Not that of a corrected version; nor if the year itself was only taken from the day.
    """
    return not (filing.reissued or filing.year_by_day)


def _is_of_another_year(filing: FilingEvidence, as_of: datetime, *, later: bool) -> bool:
    """Tell whether it was published before the year of its title was over."""
    year = filing.fiscal_year
    if year is None:
        return False
    days = [each.day for each in _credible(filing, as_of, later=later)]
    if days or not was_seen_before_the_end_of(year, filing):
        return bool(days) and is_before_the_end_of(year, max(days))
    return not filing.is_column


def _was_seen_in_time(filing: FilingEvidence, obligation: Obligation) -> bool:
    """Tell whether a report was seen by the due instant, and was that of its year by then.

    What was seen at its address long before the year was over was the report of another year: some
    columns are the text of the newest report.
    """
    return filing.first_seen_at <= obligation.due_at and not was_seen_before_the_end_of(
        obligation.fiscal_year, filing
    )


def published_on(
    filing: FilingEvidence, as_of: datetime, *, later: bool = False
) -> tuple[date | None, bool]:
    """Return the earliest credible publication day, and whether page or list tell one too.

    Credible is what is not before the fiscal year, nor after ``as_of`` or the first sight: pages
    that are saved again get a new date. (What was seen at an address before the year was over was
    another report.)
    """
    credible = _credible(filing, as_of, later=later)
    day = min((dated.day for dated in credible), default=None)
    return day, any(dated.source is not DateSource.URL for dated in credible)


def _credible(filing: FilingEvidence, as_of: datetime, *, later: bool) -> list[DatedBy]:
    year, seen = filing.fiscal_year, filing.first_seen_at
    known_at = max(as_of, seen) if later else as_of
    if year is not None and not was_seen_before_the_end_of(year, filing):
        known_at = min(known_at, seen)
    bound = local_date(known_at) + timedelta(days=1)
    return [
        dated
        for dated in filing.dates
        if dated.day <= bound and (year is None or dated.day >= date(year, 1, 1))
    ]


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


def _unprovable(filing: FilingEvidence, day: date | None, *, told_by_page: bool) -> Ruling:
    seen = local_date(filing.first_seen_at)
    what = _why_unprovable(filing, day, told_by_page=told_by_page)
    return Ruling(
        state=ComplianceState.NOT_CHECKED,
        filing=filing,
        reason=Bilingual(
            f"年报首次见于{seen}，{what.zh}，也没有期限后未公布的证据，无法判断是否按时",
            f"first seen on {seen} with {what.en}, and nothing shows that it was absent after "
            "the due day: whether it was in time cannot be told",
        ),
    )


def _why_unprovable(filing: FilingEvidence, day: date | None, *, told_by_page: bool) -> Bilingual:
    if day is None:
        return Bilingual("没有可信的发布日期", "no credible date of publication")
    if not told_by_page:
        return Bilingual(f"日期{day}仅见于网址，可能是迁移日期", f"{day} is told by its URL only")
    if filing.reissued:
        return Bilingual(
            f"日期{day}是更正或重新发布的日期，首次发布日期不明",
            f"{day} as the day of a corrected version: when the first was published is not known",
        )
    return Bilingual(
        f"标题和正文均未写明年度，年度系按日期{day}推断",
        f"{day} as its day, from which alone its year was taken",
    )


def _premature(filing: FilingEvidence) -> Ruling:
    seen, year = local_date(filing.first_seen_at), filing.fiscal_year
    return Ruling(
        state=ComplianceState.NOT_CHECKED,
        filing=filing,
        reason=Bilingual(
            f"标为{year}年度的年报首次见于{seen}，当时该年度尚未结束，年份可能写错，请核实",
            f"titled {year}, it was seen on {seen}, before that year was over: its year may be "
            "wrong",
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
