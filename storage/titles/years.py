"""Years in a title: which of the numbers is a fiscal year, and which a date or a document number.

Every year found is replaced by one marker character, so that patterns of a title can be written
without caring how the year was spelt. Dates and document numbers are taken out.
"""

import re
from dataclasses import dataclass

_ZERO = "0〇○◯⭕零OoＯΟО"
_ONES = "〇○◯⭕零OoΟО一二三四五六七八九"
_VALUE = dict.fromkeys(_ZERO, "0") | {
    character: str(value) for value, character in enumerate("一二三四五六七八九", start=1)
}
_FIRST_MARKER = 0xE000
_LAST_MARKER = 0xE0FF
MARKER = f"[{chr(_FIRST_MARKER)}-{chr(_LAST_MARKER)}]"
"""A pattern that matches one year, wherever patterns are matched on marked text."""

YEAR = rf"(?>[(\[【〔]?{MARKER}年?度?[)\]】〕]?)"
"""A pattern that matches one year with 年, 年度 and brackets as they may stand about it."""

_DIGITS = rf"[2二]\s?[{_ZERO}]\s?[0-9{_ONES}]\s?[0-9{_ONES}]"
_DAY = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_TOKEN = re.compile(
    rf"""
      (?P<span>{_DIGITS}\s?年?度?\s?[-‐–—~至到]{{1,2}}\s?{_DIGITS}(?=\s?年))
    | (?P<whole>(?<![0-9{_ONES}]){_DIGITS}(?=\s?年\s?1\s?[月-]))\s?年\s?1\s?月?(?:\s?1\s?日)?
      \s?[-–—~至到]{{1,2}}\s?(?:{_DIGITS}\s?年\s?)?12\s?月(?:\s?31\s?日)?
    | (?P<number>[(\[【〔]\s?20\d\d\s?[)\]】〕]\s?第?\d+\s?号)
    | (?P<date>(?<![0-9{_ONES}]){_DIGITS}\s?年\s?{_DAY}\s?月(?:\s?{_DAY}\s?日?)?
        | (?<!\d)20\d\d\s?[-./]\s?\d{{1,2}}(?:\s?[-./]\s?\d{{1,2}})?(?!\d) | (?<!\d)20\d{{6}}(?!\d))
      (?:[\sT]*\d{{1,2}}:\d\d(?::\d\d)?)?
    | (?P<year>(?<![0-9{_ONES}]){_DIGITS}(?=\s?年))
    | (?P<bare>(?<![0-9第.])20\d\d(?!\s?(?:[0-9年号期次]|\.\d)))
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedTitle:
    """A title without blanks, its years replaced by markers.

    ``years`` gives the year of each marker; None for a span of years, which is no one year.
    """

    text: str
    years: dict[str, int | None]


def _value(digits: str) -> int:
    return int("".join(_VALUE.get(digit, digit) for digit in digits if not digit.isspace()))


class _Marking:
    """Hands out markers while the title is rewritten."""

    def __init__(self, *, bare: bool) -> None:
        self.bare = bare
        self.years: dict[str, int | None] = {}

    def __call__(self, match: re.Match[str]) -> str:
        if match["number"] or match["date"]:
            return ""
        if match["bare"] and not self.bare:
            return ""
        if _FIRST_MARKER + len(self.years) > _LAST_MARKER:
            return ""
        marker = chr(_FIRST_MARKER + len(self.years))
        single = match["year"] or match["whole"] or match["bare"]
        self.years[marker] = _value(single) if single else None
        return f"{marker}年" if match["whole"] else marker


def mark_years(folded: str) -> MarkedTitle:
    """Replace the years of a folded title (``wording.fold_text``) by markers.

    A bare 2023 counts only where no year is followed by 年; a day such as 2024年1月30日 or
    2024-01-30 is a date of publication and never a fiscal year.
    """
    found = list(_TOKEN.finditer(folded))
    marking = _Marking(bare=not any(match["year"] or match["whole"] for match in found))
    pieces: list[str] = []
    at = 0
    for match in found:
        pieces += (folded[at : match.start()], marking(match))
        at = match.end()
    text = "".join((*pieces, folded[at:]))
    return MarkedTitle(text=text.replace(" ", ""), years=marking.years)
