"""Verifying the log against the checkpoints that it published: others may have taken them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from storage.signing.checkpoints import LogCheckpoint
from storage.signing.notes import NoteError, parse_note
from storage.signing.publishing import EVERY
from storage.verification.log import LogReading
from storage.verification.model import Problem, ProblemKind

_SAID = {
    ProblemKind.ALTERED: ("不是检查点", "is no checkpoint"),
    ProblemKind.TRUNCATED: (
        "条数多于日志现有的条数：日志末尾被删去，或恢复自较早的备份",
        "has more entries than the log now: its end was cut off, or an older backup restored",
    ),
    ProblemKind.FORKED: (
        "的根哈希与日志不符：历史被改写",
        "has another root than the log: history was rewritten",
    ),
    ProblemKind.DELETED: (
        "在数据库中已没有这一条数的检查点",
        "is of a size of which the database has no checkpoint any more",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCheckpoint:
    """A checkpoint as it lies among the published ones."""

    path: Path
    said: LogCheckpoint | None
    """None for a file that is no checkpoint."""


def published_checkpoints(directory: Path | None) -> Sequence[PublishedCheckpoint]:
    """Read what was published in a directory; nothing if there is none.

    Raises:
        OSError: if it cannot be read.
    """
    every = None if directory is None else directory / EVERY
    if every is None or not every.is_dir():
        return ()
    paths = sorted(path for path in every.iterdir() if path.name.isdecimal())
    return [PublishedCheckpoint(path=path, said=_said(path)) for path in paths]


def verify_published(
    published: Sequence[PublishedCheckpoint], log: LogReading, known: frozenset[int]
) -> Iterator[Problem]:
    """Compare published checkpoints with the log.

    Args:
        published: as read before the log was.
        log: has the roots of their sizes.
        known: the sizes of the checkpoints that the database has.
    """
    for each in published:
        kind = _wrong(each.said, log, known)
        if kind is not None:
            zh, en = _SAID[kind]
            yield Problem(
                kind=kind,
                subject=f"published checkpoint {each.path.name}",
                message_zh=f"已公布的检查点 {each.path} {zh}。",
                message_en=f"the published checkpoint {each.path} {en}.",
                path=str(each.path),
            )


def _said(path: Path) -> LogCheckpoint | None:
    try:
        return LogCheckpoint.parse(parse_note(path.read_text(encoding="utf-8")).text)
    except (NoteError, UnicodeDecodeError):
        return None


def _wrong(
    said: LogCheckpoint | None, log: LogReading, known: frozenset[int]
) -> ProblemKind | None:
    if said is None:
        return ProblemKind.ALTERED
    if said.size > log.size:
        return ProblemKind.TRUNCATED
    if log.roots.get(said.size, said.root) != said.root:
        return ProblemKind.FORKED
    return None if said.size in known else ProblemKind.DELETED
