"""Verifying that nothing archived or logged was damaged, lost or changed since."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from storage.archive import Archive
from storage.verification.log import read_log, unlogged_captures, verify_checkpoints
from storage.verification.model import Problem, ProblemKind, Verification
from storage.verification.originals import (
    mismatched_originals,
    named_originals,
    take_inventory,
    unlogged_files,
    unsound_originals,
)
from storage.verification.signatures import verify_signatures

__all__ = ["Problem", "ProblemKind", "Verification", "verify"]


def verify(engine: Engine, archive: Archive) -> Verification:
    """Hash every original again and check the log; may run beside a crawl.

    Raises:
        ArchiveError: if the archive cannot be listed at all.
    """
    inventory = take_inventory(archive)
    with _snapshot(engine) as connection:
        named = named_originals(connection)
        log = read_log(connection)
        of_rows = [*unlogged_captures(connection), *mismatched_originals(connection)]
        of_checkpoints, checkpoints = verify_checkpoints(connection, inventory.checkpoints, log)
        of_signatures = list(verify_signatures(connection))
    unsound, size = unsound_originals(engine, archive, named)
    strangers = unlogged_files(archive, inventory, named)
    return Verification(
        problems=(*unsound, *strangers, *log.problems, *of_rows, *of_checkpoints, *of_signatures),
        originals=len(named),
        size=size,
        entries=log.entries,
        checkpoints=checkpoints,
    )


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """Open a connection that sees one state of the database, whatever is committed meanwhile."""
    options = {"read_only": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"  # type: ignore[assignment]
    with engine.connect().execution_options(**options) as connection:
        yield connection
