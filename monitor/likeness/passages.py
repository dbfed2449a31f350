"""The longest passages that two reports share, and where they stand in both.

Found with a suffix automaton (Blumer et al. 1985) of the one text, along which the other is read
once: time grows with the lengths of the two texts, however often they repeat themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from monitor.likeness.masking import Masked
from monitor.rules.model import Evidence, SharedPassage

Run = tuple[int, int, int]
"""A common run of letters: its beginning in ours, in theirs, and its length."""


def shared_passages(
    ours: Masked,
    theirs: Masked,
    *,
    shortest: int,
    most: int,
    url: str | None = None,
    sha256: str | None = None,
) -> tuple[SharedPassage, ...]:
    """Return the longest passages of at least ``shortest`` letters, longest first, side by side.

    ``url`` and ``sha256`` are of the other report, for the quotations from it.
    """
    source = Evidence(quote="", url=url, sha256=sha256)
    runs = common_runs(ours.letters, theirs.letters, shortest=shortest)[:most]
    return tuple(_side_by_side(ours, theirs, run, source) for run in runs)


def common_runs(ours: str, theirs: str, *, shortest: int) -> list[Run]:
    """Return the longest common runs, longest first; none overlaps another in either text."""
    found = sorted(_maximal_runs(ours, theirs, shortest), key=lambda run: (-run[2], run))
    taken, given = bytearray(len(ours)), bytearray(len(theirs))
    chosen: list[Run] = []
    for begin, other, length in found:
        ends = (begin, begin + length - 1), (other, other + length - 1)
        # those chosen before are at least as long: one that overlaps them has an end in them
        if any(taken[i] for i in ends[0]) or any(given[i] for i in ends[1]):
            continue
        taken[begin : begin + length] = given[other : other + length] = b"\1" * length
        chosen.append((begin, other, length))
    return chosen


def _maximal_runs(ours: str, theirs: str, shortest: int) -> Iterator[Run]:
    """Yield the longest run ending at each letter of ours, unless the next letter goes on with it.

    Of several places in theirs the first is given.
    """
    if len(ours) < shortest or len(theirs) < shortest:
        return
    automaton = _automaton(theirs)
    state = length = 0
    for position, letter in enumerate(ours):
        before = state, length
        state, length = automaton.step(state, length, letter)
        if length <= before[1] and before[1] >= shortest:
            yield automaton.run(before[0], before[1], position - 1)
    if length >= shortest:
        yield automaton.run(state, length, len(ours) - 1)


@dataclass(slots=True)
class _Automaton:
    """The suffix automaton of a text: every run of its letters is a way from state 0."""

    ways: list[dict[str, int]]
    links: list[int]
    lengths: list[int]
    ends: list[int]
    """Where the runs of a state first end in the text."""

    def step(self, state: int, length: int, letter: str) -> tuple[int, int]:
        """Go on by one letter from the longest run that ended before it."""
        while state and letter not in self.ways[state]:
            state = self.links[state]
            length = self.lengths[state]
        following = self.ways[state].get(letter)
        return (0, 0) if following is None else (following, length + 1)

    def run(self, state: int, length: int, end: int) -> Run:
        """Return the run of a length that ends at ``end`` in the text read along."""
        return end - length + 1, self.ends[state] - length + 1, length

    def add(self, last: int, letter: str) -> int:
        """Lengthen the text by one letter; return the state of the whole of it."""
        new = self._state({}, self.lengths[last] + 1, self.lengths[last])
        state = last
        while state != -1 and letter not in self.ways[state]:
            self.ways[state][letter] = new
            state = self.links[state]
        self.links[new] = 0 if state == -1 else self._suffix(state, letter)
        return new

    def _suffix(self, state: int, letter: str) -> int:
        following = self.ways[state][letter]
        if self.lengths[following] == self.lengths[state] + 1:
            return following
        clone = self._state(
            dict(self.ways[following]), self.lengths[state] + 1, self.ends[following]
        )
        self.links[clone] = self.links[following]
        self.links[following] = clone
        while state != -1 and self.ways[state].get(letter) == following:
            self.ways[state][letter] = clone
            state = self.links[state]
        return clone

    def _state(self, ways: dict[str, int], length: int, end: int) -> int:
        self.ways.append(ways)
        self.links.append(-1)
        self.lengths.append(length)
        self.ends.append(end)
        return len(self.ways) - 1


def _automaton(text: str) -> _Automaton:
    automaton = _Automaton(ways=[{}], links=[-1], lengths=[0], ends=[-1])
    last = 0
    for letter in text:
        last = automaton.add(last, letter)
    return automaton


def _side_by_side(ours: Masked, theirs: Masked, run: Run, source: Evidence) -> SharedPassage:
    begin, other, length = max(_within_paragraphs(ours, theirs, run), key=lambda piece: piece[2])
    return SharedPassage(
        length=run[2],
        ours=_evidence(ours, begin, length),
        theirs=replace(_evidence(theirs, other, length), url=source.url, sha256=source.sha256),
    )


def _within_paragraphs(ours: Masked, theirs: Masked, run: Run) -> Iterator[Run]:
    """Cut a run where a paragraph of either text ends: a quotation is from one."""
    begin, other, length = run
    cuts = {start - begin for start in ours.starts} | {start - other for start in theirs.starts}
    inner = sorted({0, length, *(cut for cut in cuts if 0 < cut < length)})
    for first, last in pairwise(inner):
        yield begin + first, other + first, last - first


def _evidence(text: Masked, begin: int, length: int) -> Evidence:
    passage, positions = text.passages[text.passage_of(begin)], text.positions
    return passage.evidence(positions[begin], positions[begin + length - 1] + 1)
