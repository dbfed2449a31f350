"""What portals call things: columns, their neighbours and look-alikes, and buttons."""

import re
import tomllib
from functools import lru_cache
from importlib import resources

from storage.law import load_law
from storage.titles import TitleKind, parse_title

WORDS = tomllib.loads(
    resources.files("crawler.platforms").joinpath("words.toml").read_text(encoding="utf-8")
)
"""Words and marks met on portals (``words.toml``)."""

_COLUMNS = load_law("portals")["columns_of_platform"]

ANNUAL_COLUMN = re.compile(
    r"(?:信息|政务)公开(?:工作)?(?:年度)?(?:工作)?(?:年报|年度报告|报告)|公开(?:工作)?(?:年报|年度报告)"
)
"""A column of annual reports, by its name; folded text without blanks."""

BARE_ANNUAL_COLUMN = re.compile(
    r"^(?:历年|各年度?|往年)?(?:工作)?(?:年度报告|年报)(?:列表|汇总|专栏)?$"
)
"""A name that says annual report without saying of what; good only in its neighbourhood."""

LOOKALIKE_COLUMN = re.compile(
    r"网站(?:工作)?(?:年度)?(?:工作)?(?:年度)?(?:报表|年报|报告)|工作年度报表|法治|依法行政|财政|预算|决算|统计|企业|事业单位"
    r"|绩效|部门年报|审计|政府工作报告|学校|高校|制度|规定|格式|解读|图解|统计年鉴|年鉴|社会责任|上市公司|社会组织|双随机|信用"
)
"""Columns whose names are near that of the annual reports and are not."""

PLATFORM_COLUMN = re.compile(
    r"^(?:(?:法定)?(?:主动)?(?:政府|政务)?信息公开|政务公开|公开)(?:专栏|平台|目录|栏目|专题|网)?$|政府信息公开(?:平台|专栏|目录)"
)
"""The disclosure platform itself, where the column is found."""

NEIGHBOUR_COLUMN = re.compile(
    r"(?:政府)?信息公开(?:指南|制度|目录|规定|申请)|^法定主动公开(?:内容)?$|^依申请公开$|^公开(?:指南|制度|目录)$"
)
"""Entries that stand beside the annual reports on every platform since 2019."""

STRONG_PATH = re.compile(
    r"(?:^|[/_\-=])(?:[a-z]*?xxgk(?:gz)?(?:nb|ndbg|ndgzbg|gzndbg|gznb|nianbao)|zfxxgk?nb|zfgknb|gknb|gkndbg|xxgk_gknb"
    r"|xinxinianbao|annual_?report|(?:openness|xxgk)annual_?report|xxgkannualreport|zhengfuxinxigongkainianbao)"
    r"(?=[\d_\-/.?&a-z]|$)",
    re.IGNORECASE,
)
"""Path tokens that only annual-report columns have."""

WEAK_PATH = re.compile(
    r"(?:^|[/_-])(?:nb|ndbg|nianbao|ndgzbg|20\d\dn?(?:nb|ndbg))(?=[\d_/.-]|$)", re.IGNORECASE
)
"""Path tokens that may stand for any kind of yearly report."""

YEAR_NAME = re.compile(
    r"^[(（\[【]?(?P<year>(?:19|20)\d\d)年?(?:度)?[)）\]】]?"
    r"(?:(?:政府|政务)?(?:信息公开)?(?:工作)?(?:年度?报告?|年度报告|报告|年报))?$"
)
"""A tab or option that says a year."""

AGENCY_NAME = re.compile(
    r"^[\u4e00-\u9fff（）()·、]{2,40}(?:政府|办公室|办公厅|委员会|管委会|办事处|街道|镇|乡|苏木|[局委办厅署院馆站所部]|分局|支队|大队"
    r"|中心|联合会|总队|集团|区|县|旗|市)$"
)
"""The name of an agency or of a place that has agencies."""

ACTIONS = frozenset(WORDS["links"]["actions"])
"""Words of a link that say what a click does, not where it leads: the row gives the title."""

NOT_ROWS = frozenset(WORDS["links"]["never_rows"])
"""Words of links that never are rows of a list."""

_CUT = re.compile(r"(?:…|⋯|\.{2,}|．{2,}|。{3,}|·{2,})[)）\]】》”\"']*$")


def compact(text: str) -> str:
    """Return ``text`` without blanks and in lower case: the form in which names compare."""
    return re.sub(r"\s+", "", text).lower()


def is_cut(text: str) -> bool:
    """Tell whether a title ends in an ellipsis."""
    return bool(_CUT.search(text.rstrip()))


def without_ellipsis(text: str) -> str:
    """Return ``text`` without the ellipsis it ends in."""
    return _CUT.sub("", text.rstrip()).rstrip()


@lru_cache(maxsize=4096)  # asked again for every grouping of the same rows
def is_report_title(text: str) -> bool:
    """Tell whether ``text`` is the title of an annual report, or the visible beginning of one.

    Without a year it is the name of a column as well, and is not taken for a report.
    """
    if not any(word in text for word in ("报", "总结", "公开", "告")):
        return False
    title = parse_title(text)
    return title.may_be_report and (title.fiscal_year is not None or title.cut)


def is_lookalike_title(text: str) -> bool:
    """Tell whether ``text`` is the title of what stands in the same lists and is no such report."""
    return parse_title(text).kind is TitleKind.LOOKALIKE


def names_annual_column(text: str, *, bare: bool = False) -> bool:
    """Tell whether ``text`` names a column of annual reports and nothing else of its kind.

    With ``bare``, 年报 and 年度报告 alone do, which may be reports of anything.
    """
    name = compact(text)
    known = ANNUAL_COLUMN.search(name) or (bare and name in _COLUMNS["annual_report_column"])
    return bool(known) and not LOOKALIKE_COLUMN.search(name)
