"""Titles, names, years and periods that are not the report's own."""

import re
from dataclasses import replace
from random import Random

from monitor.rules.model import OtherFiling
from monitor.specimens.defects.editing import (
    flat_title,
    prose_slot,
    titled,
    with_aspect,
    with_sentence,
)
from monitor.specimens.defects.model import ALL, ANYTHING, defect
from monitor.specimens.filings import Filing

_COUNTY = re.compile(r"(?:.{2,3}[省市])*[^省市区县旗]{2,3}[县旗]")
"""A place that can be told from a county elsewhere by its name alone."""


def _place(filing: Filing) -> str:
    """Return the name of the agency's place, as far as it ends with 县, 区, 市 or 旗."""
    name = filing.agency.name
    ends = [name.rfind(level) for level in "县区市旗"]
    return name[: max(ends) + 1]


@defect("wrong-doc-type", "error", formats=ALL, may=ANYTHING)
def another_annual_report(filing: Filing, chance: Random) -> Filing:
    """The page holds another yearly document."""
    shape = chance.choice(
        ("{agency}{year}年法治政府建设年度报告", "{agency}政府网站工作年度报表（{year}年度）")
    )
    text = (
        f"{filing.fiscal_year}年，{filing.agency.name}深入学习贯彻习近平法治思想，健全依法决策机制，"
        "规范行政执法行为，加强普法宣传教育，各项工作取得新的进展。下一步，将继续提高依法行政水平。"
    )
    title = shape.format(agency=filing.agency.name, year=filing.fiscal_year)
    return titled(_with_body(filing, text), title)


@defect("wrong-doc-type", "error", formats=ALL, may=ANYTHING)
def news_instead_of_report(filing: Filing, _chance: Random) -> Filing:
    """The page is the news of a meeting."""
    title = f"{filing.agency.name}召开政府信息公开工作年度报告编制培训会"
    text = (
        f"近日，{filing.agency.name}召开政府信息公开工作年度报告编制培训会，各科室负责人和信息员"
        "参加。会议讲解了年度报告的格式要求，强调要高度重视，按时保质完成报送任务。"
    )
    return titled(_with_body(filing, text), title)


def _with_body(filing: Filing, text: str) -> Filing:
    """Return the filing with nothing but a text under its title."""
    return filing.saying(
        preamble=text, outline=(), format_id="v2008", texts={}, tables={}, below={}
    )


@defect("duplicate-candidates", "warning", formats=ALL)
def a_second_report(filing: Filing, _chance: Random) -> Filing:
    """Another page has a report of the same year with other words."""
    other = OtherFiling(
        url="https://www.example.gov.cn/zfxxgknb/2.html",
        title=flat_title(filing.report),
        text="另有一份内容不同的年度报告，全年公开信息若干，机构职能调整，工作另行安排。" * 20,
    )
    return replace(filing, others=(other,))


@defect(
    "title-not-annual-report", "warning", formats=ALL,
    may="title-nonstandard wrong-doc-type link-title-mismatch",
)  # fmt: skip
def title_of_a_work_report(filing: Filing, chance: Random) -> Filing:
    """The title says 工作报告 or 工作总结."""
    what = chance.choice(("政府信息公开工作报告", "政府信息公开工作总结"))
    return titled(filing, f"{filing.agency.name}{filing.fiscal_year}年度{what}")


@defect("title-nonstandard", "info")
def title_leaves_out_words(filing: Filing, chance: Random) -> Filing:
    """The title leaves out 工作 or 政府, or speaks of 政务公开."""
    what = chance.choice(("信息公开工作年度报告", "政府信息公开年度报告", "政务公开工作年度报告"))
    return titled(filing, f"{filing.agency.name}{filing.fiscal_year}年{what}")


@defect("title-year-doubled", "info")
def title_says_year_twice(filing: Filing, _chance: Random) -> Filing:
    """The title says 年度 twice."""
    name, year = filing.agency.name, filing.fiscal_year
    return titled(filing, f"{name}{year}年度政府信息公开工作年度报告")


@defect("title-year-missing", "warning", formats=ALL, may="title-nonstandard")
def title_without_year(filing: Filing, _chance: Random) -> Filing:
    """The title has no year."""
    return titled(filing, f"{filing.agency.name}政府信息公开工作年度报告")


@defect(
    "title-agency-missing", "info", formats=ALL,
    may="agency-name-inconsistent agency-mismatch link-title-mismatch",
)  # fmt: skip
def title_without_agency(filing: Filing, _chance: Random) -> Filing:
    """The title names no agency."""
    return titled(filing, f"{filing.fiscal_year}年政府信息公开工作年度报告")


@defect(
    "title-agency-missing", "warning", formats=ALL,
    may="agency-name-inconsistent agency-mismatch link-title-mismatch foreign-agency-name",
)  # fmt: skip
def title_without_place(filing: Filing, _chance: Random) -> Filing | None:
    """The title begins 县人民政府办公室 and does not say of which county."""
    if filing.kind != "government_office":
        return None
    place = _place(filing)
    name = filing.agency.name[len(place) - 1 :]
    return titled(filing, f"{name}{filing.fiscal_year}年政府信息公开工作年度报告")


@defect(
    "title-year-mismatch", "error", formats=ALL,
    may="link-title-mismatch year-leftover stat-period-wrong column-disorder",
)  # fmt: skip
def title_of_another_year(filing: Filing, chance: Random) -> Filing:
    """The year of the title is not that of the report."""
    year = filing.fiscal_year + chance.choice((-1, 1))
    return titled(filing, f"{filing.agency.name}{year}年政府信息公开工作年度报告")


@defect(
    "agency-mismatch", "error", formats=ALL,
    may="foreign-agency-name agency-name-inconsistent link-title-mismatch",
)  # fmt: skip
def title_of_another_agency(filing: Filing, _chance: Random) -> Filing | None:
    """The title names another agency."""
    others = [name for name in filing.known_agencies if name[-3:] != filing.agency.name[-3:]]
    if not others:
        return None
    return titled(filing, f"{others[0]}{filing.fiscal_year}年政府信息公开工作年度报告")


@defect("agency-name-inconsistent", "info", may="cite-format-missing cite-missing")
def another_form_of_the_name(filing: Filing, _chance: Random) -> Filing | None:
    """The preamble names the agency with its city, the title without."""
    name, year = filing.agency.name, filing.fiscal_year
    if name[:4].count("市") or name[:4].count("省") or filing.kind == "vertical":
        return None
    return filing.saying(
        preamble=f"根据《中华人民共和国政府信息公开条例》，现公布《广宁市{name}{year}年政府信息公开工作"
        f"年度报告》。本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"
    )


@defect("foreign-agency-name", "error", may="agency-name-inconsistent foreign-place-name")
def another_agency_as_subject(filing: Filing, _chance: Random) -> Filing | None:
    """A sentence copied from another bureau has its name as the subject."""
    if filing.kind != "department" or not filing.agency.name.endswith("局"):
        return None
    others = [
        name for name in filing.known_agencies
        if name[-3:] != filing.agency.name[-3:] and name.endswith("局")
        # a bureau of approvals may work for the whole area
        and "审批" not in name
    ]  # fmt: skip
    if not others:
        return None
    text = f"{others[0]}认真贯彻落实《条例》，扎实推进政府信息公开工作。"
    report = with_aspect(filing.report, "management", text, more=True)
    return replace(filing, report=report) if report else None


@defect("foreign-place-name", "warning", may="agency-name-inconsistent foreign-agency-name")
def another_county_named(filing: Filing, chance: Random) -> Filing | None:
    """A sentence copied from another county has its name."""
    if _COUNTY.fullmatch(_place(filing)) is None:
        return None
    place = chance.choice(("绥宁县", "博爱县", "清河县"))
    text = f"通过{place}人民政府门户网站公开相关信息，方便群众查阅。"
    report = with_aspect(filing.report, "platform", text, more=True)
    return replace(filing, report=report) if report else None


@defect("scope-mismatch", "warning")
def result_of_the_whole_county(filing: Filing, _chance: Random) -> Filing | None:
    """A bureau gives the county's result for its own."""
    # a bureau of approvals may speak for the whole county
    if filing.kind != "department" or "审批" in filing.agency.name:
        return None
    text = f"{filing.fiscal_year}年，全县政府信息公开工作未发生收取信息处理费情况。"
    return replace(filing, report=with_sentence(filing.report, "other_matters", text))


@defect("year-leftover", "error", formats=ALL, may="stat-period-wrong title-year-mismatch")
def as_of_last_year(filing: Filing, _chance: Random) -> Filing:
    """A figure is as of the end of the year before."""
    text = f"截至{filing.fiscal_year - 1}年12月31日，共有政务新媒体账号2个。"
    report = with_sentence(filing.report, prose_slot(filing.report), text)
    return replace(filing, report=report)


@defect("year-leftover", "warning", formats=ALL, may="title-year-mismatch narrative-requests")
def result_of_an_old_year(filing: Filing, _chance: Random) -> Filing:
    """The result told is that of two years before."""
    year = filing.fiscal_year - 2
    text = f"{year}年，开展政府信息公开业务培训3期，主动公开政府信息215条。"
    report = with_sentence(filing.report, prose_slot(filing.report), text)
    return replace(filing, report=report)


@defect("stat-period-missing", "info", may="cite-format-missing cite-missing")
def no_period(filing: Filing, _chance: Random) -> Filing:
    """Nothing says which period the figures are of."""
    lines = [
        f"{sentence}。" for sentence in filing.report.preamble.split("。")
        if sentence and not any(word in sentence for word in ("统计", "数据", "12月31日"))
    ]  # fmt: skip
    report = replace(filing.report, preamble="".join(lines) or "现公布本年度报告。")
    texts = {
        slot: text.replace(f"截至{filing.fiscal_year}年12月31日，", "")
        for slot, text in report.texts.items()
    }
    return replace(filing, report=replace(report, texts=texts, below={}))


@defect(
    "stat-period-wrong", "error", formats=ALL,
    may="year-leftover title-year-mismatch cite-format-missing cite-missing",
)  # fmt: skip
def period_of_last_year(filing: Filing, chance: Random) -> Filing:
    """The statistical period is last year's, or ends before it begins."""
    year = filing.fiscal_year
    first = chance.choice((year - 1, year))
    text = f"本报告所列数据的统计期限自{first}年1月1日起至{year - 1}年12月31日止。"
    kept = [
        f"{sentence}。" for sentence in filing.report.preamble.split("。")
        if sentence and "12月31日" not in sentence
    ]  # fmt: skip
    return filing.saying(preamble="".join([*kept, text]))
