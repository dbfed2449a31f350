"""Captures, repairs and holders of checkpoints as ``nianbao audit show`` prints them."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.language import Bilingual, Language
from monitor.plain import plain
from storage.captures import FoundCapture
from storage.clock import SHANGHAI, iso_utc
from storage.evidence.holders import Holder, earliest, holders_of
from storage.models import Repair
from storage.retention.removed import Removal, removals_of

if TYPE_CHECKING:
    from monitor.history.model import Happening, Timeline

_MOST_HOLDERS = 5
"""Holders that are named of each kind; mails go to many."""
_KINDS = {
    "time_authority": Bilingual("时间戳机构", "time authority"),
    "mail": Bilingual("邮件寄给", "mailed to"),
    "published": Bilingual("公布于", "published in"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known around some captures."""

    holders: Sequence[Holder]
    """Of every checkpoint that has one of the captures under it, the earliest first."""
    removals: Mapping[str, Removal]
    repairs: Sequence[Repair]
    events: Mapping[int, Sequence[tuple[int, "Happening"]]]
    """By capture, the reports and what it proves of them."""


def load_around(
    session: Session, found: Sequence[FoundCapture], timelines: Sequence["Timeline"]
) -> Around:
    """Return what is known around some captures."""
    positions = [each.position for each in found if each.position is not None]
    digests = {each.capture.sha256 for each in found if each.capture.sha256}
    events: dict[int, list[tuple[int, Happening]]] = defaultdict(list)
    for timeline in timelines:
        for happening in timeline.happenings:
            for proof in happening.proofs:
                events[proof.capture_id].append((timeline.filing_id, happening))
    repairs = select(Repair).where(Repair.sha256.in_(digests), Repair.finished_at.is_not(None))
    return Around(
        holders=holders_of(session, min(positions)) if positions else (),
        removals=removals_of(session, digests),
        repairs=session.scalars(repairs.order_by(Repair.id)).all(),
        events=events,
    )


def capture_object(found: FoundCapture, around: Around) -> dict[str, Any]:
    """Return a capture as a JSON object."""
    capture = found.capture
    removal = around.removals.get(capture.sha256 or "")
    return {
        "sha256": capture.sha256,
        "url": capture.url,
        "final_url": capture.final_url,
        "redirects": capture.redirects,
        "requested_at": iso_utc(capture.requested_at),
        "fetched_at": iso_utc(capture.fetched_at),
        "purpose": capture.purpose,
        "method": capture.method,
        "status": capture.status,
        "media_type": capture.media_type,
        "size": capture.size,
        "wire_sha256": capture.wire_sha256,
        "rendered": capture.rendered,
        "address": capture.address,
        "tls": capture.tls,
        "error": capture.error,
        "headers": capture.headers,
        "request_headers": capture.request_headers,
        "position": found.position,
        "run": found.run_id,
        "portal": found.portal_id,
        "proves": [
            _event_object(filing, happening)
            for filing, happening in around.events.get(capture.id, ())
        ],
        "removed": _removal_object(removal) if removal else None,
        "repaired": [
            _repair_object(each) for each in around.repairs if each.sha256 == capture.sha256
        ],
        "held_by": [_holder_object(each) for each in earliest(_over(found, around))],
    }


def _over(found: FoundCapture, around: Around) -> list[Holder]:
    position = found.position
    return [] if position is None else [each for each in around.holders if each.size > position]


def _event_object(filing: int, happening: "Happening") -> dict[str, Any]:
    return {
        "filing": filing,
        "kind": happening.kind.value,
        "at": iso_utc(happening.at),
        "certain": happening.certain,
        "message_zh": happening.message.zh,
        "message_en": happening.message.en,
    }


def _removal_object(removal: Removal) -> dict[str, Any]:
    return {
        "decided_at": iso_utc(removal.decided_at),
        "author": removal.author,
        "reason": removal.reason,
        "position": removal.position,
    }


def _repair_object(repair: Repair) -> dict[str, Any]:
    return {
        "found": repair.found.value,
        "copy": repair.copy.value,
        "author": repair.author,
        "begun_at": iso_utc(repair.begun_at),
        "finished_at": iso_utc(repair.finished_at) if repair.finished_at else None,
    }


def _holder_object(holder: Holder) -> dict[str, Any]:
    return {
        "kind": holder.kind,
        "who": holder.who,
        "at": iso_utc(holder.at),
        "entries": holder.size,
    }


def capture_text(found: FoundCapture, around: Around, language: Language) -> str:
    """Return a capture as lines for people."""
    capture = found.capture
    status = capture.error if capture.status is None else capture.status
    lines = [f"{_shanghai(capture.fetched_at)}  {status}  {capture.method} {capture.url}"]
    if capture.final_url and capture.final_url != capture.url:
        lines.append(f"  → {capture.final_url}")
    if capture.sha256:
        size = Bilingual(f"{capture.size} 字节", f"{capture.size} bytes").in_language(language)
        lines.append(f"  {capture.sha256}  {size}  {capture.media_type or ''}")
    if removal := around.removals.get(capture.sha256 or ""):
        lines.append(f"  {Bilingual(removal.zh, removal.en).in_language(language)}")
    position = Bilingual(
        "不在日志中" if found.position is None else f"日志第 {found.position} 条",
        "not in the log" if found.position is None else f"log position {found.position}",
    ).in_language(language)
    lines.append(f"  {position}  {capture.purpose}  {found.portal_id or ''}")
    return os.linesep.join(plain(line).rstrip() for line in lines)


def repair_line(repair: Repair) -> Bilingual:
    """Return that an original was restored from the other archive."""
    at = _shanghai(repair.finished_at or repair.begun_at)
    return Bilingual(
        f"{at}  已修复 {repair.sha256}（{repair.place}；{repair.author}）",
        f"{at}  repaired {repair.sha256} ({repair.place}; {repair.author})",
    )


def held_lines(found: Sequence[FoundCapture], around: Around) -> Iterator[Bilingual]:
    """Yield who else holds a checkpoint over the captures."""
    positions = [each.position for each in found if each.position is not None]
    holders = earliest(around.holders)
    if not holders:
        yield Bilingual(
            "没有其他人持有覆盖这些记录的检查点；见 nianbao audit checkpoint。",
            "Nobody else holds a checkpoint over these records; see 'nianbao audit checkpoint'.",
        )
        return
    yield Bilingual("覆盖这些记录的检查点还在以下各处：", "Who else holds a checkpoint over them:")
    last = max(positions, default=0)
    for kind, name in _KINDS.items():
        of_kind = [each for each in holders if each.kind == kind]
        for each in of_kind[:_MOST_HOLDERS]:
            covers = sum(position < each.size for position in positions)
            part = "" if each.size > last else f" ({covers}/{len(positions)})"
            at = _shanghai(each.at)
            yield Bilingual(
                f"  {name.zh} {each.who}  {at}  日志 {each.size} 条{part}",
                f"  {name.en} {each.who}  {at}  {each.size} log entries{part}",
            )
        if len(of_kind) > _MOST_HOLDERS:
            more = len(of_kind) - _MOST_HOLDERS
            yield Bilingual(f"  {name.zh}另外 {more} 处", f"  {name.en} {more} more")


def _shanghai(instant: datetime) -> str:
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S %z")
