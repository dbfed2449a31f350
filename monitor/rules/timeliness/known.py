"""What is known of a filing's day of publication and of the day it was due."""

from collections.abc import Iterator
from datetime import date, timedelta

from monitor.reading.identity import parse_day
from monitor.rules.model import DateCandidate, Evidence, Facts
from storage.clock import local_date
from storage.law import load_law
from storage.models import AgencyKind
from storage.obligations import due_day

SOURCES = {
    "given": ("指定", "given"),
    "meta": ("页面标签", "page label"),
    "page": ("页面文字", "page text"),
    "list": ("栏目列表", "list of the column"),
    "url": ("网址", "URL"),
}
"""Names of the places a date is read from, as messages say them."""

_SATURDAY = 5
_A_DAY = timedelta(days=1)


def stated_dates(facts: Facts) -> tuple[DateCandidate, ...]:
    """Return the dates that somebody states: a given one alone, else page label, page and list.

    The URL states nothing; see ``url_dates``.
    """
    found = tuple(_candidates(facts))
    given = tuple(item for item in found if item.source == "given")
    return given or tuple(item for item in found if item.source != "url")


def shown_dates(facts: Facts) -> tuple[DateCandidate, ...]:
    """Return the dates that page label, page and list show, whatever was given."""
    return tuple(item for item in _candidates(facts) if _is_shown(item))


def credible_dates(facts: Facts) -> tuple[DateCandidate, ...]:
    """Return the stated dates without those that lie in the future."""
    today = local_date(facts.as_of)
    return tuple(
        item for item in stated_dates(facts) if item.source == "given" or item.day <= today
    )


def first_dates(facts: Facts) -> tuple[DateCandidate, ...]:
    """Return the credible dates that may be those of the first publication.

    Not those after the first sight: pages that are saved again, or print the day of the visit,
    state a day on which the report was long there. What was seen at an address before the year was
    over was another report.
    """
    found = credible_dates(facts)
    seen = facts.publication.first_seen_at if facts.publication is not None else None
    if seen is None or not may_be_of_its_year(local_date(seen), facts.fiscal_year):
        return found
    latest = local_date(seen) + _A_DAY
    return tuple(item for item in found if item.source == "given" or item.day <= latest)


def may_be_of_its_year(day: date, fiscal_year: int | None) -> bool:
    """Tell whether what was there on a day may be a report on a year, not on one before it."""
    return fiscal_year is None or day >= date(fiscal_year, 12, 1)


def url_dates(facts: Facts) -> tuple[DateCandidate, ...]:
    """Return the dates that stand in the address; migrations of a site set them anew."""
    return tuple(item for item in _candidates(facts) if item.source == "url")


def date_evidence(facts: Facts, *candidates: DateCandidate) -> tuple[Evidence, ...]:
    """Quote dates as they are printed."""
    url = facts.publication.url if facts.publication else None
    return tuple(Evidence(quote=item.text or item.day.isoformat(), url=url) for item in candidates)


def source_zh(candidate: DateCandidate) -> str:
    """Name a candidate's source in Chinese."""
    return SOURCES.get(candidate.source, (candidate.source,))[0]


def source_en(candidate: DateCandidate) -> str:
    """Name a candidate's source in English."""
    return SOURCES.get(candidate.source, (candidate.source, candidate.source))[1]


def due_days(fiscal_year: int, kind: AgencyKind | None, name: str) -> tuple[date, date] | None:
    """Return the first and last day that may be due; they differ while the kind is unknown.

    None before the first Regulation. Source: 《政府信息公开条例》 art. 49, Order 492 art. 31.
    """
    kinds = [kind] if kind is not None else list(AgencyKind)
    days = [day for one in kinds if (day := due_day(one, fiscal_year, name=name)) is not None]
    return (min(days), max(days)) if days else None


def holiday_note(due: date) -> tuple[str, str]:
    """Return a remark in both languages if the due day was no working day, else nothing."""
    festivals = load_law("deadlines")["spring_festival"]["days"]
    if due.isoformat() in festivals or due.weekday() >= _SATURDAY:
        return (
            f"（{due.isoformat()} 为节假日，法规规定的是日期而非期间，未顺延）",
            f" ({due.isoformat()} was a holiday; the law names a day, so it is not put off)",
        )
    return "", ""


def _candidates(facts: Facts) -> Iterator[DateCandidate]:
    seen: set[tuple[str, date]] = set()
    for item in (*_of_publication(facts), *_of_report(facts)):
        if (item.source, item.day) not in seen:
            seen.add((item.source, item.day))
            yield item


def _is_shown(item: DateCandidate) -> bool:
    return item.source not in ("given", "url")


def _of_publication(facts: Facts) -> Iterator[DateCandidate]:
    publication = facts.publication
    if publication is None:
        return
    yield from publication.dates
    day = publication.published_on
    if day is not None and day not in {item.day for item in publication.dates}:
        yield DateCandidate(source=publication.published_on_source or "page", day=day)


def _of_report(facts: Facts) -> Iterator[DateCandidate]:
    """Yield the dates of the report's own page; none if it was read from another file.

    An attachment shows the day it was written on, which is not the day it was published.
    """
    report, publication = facts.report, facts.publication
    if report is None:
        return
    known = {item.day for item in publication.dates if _is_shown(item)} if publication else set()
    if known and report.published_on not in known:
        return
    for source, text in report.date_candidates:
        day = parse_day(text)
        if day is not None:
            yield DateCandidate(source=source, day=day, text=text)
    if report.published_on is not None and not report.date_candidates:
        yield DateCandidate(source=report.published_on_source or "page", day=report.published_on)
