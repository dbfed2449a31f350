"""Verifying that nothing archived or logged was damaged, lost or changed since."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from storage.archive import Archive
from storage.verification.certificates import named_certificates, verify_certificates
from storage.verification.coverage import Coverage, coverage_of
from storage.verification.log import (
    read_log,
    stored_checkpoints,
    unlogged_captures,
    unlogged_deletions,
    verify_checkpoints,
)
from storage.verification.model import Problem, ProblemKind, Verification
from storage.verification.originals import mismatched_originals, verify_originals
from storage.verification.published import published_checkpoints, verify_published
from storage.verification.signatures import verify_signatures
from storage.verification.strangers import take_inventory, unlogged_files

__all__ = ["Coverage", "Problem", "ProblemKind", "Verification", "verify"]


def verify(engine: Engine, archive: Archive, published: Path | None = None) -> Verification:
    """Hash every original again and check the log; may run beside a crawl.

    Rows are read as a stream: a million of them take some 40 bytes each, for their hashes.

    Args:
        engine: of the database.
        archive: of the originals.
        published: the directory in which the log publishes its checkpoints, if it does.

    Raises:
        ArchiveError: if the archive cannot be listed at all.
        OSError: if what was published cannot be read.
    """
    inventory = take_inventory(archive)
    given = published_checkpoints(published)
    with _snapshot(engine) as connection:
        checkpoints = stored_checkpoints(connection, inventory.checkpoints)
        log = read_log(connection, checkpoints.sizes | {e.said.size for e in given if e.said})
        certificates = named_certificates(connection)
        of_rows = [
            *unlogged_captures(connection),
            *unlogged_deletions(connection),
            *mismatched_originals(connection),
            *verify_certificates(connection, certificates),
        ]
        of_checkpoints, compared = verify_checkpoints(checkpoints, log)
        of_signatures = list(verify_signatures(connection))
        of_published = list(verify_published(given, log, frozenset(checkpoints.row_sizes)))
        coverage = coverage_of(connection, log.size)
    hashed = verify_originals(engine, archive, inventory, log)
    strangers = unlogged_files(archive, inventory, hashed.unknown)
    problems = (*hashed.problems, *strangers, *log.problems, *of_rows)
    return Verification(
        problems=(*problems, *of_checkpoints, *of_signatures, *of_published),
        originals=hashed.named,
        size=hashed.size,
        removed=hashed.removed,
        entries=log.entries,
        checkpoints=compared,
        coverage=coverage,
    )


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """Open a connection that sees one state of the database, whatever is committed meanwhile."""
    options = {"read_only": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"  # type: ignore[assignment]
    with engine.connect().execution_options(**options) as connection:
        yield connection
