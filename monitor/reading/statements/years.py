"""The years in the prose, each with what it is there for."""

import re
from collections.abc import Iterator

from monitor.reading.statements.flat import Flat
from monitor.reading.statements.model import YearMention, YearRole

_YEAR = re.compile(r"(?<!\d)(20\d\d)年|[〔\[【(﹝](20\d\d)年?[〕\]】)﹞](?=第?\d)")
_NAME = re.compile(r"《[^《》]{0,300}》|“[^“”]{0,60}”")
_CLAUSE = re.compile(r"[,;:。]")
_AS_OF = re.compile(r"截[至止]+(?:到|至)?$")
_PERIOD_BEFORE = re.compile(r"(?:月\d{1,2}日?|[自从])(?:起|始)?(?:至|到|[-—~]{1,3})?$|[自从]$")
_RANGE_AFTER = re.compile(r"度?\d{1,2}月(?:\d{1,2}日)?(?:起|始)?(?:至|到|[-—~])")
_COMPARED = re.compile(
    r"(?:较|比|相比|同比|与|对比|相较于?|由|从)$|^度?(?:的[\d,]{1,15}[件条]|相比|同期|增长|下降|增加|减少)"
)
_SINCE = re.compile(r"^(?:底|末)?(?:\d{1,2}月(?:\d{1,2}日)?)?(?:以来|起|至今|开始)")
_DAY_AFTER = re.compile(r"^\d{1,2}月\d{1,2}日")
_EVENT = re.compile(
    r"印发|出台|颁布|公布施行|修订|机构改革|成立|组建|挂牌|更名|设立|建成|开通|划转|合并|撤销|施行|实施"
)
_AROUND = 60
"""Characters looked at on either side."""


def find_years(flat: Flat, fiscal_year: int | None) -> Iterator[YearMention]:
    """Yield the years of a sentence with their roles, those within 《》 and “” included."""
    if "20" not in flat.text:
        return
    names = [match.span() for match in _NAME.finditer(flat.text)]
    at = 0
    for match in _YEAR.finditer(flat.text):
        while at < len(names) and names[at][1] <= match.start():
            at += 1
        named = at < len(names) and names[at][0] <= match.start()
        year = int(match[1] or match[2])
        role = (
            YearRole.DOCUMENT if named or match[2] else _role(flat.text, match, year, fiscal_year)
        )
        yield YearMention(year=year, role=role, quotation=flat.quote(match.start(), match.end()))


def _role(text: str, match: re.Match[str], year: int, fiscal_year: int | None) -> YearRole:
    before = text[max(0, match.start() - _AROUND) : match.start()]
    after = text[match.end() : match.end() + _AROUND]
    clause = _CLAUSE.split(after)[0]
    if _AS_OF.search(before):
        return YearRole.AS_OF
    if _RANGE_AFTER.match(after) or (_PERIOD_BEFORE.search(before) and _DAY_AFTER.match(after)):
        return YearRole.PERIOD
    if _SINCE.match(after):
        return YearRole.HISTORY
    if year == fiscal_year:
        return YearRole.FISCAL
    if _COMPARED.search(before[-3:]) or _COMPARED.search(after[:18]):
        return YearRole.COMPARISON
    if fiscal_year is None:
        return YearRole.UNKNOWN
    if year > fiscal_year:
        return YearRole.PLAN
    if _EVENT.search(clause) or _DAY_AFTER.match(after):
        return YearRole.HISTORY
    starts = not before or before[-1] in ",;。:"
    return YearRole.RESULT if starts else YearRole.UNKNOWN
