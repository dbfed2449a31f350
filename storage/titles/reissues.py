"""Titles that say that a report was published before: 更正版, 修订稿, 重新发布."""

import re

from storage.law import load_law
from storage.titles.wording import without_blanks

_WORDS = load_law("titles")["behind"]["reissued"]
_REISSUED = re.compile(rf"(?:报告|年报)[(\[【〔]?{_WORDS}|^[(\[【〔]{_WORDS}")
"""The words stand in names of agencies too (城市更新局), but not behind the noun."""


def is_reissue(title: str) -> bool:
    """Tell whether a title says that the report takes the place of an earlier publication."""
    return bool(_REISSUED.search(without_blanks(title)))
