"""What is shown of a report that was looked for and not found."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from storage.clock import iso_utc
from storage.evidence.logged import logged, read_logged
from storage.evidence.model import (
    Absence,
    AbsenceNotProvedError,
    Ground,
    NothingArchivedError,
    Role,
)
from storage.evidence.rows import plain_row
from storage.evidence.verify import names_of, role_doubt, titles_like
from storage.models import Agency, Capture, Column, ColumnReading, Crawl

MISSING = "missing"
_SEARCHED = ("robots", "home", "platform")


def select_absence(
    session: Session, agency: Agency, as_of: datetime, relied: frozenset[str] | None
) -> Absence:
    """Select what the newest finished crawl of the agency's portal read, as of an instant.

    Args:
        session: of the database.
        agency: whose report was not found.
        as_of: the instant.
        relied: the addresses of the columns in which the report could stand; None for all.

    Raises:
        NothingArchivedError: if no crawl of the portal had come to its end.
    """
    crawl = session.scalars(
        select(Crawl)
        .where(Crawl.portal_id == agency.portal_id, Crawl.finished_at <= as_of)
        .order_by(Crawl.finished_at.desc(), Crawl.id.desc())
        .limit(1)
    ).first()
    if crawl is None:
        raise NothingArchivedError(
            f"网站 {agency.portal_id} 还没有抓取完过；请先运行 nianbao crawl。",
            f"no crawl of the portal {agency.portal_id} has come to its end; "
            "run 'nianbao crawl' first.",
        )
    columns = session.scalars(
        select(Column)
        .where(Column.portal_id == agency.portal_id, Column.found_at <= as_of)
        .order_by(Column.id)
    ).all()
    readings = session.scalars(
        select(ColumnReading)
        .where(ColumnReading.crawl_id == crawl.id)
        .options(joinedload(ColumnReading.crawl), joinedload(ColumnReading.column))
    )
    searched = logged().where(Capture.crawl_id == crawl.id, Capture.purpose.in_(_SEARCHED))
    return Absence(
        crawl=crawl,
        columns=columns,
        readings={reading.column_id: reading for reading in readings},
        search=read_logged(session, searched),
        horizon=as_of,
        relied=relied,
    )


def readings_shown(absence: Absence) -> list[ColumnReading]:
    """Return the readings whose list pages belong into the pack.

    Those of columns of other agencies show nothing, unless an empty one rests on them.
    """
    roles = {column.id: absence.role(column) for column in absence.columns}
    on = {Role.RELIED, Role.EMPTY, *((Role.OTHER,) if Role.EMPTY in roles.values() else ())}
    return [each for key, each in absence.readings.items() if roles.get(key) in on]


def titles_of_report(
    absence: Absence,
    agency: Agency,
    fiscal_year: int,
    captures: Mapping[int, Capture],
    body: Callable[[str], bytes | None],
) -> Iterator[tuple[str, str]]:
    """Yield list pages with a title that is plainly that of the report that was not recognised.

    A second look, by other means than those of the program, before an agency is accused.

    Args:
        absence: what was read.
        agency: whose report was looked for.
        fiscal_year: of the report.
        captures: those of the pack, by id.
        body: gives a list page by its hash; None if it was deleted by decision.
    """
    names = names_of(plain_row(agency))
    pages = (page for each in readings_shown(absence) for page in each.pages or ())
    for page in pages:
        capture = captures.get(page["body"])
        content = body(capture.sha256) if capture is not None and capture.sha256 else None
        if content is not None and page["how"] != "refused":
            for title in titles_like(content, names, fiscal_year)[0]:
                yield page["url"], title


def absence_object(
    absence: Absence, ground: Ground, positions: Mapping[int, int]
) -> dict[str, Any]:
    """Return the claim with all that it stands on; captures by their places in the log."""
    shown = {each.column_id for each in readings_shown(absence)}
    columns = [_column(absence, each, positions, each.id in shown) for each in absence.columns]
    doubts = _doubts(columns, ground)
    doubts += [f"{url}: the title {title!r} is plainly its own" for url, title in absence.titled]
    return {
        "proved": not doubts,
        "doubts": doubts,
        "state": ground.state,
        "reason_zh": ground.reason_zh,
        "reason_en": ground.reason_en,
        "due_on": ground.due_on.isoformat(),
        "due_at": iso_utc(ground.due_at),
        "basis_zh": ground.basis_zh,
        "basis_en": ground.basis_en,
        "judged_at": iso_utc(ground.judged_at),
        "crawl": plain_row(absence.crawl),
        "search": [each.position for each in absence.search],
        "columns": columns,
    }


def require_proved(claim: Mapping[str, Any]) -> None:
    """Refuse to claim an absence that is not proved.

    Raises:
        AbsenceNotProvedError: if the program itself does not say so, or a column is in doubt.
    """
    if claim["proved"]:
        return
    zh = claim["reason_zh"] or "；".join(claim["doubts"])
    en = claim["reason_en"] or "; ".join(claim["doubts"])
    raise AbsenceNotProvedError(
        f"没有证明该年报未公布（状态 {claim['state']}：{zh}）；"
        "加 --as-observed 可导出当时所见，其中写明没有证明什么。",
        f"that the report was not published is not proved (state {claim['state']}: {en}); with "
        "--as-observed the pack shows what was seen and says what is not proved.",
    )


def _doubts(columns: list[dict[str, Any]], ground: Ground) -> list[str]:
    due_at = iso_utc(ground.due_at)
    relied = [each for each in columns if each["role"] in (Role.RELIED, Role.EMPTY)]
    doubts = [] if relied else ["no column of annual reports is known"]
    found = ((column, role_doubt(columns, column, due_at)) for column in relied)
    doubts += [f"{column['url']}: {doubt}" for column, doubt in found if doubt]
    if ground.state != MISSING:
        doubts.append(f"the state is {ground.state}, not {MISSING}")
    return doubts


def _column(
    absence: Absence,
    column: Column,
    positions: Mapping[int, int],
    shown: bool,
) -> dict[str, Any]:
    reading = absence.readings.get(column.id)
    return {
        "url": column.url,
        "role": absence.role(column).value,
        "name": column.name,
        "platform": column.platform,
        "found_by": column.found_by,
        "found_at": iso_utc(column.found_at),
        "proof": column.proof,
        "lost_at": None if absence.stands(column) else iso_utc(column.lost_at or absence.horizon),
        "moved_to": column.moved_to,
        **(_UNREAD if reading is None else plain_row(reading)),
        "read_at": None if reading is None else iso_utc(reading.read_at),
        "pages": list_pages(reading, positions) if reading is not None and shown else None,
    }


_UNREAD: dict[str, Any] = {
    "pages_seen": 0,
    "announced": None,
    "found": 0,
    "reports": 0,
    "read_to_end": False,
    "control_passed": False,
    "known_before": 0,
    "found_again": 0,
    "reason": "the crawl did not read it",
    "newest_year": None,
    "control": None,
}


def list_pages(reading: ColumnReading, positions: Mapping[int, int]) -> list[dict[str, Any]] | None:
    """Return the list pages of a reading in order; captures by their places in the log."""
    if reading.pages is None:
        return None
    return [
        {**page, **{key: positions.get(page[key]) for key in ("capture", "body")}}
        for page in reading.pages
    ]
