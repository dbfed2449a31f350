"""What only looks like the title of an annual report: interpretations, notices, other reports."""

import re

from storage.titles import patterns
from storage.titles.core import BRACKETS_AND_POINTS, Core
from storage.titles.model import TitleKind
from storage.titles.patterns import Decoy
from storage.titles.years import MARKER, YEAR

_LONGEST_REMAINDER = 15
"""Characters of unknown wording behind the core that the title of a report may have."""

_TRAIL = re.compile(r"[_|>»·—–-]")
"""Behind it stand the names of the column and the site, as in <title>."""

_PARENTHESIS = re.compile(r"[(\[【〔](?P<name>[^)\]】〕]{2,30})[)\]】〕]")
_AGENCY_END = re.compile(
    r"(?:局|委|办|厅|院|政府|街道|镇|乡|办公室|委员会|管委会|中心|办事处|支队|大队)$"
)
_YEAR, _MARKER = re.compile(YEAR), re.compile(MARKER)
_SENTENCE = Decoy(name="", kind=TitleKind.OTHER, match=re.compile(""))


def find_decoy(text: str, core: Core | None) -> Decoy | None:
    """Return what shows that a marked title is not that of an annual report, or None.

    Agencies are called 编制委员会 and 培训中心: words that tell a notice or an interpretation
    count behind the core, before it only those that no agency has in its name.
    """
    if core is None:
        return _first(patterns.LOOKALIKES, text)
    if not core.subject:
        return _first(patterns.LOOKALIKES, text) or _about(core)
    if core.subject in patterns.NO_SUMMARY and core.noun.endswith("总结"):
        return _first(patterns.LOOKALIKES, text)
    own = core.head + core.subject
    return _first(patterns.NEIGHBOURS, own) or _before(core) or _about(core)


def agency_in_parenthesis(rest: str) -> str | None:
    """Return the agency that a title names in parentheses behind the core, or None."""
    found = _PARENTHESIS.fullmatch(rest)
    return found["name"] if found and _AGENCY_END.search(found["name"]) else None


def is_announcement(core: Core) -> bool:
    """Tell the title of a cover that carries the report: …年度报告的公告, 关于印发…的通知."""
    if patterns.ANNOUNCED.fullmatch(core.rest):
        return True
    before = _YEAR.sub("", core.head).rstrip(BRACKETS_AND_POINTS)
    if not patterns.ANNOUNCING.search(before):
        return False
    has_year = _MARKER.search(core.head + core.middle)
    return not core.rest or bool(has_year and patterns.NOTICE.fullmatch(core.rest))


def _first(decoys: tuple[Decoy, ...], text: str) -> Decoy | None:
    return next((decoy for decoy in decoys if decoy.match.search(text)), None)


def _before(core: Core) -> Decoy | None:
    if patterns.SENT.search(core.head) and core.rest.removeprefix("的") == "报告":
        return None
    return _first(patterns.BEFORE, core.before)


def _about(core: Core) -> Decoy | None:
    rest = core.rest
    if not rest or agency_in_parenthesis(rest) or is_announcement(core):
        return None
    if _TRAIL.match(rest):
        return _first(patterns.ABOUT[:1], rest)
    found = _first(patterns.ABOUT, rest)
    return found or (_SENTENCE if len(rest) > _LONGEST_REMAINDER else None)
