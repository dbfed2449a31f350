"""What happened to a report, told from its captures, the readings of its column and its versions.

Pure. Only an answer that there is nothing (404, 410, or the portal's front page) speaks of a
removal, and only in three crawls in a row; whatever else goes wrong says nothing of the report.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.history.absences import AbsentReading
from monitor.history.model import (
    Change,
    ChangeKind,
    Happening,
    HappeningKind,
    Proof,
    Version,
)
from monitor.history.redating import Redated
from monitor.history.states import Sighting
from monitor.history.wording import said_of_change
from monitor.language import Bilingual
from storage.clock import local_date

GONE = frozenset({404, 410})
REMOVED_CRAWLS = 3
"""Crawls in a row in which the address must be dead before a report counts as removed."""
REMOVED_FOR = timedelta(hours=24)
"""Over how long they must be."""
BACKDATED_DAYS = 2
"""Days by which an index may lag behind the day that a page states."""
BACKDATED_READINGS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one filing, for what happened to it."""

    first_seen_at: datetime
    absences: tuple[AbsentReading, ...]
    """Those before it was first seen, oldest first."""
    sightings: tuple[Sighting, ...]
    """Of the addresses of its pages, oldest first."""
    versions: tuple[Version, ...]
    day_stated: date | None
    """The latest day that label, page and list gave first."""
    elsewhere: bool
    """True if the report may have stood, or stands, elsewhere: then no absence proves a thing."""
    aside: bool
    """True if its page shows the report of another year by now."""
    redated: tuple[Redated, ...] = ()


def happenings_of(known: Known, proofs: Mapping[int, Proof]) -> tuple[Happening, ...]:
    """Return what happened, oldest first."""
    found = [
        *_beginning(known, proofs),
        *_changes(known, proofs),
        *_redatings(known, proofs),
        *(() if known.aside else _removals(known, proofs)),
    ]
    return tuple(sorted(found, key=lambda each: each.at))


def captures_of(known: Known) -> Iterator[int]:
    """Yield the captures that may prove what happened to a filing."""
    yield from (each.capture_id for each in known.sightings)
    yield from (each for absence in known.absences for each in absence.captures)
    yield from (file.capture_id for version in known.versions for file in version.files)
    yield from (capture for each in known.redated for capture in each.captures)


def _beginning(known: Known, proofs: Mapping[int, Proof]) -> Iterator[Happening]:
    first = next((each for each in known.sightings if each.shows), None)
    shown = _proofs(proofs, [first.capture_id] if first else ())
    absent = known.absences[-1] if known.absences else None
    if absent is not None:
        yield Happening(
            kind=HappeningKind.LAST_ABSENT,
            at=absent.at,
            after=None,
            certain=True,
            message=Bilingual(
                "完整读取栏目（对照检查通过），未见该年报",
                "the column was read whole (control passed) and did not show the report",
            ),
            proofs=_proofs(proofs, absent.captures),
        )
    yield Happening(
        kind=HappeningKind.FIRST_SEEN,
        at=known.first_seen_at,
        after=absent.at if absent else None,
        certain=True,
        message=Bilingual("首次见到该年报", "the report was first seen"),
        proofs=shown,
        version=1 if known.versions else None,
    )
    yield from _backdating(known, proofs, shown)


def _backdating(
    known: Known, proofs: Mapping[int, Proof], shown: tuple[Proof, ...]
) -> Iterator[Happening]:
    day = known.day_stated
    if day is None:
        return
    after = [each for each in known.absences if local_date(each.at) > day]
    days = sorted({local_date(each.at) for each in after})
    if not days or (days[-1] - day).days <= BACKDATED_DAYS:
        return
    enough = len(days) >= BACKDATED_READINGS
    doubt = _doubt_of_backdating(known, enough=enough)
    told = after[-BACKDATED_READINGS:]
    yield Happening(
        kind=HappeningKind.BACKDATED,
        at=known.first_seen_at,
        after=told[-1].at,
        certain=doubt is None,
        message=Bilingual(
            f"所载发布日期为{day}，但{days[0]}至{days[-1]}完整读取栏目均未见"
            + (f"（{doubt.zh}）" if doubt else ""),
            f"it states {day}, but whole readings of the column from {days[0]} to {days[-1]} did "
            "not show it" + (f" ({doubt.en})" if doubt else ""),
        ),
        proofs=(*_proofs(proofs, (each for one in told for each in one.captures)), *shown),
    )


def _doubt_of_backdating(known: Known, *, enough: bool) -> Bilingual | None:
    if not enough:
        return Bilingual("仅一天的读取，不足以认定", "readings of one day are too few to go by")
    if known.elsewhere:
        return Bilingual(
            "可能先发布在其他页面，不能认定", "it may have stood on another page before: not proved"
        )
    return None


def _redatings(known: Known, proofs: Mapping[int, Proof]) -> Iterator[Happening]:
    for each in known.redated:
        told = each.redating
        yield Happening(
            kind=HappeningKind.REDATED,
            at=told.seen_at,
            after=None,
            certain=True,
            message=Bilingual(
                f"页面所载发布日期由{told.was}改为{told.now}",
                f"the day of publication that its page states was {told.was} and is {told.now}",
            ),
            proofs=_proofs(proofs, each.captures),
        )


def _changes(known: Known, proofs: Mapping[int, Proof]) -> Iterator[Happening]:
    for before, after in zip(known.versions, known.versions[1:], strict=False):
        change = after.change
        of_report = change is not None and change.of_the_report
        yield Happening(
            kind=HappeningKind.CHANGED if of_report else HappeningKind.RETOUCHED,
            at=after.seen_from,
            after=before.seen_until,
            certain=change is not None and change.certain,
            message=said_of_change(change) if change else _NOT_READ,
            proofs=_proofs(proofs, _files_that_differ(before, after, change)),
            version=after.number,
            change=change,
        )


_NOT_READ = Bilingual(
    "字节有变化，尚未比对内容", "bytes differ; the contents were not compared yet"
)


def _files_that_differ(before: Version, after: Version, change: Change | None) -> Iterator[int]:
    """Yield the captures of the files that differ; of all where nobody compared them."""
    same = {(file.url, file.sha256) for file in before.files}
    same &= {(file.url, file.sha256) for file in after.files}
    if change is not None and change.kind is ChangeKind.INDETERMINATE:
        same = set()
    for version in (before, after):
        for file in version.files:
            if (file.url, file.sha256) not in same:
                yield file.capture_id


def _removals(known: Known, proofs: Mapping[int, Proof]) -> Iterator[Happening]:
    """Yield each run of crawls in which every address was dead, and that the report came back."""
    shown: Sighting | None = None
    run: list[Sighting] = []
    for sighting in _a_crawl_each(known.sightings):
        if sighting.shows:
            yield from _run(run, shown, known, proofs)
            if _proof_of_removal(run) is not None:
                yield _returned(sighting, run, proofs)
            shown, run = sighting, []
        elif is_gone(sighting) and shown is not None:
            run.append(sighting)
    yield from _run(run, shown, known, proofs)


def is_gone(sighting: Sighting) -> bool:
    """Tell whether a server said that there is nothing (any more)."""
    return sighting.error is None and (sighting.status in GONE or sighting.to_home)


def _a_crawl_each(sightings: Iterable[Sighting]) -> Iterator[Sighting]:
    """Yield one capture a crawl: the last that shows the report, else the last that tells."""
    told: dict[tuple[int | None, int], Sighting] = {}
    for each in sightings:
        if not (each.shows or is_gone(each)):
            continue
        key = (each.crawl_id, 0) if each.crawl_id is not None else (None, each.capture_id)
        if key not in told or each.shows or not told[key].shows:
            told[key] = each
    yield from sorted(told.values(), key=lambda each: (each.at, each.capture_id))


def _run(
    run: Sequence[Sighting], shown: Sighting | None, known: Known, proofs: Mapping[int, Proof]
) -> Iterator[Happening]:
    if not run or shown is None:
        return
    proof = _proof_of_removal(run)
    enough, proved = proof is not None, proof or run[-1]
    doubt = enough and known.elsewhere
    zh = f"原网址连续{len(run)}次采集均已失效"
    en = f"its address was dead in {len(run)} crawls in a row"
    if not enough:
        zh, en = f"{zh}，不足以认定撤下", f"{en}: too few to call it removed"
    if doubt:
        zh, en = f"{zh}，但另有页面载有该年报", f"{en}, but another page shows the report"
    yield Happening(
        kind=HappeningKind.REMOVED if enough else HappeningKind.GONE,
        at=proved.at,
        after=shown.at,
        certain=enough and not doubt,
        message=Bilingual(zh, en),
        proofs=_proofs(
            proofs, [shown.capture_id, *(each.capture_id for each in _told_by(run, proved))]
        ),
        version=_version_at(known.versions, shown.at),
    )


def _proof_of_removal(run: Sequence[Sighting]) -> Sighting | None:
    """Return the crawl that proves a removal: a third at least, and a day after the first."""
    told = (each for each in run[REMOVED_CRAWLS - 1 :] if each.at - run[0].at >= REMOVED_FOR)
    return next(told, None)


def _told_by(run: Sequence[Sighting], proved: Sighting) -> Sequence[Sighting]:
    """Return the first crawls of a run, and the one that proves what is said of it."""
    first = run[:REMOVED_CRAWLS]
    return first if proved in first else (*first[:-1], proved)


def _returned(
    sighting: Sighting, run: Sequence[Sighting], proofs: Mapping[int, Proof]
) -> Happening:
    return Happening(
        kind=HappeningKind.RETURNED,
        at=sighting.at,
        after=run[-1].at,
        certain=True,
        message=Bilingual(
            f"该年报页面恢复可用：{sighting.url}", f"its page answers again: {sighting.url}"
        ),
        proofs=_proofs(proofs, [run[-1].capture_id, sighting.capture_id]),
    )


def _version_at(versions: Sequence[Version], at: datetime) -> int | None:
    return max((each.number for each in versions if each.seen_from <= at), default=None)


def _proofs(known: Mapping[int, Proof], capture_ids: Iterable[int]) -> tuple[Proof, ...]:
    return tuple(known[each] for each in dict.fromkeys(capture_ids) if each in known)
