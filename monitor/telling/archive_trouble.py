"""Originals that are damaged or lost, and those that were restored: told to the operators.

Each day as long as it lasts, since nothing else in the program gets worse by being forgotten; once
when it is over.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.language import Bilingual
from monitor.telling.lines import Group, Line
from storage.clock import SHANGHAI
from storage.models import Capture, CopyName, Event, Fixity, FixityCheck, Repair
from storage.upkeep.rota import troubles

ORIGINAL_TROUBLE, ORIGINAL_REPAIRED = "original_trouble", "original_repaired"
ORIGINAL_RECOVERED = "original_recovered"
_KINDS = (ORIGINAL_TROUBLE, ORIGINAL_REPAIRED, ORIGINAL_RECOVERED)
_SHOWN = 50
"""Lines of one heading; of a whole disk that is gone no mail need name each file."""

_FOUND = {
    Fixity.DAMAGED: Bilingual("已损坏", "is damaged"),
    Fixity.LOST: Bilingual("已丢失", "is lost"),
    Fixity.UNREADABLE: Bilingual("无法读取", "cannot be read"),
}
_COPIES = {
    CopyName.ARCHIVE: Bilingual("档案", "the archive"),
    CopyName.SECOND: Bilingual("第二副本", "the second copy"),
}


def record_archive_trouble(session: Session, now: datetime) -> list[Group]:
    """Record what is to be told of originals, and return it for the operators' mail."""
    repaired = _record_repairs(session, now)
    unsound = _record_troubles(session, now)
    recovered = _record_recoveries(session, now)
    return [
        Group(
            heading=Bilingual("原件损坏或丢失", "Originals damaged or lost"), lines=_first(unsound)
        ),
        Group(
            heading=Bilingual("原件已从另一副本恢复", "Originals restored from the other copy"),
            lines=_first(repaired),
        ),
        Group(
            heading=Bilingual("原件已恢复完好", "Originals that are sound again"),
            lines=_first(recovered),
        ),
    ]


def _record_troubles(session: Session, now: datetime) -> list[Line]:
    day = now.astimezone(SHANGHAI).date().isoformat()
    told = set(
        session.scalars(
            select(Event.fingerprint).where(
                Event.kind == ORIGINAL_TROUBLE,
                Event.fingerprint.endswith(f"|{day}", autoescape=True),
            )
        )
    )
    lines = []
    for row in troubles(session):
        event = _event(ORIGINAL_TROUBLE, row.copy, row.sha256, day, now)
        if event.fingerprint not in told:
            session.add(event)
            lines.append(_trouble_line(session, row))
    return lines


def _record_repairs(session: Session, now: datetime) -> list[Line]:
    told = select(Event.fingerprint).where(Event.kind == ORIGINAL_REPAIRED)
    known = set(session.scalars(told))
    query = select(Repair).where(Repair.finished_at.is_not(None)).order_by(Repair.id)
    lines = []
    for row in session.scalars(query):
        event = _event(ORIGINAL_REPAIRED, row.copy, row.sha256, str(row.id), now)
        if event.fingerprint not in known:
            session.add(event)
            lines.append(_repair_line(session, row))
    session.flush()
    return lines


def _record_recoveries(session: Session, now: datetime) -> list[Line]:
    """Tell of what was told as trouble, is none any more, and was not told as repaired since."""
    session.flush()
    last = select(func.max(Event.id)).where(Event.kind.in_(_KINDS))
    newest = last.group_by(Event.details["copy"].as_string(), Event.details["sha256"].as_string())
    open_still = {(row.copy.value, row.sha256) for row in troubles(session)}
    events = session.scalars(
        select(Event).where(Event.id.in_(newest), Event.kind == ORIGINAL_TROUBLE)
    )
    lines = []
    for event in events.all():
        copy, sha256 = event.details["copy"], event.details["sha256"]
        if (copy, sha256) not in open_still:
            session.add(_event(ORIGINAL_RECOVERED, CopyName(copy), sha256, str(event.id), now))
            message = Bilingual(
                "已恢复完好，或已不必保存。", "It is sound again, or need not be kept any more."
            )
            lines.append(_line(session, CopyName(copy), sha256, message))
    return lines


def _trouble_line(session: Session, row: FixityCheck) -> Line:
    found, since = _FOUND[row.result], row.since.astimezone(SHANGHAI)
    return _line(
        session,
        row.copy,
        row.sha256,
        Bilingual(
            f"{found.zh}（{since:%Y-%m-%d %H:%M} 发现）；"
            "请运行 nianbao audit repair，或从备份恢复。",
            f"{found.en} (found {since:%Y-%m-%d %H:%M}); run 'nianbao audit repair' or restore it "
            "from a backup.",
        ),
    )


def _repair_line(session: Session, row: Repair) -> Line:
    found = _FOUND[row.found]
    aside = f"：{row.set_aside}" if row.set_aside else ""
    return _line(
        session,
        row.copy,
        row.sha256,
        Bilingual(
            f"{found.zh}，已由 {row.author} 从 {row.source} 恢复"
            + (f"；损坏的文件留存备查{aside}。" if aside else "。"),
            f"{found.en.replace('is ', 'was ', 1)}, and was restored from {row.source} by "
            f"{row.author}" + (f"; the damaged file is kept{aside}." if aside else "."),
        ),
    )


def _line(session: Session, copy: CopyName, sha256: str, message: Bilingual) -> Line:
    url = session.scalar(select(func.min(Capture.url)).where(Capture.sha256 == sha256))
    place = _COPIES[copy]
    return Line(
        name=sha256,
        fiscal_year=None,
        message=Bilingual(f"{place.zh}：{message.zh}", f"{place.en}: {message.en}"),
        url=url,
    )


def _first(lines: Iterable[Line]) -> list[Line]:
    every = list(lines)
    if len(every) <= _SHOWN:
        return every
    rest = len(every) - _SHOWN
    more = Line(
        name="…",
        fiscal_year=None,
        message=Bilingual(
            f"另有 {rest} 个；nianbao audit fixity 列出全部。",
            f"{rest} more; 'nianbao audit fixity' lists all.",
        ),
        stands_for=rest,
    )
    return [*every[:_SHOWN], more]


def _event(kind: str, copy: CopyName, sha256: str, key: str, now: datetime) -> Event:
    return Event(
        kind=kind,
        fingerprint=f"{kind}|{copy.value}|{sha256}|{key}",
        agency_id=None,
        portal_id=None,
        fiscal_year=None,
        happened_at=now,
        details={"copy": copy.value, "sha256": sha256},
    )
