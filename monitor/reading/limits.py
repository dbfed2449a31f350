"""How much one document may cost to read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one reading; exceeding one is ``UnreadableError("limits-exceeded")``.

    The longest report of a city has about thirty pages; a province's, with pictures, 20 MB.
    """

    body_bytes: int = 64 * 2**20
    memory_bytes: int = 1536 * 2**20
    """Address space of the reading process, its own 300 MB included."""
    cpu_seconds: int = 60
    wall_seconds: float = 120.0
    pages: int = 300


DEFAULT_LIMITS = Limits()
