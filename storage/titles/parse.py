"""From the text of a title to what it says. Pure, and without a clock: a year is never guessed."""

import re
from functools import lru_cache

from storage.titles import patterns
from storage.titles.core import BRACKETS_AND_POINTS, Core, find_core
from storage.titles.decoys import agency_in_parenthesis, find_decoy, is_announcement
from storage.titles.model import Title, TitleDefect, TitleKind
from storage.titles.patterns import Decoy
from storage.titles.wording import fold_text
from storage.titles.years import MARKER, YEAR, MarkedTitle, mark_years

_LONGEST_TITLE = 400
"""Characters looked at; a longer text is no title."""

_ELLIPSIS = re.compile(r"(?:\.{2,}|…+|⋯+)$")
_BEGINNING = re.compile(rf"(?:政府信|信息公|政务公)[^,。;]{{0,12}}$|{MARKER}年?度?(?:政府?)?$")
_LEADING_MARK = re.compile(
    r"(?:[\[【][^\]】]{0,20}[\]】]|附件\d*[:.、]?|\(?[一二三四五六七八九十]{1,3}[)、.]"
    rf"|\(?\d{{1,3}}[)、.]|\d{{1,3}}(?={MARKER})|[·•●○▪■◆★☆※*#:,.、;_—-])+"
)
_YEAR = re.compile(YEAR)
_YEAR_WITH_WORDS = re.compile(rf"{YEAR}(?:年度|全年)?")
_MARKER = re.compile(MARKER)
_YEAR_AT_END = re.compile(rf"({MARKER})年?度?[)\]】〕]?$")
_YEARLY_AT_END = re.compile(rf"{MARKER}年度[)\]】〕]?$")
_OWN = re.compile(r"(?:本|我|各|全)?(?:单位|机关|部门|[省市县区局委办厅镇乡]|街道|年度)?")
_PLACELESS = re.compile(
    r"(?:[省市县区州盟旗](?:级|直)?(?:人民政府|政府|[委局办厅司财教公民人自生住交水农商文卫应审统医退林城信科工发])"
    r"|(?:镇|乡|街道)(?:人民政府|政府|办事处))"
)


@lru_cache(maxsize=512)
def parse_title(text: str, *, within_column: bool = False) -> Title:
    """Return what a title says: of what it is, which agency and which fiscal year it names.

    ``within_column`` is True for a row of a column that holds annual reports of government
    information disclosure: there 2023年年度报告 is one too. Never raises.
    """
    folded = fold_text(text[:_LONGEST_TITLE])
    normalised = folded.replace(" ", "")
    marked = mark_years(_ELLIPSIS.sub("", folded))
    core = find_core(marked.text, within_column=within_column)
    decoy = find_decoy(marked.text, core)
    cut = bool(_ELLIPSIS.search(normalised))
    if core is None or decoy is not None:
        return _something_else(text, normalised, marked, decoy, cut=cut)
    return _report(text, normalised, marked, core, cut=cut)


def _something_else(
    text: str, normalised: str, marked: MarkedTitle, decoy: Decoy | None, *, cut: bool
) -> Title:
    years = set(marked.years.values())
    return Title(
        text=text,
        normalised=normalised,
        kind=decoy.kind if decoy else TitleKind.OTHER,
        fiscal_year=years.pop() if len(years) == 1 else None,
        lookalike=(decoy.name or None) if decoy else None,
        cut=cut,
        may_be_report=cut and decoy is None and bool(_BEGINNING.search(marked.text)),
    )


def _report(text: str, normalised: str, marked: MarkedTitle, core: Core, *, cut: bool) -> Title:
    agency = _agency(core)
    year = _fiscal_year(marked, core)
    defects = (
        *_wording_defects(core),
        *_year_defects(marked, core, year),
        *_agency_defects(agency),
    )
    usual = set(defects) <= {TitleDefect.YEAR_DOUBLED}
    whole = _usual_form(core)
    canonical = usual and bool(patterns.CANONICAL.fullmatch(whole))
    tolerated = canonical or (usual and any(form.fullmatch(whole) for form in patterns.TOLERATED))
    return Title(
        text=text,
        normalised=normalised,
        kind=TitleKind.ANNUAL_REPORT,
        agency=agency,
        fiscal_year=year,
        canonical=canonical,
        tolerated=tolerated,
        defects=defects,
        cut=cut,
        may_be_report=True,
        form=_form(core),
    )


def _form(core: Core) -> str | None:
    mark = patterns.FORMS.search(core.tail) or patterns.FORMS.match(core.head)
    return mark["form"] if mark else None


def _usual_form(core: Core) -> str:
    head = core.head[_mark_end(core.head) :]
    behind = _YEAR.match(core.tail)
    return head + core.subject + core.middle + core.noun + (behind[0] if behind else "")


def _mark_end(head: str) -> int:
    mark = _LEADING_MARK.match(head)
    return mark.end() if mark else 0


def _agency(core: Core) -> str | None:
    name = _YEAR_WITH_WORDS.sub("", core.head[_mark_end(core.head) :])
    name = patterns.SENT.sub("", patterns.ANNOUNCING.sub("", name.rstrip(BRACKETS_AND_POINTS)))
    name = name.strip(BRACKETS_AND_POINTS).replace("_", "").removesuffix("关于").removesuffix("的")
    name = name.strip(BRACKETS_AND_POINTS).removeprefix("关于").removesuffix("年度")
    if name and not _OWN.fullmatch(name):
        return name + ")" if name.count("(") > name.count(")") else name
    return agency_in_parenthesis(core.rest)


def _fiscal_year(marked: MarkedTitle, core: Core) -> int | None:
    """Return the one year named, or among several the one bound to the core by its place."""
    years = {marked.years[marker] for marker in _markers(core)}
    if len(years) == 1:
        return years.pop()
    bound = _MARKER.findall(core.middle) or _YEAR_AT_END.findall(core.head)
    return marked.years[bound[-1]] if bound else None


def _markers(core: Core) -> list[str]:
    behind = _YEAR.match(core.tail)
    found = _MARKER.findall(core.head + core.middle + (behind[0] if behind else ""))
    return found or _MARKER.findall(core.tail)


def _wording_defects(core: Core) -> list[TitleDefect]:
    wording = core.wording
    annual = "年度报告" in wording or "年报" in wording
    checks = {
        TitleDefect.WORK_REPORT: not annual and ("工作" in wording or "总结" in wording),
        TitleDefect.ANNUAL_MISSING: not annual and "工作" not in wording and "总结" not in wording,
        TitleDefect.WORK_MISSING: "工作" not in wording,
        TitleDefect.SUBJECT_MISSING: not core.subject,
        TitleDefect.GOVERNMENT_MISSING: "信息公开" in core.subject and "政府" not in core.subject,
        TitleDefect.SHORT_FORM: "年报" in wording,
        TitleDefect.OPENNESS: "政务" in core.subject,
        TitleDefect.ANNOUNCEMENT: is_announcement(core),
    }
    return [defect for defect, found in checks.items() if found]


def _year_defects(marked: MarkedTitle, core: Core, year: int | None) -> list[TitleDefect]:
    defects = []
    if _YEARLY_AT_END.search(core.head) and "年度报告" in core.wording:
        defects.append(TitleDefect.YEAR_DOUBLED)
    years = {marked.years[marker] for marker in _markers(core)}
    if len(years) > 1 or None in years:
        defects.append(TitleDefect.YEARS_DISAGREE)
    elif year is None:
        defects.append(TitleDefect.YEAR_MISSING)
    return defects


def _agency_defects(agency: str | None) -> list[TitleDefect]:
    if agency is None:
        return [TitleDefect.AGENCY_MISSING]
    return [TitleDefect.PLACE_MISSING] if _PLACELESS.match(agency) else []
