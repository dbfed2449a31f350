"""What a verification finds."""

from dataclasses import dataclass
from enum import StrEnum

from storage.verification.coverage import Coverage


class ProblemKind(StrEnum):
    """What is wrong with one item; ``leftover`` and ``unremoved`` are harmless."""

    DAMAGED = "damaged"
    """An original's bytes no longer have its hash, or cannot be read."""
    LOST = "lost"
    """An original that a row names is not in the archive."""
    UNLOGGED = "unlogged"
    """A file without a capture, or a capture or deletion without a log entry."""
    ALTERED = "altered"
    """A row is not what was logged."""
    DELETED = "deleted"
    """A row is gone that others still name."""
    DUPLICATED = "duplicated"
    """A position or a capture stands twice in the log."""
    REORDERED = "reordered"
    """Entries have changed places."""
    TRUNCATED = "truncated"
    """The log is shorter than a checkpoint says it was."""
    FORKED = "forked"
    """The log no longer gives the root that a checkpoint says it had."""
    UNSIGNED = "unsigned"
    """The last checkpoint of a log with a key bears no signature."""
    LEFTOVER = "leftover"
    """What a killed process left; nothing is missing."""
    UNREMOVED = "unremoved"
    """An original that a decision removes and that is still there; nothing is missing."""


HARMLESS = frozenset({ProblemKind.LEFTOVER, ProblemKind.UNREMOVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One item that is not as it should be."""

    kind: ProblemKind
    subject: str
    """The item: a hash, a path in the archive, or a place in the database."""
    message_zh: str
    message_en: str
    sha256: str | None = None
    url: str | None = None
    path: str | None = None

    @property
    def harmless(self) -> bool:
        """True if nothing is damaged, lost or unexplained."""
        return self.kind in HARMLESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was looked at, and every problem found."""

    problems: tuple[Problem, ...]
    originals: int
    """Originals that rows name, those removed by decision too."""
    size: int
    """Bytes of those that are sound."""
    entries: int
    """Entries of the log."""
    checkpoints: int
    """Checkpoints, in the database and in the archive, that were compared."""
    removed: int = 0
    """Originals that are gone by a decision that the log holds."""
    coverage: Coverage
    """What of the log nobody could cut off unnoticed."""

    @property
    def sound(self) -> bool:
        """True if there is no problem but harmless leftovers."""
        return all(problem.harmless for problem in self.problems)
