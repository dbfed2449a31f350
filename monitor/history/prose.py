"""The prose of a report by its parts, and in which of them two reports differ."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from rapidfuzz.distance import Indel

from monitor.history.model import PartChange, Passage, Turn
from monitor.reading.model import Report
from monitor.rules.likeness import difference
from monitor.rules.masking import mask
from monitor.rules.quoting import flatten

PREAMBLE, OTHER, TEXT = "preamble", "section:other", "text"
"""The parts that no key of a format names: what stands before, between, and without sections."""
_LONGEST = 200
"""Characters of a passage shown."""
_LEAD = 20
"""Characters shown before the place where two passages part."""
_MOST = 10
_NO_SECTIONS = frozenset({PREAMBLE, OTHER, TEXT})
"""Prose that comes and goes with its wording: no section of the format."""
_MOST_SENTENCES = 2000
"""More than any report has; beyond, the time to compare would grow with their square."""
_SENTENCE = re.compile(r"[^。；;!！?？\n]*[。；;!！?？\n]|[^。；;!！?？\n]+$")


def parts_of_text(report: Report) -> dict[str, tuple[str, str]]:
    """Return heading and text (heading included) of each part of a report's prose.

    Sections of one key are one part; so are all sections that are none of the format's.
    """
    if not report.sections:
        return {TEXT: ("", report.text)}
    parts: dict[str, tuple[str, str]] = {}
    if report.preamble.strip():
        parts[PREAMBLE] = ("", report.preamble)
    for section in report.sections:
        key = f"section:{section.key}" if section.key else OTHER
        heading, text = parts.get(key, (section.heading, ""))
        parts[key] = (heading, f"{text}{section.heading}\n{section.text}\n")
    return parts


def changed_parts(before: Report, after: Report) -> Iterator[PartChange]:
    """Yield the sections and tables that came or went, and the sections worded anew.

    A report of which one version shows sections and the other none is compared as one text.
    """
    ours, theirs = parts_of_text(before), parts_of_text(after)
    if (TEXT in ours) != (TEXT in theirs):
        yield from _reworded(TEXT, "", before.text, after.text)
        return
    for part in dict.fromkeys((*ours, *theirs)):
        old, new = ours.get(part), theirs.get(part)
        if part in _NO_SECTIONS or (old and new):
            (_, was), (heading, is_now) = old or ("", ""), new or ("", "")
            yield from _reworded(part, heading, was, is_now)
        else:
            yield _came_or_went(part, old, new)
    for key in dict.fromkeys((*before.tables, *after.tables)):
        if (key in before.tables) != (key in after.tables):
            turn = Turn.REMOVED if key in before.tables else Turn.ADDED
            yield PartChange(part=f"table:{key}", heading="", turn=turn)


def _came_or_went(
    part: str, before: tuple[str, str] | None, after: tuple[str, str] | None
) -> PartChange:
    heading, text = before or after or ("", "")
    shown = _cut(text, 0)
    return PartChange(
        part=part,
        heading=mask(heading),
        turn=Turn.REMOVED if after is None else Turn.ADDED,
        passages=(Passage(before=shown if before else "", after="" if before else shown),),
    )


def _reworded(part: str, heading: str, before: str, after: str) -> Iterator[PartChange]:
    share = difference(flatten(before), flatten(after))
    if share:
        yield PartChange(
            part=part,
            heading=mask(heading),
            turn=Turn.REPLACED,
            share=share,
            passages=tuple(_passages(before, after)),
        )


def _passages(before: str, after: str) -> Iterator[Passage]:
    ours, theirs = _sentences(before), _sentences(after)
    if max(len(ours), len(theirs)) > _MOST_SENTENCES:
        yield _passage(before, after)
        return
    flat = [flatten(each) for each in ours], [flatten(each) for each in theirs]
    blocks = Indel.opcodes(*flat).as_matching_blocks()
    a = c = 0
    spans: list[tuple[str, str]] = []
    for block in blocks:  # the last one is empty and stands at the end of both
        spans.append(("".join(ours[a : block.a]), "".join(theirs[c : block.b])))
        a, c = block.a + block.size, block.b + block.size
    differing = (span for span in spans if any(span))
    yield from (_passage(*span) for span in islice(differing, _MOST))


def _sentences(text: str) -> Sequence[str]:
    return [each for each in _SENTENCE.findall(text) if each.strip()]


def _passage(before: str, after: str) -> Passage:
    pairs = enumerate(zip(before, after, strict=False))
    shorter = min(len(before), len(after))
    parting = next((at for at, (one, other) in pairs if one != other), shorter)
    return Passage(before=_cut(before, parting), after=_cut(after, parting))


def _cut(text: str, around: int) -> str:
    """Return the text around a place, masked as a whole: half a number is not recognised."""
    start = max(0, around - _LEAD) if len(text) > _LONGEST else 0
    return mask(text)[start : start + _LONGEST].strip()
