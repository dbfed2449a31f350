"""What an index keeps of a report, so that the few worth comparing are found among millions.

A sketch holds a fixed share of the shingles of a text: those whose hash is divisible by
``SCALE`` (FracMinHash, Irber et al. 2022). Unlike MinHash with bands, which answers for the
Jaccard likeness, the share of ours that stands in another sketch is an unbiased estimate of the
containment, whatever the lengths of the two texts. Its shingles are longer than those of the exact
measure, because few texts share twelve letters in a row that are no copy.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from monitor.likeness.figures import Figures, figures_sha256
from monitor.likeness.masking import MASKING_VERSION, Masked
from monitor.likeness.texts import PROBLEMS

PRINTED = 12
"""Letters of a shingle of which a print is taken."""
SCALE = 48
"""One in so many shingles of the prose leaves a print …"""
PROBLEMS_SCALE = 16
"""… and of section five, which is short."""
SKETCH_VERSION = f"1.{MASKING_VERSION}"
"""Raised whenever the same report may give another sketch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What is kept of one report; prints are signed integers of 64 bits."""

    prose: frozenset[int]
    problems: frozenset[int]
    figures_sha256: str | None


def sketch(prose: Masked, figures: Figures | None) -> Sketch:
    """Return the sketch of a report."""
    problems = prose.of_section(PROBLEMS).letters
    return Sketch(
        prose=frozenset(_prints(prose.letters, SCALE, b"prose")),
        problems=frozenset(_prints(problems, PROBLEMS_SCALE, b"problems")),
        figures_sha256=figures_sha256(figures),
    )


def _prints(letters: str, scale: int, person: bytes) -> Iterator[int]:
    for i in range(len(letters) - PRINTED + 1):
        shingle = letters[i : i + PRINTED].encode()
        if crc32(shingle) % scale == 0:
            digest = hashlib.blake2b(shingle, digest_size=8, person=person).digest()
            yield int.from_bytes(digest, signed=True)
