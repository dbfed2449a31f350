"""Cases of the rules about years in the prose: leftover years and the statistical period."""

from typing import Any

from monitor.rules.model import AgencyFacts
from tests.monitor.building import AGENCY, a_report, with_damage, with_preamble
from tests.monitor.rules.cases.case import CLEAN, Case
from tests.monitor.rules.cases.identity import adding


def _leftover(name: str, text: str, outcome: str, **more: Any) -> Case:
    return Case(
        name=name,
        rule="year-leftover",
        report=adding(more.pop("section", "overview"), text),
        outcome=outcome,
        **more,
    )


def _harmless(text: str, section: str = "overview") -> Case:
    return _leftover(f"harmless: {text[:20]}", text, "pass", section=section)


LEFTOVER = (
    Case(name="a clean report", rule="year-leftover", outcome="pass"),
    Case(
        name="a clean report on 2019",
        rule="year-leftover",
        outcome="pass",
        report=a_report("v2019"),
    ),
    _leftover(
        "as of the end of another year",
        "截至2022年12月31日，现行有效行政规范性文件143件。",
        "fail",
        severity="error",
        quote="截至2022年12月31日",
    ),
    _leftover(
        "with blanks", "截至 2022 年 12 月 31 日，现行有效 143 件。", "fail", severity="error"
    ),
    _leftover("end of the year", "截至2022年底，我局共有公众号2个。", "fail", severity="error"),
    _leftover("said to be this year", "本年度（2022年）共收到申请3件。", "fail", severity="error"),
    _leftover(
        "an own result of another year",
        "2022年，我局主动公开政府信息120条。",
        "fail",
        severity="warning",
    ),
    _leftover("no comma", "2021年我局收到政府信息公开申请3件。", "fail", severity="warning"),
    _leftover("none received", "2022年度未收到政府信息公开申请。", "fail", severity="warning"),
    _leftover("the county's result", "2022年全县共公开信息300条。", "fail", severity="warning"),
    Case(
        name="the preamble calls it last year's report",
        rule="year-leftover",
        outcome="fail",
        severity="warning",
        quote="2022年政府信息公开工作年度报告",
        report=with_preamble(CLEAN, f"现发布《{AGENCY}2022年政府信息公开工作年度报告》。"),
    ),
    Case(
        name="a report wholly on another year has another finding",
        rule="year-leftover",
        outcome="pass",
        report=a_report("v2019"),
        facts={"fiscal_year": 2021},
    ),
    Case(
        name="the year is not known",
        rule="year-leftover",
        outcome="indeterminate",
        facts={"fiscal_year": None},
    ),
    *(
        _harmless(text)
        for text in (
            "发布《兴庆区科技局2022年度法治政府建设年度报告》。",
            "根据国办公开办函〔2021〕30号要求编制。",
            "《条例》自2019年5月15日起施行。",
            "修订后的《条例》2019年4月3日公布，2019年5月15日施行。",
            "落实2021年出台的“十四五”规划。",
            "主动公开信息120条，较2022年增长12%。",
            "与2022年相比，增加10条。",
            "2022年为80条，同比增长7.5%。",
            "2024年，我局将进一步深化公开。",
            "公开2022年度部门决算和2023年部门预算。",
            "公开2022年度部门决算。",
            "办理2022年结转的申请1件。",
            "对2022年度政务公开考核反馈的问题逐条整改。",
            "自2020年以来，我局坚持每周例会。",
            "我局于2019年成立，内设机构5个。",
            "2019年，县机构改革后我局挂牌。",
            "截至2022年底有文件140件，2023年新增3件。",
            "截至2022年12月31日有文件140件；2023年新增3件。",
            "截至2023年12月31日，共公开86条。",
            "截至2024年1月15日，均已答复。",
            "到2025年，实现栏目全覆盖。",
            "2021年以来连续三年获评优秀。",
            "对照2022年政务公开工作要点查漏补缺。",
            "2022年和2023年均未发生行政复议。",
            "今年（2024年）我局将改进。",
            "在“2022年度先进”评选中获奖。",
            "电话0951-2022100。",
        )
    ),
    _leftover(
        "an old event",
        "2021年，省人民政府办公厅印发通知。",
        "pass",
    ),
)


def _period(
    name: str, text: str, outcome: str, rule: str = "stat-period-wrong", **more: Any
) -> Case:
    return Case(name=name, rule=rule, report=with_preamble(CLEAN, text), outcome=outcome, **more)


def _whole(text: str) -> Case:
    return _period(f"right: {text[:24]}", text, "pass")


PERIODS = (
    Case(name="a clean report", rule="stat-period-wrong", outcome="pass"),
    *(
        _whole(text)
        for text in (
            "统计期限自2023年1月1日起至2023年12月31日止。",
            "统计期限自 2023 年 1 月 1 日起至 2023 年 12 月 31 日止。",
            "本报告统计数据从2023年1月1日至12月31日。",
            "数据统计时限为2023年1月1日至2023年12月31日。",
            "统计时间：2023年1月1日—2023年12月31日。",
            "2023年度，所列数据统计期限为1月1日至12月31日。",
            "数据统计期限为2023年1月-12月。",
            "数据统计期限为2023年1—12月。",
            "统计期限为2023.1.1-2023.12.31。",
            "统计期限为２０２３年１月１日至１２月３１日。",
            "统计期限自2023年1月1日零时起，至2023年12月31日止。",
            "上年数据的统计期限为2022年1月1日至2022年12月31日。",
        )
    ),
    _period(
        "turned round",
        "统计期限自2023年1月1日起至2022年12月31日止。",
        "fail",
        severity="error",
        quote="2022年12月31日",
        says="倒置",
    ),
    _period(
        "last year's",
        "统计期限自2022年1月1日起至2022年12月31日止。",
        "fail",
        says="与报告年度 2023 年不符",
    ),
    _period("a whole year without the word", "2022年1月1日至2022年12月31日，情况如下。", "fail"),
    _period("a day short", "统计期限为2023年1月1日至2023年12月30日。", "fail"),
    _period("a day that does not exist", "统计期限为2023年1月1日至2023年12月32日。", "fail"),
    _period("a line ends in the day", "统计期限自2023年1月1日起至2023年12月3", "indeterminate"),
    _period("characters lost", "统计期限为202311日至20231231日。", "indeterminate"),
    _period(
        "a bureau of statistics and its survey",
        "2023年3月1日至6月30日，县统计局开展统计调查，按统计制度公布结果。",
        "not_applicable",
    ),
    _period(
        "how long something was open for comment",
        "征求意见期限为2023年5月1日至5月31日，公示期限为2023年6月1日至6月7日。",
        "not_applicable",
    ),
    _period("only its last day", "所列数据截止日期为2023年12月31日。", "pass"),
    _period("last year's last day", "所列数据截止日期为2022年12月31日。", "fail"),
    _period("in Traditional characters", "數據統計期限為2022年1月1日至2022年12月31日。", "fail"),
    _period("months of a campaign", "2023年6月1日至6月30日开展宣传。", "not_applicable"),
    _period("none", "现发布报告。", "not_applicable"),
    _period(
        "founded in that year",
        "本局2023年5月成立，统计期限自2023年5月10日至2023年12月31日。",
        "pass",
    ),
    _period(
        "reorganised in that year",
        "统计期限自2023年5月10日至2023年12月31日。",
        "pass",
        facts={"agency": AgencyFacts(name=AGENCY, kind="department", reorganised=True)},
    ),
    _period("since May", "统计期限自2023年5月10日至2023年12月31日。", "fail"),
    Case(
        name="the first report began in May 2008",
        rule="stat-period-wrong",
        outcome="pass",
        report=with_preamble(CLEAN, "统计期限自2008年5月1日起至2008年12月31日止。"),
        facts={"fiscal_year": 2008},
    ),
    _period("none", "现发布报告。", "fail", rule="stat-period-missing", severity="info"),
    Case(name="stated", rule="stat-period-missing", outcome="pass"),
    _period(
        "in Chinese digits",
        "自二〇二三年一月一日起至二〇二三年十二月三十一日止。",
        "pass",
        rule="stat-period-missing",
    ),
    _period(
        "only its last day",
        "报告中所涉及的数据核定时间点为2023年12月31日。",
        "pass",
        rule="stat-period-missing",
    ),
    _period("for short", "统计期限为2023年度。", "pass", rule="stat-period-missing"),
    Case(
        name="pages lost",
        rule="stat-period-missing",
        outcome="indeterminate",
        report=with_damage(with_preamble(CLEAN, "现发布报告。"), sections=frozenset({"overview"})),
    ),
    Case(
        name="an old report need not",
        rule="stat-period-missing",
        outcome="not_applicable",
        facts={"fiscal_year": 2013},
    ),
)
