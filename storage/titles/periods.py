"""The fiscal year that the text of a report states, for titles that name none."""

import re

from storage.titles.wording import without_blanks

_OPENING = 3000
"""Characters looked at: a report says its year in its heading and its preamble."""
_PERIOD = re.compile(
    r"(20\d\d)年1月1日(?:起|开始)?[,、]?[至到—–~-]{1,2}(?:\1年)?12月31日|"
    r"统计(?:期限|时限|时间|数据)[^。]{0,20}?(20\d\d)年(?:度|全年)"
)
_HEADING = re.compile(
    r"(20\d\d)年?度?(?:[^。;]{0,20}?)(?:政府|政务)?信息公开(?:工作)?(?:年度)?(?:工作)?(?:年度报告|年报|报告)"
)


def year_of_text(text: str) -> int | None:
    """Return the one fiscal year that the opening of a report states; None if none or several.

    A period (自2023年1月1日起至12月31日止) goes before a heading.
    """
    opening = without_blanks(text[:_OPENING])
    for pattern in (_PERIOD, _HEADING):
        years = {int(next(filter(None, found.groups()))) for found in pattern.finditer(opening)}
        if years:
            return years.pop() if len(years) == 1 else None
    return None
