"""Years in prose: where they stand, and which of them say what the report is about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.rules.quoting import Passage

_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_SENTENCE = re.compile(r"[^。!?]+[。!?]?")
_NAMES = re.compile(r"《[^《》]*》|“[^”]{0,60}”")
_AROUND = 200
"""Characters of a sentence looked at before and behind a year; no honest one is longer."""
_FULL_DAY = re.compile(r"\d{1,2}月\d{1,2}日")


@dataclass(frozen=True, slots=True, kw_only=True)
class YearToken:
    """A year in a sentence that stands in no name of a document."""

    year: int
    passage: Passage
    start: int
    """In the flat text of the passage."""
    end: int
    sentence: str
    at: int
    """Start within the sentence."""

    @property
    def before(self) -> str:
        """What stands before it in its sentence."""
        return self.sentence[: self.at]

    @property
    def after(self) -> str:
        """What stands after 年 in its sentence."""
        return self.sentence[self.at + (self.end - self.start) :]

    @property
    def is_day(self) -> bool:
        """Whether a month and a day follow, as in the date of a law."""
        return _FULL_DAY.match(self.after) is not None

    @property
    def clause_before(self) -> str:
        """What stands before it since the last comma."""
        return re.split(r"[,、:]", self.before)[-1]

    @property
    def clause_after(self) -> str:
        """What stands after it up to the next comma."""
        return re.split(r"[,:]", self.after)[0]


def year_tokens(item: Passage) -> Iterator[YearToken]:
    """Yield the years of a passage, those within 《》 and quotation marks left out."""
    masked = _NAMES.sub(lambda match: "\u25a1" * len(match.group()), item.flat)
    for start, sentence in _sentences(masked):
        for match in _YEAR.finditer(sentence):
            left = max(0, match.start() - _AROUND)
            yield YearToken(
                year=int(match.group(1)),
                passage=item,
                start=start + match.start(),
                end=start + match.end(),
                sentence=sentence[left : match.end() + _AROUND],
                at=match.start() - left,
            )


def _sentences(flat: str) -> Iterator[tuple[int, str]]:
    # A semicolon does not end a sentence here: "…；2023年新增2件" explains the year before it.
    for match in _SENTENCE.finditer(flat):
        yield match.start(), match.group()
