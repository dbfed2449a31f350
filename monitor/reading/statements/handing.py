"""Numbers handed out one by one: 行政复议、行政诉讼分别为2件、1件."""

from collections.abc import Sequence
from dataclasses import replace

from monitor.reading.statements.binding import Bound, Context, bind
from monitor.reading.statements.model import Count, Thing
from monitor.reading.statements.tokens import Token, meanings_of

_OBSCURE = frozenset({"unknown", "elsewhere", "title"})


class Handing:
    """The things still waiting for their numbers, and the counts that have got theirs."""

    def __init__(self, counts: list[Count]) -> None:
        self.counts = counts
        self._waiting: list[Thing] = []
        self._served: list[int] = []

    def next(self, head: Sequence[Token], context: Context, unit: str) -> Bound | None:
        """Return what a number is handed out to; None if there is no handing out here.

        Nothing is bound where one of the things listed is not known.
        """
        if not any(word.text.startswith("分别") for word in head):
            if not self._waiting or head:
                return None
            self._served.append(len(self.counts))
            return Bound(things=(self._waiting.pop(0),), topic=context.topic)
        kind = "noun" if len(meanings_of(head, "noun")) > 1 else "act"
        listed = meanings_of(head, kind)
        if len(listed) < 2:
            return None
        bounds = [
            bind(_only(head, kind, meaning), (), context, unit=unit, zero=False)
            for meaning in listed
        ]
        things = [thing for bound in bounds for thing in bound.things]
        if len(things) != len(listed) or any(word.kind in _OBSCURE for word in head):
            return Bound()
        self._waiting, self._served = things[1:], [len(self.counts)]
        return Bound(things=(things[0],), topic=bounds[0].topic)

    def finish(self) -> None:
        """Take back what was handed out if there were fewer numbers than things."""
        if self._waiting:
            for index in self._served:
                self.counts[index] = replace(self.counts[index], thing=None)
        self._waiting, self._served = [], []


def _only(words: Sequence[Token], kind: str, meaning: str) -> list[Token]:
    """Return the words without those of a kind that mean something else."""
    return [
        word
        for word in words
        if (word.kind != kind or word.means(meaning)) and not word.text.startswith("分别")
    ]
