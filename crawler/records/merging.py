"""One report at several addresses: told by agency, year, and the same text or a mark of a twin.

What differs in its text stays a filing of its own, and is reported as such; so does what was judged
as two before it was known to be one. But what left its place, where another of the same title or
with the same files stands now, has moved: systems set the same report in other furniture.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crawler.records.addresses import add_address
from crawler.records.aside import is_set_aside
from crawler.records.dating import choose_day
from storage.columns import DRIFT
from storage.models import (
    AddressKind,
    ColumnState,
    Filing,
    FilingState,
    Judgement,
    Original,
    OriginalRole,
    StoredReading,
)
from storage.registry import normalise_name
from storage.titles import parse_title
from storage.titles.wording import without_blanks
from storage.told_days import placed, told_at_both

LEAST_TEXT = 200
"""Characters without blanks below which equal texts prove nothing: 详见附件 is on many pages."""


def merge_twin(
    session: Session, filing: Filing, now: datetime, *, telling: bool, whole: bool = False
) -> Filing:
    """Merge a filing with the one that is the same report, if there is one; return what stands.

    Args:
        session: of the database.
        filing: of which something was had.
        now: when.
        telling: False if the text of its page is too short to be told by.
        whole: True if all its files were had, so that its title may tell that it has moved.
    """
    for other in _of_same_year(session, filing):
        for each in (filing, other):
            session.expire(each, ["originals"])  # some were added by their filing's id
        why = _sameness(filing, other, telling=telling, whole=whole)
        if why is None:
            continue
        stays, goes = _who_stays(session, filing, other)
        if goes is not None:
            _merge(session, stays, goes, why, now)
            return stays
    return filing


def _of_same_year(session: Session, filing: Filing) -> list[Filing]:
    """Return the other filings of a portal with the same agency and fiscal year, oldest first.

    Also those that were removed, or whose page shows another report by now: a report may return,
    or be put, at another address.
    """
    if filing.fiscal_year is None or (filing.agency_id or filing.agency_name) is None:
        return []
    found = session.scalars(
        select(Filing)
        .where(
            Filing.portal_id == filing.portal_id,
            Filing.fiscal_year == filing.fiscal_year,
            Filing.id != filing.id,
            or_(Filing.agency_id == filing.agency_id, Filing.agency_id.is_(None)),
        )
        .order_by(Filing.id)
    )
    return [other for other in found if _is_of_same_agency(filing, other)]


def _is_of_same_agency(one: Filing, other: Filing) -> bool:
    if one.agency_id is not None or other.agency_id is not None:
        return one.agency_id == other.agency_id
    return normalise_name(one.agency_name or "") == normalise_name(other.agency_name or "")


def _sameness(one: Filing, other: Filing, *, telling: bool, whole: bool) -> str | None:
    """Return what makes two filings one: ``text``, ``file``, ``mark``, ``title``; None if nothing.

    ``title`` is that of a report which left its place.
    """
    here, there = _current(one), _current(other)
    if telling and _texts(here) & _texts(there):
        return "text"
    if _files_alone(here) & _files(there) or _files_alone(there) & _files(here):
        return "file"
    if here and there and _are_forms(one.title, other.title):
        return "mark"
    if not (_has_left(one) or _has_left(other)):
        return None
    if _files(here) and _files(here) == _files(there):
        return "file"
    same_title = without_blanks(one.title) == without_blanks(other.title)
    return "title" if whole and same_title else None


def _has_left(filing: Filing) -> bool:
    """Tell whether a report no longer stands where it was found, as far as lists show."""
    column = filing.column
    lost = column.state is ColumnState.LOST or DRIFT in column.proof
    gone = bool(filing.absent_crawls) or filing.state is FilingState.REMOVED
    return lost or gone or is_set_aside(filing)


def _current(filing: Filing) -> list[Original]:
    return [each for each in filing.originals if each.superseded_at is None]


def _texts(originals: Iterable[Original]) -> set[str]:
    return {
        each.text_sha256
        for each in originals
        if each.role is OriginalRole.PAGE and each.text_sha256
    }


def _is_file(original: Original) -> bool:
    return original.text_sha256 is None and not original.media_type.startswith("image/")


def _files(originals: Iterable[Original]) -> set[str]:
    """Return the documents that a filing is made of: the file it is, or those attached to it."""
    return {each.sha256 for each in originals if _is_file(each)}


def _files_alone(originals: Iterable[Original]) -> set[str]:
    """Return the file that a row links straight to; pages that share one may differ in text."""
    return {each.sha256 for each in originals if each.role is OriginalRole.PAGE and _is_file(each)}


def _are_forms(one: str, other: str) -> bool:
    """Tell whether two titles are of one report in two forms: 图片版, 超链版."""
    forms = [parse_title(title, within_column=True).form for title in (one, other)]
    if forms[0] == forms[1]:
        return False
    bare = {_without_form(title, form) for title, form in zip((one, other), forms, strict=True)}
    return len(bare) == 1


def _without_form(title: str, form: str | None) -> str:
    text = without_blanks(title)
    return text.replace(form, "").strip("()[]【】〔〕") if form else text.strip("()[]【】〔〕")


def _who_stays(session: Session, one: Filing, other: Filing) -> tuple[Filing, Filing | None]:
    """Return which filing stays and which goes; none goes if both were judged already."""
    judged = [each for each in (one, other) if _is_judged(session, each)]
    if len(judged) == 2:
        return one, None
    stays = judged[0] if judged else min((one, other), key=_precedence)
    return stays, other if stays is one else one


def _precedence(filing: Filing) -> tuple[bool, datetime, int]:
    """A page with a text goes before a file alone, then what was seen first."""
    return not _texts(_current(filing)), filing.first_seen_at, filing.id


def _is_judged(session: Session, filing: Filing) -> bool:
    judged = select(Judgement.id).where(Judgement.filing_id == filing.id).limit(1)
    read = session.get(StoredReading, filing.id)
    return read is not None or session.scalars(judged).first() is not None


def _merge(session: Session, stays: Filing, goes: Filing, why: str, now: datetime) -> None:
    """Make one filing of two; every address and every differing file is kept.

    Where the column of the one that stays is lost, the report goes on at the place of the other.
    """
    left = _has_left(goes)
    moved = _has_left(stays) and not left
    page = next((each for each in goes.originals if each.role is OriginalRole.PAGE), None)
    place = came_from = _Place.of(goes)
    if stays.state is FilingState.REMOVED:
        stays.state = state_without_removal(stays)
    if left:
        _supersede_page(goes, now)
    _take_originals(session, stays, goes, now, moved=moved)
    for address in list(goes.addresses):
        address.filing = stays
    here, there = stays.date_candidates, goes.date_candidates
    dates = (placed(here, stays.url), there) if moved else (here, placed(there, goes.url))
    stays.date_candidates = told_at_both(*dates)
    session.flush()
    session.expire(goes)
    session.delete(goes)
    session.flush()
    if moved:
        place = place.exchanged_with(stays)
    add_address(
        session,
        stays,
        url=place.url,
        title=place.title,
        kind=AddressKind.FORMER if moved or left else AddressKind.TWIN,
        why=why,
        seen_at=now,
        column_id=place.column_id,
        capture_id=page.capture_id if page and not moved else None,
        first_seen_at=place.first_seen_at,
        opened_at=place.opened_at,
    )
    if came_from.first_seen_at < stays.first_seen_at:
        stays.first_seen_at = came_from.first_seen_at
        stays.last_absent_at = came_from.last_absent_at
    choose_day(stays, now)
    stays.last_seen_at = max(stays.last_seen_at, now)
    if why == "title":  # neither its text nor its files tell that it is what it was
        stays.state = FilingState.CHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a filing stands, and since when."""

    url: str
    title: str
    column_id: int
    first_seen_at: datetime
    last_absent_at: datetime | None
    opened_at: datetime | None

    @classmethod
    def of(cls, filing: Filing) -> "_Place":
        return cls(
            url=filing.url,
            title=filing.list_title,
            column_id=filing.column_id,
            first_seen_at=filing.first_seen_at,
            last_absent_at=filing.last_absent_at,
            opened_at=filing.opened_at,
        )

    def exchanged_with(self, filing: Filing) -> "_Place":
        """Put a filing in this place, and return the one it leaves."""
        left = _Place.of(filing)
        filing.url, filing.list_title, filing.column_id = self.url, self.title, self.column_id
        filing.opened_at = self.opened_at
        filing.absent_crawls = filing.gone_crawls = 0
        return left


def _supersede_page(filing: Filing, now: datetime) -> None:
    for original in _current(filing):
        if original.role is OriginalRole.PAGE:
            original.superseded_at = now


def _take_originals(
    session: Session, stays: Filing, goes: Filing, now: datetime, *, moved: bool
) -> None:
    """Take over what differs; of a report that moved, its new page in the place of the old one."""
    old = _current(stays)
    has = {each.sha256 for each in old} | _texts(old)
    if moved and any(each.role is OriginalRole.PAGE for each in _current(goes)):
        _supersede_page(stays, now)
    for original in list(goes.originals):
        replaces = moved and original.role is OriginalRole.PAGE
        if not replaces and (original.sha256 in has or original.text_sha256 in has):
            session.delete(original)
            continue
        original.filing = stays


def state_without_removal(filing: Filing) -> FilingState:
    """Return the state of a filing that is there (again)."""
    replaced = any(original.superseded_at is not None for original in filing.originals)
    return FilingState.CHANGED if replaced else FilingState.CURRENT
