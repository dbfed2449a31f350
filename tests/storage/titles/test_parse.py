"""Titles of annual reports as agencies print them, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.law import load_law
from storage.titles import Title, TitleDefect, TitleKind, parse_title

D = TitleDefect


@pytest.mark.parametrize(
    ("text", "agency", "year"),
    [
        (
            "博爱县科技和工业信息化局 2023 年政府信息公开工作年度报告",
            "博爱县科技和工业信息化局",
            2023,
        ),
        ("平湖市科学技术局2023年度政府信息公开工作年度报告", "平湖市科学技术局", 2023),
        ("清河县科技和工业信息化局2023 年度政府信息公开工作报告", "清河县科技和工业信息化局", 2023),
        ("2022年度螅镇政府信息公开工作年度报告", "螅镇", 2022),
        ("2024年度永安市卫生健康局信息公开年度报告", "永安市卫生健康局", 2024),
        ("平潭综合实验区2020年度政府信息公开工作年度报告", "平潭综合实验区", 2020),
        ("国家税务总局2025年政府信息公开工作年度报告", "国家税务总局", 2025),
        ("某某县人民政府2023年政府信息公开年报", "某某县人民政府", 2023),
        ("2023年某某县人民政府信息公开工作年度报告", "某某县人民政府", 2023),
        ("某某县人民政府信息公开年报（2023）", "某某县人民政府", 2023),
        ("高岭镇_2017年_政府信息公开工作年度报告", "高岭镇", 2017),
        ("某某局政府信息公开工作年度报告（2023年）", "某某局", 2023),
        ("某某局政府信息公开工作年度报告（2023年度）", "某某局", 2023),
        ("某某局政府信息公开2023年度工作报告", "某某局", 2023),
        ("某某县政府信息公开工作2023年度报告", "某某县", 2023),
        ("某某局2023政府信息公开工作年度报告", "某某局", 2023),
        ("某某局关于2023年政府信息公开工作年度报告的公告", "某某局", 2023),
        ("关于印发某某镇2023年政府信息公开工作年度报告的通知", "某某镇", 2023),
        ("某某局关于报送2023年政府信息公开工作年度报告的报告", "某某局", 2023),
        ("某某局2023年度政府信息公开工作年度报告公示", "某某局", 2023),
        ("《某某局2023年政府信息公开工作年度报告》", "某某局", 2023),
        ("【政府信息公开年报】某某局2023年政府信息公开工作年度报告", "某某局", 2023),
        ("附件：某某局2023年政府信息公开工作年度报告", "某某局", 2023),
        ("3.某某局2023年政府信息公开工作年度报告", "某某局", 2023),
        ("1 2023年某某局政府信息公开工作年度报告", "某某局", 2023),
        ("2023年政府信息公开工作年度报告（某某县财政局）", "某某县财政局", 2023),
        ("某某局2023年年度政府信息公开工作报告", "某某局", 2023),
        ("2023年某某局年度政府信息公开工作报告", "某某局", 2023),
        ("某某局政府信息公开工作2023年年度报告", "某某局", 2023),
        ("2022年上海市政府信息公开工作年度报告", "上海市", 2022),
        ("某某县人民政府门户网站-某某局2023年政府信息公开工作年度报告", "某某局", 2023),
        ("20240130某某局2023年政府信息公开工作年度报告.pdf", "某某局", 2023),
        (
            "某某县文化和旅游局（体育局）2023年政府信息公开工作年度报告",
            "某某县文化和旅游局(体育局)",
            2023,
        ),
        ("首页>政务公开>政府信息公开年报>某某局2023年政府信息公开工作年度报告", "某某局", 2023),
        ("某某局2023年政府信息公开和政务公开工作年度报告", "某某局", 2023),
        ("臺北縣財政局政府信息公開工作年度報告(2023年)", "台北县财政局", 2023),
    ],
)
def test_a_report_tells_its_agency_and_year(text: str, agency: str, year: int) -> None:
    title = parse_title(text)
    assert (title.kind, title.agency, title.fiscal_year) == (
        TitleKind.ANNUAL_REPORT,
        agency,
        year,
    )
    assert title.lookalike is None


@pytest.mark.parametrize(
    "year",
    [
        "2023年",
        "2023年度",
        "２０２３年",
        "2 0 2 3 年",
        "2023　年度",
        "二〇二三年",
        "二○二三年度",
        "二零二三年",
        "二０二三年",
        "二〇２三年",
        "2O23年",
        "2023\u00a0年",
        "2023\u200b年",
        "（2023年）",
        "(2023)",
        "〔2023〕",
    ],
)
def test_every_spelling_of_the_year_is_read(year: str) -> None:
    title = parse_title(f"某某局{year}政府信息公开工作年度报告")
    assert (title.agency, title.fiscal_year) == ("某某局", 2023)


@pytest.mark.parametrize(
    "behind",
    [
        "（图片版）",
        "（超链版）",
        "（PDF版）",
        "(word版)",
        "[OFD版]",
        "（网页版）",
        "图片版",
        ".pdf",
        ".docx",
        "（文字版）.pdf",
        "（盖章版）",
        "（含附件）",
        "及附表",
        "及解读",
        "（定稿）",
        "。",
        " 2024-01-30",
        "2024年1月30日",
        "[2024-01-30]",
        "（2024-01-30 17:21）",
        "_某某县人民政府",
        "-某某区人民政府",
        "_政府信息公开年报_某某县人民政府门户网站",
        "|年报|某某县",
    ],
)
def test_version_marks_dates_and_site_names_behind_do_not_hide_a_report(behind: str) -> None:
    title = parse_title(f"某某局2023年政府信息公开工作年度报告{behind}")
    assert (title.kind, title.agency, title.fiscal_year) == (
        TitleKind.ANNUAL_REPORT,
        "某某局",
        2023,
    )


@pytest.mark.parametrize(
    "agency",
    [
        "某某县委机构编制委员会办公室",
        "某某市干部培训中心",
        "某某县委组织部",
        "某某市公共资源交易中心",
        "某某市预算编审中心",
        "四季青镇",
        "某某县审计局",
        "某某县统计局",
        "某某市法制办公室",
        "某某县企业服务局",
        "某某县绩效评估中心",
        "某某县网站管理中心",
        "某某市会议中心",
        "某某县政策研究室",
        "某某大学城管理委员会",
        "某某县信息公开服务中心",
    ],
)
def test_no_word_in_the_name_of_an_agency_makes_its_report_a_lookalike(agency: str) -> None:
    title = parse_title(f"{agency}2023年政府信息公开工作年度报告")
    assert (title.kind, title.agency, title.fiscal_year) == (
        TitleKind.ANNUAL_REPORT,
        agency,
        2023,
    )


@pytest.mark.parametrize(
    "text",
    [
        "2023年政府网站工作年度报表",
        "某某县政府网站年度工作报表（2023年度）",
        "2022年度法治政府建设年度报告",
        "某某局2023年法治政府建设情况报告",
        "某某局2023年政务公开工作要点",
        "某某县2024年政务公开工作要点",
        "政府信息公开工作年度报告格式",
        "政府信息公开年度报告制度",
        "2023年政府信息公开年度报告编制要求",
        "石狮市2023年政府信息公开工作年度报告公布情况",
        "某某县2023年政府信息公开年度报告发布情况一览表",
        "某某县2023年政府信息公开工作年度报告解读",
        "《某某县2023年政府信息公开工作年度报告》政策解读",
        "图解：某某县2023年政府信息公开工作年度报告",
        "【图解】某某局2023年政府信息公开年报",
        "一图读懂某某县2023年政府信息公开工作年度报告",
        "一图读懂|2023年某某县政府信息公开年报",
        "某某县2023年政府信息公开工作年度报告（图解）",
        "某某县2023年政府信息公开工作年度报告-图解",
        "某某局政府信息公开指南",
        "2023年某某县政府工作报告",
        "某某有限公司2023年年度报告",
        "某某县2023年度企业年报公示",
        "某某局2023年度部门整体绩效自评报告",
        "某某局2023年部门预算",
        "某某局2022年度部门决算公开",
        "某某大学2022-2023学年信息公开年度报告",
        "某某学院2023年信息公开年度报告",
        "某某局2023年第三季度政府信息公开工作总结",
        "某某局2023年上半年政府信息公开工作总结",
        "某某县2023年财政信息公开年度报告",
        "某某局2023年政务公开工作总结",
        "2023年政府信息公开工作年度报告汇总",
        "历年政府信息公开年报目录",
        "【转载】某某县财政局2023年政府信息公开工作年度报告",
        "（转载）某某县财政局2023年政府信息公开工作年度报告",
        "转载：某某县财政局2023年政府信息公开工作年度报告",
    ],
)
def test_a_lookalike_is_no_report_and_is_named(text: str) -> None:
    title = parse_title(text)
    assert title.kind is not TitleKind.ANNUAL_REPORT
    assert title.lookalike
    assert title.agency is None
    assert not title.may_be_report


@pytest.mark.parametrize(
    "text",
    [
        "关于做好2023年政府信息公开工作年度报告编制发布工作的通知",
        "关于报送2023年度政府信息公开工作年度报告的通知",
        "关于印发《中华人民共和国政府信息公开工作年度报告格式》的通知",
        "国务院办公厅政府信息与政务公开办公室关于政府信息公开工作年度报告有关事项的通知",
        "某某县召开2023年政府信息公开工作年度报告编制工作部署会",
        "某某局圆满完成2023年政府信息公开工作年度报告编制工作",
        "某某县2023年政府信息公开工作年度报告编制培训会顺利举办",
        "关于2023年政府信息公开工作年度报告检查情况的通报",
        "2023年年度报告",
        "某某县人民政府",
        "",
        "   ",
    ],
)
def test_notices_news_and_other_titles_are_no_reports(text: str) -> None:
    title = parse_title(text)
    assert title.kind is not TitleKind.ANNUAL_REPORT
    assert title.agency is None


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("某某局政府信息公开工作年度报告 2024-01-30", None),
        ("某某局政府信息公开工作年度报告（2024年1月30日）", None),
        ("某某局政府信息公开工作年度报告20240130", None),
        ("〔2023〕5号 某某局政府信息公开工作年度报告", None),
        ("某某局2022-2023年政府信息公开工作年度报告", None),
        ("某某局2021年、2023年政府信息公开工作年度报告", 2023),
        ("2024年某某局2023年度政府信息公开工作年度报告", 2023),
        ("某某局2023年1-12月政府信息公开工作年度报告", 2023),
        ("某某局2019年1月1日至12月31日政府信息公开年度报告", 2019),
        ("某某局23年政府信息公开年度报告", None),
        ("某某局12023年政府信息公开年度报告", None),
    ],
)
def test_a_day_a_document_number_or_a_span_is_no_fiscal_year(text: str, year: int | None) -> None:
    title = parse_title(text)
    assert title.kind is TitleKind.ANNUAL_REPORT
    assert title.fiscal_year == year


@pytest.mark.parametrize(
    ("text", "defects"),
    [
        ("某某局2023年政府信息公开工作年度报告", set()),
        ("某某局2023年度政府信息公开工作年度报告", {D.YEAR_DOUBLED}),
        ("某某局2023年度政府信息公开工作报告", {D.WORK_REPORT}),
        ("某某局2023年政府信息公开工作总结", {D.WORK_REPORT}),
        ("某某局政府信息公开年度工作报告", {D.WORK_REPORT, D.YEAR_MISSING}),
        ("某某局2023年政府信息公开报告", {D.ANNUAL_MISSING, D.WORK_MISSING}),
        ("某某局2023年政府信息公开年度报告", {D.WORK_MISSING}),
        ("某某局2023年信息公开工作年度报告", {D.GOVERNMENT_MISSING}),
        ("某某局2023年政务公开工作年度报告", {D.OPENNESS}),
        ("某某局2023年政府信息公开年报", {D.SHORT_FORM, D.WORK_MISSING}),
        (
            "政府信息公开年报",
            {D.SHORT_FORM, D.WORK_MISSING, D.YEAR_MISSING, D.AGENCY_MISSING},
        ),
        ("县人民政府办公室2021年政府信息公开工作年度报告", {D.PLACE_MISSING}),
        ("本单位2021年政府信息公开工作年度报告", {D.AGENCY_MISSING}),
        ("某某局2022-2023年政府信息公开工作年度报告", {D.YEARS_DISAGREE}),
        ("关于公布2023年政府信息公开工作年度报告的公告", {D.ANNOUNCEMENT, D.AGENCY_MISSING}),
        ("乡城县教育局2023年政府信息公开工作年度报告", set()),
        ("市中区教育局2023年政府信息公开工作年度报告", set()),
    ],
)
def test_the_defects_of_a_title_are_named(text: str, defects: set[TitleDefect]) -> None:
    assert set(parse_title(text).defects) == defects


def test_canonical_and_tolerated_follow_the_templates_of_the_law_file() -> None:
    law = load_law("titles")["title"]
    fill = {"agency": "某某县财政局", "year": "2023"}
    canonical = parse_title(law["canonical"].format(**fill))
    assert canonical.canonical
    assert canonical.tolerated
    for template in law["tolerated"]:
        title = parse_title(template.format(**fill))
        assert (title.canonical, title.tolerated) == (False, True), template
    for template in law["defective"]:
        title = parse_title(template.format(**fill))
        assert title.kind is TitleKind.ANNUAL_REPORT, template
        assert (title.canonical, title.tolerated) == (False, False), template
        assert title.defects, template


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("某某县科学技术和工业信息化局2023年政府信息公…", True),
        ("某某县科学技术和工业信息化局2023年政府信息公开工作...", True),
        ("某某县科学技术和工业信息化局2023年……", True),
        ("关于做好2023年春节期间安全生产工作的…", False),
        ("某某局2023年部门预算公…", False),
    ],
)
def test_a_title_cut_short_may_still_be_a_report(text: str, may_be: bool) -> None:
    title = parse_title(text)
    assert title.cut
    assert title.may_be_report is may_be


def test_in_a_column_of_annual_reports_the_subject_may_go_without_saying() -> None:
    inside = parse_title("某某镇2023年年报", within_column=True)
    assert (inside.kind, inside.agency, inside.fiscal_year) == (
        TitleKind.ANNUAL_REPORT,
        "某某镇",
        2023,
    )
    assert D.SUBJECT_MISSING in inside.defects
    assert parse_title("某某镇2023年年报").kind is TitleKind.OTHER
    lookalike = parse_title("2023年法治政府建设年度报告", within_column=True)
    assert lookalike.kind is TitleKind.LOOKALIKE


@given(
    st.text(
        alphabet=st.sampled_from(
            list(
                "政府信息公开工作年度报告报表总结年报某局县〇二0123三年月日"
                "（）()[]【】《》_-|>. 的关于通知解读\x00\u200b\ue000\ud800"
            )
        ),
        max_size=120,
    )
)
def test_nothing_made_of_these_words_crashes_the_parser_or_invents_a_year(text: str) -> None:
    title = parse_title(text)
    assert isinstance(title, Title)
    assert title.fiscal_year is None or 2000 <= title.fiscal_year <= 2099
    parse_title(text, within_column=True)


@given(st.text(max_size=60))
def test_no_text_at_all_crashes_the_parser(text: str) -> None:
    assert parse_title(text).text == text


def test_a_text_made_to_be_slow_is_not() -> None:
    for piece in ("信息公开" + "2023年度" * 300, "政府信息公开工作" * 400, "(" * 5000, "市" * 9000):
        parse_title(piece, within_column=True)


FORMS = {
    "某某局2023年政府信息公开工作年度报告（图片版）": "图片版",
    "某某局2023年政府信息公开工作年度报告超链版": "超链版",
    "【PDF版】某某局2023年政府信息公开工作年度报告": "PDF版",
    "某某局2023年政府信息公开工作年度报告（修订版）": None,
    "某某局2023年政府信息公开工作年度报告": None,
}


@pytest.mark.parametrize("text", FORMS)
def test_the_mark_of_one_of_several_forms_is_read_and_that_of_another_text_is_not(
    text: str,
) -> None:
    title = parse_title(text)
    assert (title.form, title.agency, title.fiscal_year) == (FORMS[text], "某某局", 2023)
