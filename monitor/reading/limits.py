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
    members: int = 2_000
    """Files of a ZIP or RAR, those of bundles inside it included."""
    unpacked_bytes: int = 192 * 2**20
    """What all files of a ZIP or RAR together may unpack to."""
    scan_pages: int = 60
    """Pages that may be recognised from pictures."""
    scan_pixels: int = 60_000_000
    """Pixels of one picture: A4 at 600 dpi has 35 million."""
    scan_memory_bytes: int = 4 * 2**30
    """Address space of the reading process while it recognises; it holds about a fifth of that."""
    scan_seconds: int = 120
    """Seconds by the clock that one page may take to recognise; the last, all that comes after."""


RECOGNITION_THREADS = 2
"""How many processors one recognition may use."""

DEFAULT_LIMITS = Limits()
