"""The period that a report says its figures cover."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from monitor.reading.model import Report
from monitor.rules.model import Evidence
from monitor.rules.quoting import Passage, passages
from monitor.rules.remembering import once

_JOIN = r"(?:[0零]时|0?0:00)?(?:起|始|开始)?[,、]?(?:至|到|-+|—+|–+|―+|─+|~+|～+)"
_DAY = r"(?P<m1>\d{1,2})月(?P<d1>\d{1,2})日?"
_LAST_DAY = r"(?:(?P<y2>20\d\d)年|同年|当年)?(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日?"
_DOTTED = r"20\d\d[./-]\d{1,2}[./-]\d{1,2}"
_RANGES = (
    re.compile(rf"(?P<y1>20\d\d)年度?{_DAY}{_JOIN}{_LAST_DAY}"),
    re.compile(
        r"(?P<y1>20\d\d)年度?(?P<m1>\d{1,2})月?(?:份)?(?:至|到|-+|—+|~+)"
        r"(?:(?P<y2>20\d\d)年)?(?P<m2>\d{1,2})月(?!\d)"
    ),
    re.compile(
        r"(?P<y1>20\d\d)[./-](?P<m1>\d{1,2})[./-](?P<d1>\d{1,2})"
        r"(?:起)?(?:至|到|-+|—+|~+)"
        r"(?P<y2>20\d\d)[./-](?P<m2>\d{1,2})[./-](?P<d2>\d{1,2})"
    ),
)
_WITHOUT_YEAR = re.compile(rf"(?<![\d年]){_DAY}{_JOIN}{_LAST_DAY}")
_LOST = re.compile(r"20\d\d年?\d{1,4}日?(?:至|到|-+|—+|~+)20\d\d年?\d{1,4}日?(?!月)")
_DIGIT = re.compile(r"\d")
_MAY_BE_PERIOD = re.compile(r"月|\d[./-]\d|\d日?[至到—~-]+20")
"""No period is written without a digit and one of these."""
_NEAR = 100
"""Characters before a range of days in which its year may stand."""
_YEAR_BEFORE = re.compile(r"(20\d\d)年")
_HAN = re.compile(r"一月一日[^。]{0,15}十二月三十一日")
_STATISTICS = re.compile(
    # 统计 alone is a bureau or a survey, 期限 alone that of a consultation
    r"统计(?:数据|指标|信息)?的?(?:期限|时限|期间|时间|时段|区间|范围|周期|起止|期)"
    r"|统计数据(?=[自从为的截时期:])|所列(?:的|各项|有关)?(?:统计)?数据"
    r"|数据的?(?:统计|核定)?(?:期限|时限|时间|期间|区间|起止|截[至止])"
    r"|(?:报告|年报)的?(?:统计)?(?:期限|时限|期间|起止)|报告期"
)
_NAMED = re.compile(
    r"统计(?:数据|指标)?的?(?:期限|时限|期间|时间|区间|范围|周期|时段|年度|期)"
    r"|(?:数据|统计)[^。]{0,8}(?:截[止至]|核定)"
)
_UNTIL = re.compile(
    r"数据[^。,]{0,8}(?:截[止至]|核定)(?:日期|时间|时间点)?(?:为|是|到|至)?"
    r"(?P<y1>20\d\d)年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日"
)
_ANOTHER_YEAR = re.compile(r"上年|去年|上一年|同比|相比|较20|比20|同期")
_CUT_DAY = re.compile(r"月[123]$")
_LEAP_SAFE_LAST = {1: 31, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stated period; a bound is None if characters were lost or the day does not exist."""

    start: date | None
    end: date | None
    lost: bool
    """True if 年, 月 or 日 is missing, so that the numbers cannot be told apart."""
    sentence: str
    evidence: Evidence

    @property
    def of_another_year(self) -> bool:
        """Whether its sentence compares with another year, whose period it may be."""
        return _ANOTHER_YEAR.search(self.sentence) is not None


@once
def stated_periods(report: Report) -> tuple[Period, ...]:
    """Return the periods that the report says its figures cover, in printed order.

    A range of days counts if its sentence speaks of statistics, or if it is a whole year.
    """
    return tuple(period for item in passages(report) for period in _periods(item))


def names_a_period(report: Report) -> bool:
    """Whether the report speaks of its period at all, in whatever form."""
    return bool(stated_periods(report)) or any(
        _NAMED.search(item.flat) or _HAN.search(item.flat) for item in passages(report)
    )


def _periods(item: Passage) -> Iterator[Period]:
    for start, sentence in item.sentences():
        if _DIGIT.search(sentence) is None or _MAY_BE_PERIOD.search(sentence) is None:
            continue  # as most
        about_statistics = _STATISTICS.search(sentence) is not None
        found = _ranges(sentence)
        for match in found:
            period = _period(item, start, sentence, match)
            if about_statistics or _is_whole_year(period):
                yield period
        until = _UNTIL.search(sentence)
        if not found and until is not None:
            yield _period_until(item, start, sentence, until)
        elif not found and about_statistics:
            for match in _LOST.finditer(sentence):
                evidence = item.evidence(start + match.start(), start + match.end())
                yield Period(start=None, end=None, lost=True, sentence=sentence, evidence=evidence)


def _period_until(item: Passage, start: int, sentence: str, match: re.Match[str]) -> Period:
    """Return the year up to a day that alone is stated (数据截止日期为2025年12月31日)."""
    return Period(
        start=_day(match["y1"], "1", "1"),
        end=_day(match["y1"], match["m2"], match["d2"]),
        lost=False,
        sentence=sentence,
        evidence=item.evidence(start + match.start(), start + match.end()),
    )


def _ranges(sentence: str) -> list[re.Match[str]]:
    for pattern in _RANGES:
        found = list(pattern.finditer(sentence))
        if found:
            return found
    return list(_WITHOUT_YEAR.finditer(sentence))


def _is_cut(sentence: str, match: re.Match[str]) -> bool:
    """Whether a line ends in the last day, so that 12月3 may go on with 1日 in the next."""
    return match.end() == len(sentence) and _CUT_DAY.search(match[0]) is not None


def _period(item: Passage, start: int, sentence: str, match: re.Match[str]) -> Period:
    parts = match.groupdict()
    first_year = parts.get("y1") or _year_before(sentence, match.start()) or parts["y2"]
    last_year = parts["y2"] or first_year
    first = last = None
    if first_year and last_year:
        last_month = int(parts["m2"])
        last_day = parts.get("d2") or str(_LEAP_SAFE_LAST.get(last_month, 28))
        first = _day(first_year, parts["m1"], parts.get("d1") or "1")
        last = _day(last_year, parts["m2"], last_day)
    return Period(
        start=first,
        end=last,
        lost=first_year is None or _is_cut(sentence, match),
        sentence=sentence,
        evidence=item.evidence(start + match.start(), start + match.end()),
    )


def _year_before(sentence: str, position: int) -> str | None:
    years = _YEAR_BEFORE.findall(sentence[max(0, position - _NEAR) : position])
    return years[-1] if years else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _is_whole_year(period: Period) -> bool:
    if period.start is None or period.end is None:
        return False
    return (period.start.month, period.start.day, period.end.month, period.end.day) == (
        1,
        1,
        12,
        31,
    )
