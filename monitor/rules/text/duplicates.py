"""The rule about characters and words written twice."""

import re
from collections.abc import Iterator

from monitor.rules.answers import fail, indeterminate
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import letters_doubtful, nothing_found
from monitor.rules.quoting import Passage, passages
from monitor.rules.text.lexicon import doublings, function_words, never_twice

_DOUBLED = re.compile(r"([\u4e00-\u9fff])\1")
_DOUBLED_WORD = re.compile(r"([\u4e00-\u9fff]{4,10}?)\1")
_HEADING_ENDS = ")、.:"
_LONGEST_WORD = 12


@rule(
    "typo-duplicate",
    zh="字词重复",
    en="doubled character or word",
    severity=Severity.INFO,
    formats=ALL,
    basis="文字校对的通行要求",
)
def typo_duplicate(facts: Facts) -> Iterator[Finding]:
    """A character or word stands twice in a row by a slip.

    What it does: Looks for a word whose last character is doubled (办公室室) unless the second one
        begins a word of its own (工作作为), for 的的 and 了了, for words that nobody writes twice
        and for any four to ten characters twice in a row, a heading and its text excepted.
    Why it matters: Often a sign that the text was not proof-read.
    Legal basis: The usual demands on proof-reading; no law names single characters.
    Example that fails: 各办公室室积极配合.
    Example that passes: 把公开工作作为重点; 层层审核.
    How to put it right: Strike out the second one.
    """
    report = facts.report
    assert report is not None
    found = False
    for passage in passages(report):
        for start, end in _doubled(passage):
            found = True
            words, evidence = passage.flat[start:end], passage.evidence(start, end)
            if letters_doubtful(report, passage.place):
                yield indeterminate(
                    f"“{words}”有重复字词，该处文字读取存疑。",
                    f"“{words}” has something twice; the text was not read for certain there.",
                    evidence,
                )
            else:
                yield fail(f"“{words}”字词重复。", f"“{words}” says something twice.", evidence)
    if not found:
        yield from nothing_found(report, "是否有重复字词", "whether words are doubled")


def _doubled(passage: Passage) -> Iterator[tuple[int, int]]:
    flat = passage.flat
    spans = [*_doubled_characters(flat), *_doubled_words(flat)]
    last = -1
    for start, end in sorted(spans):
        # a blank or line break between the two copies makes a heading and its text of them
        if start >= last and _printed_together(passage, start, end):
            yield start, end
            last = end


def _doubled_characters(flat: str) -> Iterator[tuple[int, int]]:
    for match in _DOUBLED.finditer(flat):
        first, character = match.start(), match[1]
        before = flat[max(0, first - _LONGEST_WORD) : first + 1]
        behind = flat[match.end() : match.end() + 1]
        if character == behind:
            continue
        word = _word_doubled(before, character, behind)
        if word is not None:
            yield first + 1 - len(word), match.end()


def _word_doubled(before: str, character: str, behind: str) -> str | None:
    """Return the word whose last character was written twice, None if that is no slip."""
    for item in function_words():
        if item.character == character:
            excused = before[-2:-1] in item.not_after or behind in item.not_before
            return None if excused else character
    doubling = doublings().get(character)
    if doubling is None or behind in doubling.may_follow:
        return None
    return next((word for word in doubling.words if before.endswith(word)), None)


def _doubled_words(flat: str) -> Iterator[tuple[int, int]]:
    for word in never_twice():
        at = flat.find(word + word)
        if at >= 0:
            yield at, at + 2 * len(word)
    for match in _DOUBLED_WORD.finditer(flat):
        if len(set(match[1])) > 1 and not _is_heading(flat, match.start()):
            yield match.span()


def _is_heading(flat: str, at: int) -> bool:
    """Whether the first copy may be a heading run together with the text under it."""
    return at == 0 or flat[at - 1] in _HEADING_ENDS


def _printed_together(passage: Passage, start: int, end: int) -> bool:
    printed = passage.offsets[start:end]
    return printed[-1] - printed[0] == len(printed) - 1
