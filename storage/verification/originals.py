"""Verifying the archive: every original hashed again, every file accounted for."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, select

from storage.archive import SHA256, Archive, ArchiveError, LostOriginal, StoredFile
from storage.database import reading
from storage.models import Capture, Original
from storage.verification.model import Problem, ProblemKind

ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What lies in the archive, listed before the database is read.

    Files first, markers second, rows last: a file whose marker is gone by then has its row.
    """

    originals: frozenset[bytes]
    """Hashes of the files that lie where originals of these hashes belong."""
    others: tuple[StoredFile, ...]
    pending: frozenset[str]
    set_aside: tuple[str, ...]
    checkpoints: tuple[str, ...]


def take_inventory(archive: Archive) -> Inventory:
    """List the archive."""
    originals: set[bytes] = set()
    others: list[StoredFile] = []
    for file in archive.files():
        if file.sha256 is None:
            others.append(file)
        else:
            originals.add(bytes.fromhex(file.sha256))
    return Inventory(
        originals=frozenset(originals),
        others=tuple(others),
        pending=frozenset(archive.pending()),
        set_aside=tuple(archive.set_aside()),
        checkpoints=tuple(archive.checkpoints()),
    )


def named_originals(connection: Connection) -> set[bytes]:
    """Return the hashes that captures or originals name; what is no hash the log names."""
    found: set[bytes] = set()
    for column in (Capture.sha256, Original.sha256):
        query = select(column).where(column.is_not(None)).execution_options(yield_per=ROWS_AT_ONCE)
        hashes = (str(sha256) for sha256 in connection.scalars(query))
        found.update(bytes.fromhex(sha256) for sha256 in hashes if SHA256.match(sha256))
    return found


def unsound_originals(
    engine: Engine, archive: Archive, named: Collection[bytes]
) -> tuple[list[Problem], int]:
    """Hash every original again; return what is wrong, and the bytes that are sound.

    Long, so it holds no transaction meanwhile.
    """
    problems: list[Problem] = []
    size = 0
    for digest in sorted(named):
        sha256 = digest.hex()
        try:
            size += archive.check(sha256)
        except ArchiveError as error:
            problems.append(_unsound(archive, sha256, _url_of(engine, sha256), error))
    return problems, size


def _url_of(engine: Engine, sha256: str) -> str | None:
    with reading(engine) as session:
        return session.scalar(select(func.min(Capture.url)).where(Capture.sha256 == sha256))


def _unsound(archive: Archive, sha256: str, url: str | None, error: ArchiveError) -> Problem:
    lost = isinstance(error, LostOriginal)
    return Problem(
        kind=ProblemKind.LOST if lost else ProblemKind.DAMAGED,
        subject=sha256,
        message_zh=f"{error.zh}（{url}）" if url else error.zh,
        message_en=f"{error.en} ({url})" if url else error.en,
        sha256=sha256,
        url=url,
        path=archive.locate(sha256),
    )


def unlogged_files(
    archive: Archive, inventory: Inventory, named: Collection[bytes]
) -> Iterator[Problem]:
    """Yield every file that no row names, the harmless ones as such."""
    unknown = (digest.hex() for digest in sorted(inventory.originals.difference(named)))
    unrecorded = [StoredFile(path=archive.locate(each), sha256=each) for each in unknown]
    for file in (*unrecorded, *inventory.others):
        if file.temporary or file.sha256 in inventory.pending:
            yield _file_problem(
                ProblemKind.LEFTOVER,
                file.path,
                file.sha256,
                "是被中断的进程留下的，无害",
                "was left by a process that was killed; harmless",
            )
        else:
            yield _file_problem(
                ProblemKind.UNLOGGED,
                file.path,
                file.sha256,
                "没有任何采集记录",
                "has no capture",
            )
    for path in inventory.set_aside:
        yield _file_problem(
            ProblemKind.LEFTOVER,
            path,
            None,
            "是损坏的副本，已由重新取得的相同原件替换",
            "is a damaged copy; the same original was fetched again in its place",
        )


def mismatched_originals(connection: Connection) -> Iterator[Problem]:
    """Yield the originals of filings whose capture is gone or has other bytes."""
    query = (
        select(Original.id, Original.sha256, Original.url, Capture.id)
        .outerjoin(Capture, Capture.id == Original.capture_id)
        .where(Capture.id.is_(None) | (func.coalesce(Capture.sha256, "") != Original.sha256))
        .order_by(Original.id)
    )
    for original_id, sha256, url, capture_id in connection.execute(query):
        gone = capture_id is None
        yield Problem(
            kind=ProblemKind.DELETED if gone else ProblemKind.ALTERED,
            subject=f"original {original_id}",
            message_zh=f"原件记录 {original_id}（{url}）"
            + ("的采集记录已不在。" if gone else "与其采集记录的哈希不符。"),
            message_en=f"original {original_id} ({url}) "
            + ("has lost its capture." if gone else "has another hash than its capture."),
            sha256=sha256,
            url=url,
        )


def _file_problem(kind: ProblemKind, path: str, sha256: str | None, zh: str, en: str) -> Problem:
    return Problem(
        kind=kind,
        subject=sha256 or path,
        message_zh=f"档案中的文件 {path} {zh}。",
        message_en=f"the file {path} of the archive {en}.",
        sha256=sha256,
        path=path,
    )
