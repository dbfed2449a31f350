"""The words in a title that make it one of an annual report, and what stands around them."""

import re
from dataclasses import dataclass
from functools import cached_property

from storage.titles import patterns
from storage.titles.years import MARKER, YEAR

BRACKETS_AND_POINTS = "_-—–·•,、:;.()[]【】〔〕《》〈〉“”\"'|<> "
_CRUMBS = re.compile(r"^.*(?:[>»|]|网站?[_—–-])")
"""A path of columns or the name of the site before a title."""

_YEAR = re.compile(YEAR)
_MARKER = re.compile(MARKER)
_YEARLY = re.compile(rf"{MARKER}年度")
_LEAVINGS = re.compile(r"[(\[【〔][)\]】〕]|\[?\d{1,2}-\d{1,2}\]?$|\d{1,2}:\d\d(?::\d\d)?")


@dataclass(frozen=True, kw_only=True)
class Core:
    """A marked title (``years.mark_years``) cut at the words of an annual report."""

    before: str
    """Everything before the core, back to an earlier core."""
    subject: str
    """政府信息公开 and its variants; empty in a column where it goes without saying."""
    middle: str
    noun: str
    tail: str
    """Everything behind the core."""

    @cached_property
    def head(self) -> str:
        """What stands before the core, without the path of columns that leads to it."""
        return _CRUMBS.sub("", self.before)

    @cached_property
    def wording(self) -> str:
        """The words between subject and end: 年度 stays, the year itself goes."""
        words = _YEARLY.sub("年度", self.middle)
        return _YEAR.sub("", words) + self.noun

    @cached_property
    def rest(self) -> str:
        """What stands behind the core besides years, dates, extension and version marks."""
        if not self.tail:
            return ""
        rest = patterns.REST.sub("", _YEAR.sub("", self.tail))
        rest = _LEAVINGS.sub("", patterns.EXTENSION.sub("", rest))
        while (shorter := _without_mark(rest)) != rest:
            rest = shorter
        return "" if patterns.TOGETHER.fullmatch(rest) else rest


def _without_mark(rest: str) -> str:
    rest = rest.lstrip(")]】〕》〉”\"'。,;!").rstrip("。;")
    mark = patterns.VERSIONS.match(rest)
    return rest[mark.end() :] if mark else rest


def find_core(text: str, *, within_column: bool) -> Core | None:
    """Return the core of a marked title, or None.

    Where there are several, as in <title> with column and site behind the title, the first that
    has a year of its own is taken, else the first.
    """
    matches = list(patterns.CORE.finditer(text))
    if not matches:
        return _column_core(text) if within_column else None
    chosen = matches[0]
    if len(matches) > 1:
        chosen = next((match for match in matches if _has_year(text, match)), chosen)
    start = max((match.end() for match in matches if match.end() <= chosen.start()), default=0)
    return _agency_completed(
        Core(
            before=text[start : chosen.start()],
            subject=chosen["subject"],
            middle=chosen["middle"],
            noun=chosen["noun"],
            tail=text[chosen.end() :],
        )
    )


def _has_year(text: str, match: re.Match[str]) -> bool:
    own = _CRUMBS.sub("", text[: match.start()]) + match[0]
    return bool(_MARKER.search(own) or _YEAR.match(text, match.end()))


def _agency_completed(core: Core) -> Core:
    """Give 政府 back to the agency in 某某县人民政府信息公开年报, which writes it once for two."""
    before = core.before.rstrip(BRACKETS_AND_POINTS)
    if not (before.endswith("人民") and core.subject.startswith("政府信息公开")):
        return core
    return Core(
        before=before + "政府",
        subject=core.subject,
        middle=core.middle,
        noun=core.noun,
        tail=core.tail,
    )


def _column_core(text: str) -> Core | None:
    match = patterns.COLUMN_CORE.search(text)
    if match is None:
        return None
    return Core(
        before=text[: match.start()],
        subject="",
        middle="",
        noun=match["noun"],
        tail=text[match.end() :],
    )
