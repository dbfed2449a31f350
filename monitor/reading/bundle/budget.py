"""How much unpacking one bundle may cost, all bundles inside it included."""

from monitor.reading.limits import Limits
from monitor.reading.model import UnreadableError

_MOST_RATIO = 200
"""Times its packed size that a file may unpack to; deflate reaches 1,029."""
_RATIO_MATTERS = 8 * 2**20
"""Smaller files may be packed as tightly as they like: a blank page scanned is."""


class Budget:
    """Counts what is unpacked, and stops it where it is too much."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._members = 0
        self._bytes = 0
        self.is_spent = False
        """Whether the bundle as a whole is too much, and not just one of its files."""

    def count_members(self, number: int) -> None:
        """Note that there are so many files more.

        Raises:
            UnreadableError: ``limits-exceeded`` if those are too many.
        """
        self._members += number
        if self._members > self._limits.members:
            self.is_spent = True
            raise _exceeded(f"more than {self._limits.members} files in the bundle")

    def refusal(self, size: int, packed: int | None) -> UnreadableError | None:
        """Return why a file of a stated size is not unpacked at all; None if it may be."""
        if size > self._limits.body_bytes:
            return _exceeded(f"a file of {size} bytes, more than {self._limits.body_bytes}")
        if packed is not None and size > max(_RATIO_MATTERS, _MOST_RATIO * packed):
            return _exceeded(f"{packed} bytes that unpack to {size}")
        return None

    @property
    def largest(self) -> int:
        """How many bytes the next file may have."""
        return self._limits.body_bytes

    def take(self, size: int) -> None:
        """Note that so many bytes were unpacked.

        Raises:
            UnreadableError: ``limits-exceeded`` if the whole is too much.
        """
        self._bytes += size
        if self._bytes > self._limits.unpacked_bytes:
            self.is_spent = True
            raise _exceeded(f"the bundle unpacks to more than {self._limits.unpacked_bytes} bytes")


def _exceeded(message: str) -> UnreadableError:
    return UnreadableError("limits-exceeded", message)
