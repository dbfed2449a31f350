"""The period that the prose says the figures cover."""

import calendar
import re
from collections.abc import Iterator
from datetime import date

from monitor.reading.statements.flat import Flat
from monitor.reading.statements.model import Period

_JOIN = (
    r"(?:[0零]时|0?0:00)?(?:起|始|开始)?[,、]?(?:至|到|-{1,3}|—{1,3}|–{1,3}|―{1,3}|─{1,3}|~{1,3})"
)
_FIRST_DAY = r"(?P<m1>\d{1,2})月(?P<d1>\d{1,2})日?"
_LAST_DAY = r"(?:(?P<y2>20\d\d)年|同年|当年)?(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日?"
_DIGIT, _JOINS = re.compile(r"\d"), re.compile("[-至到—–―─~]")
"""No period is without a digit and a sign of ``_JOIN``; most sentences have none of them."""
_RANGES = (
    re.compile(rf"(?<!\d)(?P<y1>20\d\d)年度?{_FIRST_DAY}{_JOIN}{_LAST_DAY}"),
    re.compile(
        rf"(?<!\d)(?P<y1>20\d\d)年度?(?P<m1>\d{{1,2}})月?份?{_JOIN}"
        r"(?:(?P<y2>20\d\d)年)?(?P<m2>\d{1,2})月(?P<d1>)(?P<d2>)(?!\d)"
    ),
    re.compile(
        rf"(?<!\d)(?P<y1>20\d\d)[./-](?P<m1>\d{{1,2}})[./-](?P<d1>\d{{1,2}}){_JOIN}"
        r"(?P<y2>20\d\d)[./-](?P<m2>\d{1,2})[./-](?P<d2>\d{1,2})"
    ),
    re.compile(rf"(?<![\d年])(?P<y1>){_FIRST_DAY}{_JOIN}{_LAST_DAY}"),
)
_LOST = re.compile(rf"(?<!\d)20\d\d年?\d{{1,4}}[月日]?{_JOIN}20\d\d年?\d{{1,4}}[月日]?(?!\d)")
_STATISTICS = re.compile(
    r"统计(?:数据|指标|信息)?的?(?:期限|时限|期间|时间|时段|区间|范围|周期|起止|期)"
    r"|统计数据|所列(?:的|各项|有关)?(?:统计)?数据|(?:报告|年报)的?(?:统计)?(?:期限|时限|期间|起止)|报告期"
    r"|数据的?(?:统计|核定)?(?:期限|时限|时间|期间|区间|起止|截[至止])"
)


def find_periods(flat: Flat) -> Iterator[Period]:
    """Yield the periods of a sentence; certain only if it speaks of statistics or a whole year."""
    if _DIGIT.search(flat.plain) is None or _JOINS.search(flat.plain) is None:
        return
    told = _STATISTICS.search(flat.plain) is not None
    taken = -1
    for pattern in _RANGES:
        for match in pattern.finditer(flat.plain):
            if match.start() >= taken:
                yield _period(flat, match, told=told)
                taken = match.end()
        if taken >= 0:
            return
    for match in _LOST.finditer(flat.plain) if told else ():
        yield Period(
            start=None,
            end=None,
            certain=False,
            quotation=flat.quote(match.start(), match.end()),
        )


def _period(flat: Flat, match: re.Match[str], *, told: bool) -> Period:
    first_year = match["y1"] or match["y2"]
    start = _day(first_year, match["m1"], match["d1"] or "1")
    last_year, month = match["y2"] or match["y1"], int(match["m2"])
    last_day = match["d2"] or str(_last_day(last_year, month))
    end = _day(last_year, match["m2"], last_day)
    whole_year = (
        start is not None
        and end is not None
        and (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)
    )
    return Period(
        start=start,
        end=end,
        certain=(told or whole_year) and bool(first_year),
        quotation=flat.quote(match.start(), match.end()),
    )


def _last_day(year: str, month: int) -> int:
    return calendar.monthrange(int(year or 2023), month)[1] if 1 <= month <= 12 else 0


def _day(year: str | None, month: str, day: str) -> date | None:
    if not year:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
