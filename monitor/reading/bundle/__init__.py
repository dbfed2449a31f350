"""Unpacks ZIP, RAR and 7z files in which reports are published.

Nothing is ever written to disk: members are bytes in the memory of the reading child.
"""

from collections.abc import Iterator

from monitor.reading import kinds
from monitor.reading.bundle.budget import Budget
from monitor.reading.bundle.decoder import unpack_by_library
from monitor.reading.bundle.member import Member
from monitor.reading.bundle.names import distinct, safe_name
from monitor.reading.bundle.zips import unpack_zip
from monitor.reading.limits import DEFAULT_LIMITS, Limits
from monitor.reading.model import UnreadableError

__all__ = ["DEEPEST", "Member", "unpack"]

DEEPEST = 2
"""How deep bundles may lie in each other: a ZIP in a ZIP, and no further."""


def unpack(body: bytes, kind: str, limits: Limits = DEFAULT_LIMITS) -> tuple[Member, ...]:
    """Return the files of a bundle of the media type ``kind`` in the order they stand there.

    Bundles in the bundle are unpacked in their place, at most ``DEEPEST`` in each other. Folders
    and what operating systems leave behind (``__MACOSX``, ``Thumbs.db`` …) are left out. A file
    that could not be had is there without a body and says why in ``problem``.

    Raises:
        UnreadableError: ``encrypted``, ``damaged``, ``limits-exceeded``, or ``no-converter`` if
            the library that decodes it is not installed.
    """
    budget = Budget(limits)
    members = distinct(_unpacked(body, kind, budget, depth=1))
    problems = [member.problem for member in members if member.problem is not None]
    if problems and len(problems) == len(members):
        raise problems[0]
    return members


def _unpacked(body: bytes, kind: str, budget: Budget, *, depth: int) -> Iterator[Member]:
    one_by_one = unpack_zip if kind == kinds.ZIP else unpack_by_library
    for member in one_by_one(body, kind, budget):
        inner = kinds.file_kind(member.body, member.name) if member.body else None
        if inner in kinds.BUNDLES:
            yield from _inside(member, str(inner), budget, depth=depth + 1)
        else:
            yield member


def _inside(member: Member, kind: str, budget: Budget, *, depth: int) -> Iterator[Member]:
    """Yield the files of a bundle in a bundle, named behind its own name."""
    if depth > DEEPEST:
        message = f"bundles lie in each other more than {DEEPEST} deep"
        yield member.refused(UnreadableError("limits-exceeded", message))
        return
    try:
        for inner in _unpacked(member.body, kind, budget, depth=depth):
            yield inner.renamed(safe_name(f"{member.name}/{inner.name}"))
    except UnreadableError as error:
        if budget.is_spent:
            raise
        yield member.refused(error)
