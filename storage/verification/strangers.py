"""What lies in the archive, and what of it no row names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storage.archive import Archive, StoredFile
from storage.upkeep.listing import Listing
from storage.verification.model import Problem, ProblemKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What lies in the archive, listed before the database is read.

    Files first, markers second, rows last: a file whose marker is gone by then has its row.
    """

    originals: Listing
    """Of the files that lie where originals of these hashes belong."""
    others: tuple[StoredFile, ...]
    pending: frozenset[str]
    set_aside: tuple[str, ...]
    checkpoints: tuple[str, ...]


def take_inventory(archive: Archive) -> Inventory:
    """List the archive."""
    originals = Listing()
    others: list[StoredFile] = []
    for file in archive.files():
        if file.sha256 is None:
            others.append(file)
        else:
            originals.add(file.sha256, 0)
    return Inventory(
        originals=originals,
        others=tuple(others),
        pending=frozenset(archive.pending()),
        set_aside=tuple(archive.set_aside()),
        checkpoints=tuple(archive.checkpoints()),
    )


def unlogged_files(
    archive: Archive, inventory: Inventory, unknown: Sequence[str]
) -> Iterator[Problem]:
    """Yield every file that no row names, the harmless ones as such.

    ``unknown`` are the hashes of those that lie where originals belong.
    """
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
            "是损坏的文件，其位置上已换成完好的相同原件（重新取得或修复）",
            "is a damaged file; the same original, fetched again or restored, has taken its place",
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
