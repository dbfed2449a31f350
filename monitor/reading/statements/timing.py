"""Of which time and of whom a sentence speaks, as it goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.reading.statements.model import Scope, Time
from monitor.reading.statements.tokens import Token

_ADVERBS = frozenset({"继续", "进一步", "持续", "不断", "积极", "及时", "全面", "扎实", "切实"})
_FOLLOWING = frozenset(
    {"根据", "按照", "按", "依据", "落实", "贯彻", "推动", "推进", "助力", "指导"}
    | {"促进", "服务", "支持", "参加"}
)
_NOUNS_TOO = frozenset({"将", "计划", "目标", "预计", "下一步", "下步"})
_WITHIN = 3
"""Tokens before 全县 among which a word may stand that makes it the superior's work."""


@dataclass(slots=True)
class Times:
    """The time a sentence is at; ``fiscal_year`` None if the report's is not known."""

    fiscal_year: int | None
    time: Time = Time.THIS_YEAR
    year: int | None = None
    as_of: date | None = None
    said: bool = False
    """Whether a year or 全年 was said."""
    before_plan: Time | None = None
    """What it was before a word of plans, which holds up to the next semicolon."""

    def end_clause(self) -> None:
        """Go on behind a semicolon."""
        if self.before_plan is not None and self.time is Time.PLANNED:
            self.time, self.before_plan = self.before_plan, None

    def take(self, before: Token | None, token: Token, following: Token | None) -> None:
        """Go on by a token that tells a time."""
        if token.kind == "year":
            self._take_year(before, token)
        elif token.kind == "day":
            self._take_day(before, token)
        elif token.kind == "month":
            self.time = Time.PART_OF_YEAR
        elif token.kind == "as_of":
            self.time, self.year, self.as_of = Time.AS_OF, self.fiscal_year, None
        elif token.kind == "time":
            self._take_word(token, following)

    def of(self, year: int) -> Time:
        """Return the time that a year is, seen from the fiscal year."""
        if self.fiscal_year is None:
            return Time.UNCERTAIN
        if year > self.fiscal_year:
            return Time.PLANNED
        earlier = Time.LAST_YEAR if year == self.fiscal_year - 1 else Time.OTHER_YEAR
        return Time.THIS_YEAR if year == self.fiscal_year else earlier

    def _take_year(self, before: Token | None, token: Token) -> None:
        assert token.year is not None
        self.year, self.said = token.year, True
        as_of = token.meaning == "end" or (before is not None and before.kind == "as_of")
        self.time = Time.AS_OF if as_of else self.of(token.year)
        self.as_of = None

    def _take_day(self, before: Token | None, token: Token) -> None:
        if before is not None and before.kind == "as_of":
            self.time, self.as_of, self.year = Time.AS_OF, token.day, token.year
            return
        if token.day is not None and (token.day.month, token.day.day) in ((1, 1), (12, 31)):
            self.time, self.year = self.of(token.day.year), token.day.year
        elif not token.text.startswith(("1月1日", "12月31日")):
            self.time = Time.PART_OF_YEAR

    def _take_word(self, token: Token, following: Token | None) -> None:
        match token.meaning:
            case "this_year":
                if token.text == "年度" or self.time is Time.AS_OF:
                    return
                self.time, self.year, self.said = Time.THIS_YEAR, self.fiscal_year, True
            case "last_year":
                self.time = Time.LAST_YEAR
                self.year = self.fiscal_year - 1 if self.fiscal_year else None
            case "part_of_year":
                self.time = Time.PART_OF_YEAR
            case "since":
                self.time = Time.CUMULATIVE
            case "cumulative":
                if not self.said and self.time is Time.THIS_YEAR:
                    self.time = Time.CUMULATIVE
            case "planned":
                if token.text not in _NOUNS_TOO or _plans(token, following):
                    self.before_plan = self.time
                    self.time = Time.PLANNED


def _plans(token: Token, following: Token | None) -> bool:
    """Whether 将 tells the future and does not stand before its object, 计划 is no noun."""
    if following is None:
        return False
    goes_on = following.kind in ("act", "time") or following.text in _ADVERBS
    return goes_on or (token.text != "将" and following.kind == "noun")


@dataclass(slots=True)
class Scopes:
    """Of whom a sentence speaks; ``area_before`` if its paragraph spoke of the whole area."""

    scope: Scope
    area_before: bool = False

    @classmethod
    def at_start(cls, *, area_before: bool) -> "Scopes":
        """Return the scope at the beginning of a sentence."""
        return cls(Scope.UNCERTAIN if area_before else Scope.OWN, area_before)

    def take(self, before: Sequence[Token], token: Token) -> None:
        """Go on by a token that tells whose; ``before`` is what stands before it in its clause."""
        if token.kind == "own" or token.means("own"):
            self.scope = Scope.OWN
            self.area_before = False
        elif any(word.text in _FOLLOWING for word in before[-_WITHIN:]):
            return
        elif token.means("area"):
            self.scope = Scope.AREA
            self.area_before = True
