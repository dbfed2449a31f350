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
    r"|图读懂|一图|图说|图示|(?:公布|发布|编制|报送)情况|保密审查|工作要点|行政决策|第三方评估"
)
"""Columns whose names are near that of the annual reports and are not."""

PLATFORM_COLUMN = re.compile(
    r"^(?:(?:法定)?(?:主动)?(?:政府|政务)?信息公开|政务公开|公开)(?:专栏|平台|目录|栏目|专题|网)?$|政府信息公开(?:平台|专栏|目录)"
)
"""The disclosure platform itself, where the column is found."""

NEIGHBOUR_COLUMN = re.compile(
    r"(?:政府)?信息公开(?:指南|制度|目录|规定|申请)$|^法定主动公开(?:内容)?$|^(?:政府信息)?依申请公开$"
    r"|^公开(?:指南|制度|目录)$"
)
"""Entries that stand beside the annual reports on every platform since 2019."""

SITE_MAP = re.compile(r"^(?:本?(?:网站|站点|本站))(?:地图|导航|导览)$")
"""The page that names every column of a site."""

STRONG_PATH = re.compile(
    r"(?:^|[/_\-=])(?:[a-z]*?xxgk(?:gz)?(?:nb|ndbg|ndgzbg|gzndbg|gznb|nianbao)|zfxxgk?nb|zfgknb|gknb|gkndbg|xxgk_gknb"
    r"|zfxgknb|ndgkbg|xinxinianbao|annual_?report|(?:openness|xxgk)annual_?report|xxgkannualreport|zhengfuxinxigongkainianbao)"
    r"(?=[\d_\-/.?&a-z]|$)",
    re.IGNORECASE,
)
"""Path tokens that only annual-report columns have."""

WEAK_PATH = re.compile(
    r"(?:^|[/_-])(?:nb|ndbg|nianbao|ndgzbg|20\d\dn?(?:nb|ndbg))(?=[\d_/.-]|$)", re.IGNORECASE
)
"""Path tokens that may stand for any kind of yearly report."""

NEIGHBOUR_PATH = re.compile(
    r"/(?:zf)?(?:xxgk|gk)(?:zn|zd|ml)(?:_\d+)?/|/(?:zfxx)?(?:fdzdgk(?:nr)?|ysqgk)(?:_\d+)?/",
    re.IGNORECASE,
)
"""Path tokens of those entries; the directory above them is the platform's."""

YEAR_PATH = re.compile(
    r"/20\d\d(?:n|nd|年)?_?(?:gk|xxgk)?(?:nb|ndbg|ndgzbg)\w{0,12}/", re.IGNORECASE
)
"""Path tokens of one year's reports, as central lists of all agencies have them."""

GROUP_NAME = re.compile(
    r"^(?:各?(?:省|市|县|区|州|盟|旗|镇|乡)?(?:级|直|属|直属|本级)?(?:政府)?(?:工作)?"
    r"(?:部门|单位|委办局|机构|直属机构|派出机构|垂管单位|企事业单位)(?:[及和、](?:直属)?单位)?"
    r"|(?:省|市|县|区|州|盟|旗)?(?:人民)?政府(?:本级|办公?[室厅])?|(?:省|市|县|区)?本级"
    r"|各?(?:县|市|区|旗|州|盟)(?:[（(]?[、/]?(?:县|市|区|旗)[、/]?(?:县|市|区|旗)?[）)]?)?(?:政府)?"
    r"|各?(?:乡镇|镇街|街镇|街道|镇乡|乡|镇|园区|开发区|功能区|管委会|办事处)"
    r"(?:[（(]?[、和及/]?(?:街道|办事处|镇|园区|街道办事处)[）)]?)?)"
    r"(?:政府)?(?:信息公开)?(?:工作)?(?:年度)?(?:年报|报告)?$"
)
"""A tab or menu entry for one group of agencies: 市直部门, 乡镇街道, 县市区."""

YEAR_NAME = re.compile(
    r"^[(（\[【]?(?P<year>(?:19|20)\d\d)年?(?:度)?[)）\]】]?"
    r"(?:(?:政府|政务)?(?:信息公开)?(?:工作)?(?:年度?报告?|年度报告|报告|年报))?$"
)
"""A tab or option that says a year."""

AGENCY_NAME = re.compile(
    r"^(?:[省市县区州盟旗镇乡]政府|[\u4e00-\u9fff（）()·、]{2,40}(?:政府|办公室|办公厅|委员会|管委会|办事处|街道|镇|乡|苏木"
    r"|[局委办厅署院馆站所部]|分局|支队|大队|中心|联合会|总队|集团|区|县|旗|市))$"
)
"""The name of an agency or of a place that has agencies."""

_GROUP = (
    r"(?:部门|单位|委办局|机构|处室|乡镇|镇街|街镇|镇乡|乡|镇|街道|办事处|苏木|园区|开发区|功能区|管委会"
    r"|县市区|市县区|市区县|区县市|县区|区县|市县|县市|旗县|旗县市区|县|区|基层)"
)
HUB_COLUMN = re.compile(
    rf"^(?:全|各|所有)?(?:省|市|县|区|州|盟|旗)?(?:级|直|属|直属|所属|辖|本级|政府|下属|内设|派出|驻\S)*{_GROUP}"
    rf"(?:[（(]?[及和与、/·]?(?:各|所属|直属|驻\S)?{_GROUP}[）)]?)*"
    r"(?:(?:法定)?(?:主动)?(?:政府|政务)?(?:信息)?公开)?"
    r"(?:专栏|平台|目录|栏目|专区|导航|入口|网站|网站群|网|站点|列表|主页|专题|情况)?$"
)
"""An entry that leads to the pages of several agencies: 部门信息公开, 乡镇（街道）公开平台."""

_AGENCY_ENTRY = re.compile(
    r"^(?P<agency>.{2,40}?)(?:(?:法定主动)?(?:政府|政务)?信息公开|政务公开|主动公开)?"
    r"(?:专栏|平台|目录|网站|主页|网)?$"
)

_OF_AGENCY = re.compile(r"^(?P<agency>.{2,40}?)(?P<said>(?:(?:政府|政务)?信息公开|政务公开).*)$")

ACTIONS = frozenset(WORDS["links"]["actions"])
"""Words of a link that say what a click does, not where it leads: the row gives the title."""

NOT_ROWS = frozenset(WORDS["links"]["never_rows"])
"""Words of links that never are rows of a list."""

_CUT = re.compile(r"(?:…|⋯|\.{2,}|．{2,}|。{3,}|·{2,})[)）\]】》”\"']*$")


def agency_of_entry(text: str) -> str:
    """Return the agency that a menu entry names: 财政局 of 财政局政府信息公开."""
    match = _AGENCY_ENTRY.match(compact(text))
    return match["agency"] if match else compact(text)


def without_agency(name: str) -> str:
    """Return what a folded name says is disclosed, without whose it is: 审计局信息公开年报.

    Names of agencies have words in them that other reports are known by: 财政, 审计, 统计.
    """
    match = _OF_AGENCY.match(name)
    return match["said"] if match and AGENCY_NAME.match(match["agency"]) else name


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


def is_report_in_column(text: str) -> bool:
    """Tell whether ``text`` is a report's title in a column of annual reports: 2023年度年报."""
    title = parse_title(text, within_column=True)
    return title.kind is TitleKind.ANNUAL_REPORT and title.fiscal_year is not None


def fiscal_year_in_column(text: str) -> int | None:
    """Return the fiscal year that a title names in a column of annual reports."""
    return parse_title(text, within_column=True).fiscal_year


def is_lookalike_title(text: str) -> bool:
    """Tell whether ``text`` is the title of what stands in the same lists and is no such report."""
    return parse_title(text).kind is TitleKind.LOOKALIKE


def names_annual_column(text: str, *, bare: bool = False) -> bool:
    """Tell whether ``text`` names a column of annual reports and nothing else of its kind.

    With ``bare``, 年报 and 年度报告 alone do, which may be reports of anything.
    """
    name = without_agency(compact(text))
    known = ANNUAL_COLUMN.search(name) or (bare and name in _COLUMNS["annual_report_column"])
    return bool(known) and not LOOKALIKE_COLUMN.search(name)
