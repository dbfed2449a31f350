"""One file of a bundle."""

from dataclasses import dataclass, replace

from monitor.reading.model import UnreadableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of a bundle."""

    name: str
    """Its path in the bundle, with ``/`` between folders; it never leads out of the bundle."""
    body: bytes
    problem: UnreadableError | None = None
    """Why there is no body: ``encrypted``, ``damaged``, ``limits-exceeded`` …"""

    def refused(self, problem: UnreadableError) -> "Member":
        """Return this member as one that could not be had."""
        return replace(self, body=b"", problem=problem)

    def renamed(self, name: str) -> "Member":
        """Return this member under another name."""
        return replace(self, name=name)
