"""Verifying the log: entries, captures and checkpoints against each other."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, select

from storage.archive import SHA256
from storage.captures import checkpoint_line, parse_checkpoint_line
from storage.log import GrowingTree
from storage.models import Capture, Checkpoint, Deletion, LogEntry
from storage.upkeep.listing import Listing
from storage.verification.leaves import LoggedLeaf, logged_leaves
from storage.verification.model import Problem, ProblemKind

LEAF_MESSAGES = {
    ProblemKind.DUPLICATED: ("在日志中出现了两次", "stands in the log twice"),
    ProblemKind.REORDERED: ("与另一条互换了位置", "has changed places with another"),
    ProblemKind.DELETED: ("所指的记录已不在数据库中", "names a record that is gone"),
    ProblemKind.ALTERED: (
        "与其记录不符：其中之一被改动",
        "does not match its record: one of them was changed",
    ),
}
_NAMES = {"capture": "采集记录", "deletion": "留存决定"}


@dataclass(slots=True)
class LogReading:
    """The log as read, leaf by leaf: its roots as far as it is whole, and what was wrong."""

    problems: list[Problem] = field(default_factory=list)
    entries: int = 0
    size: int = 0
    """One more than the last position."""
    roots: dict[int, bytes] = field(default_factory=dict)
    """The root over the first so many leaves, for the sizes asked for that lie before any gap."""
    gone: Listing = field(default_factory=Listing)
    """What sound deletions remove, with the place of the deletion in the log."""
    deletions: int = 0
    """The greatest number of a deletion in the log."""


def read_log(connection: Connection, sizes: Collection[int] = ()) -> LogReading:
    """Read all entries in order and compare each with what it is of.

    Args:
        connection: sees one state of the database.
        sizes: of the tree, whose roots are wanted.
    """
    found, tree, wanted = LogReading(), GrowingTree(), set(sizes)
    named: list[tuple[LoggedLeaf, ProblemKind]] = []
    differing: list[LoggedLeaf] = []
    last = {"capture": 0, "deletion": 0}
    for leaf in logged_leaves(connection):
        found.entries += 1
        if leaf.position < found.size:
            named.append((leaf, ProblemKind.DUPLICATED))
            continue
        if leaf.position > found.size:
            found.problems.append(_gap(found.size, leaf.position - 1))
        if tree.size == leaf.position:
            tree.append(leaf.logged)
            if tree.size in wanted:
                found.roots[tree.size] = tree.root()
        found.size = leaf.position + 1
        if leaf.id == last[leaf.kind]:
            named.append((leaf, ProblemKind.DUPLICATED))
        elif leaf.id < last[leaf.kind]:
            named.append((leaf, ProblemKind.REORDERED))
        elif leaf.recomputed != leaf.logged:
            differing.append(leaf)
        else:
            _note_gone(found, leaf)
        last[leaf.kind] = max(last[leaf.kind], leaf.id)
    elsewhere = {leaf.recomputed for leaf in differing if leaf.recomputed is not None}
    named.extend((leaf, _difference(leaf, elsewhere)) for leaf in differing)
    found.problems.extend(_leaf_problem(connection, leaf, kind) for leaf, kind in named)
    found.deletions = last["deletion"]
    return found


def _note_gone(found: LogReading, leaf: LoggedLeaf) -> None:
    for sha256 in leaf.originals:
        if SHA256.match(sha256):
            found.gone.add(sha256, leaf.position)


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


def unlogged_deletions(connection: Connection) -> Iterator[Problem]:
    """Yield every deletion that no entry of the log is of: a decision that nobody took."""
    of_it = and_(LogEntry.deletion_id == Deletion.id, LogEntry.capture_id.is_(None))
    query = select(Deletion.id, Deletion.author).where(
        ~select(LogEntry.position).where(of_it).exists()
    )
    for deletion_id, author in connection.execute(query.order_by(Deletion.id)):
        yield Problem(
            kind=ProblemKind.UNLOGGED,
            subject=f"deletion {deletion_id}",
            message_zh=f"留存决定 {deletion_id} 号（{author}）不在日志中。",
            message_en=f"deletion {deletion_id} ({author}) is not in the log.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCheckpoints:
    """The lines of checkpoints, as the database and as the archive have them."""

    rows: Sequence[str]
    lines: Sequence[str]

    @property
    def row_sizes(self) -> set[int]:
        """The sizes that the database speaks of."""
        return {parsed[0] for line in self.rows if (parsed := _parsed(line))}

    @property
    def sizes(self) -> set[int]:
        """The sizes that they speak of."""
        return {parsed[0] for line in (*self.rows, *self.lines) if (parsed := _parsed(line))}


def stored_checkpoints(connection: Connection, lines: Sequence[str]) -> StoredCheckpoints:
    """Read the checkpoints of the database, beside those of the archive."""
    query = select(Checkpoint.tree_size, Checkpoint.root_hash, Checkpoint.made_at)
    rows = [
        checkpoint_line(Checkpoint(tree_size=size, root_hash=root, made_at=made_at))
        for size, root, made_at in connection.execute(query.order_by(Checkpoint.id))
    ]
    return StoredCheckpoints(rows=rows, lines=lines)


def verify_checkpoints(stored: StoredCheckpoints, log: LogReading) -> tuple[list[Problem], int]:
    """Compare the checkpoints of the database and of the archive with the log.

    Returns the problems and the number of checkpoints compared.
    """
    problems = [
        *_missing_rows(stored.rows, stored.lines),
        *_missing_lines(stored.rows, stored.lines),
    ]
    compared = dict.fromkeys([*stored.rows, *stored.lines])
    for line in compared:
        problems.extend(_verify_line(line, log))
    return problems, len(compared)


def _parsed(line: str) -> tuple[int, bytes, str] | None:
    try:
        return parse_checkpoint_line(line)
    except ValueError:
        return None


def _verify_line(line: str, log: LogReading) -> Iterator[Problem]:
    parsed = _parsed(line)
    if parsed is None:
        yield _checkpoint_problem(
            ProblemKind.ALTERED, line[:100], "不是一个检查点", "is no checkpoint"
        )
        return
    size, root, made_at = parsed
    name = f"{size} ({made_at})"
    if size > log.size:
        yield _checkpoint_problem(
            ProblemKind.TRUNCATED,
            name,
            f"记载日志有 {size} 条，现在只有 {log.size} 条：日志末尾被删去",
            f"says the log had {size} entries, now it has {log.size}: its end was cut off",
        )
    elif log.roots.get(size, root) != root:
        yield _checkpoint_problem(
            ProblemKind.FORKED,
            name,
            f"的根哈希与日志前 {size} 条不符：历史被改写",
            f"has another root than the first {size} entries of the log: history was rewritten",
        )


def _missing_rows(stored: Sequence[str], lines: Sequence[str]) -> Iterator[Problem]:
    known = set(stored)
    for line in lines:
        if line not in known:
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
    url = sha256 = None
    if leaf.kind == "capture":
        query = select(Capture.url, Capture.sha256).where(Capture.id == leaf.id)
        row = connection.execute(query).first()
        url, sha256 = (None, None) if row is None else row
    zh, en = LEAF_MESSAGES[kind]
    return Problem(
        kind=kind,
        subject=f"log entry {leaf.position}",
        message_zh=f"日志第 {leaf.position} 条（{_NAMES[leaf.kind]} {leaf.id}）{zh}。",
        message_en=f"log entry {leaf.position} ({leaf.kind} {leaf.id}) {en}.",
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
