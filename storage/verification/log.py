"""Verifying the log: entries, captures and checkpoints against each other."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from storage.captures import checkpoint_line, parse_checkpoint_line
from storage.log import MerkleTree
from storage.models import Capture, Checkpoint, LogEntry
from storage.verification.leaves import LoggedLeaf, logged_leaves
from storage.verification.model import Problem, ProblemKind

LEAF_MESSAGES = {
    ProblemKind.DUPLICATED: ("在日志中出现了两次", "stands in the log twice"),
    ProblemKind.REORDERED: ("与另一条互换了位置", "has changed places with another"),
    ProblemKind.DELETED: ("所指的采集记录已不在数据库中", "names a capture that is gone"),
    ProblemKind.ALTERED: (
        "与其采集记录不符：其中之一被改动",
        "does not match its capture: one of them was changed",
    ),
}


@dataclass(slots=True)
class LogReading:
    """The log as read: its tree as far as it is whole, and what was wrong on the way."""

    problems: list[Problem] = field(default_factory=list)
    entries: int = 0
    size: int = 0
    """One more than the last position."""
    tree: MerkleTree = field(default_factory=lambda: MerkleTree.of([]))
    """Over the leaf hashes before the first gap."""


def read_log(connection: Connection) -> LogReading:
    """Read all entries in order and compare each with its capture."""
    found = LogReading()
    named: list[tuple[LoggedLeaf, ProblemKind]] = []
    hashes: list[bytes] = []
    differing: list[LoggedLeaf] = []
    last_capture = 0
    for leaf in logged_leaves(connection):
        found.entries += 1
        if leaf.position < found.size:
            named.append((leaf, ProblemKind.DUPLICATED))
            continue
        if leaf.position > found.size:
            found.problems.append(_gap(found.size, leaf.position - 1))
        if len(hashes) == leaf.position:
            hashes.append(leaf.logged)
        found.size = leaf.position + 1
        if leaf.capture_id == last_capture:
            named.append((leaf, ProblemKind.DUPLICATED))
        elif leaf.capture_id < last_capture:
            named.append((leaf, ProblemKind.REORDERED))
        elif leaf.recomputed != leaf.logged:
            differing.append(leaf)
        last_capture = max(last_capture, leaf.capture_id)
    elsewhere = {leaf.recomputed for leaf in differing if leaf.recomputed is not None}
    named.extend((leaf, _difference(leaf, elsewhere)) for leaf in differing)
    found.problems.extend(_leaf_problem(connection, leaf, kind) for leaf, kind in named)
    found.tree = MerkleTree.of(hashes)
    return found


def unlogged_captures(connection: Connection) -> Iterator[Problem]:
    """Yield every capture that the log does not name."""
    logged = select(LogEntry.capture_id).where(LogEntry.capture_id == Capture.id).exists()
    query = select(Capture.id, Capture.url, Capture.sha256).where(~logged).order_by(Capture.id)
    for capture_id, url, sha256 in connection.execute(query):
        yield Problem(
            kind=ProblemKind.UNLOGGED,
            subject=f"capture {capture_id}",
            message_zh=f"采集记录 {capture_id}（{url}）不在日志中。",
            message_en=f"capture {capture_id} ({url}) is not in the log.",
            sha256=sha256,
            url=url,
        )


def verify_checkpoints(
    connection: Connection, lines: Sequence[str], log: LogReading
) -> tuple[list[Problem], int]:
    """Compare the checkpoints of the database and of the archive with the log.

    Returns the problems and the number of checkpoints compared.
    """
    rows = connection.execute(
        select(Checkpoint.tree_size, Checkpoint.root_hash, Checkpoint.made_at).order_by(
            Checkpoint.id
        )
    )
    stored = [
        checkpoint_line(Checkpoint(tree_size=size, root_hash=root, made_at=made_at))
        for size, root, made_at in rows
    ]
    problems = [*_missing_rows(stored, lines), *_missing_lines(stored, lines)]
    compared = dict.fromkeys([*stored, *lines])
    for line in compared:
        problems.extend(_verify_line(line, log))
    return problems, len(compared)


def _verify_line(line: str, log: LogReading) -> Iterator[Problem]:
    try:
        size, root, made_at = parse_checkpoint_line(line)
    except ValueError:
        yield _checkpoint_problem(
            ProblemKind.ALTERED, line[:100], "不是一个检查点", "is no checkpoint"
        )
        return
    name = f"{size} ({made_at})"
    if size > log.size:
        yield _checkpoint_problem(
            ProblemKind.TRUNCATED,
            name,
            f"记载日志有 {size} 条，现在只有 {log.size} 条：日志末尾被删去",
            f"says the log had {size} entries, now it has {log.size}: its end was cut off",
        )
    elif size <= log.tree.size and log.tree.root(size) != root:
        yield _checkpoint_problem(
            ProblemKind.FORKED,
            name,
            f"的根哈希与日志前 {size} 条不符：历史被改写",
            f"has another root than the first {size} entries of the log: history was rewritten",
        )


def _missing_rows(stored: Sequence[str], lines: Sequence[str]) -> Iterator[Problem]:
    for line in lines:
        if line not in set(stored):
            yield _checkpoint_problem(
                ProblemKind.DELETED,
                line[:100],
                "只在 checkpoints.txt 中，数据库中的记录已不在",
                "stands in checkpoints.txt only: its row is gone from the database",
            )


def _missing_lines(stored: Sequence[str], lines: Sequence[str]) -> Iterator[Problem]:
    """A crash may keep the newest row from its line; nothing keeps an older one from it."""
    known = set(lines)
    last_kept = max((at for at, line in enumerate(stored) if line in known), default=-1)
    expected = stored[:last_kept] if last_kept >= 0 else stored[:-1]
    for line in expected:
        if line not in known:
            yield _checkpoint_problem(
                ProblemKind.DELETED,
                line[:100],
                "只在数据库中，checkpoints.txt 中的一行已不在",
                "stands in the database only: its line is gone from checkpoints.txt",
            )


def _difference(leaf: LoggedLeaf, elsewhere: Collection[bytes]) -> ProblemKind:
    """Tell a capture that is gone or exchanged with another from one that was changed.

    ``elsewhere`` are the hashes of the captures of all entries that differ.
    """
    if not leaf.present:
        return ProblemKind.DELETED
    return ProblemKind.REORDERED if leaf.logged in elsewhere else ProblemKind.ALTERED


def _gap(first: int, last: int) -> Problem:
    name = str(first) if first == last else f"{first}-{last}"
    return Problem(
        kind=ProblemKind.DELETED,
        subject=f"log entry {name}",
        message_zh=f"日志第 {name} 条已被删去。",
        message_en=f"log entry {name} is gone.",
    )


def _leaf_problem(connection: Connection, leaf: LoggedLeaf, kind: ProblemKind) -> Problem:
    query = select(Capture.url, Capture.sha256).where(Capture.id == leaf.capture_id)
    row = connection.execute(query).first()
    url, sha256 = (None, None) if row is None else row
    zh, en = LEAF_MESSAGES[kind]
    return Problem(
        kind=kind,
        subject=f"log entry {leaf.position}",
        message_zh=f"日志第 {leaf.position} 条（采集记录 {leaf.capture_id}）{zh}。",
        message_en=f"log entry {leaf.position} (capture {leaf.capture_id}) {en}.",
        sha256=sha256,
        url=url,
    )


def _checkpoint_problem(kind: ProblemKind, name: str, zh: str, en: str) -> Problem:
    return Problem(
        kind=kind,
        subject=f"checkpoint {name}",
        message_zh=f"检查点 {name} {zh}。",
        message_en=f"checkpoint {name} {en}.",
    )
