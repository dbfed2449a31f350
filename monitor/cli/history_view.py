"""What ``nianbao audit history`` looks up and writes."""

import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from monitor.cli.audit import Holdings, say
from monitor.cli.base import CommandError, ExitCode, print_json_lines
from monitor.filing_reading import Reader
from monitor.history.contract import change_object, timeline_object
from monitor.history.loading import load_seen
from monitor.history.model import Timeline
from monitor.history.showing import (
    Difference,
    NoVersionError,
    difference_between,
    differences_of,
    history_page,
    text_lines,
)
from monitor.history.timeline import filings_about, find_filings, timelines_of
from monitor.language import Bilingual, Language
from monitor.reading_store import DIRECTORY, ReadingStore
from storage.clock import utc_now

History = tuple[Timeline, Sequence[Difference]]


def histories(
    holdings: Holdings,
    session: Session,
    what: str | None,
    agency: str | None,
    fiscal_year: int | None,
    diff: tuple[int, int] | None,
) -> list[History]:
    """Return the filings meant, with their differences, or those of two versions of one.

    Raises:
        CommandError: if none is meant, none is found, or there is no such version.
    """
    filing_ids = _wanted(session, what, agency, fiscal_year)
    if diff is not None and len(filing_ids) > 1:
        raise CommandError(
            Bilingual(
                f"--diff 只能用于一份年报；找到 {len(filing_ids)} 份：{_ids(filing_ids)}。",
                f"--diff is for one report; there are {len(filing_ids)}: {_ids(filing_ids)}.",
            )
        )
    return [
        (timeline, _differences(holdings, session, timeline, diff))
        for timeline in timelines_of(session, filing_ids)
    ]


def write_lines(found: Sequence[History], language: Language) -> None:
    """Write histories for a terminal."""
    for timeline, differences in found:
        for line in text_lines(timeline, differences, language):
            say(line)


def write_objects(found: Sequence[History]) -> None:
    """Write a JSON object a report."""
    print_json_lines(
        {**timeline_object(timeline), "differences": [_object(each) for each in differences]}
        for timeline, differences in found
    )


def write_page(found: Sequence[History], language: Language, out: Path | None) -> None:
    """Write histories as a page to a file, else to standard output."""
    _write(history_page(found, language, utc_now()), out)


def _wanted(
    session: Session, what: str | None, agency: str | None, fiscal_year: int | None
) -> Sequence[int]:
    if (what is None) == (agency is None):
        raise CommandError(
            Bilingual(
                "请指明一份年报（编号、网址或 SHA-256），或者 --agency。",
                "name a report (its id, address or SHA-256) or an --agency.",
            )
        )
    found = (
        filings_about(session, agency, fiscal_year) if agency else find_filings(session, what or "")
    )
    if not found:
        named = what or f"{agency} {fiscal_year or ''}".strip()
        raise CommandError(
            Bilingual(f"没有“{named}”的年报。", f"there is no report of {named!r}."),
            ExitCode.PARTIAL,
        )
    return found


def _differences(
    holdings: Holdings, session: Session, timeline: Timeline, diff: tuple[int, int] | None
) -> Sequence[Difference]:
    if diff is None:
        return differences_of(timeline)
    reader = Reader(holdings.archive, ReadingStore(holdings.directory / DIRECTORY))
    [seen] = load_seen(session, [timeline.filing_id])
    try:
        return [difference_between(seen, reader, *diff)]
    except NoVersionError as error:
        raise CommandError(
            Bilingual(
                f"没有第 {error.number} 版；该年报共有 {error.count} 版。",
                f"there is no version {error.number}; the report has {error.count}.",
            )
        ) from error


def _object(difference: Difference) -> dict[str, object]:
    return {
        "before": difference.before,
        "after": difference.after,
        **change_object(difference.change),
    }


def _ids(filing_ids: Sequence[int]) -> str:
    return ", ".join(map(str, filing_ids))


def _write(page: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(page)
        return
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CommandError(
            Bilingual(
                f"无法写入 {out}：{error.strerror}。", f"cannot write {out}: {error.strerror}."
            )
        ) from error
