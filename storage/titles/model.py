"""What a title says."""

from dataclasses import dataclass
from enum import StrEnum


class TitleKind(StrEnum):
    """What a title is of."""

    ANNUAL_REPORT = "annual_report"
    LOOKALIKE = "lookalike"
    """Not the report, though its title is near it or stands in the same lists."""
    OTHER = "other"


class TitleDefect(StrEnum):
    """What keeps the title of an annual report from being the usual one."""

    WORK_REPORT = "work_report"
    """工作报告 or 工作总结 stands for 年度报告."""
    ANNUAL_MISSING = "annual_missing"
    """A bare 报告: neither 年度报告, 年报 nor 工作报告."""
    WORK_MISSING = "work_missing"
    """工作 is left out."""
    GOVERNMENT_MISSING = "government_missing"
    """政府 is left out."""
    SHORT_FORM = "short_form"
    """年报 stands for 年度报告."""
    OPENNESS = "openness"
    """政务公开 stands for 政府信息公开."""
    YEAR_DOUBLED = "year_doubled"
    """…年度政府信息公开工作年度报告."""
    YEAR_MISSING = "year_missing"
    YEARS_DISAGREE = "years_disagree"
    """Several years, none of them bound to the report by its place: no fiscal year is told."""
    AGENCY_MISSING = "agency_missing"
    PLACE_MISSING = "place_missing"
    """The agency is named without its place: 县人民政府办公室."""
    ANNOUNCEMENT = "announcement"
    """The title is that of a cover: 关于公布…的公告."""
    SUBJECT_MISSING = "subject_missing"
    """年度报告 alone; accepted only within a column of annual reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title, taken apart.

    ``agency`` and ``fiscal_year`` are None where the title does not tell them, and always None
    for ``agency`` where the title is of something else.
    """

    text: str
    """As given."""
    normalised: str
    """NFKC, simplified script, no blanks."""
    kind: TitleKind
    agency: str | None = None
    fiscal_year: int | None = None
    lookalike: str | None = None
    """The name of the look-alike that was recognised (``storage/law/titles.toml``)."""
    canonical: bool = False
    tolerated: bool = False
    """True for a canonical title too."""
    defects: tuple[TitleDefect, ...] = ()
    cut: bool = False
    """True if the text ends in an ellipsis."""
    may_be_report: bool = False
    """True for a report, and for a title cut short whose visible part is the beginning of one."""
    form: str | None = None
    """The mark of one of several forms of the same report: 图片版, 超链版; None without one."""
