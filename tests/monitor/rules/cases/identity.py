"""Cases of the rules about document, title and agency."""

from dataclasses import replace
from typing import Any

from monitor.reading.model import Image, Report
from monitor.rules.model import AgencyFacts, OtherFiling, PublicationFacts
from tests.monitor.building import (
    AGENCY,
    PROSE,
    a_report,
    with_damage,
    with_preamble,
    with_prose,
    without_table,
)
from tests.monitor.rules.cases.case import CLEAN, Case

EMPTY = replace(
    a_report(), sections=(), tables={}, preamble="", text="召开部署会，要求各单位做好年报编制工作。"
)
OLD = (
    "一、概述。二、主动公开情况。三、依申请公开和不予公开情况。四、收费及减免情况。五、复议诉讼情况。"
    "六、问题及改进。"
)


def titled(title: str | None, **more: Any) -> Report:
    """The clean report under another title."""
    return a_report(title=title, **more)


def adding(section: str, text: str) -> Report:
    """The clean report with one paragraph more in a section."""
    return with_prose(CLEAN, section, *PROSE[section], text)


def agency(name: str, kind: str | None = None, *aliases: str, **more: Any) -> dict[str, Any]:
    """Facts with another agency."""
    return {"agency": AgencyFacts(name=name, kind=kind, aliases=aliases, **more)}


def _title(name: str, rule: str, title: str | None, outcome: str, **more: Any) -> Case:
    return Case(name=name, rule=rule, report=titled(title), outcome=outcome, **more)


DOCUMENT = (
    Case(name="a whole report", rule="wrong-doc-type", outcome="pass"),
    Case(
        name="website work report",
        rule="wrong-doc-type",
        outcome="fail",
        severity="error",
        report=replace(EMPTY, title="示例县政府网站工作年度报表（2023年度）"),
        quote="报表",
    ),
    Case(
        name="an interpretation that lists the topics",
        rule="wrong-doc-type",
        outcome="fail",
        report=replace(
            without_table(
                without_table(without_table(CLEAN, "requests"), "remedies"), "proactive_disclosure"
            ),
            title="《示例县科技局2023年政府信息公开工作年度报告》解读",
        ),
    ),
    Case(
        name="a covering notice",
        rule="wrong-doc-type",
        outcome="fail",
        report=EMPTY,
        says="不是政府信息公开工作年度报告",
    ),
    Case(
        name="a report of which most is missing",
        rule="wrong-doc-type",
        outcome="pass",
        report=replace(EMPTY, sections=CLEAN.sections[:1], text="扎实推进政府信息公开工作。"),
    ),
    Case(
        name="another article with a heading like a report's",
        rule="wrong-doc-type",
        outcome="fail",
        report=replace(
            EMPTY,
            title="示例县科技局召开政府信息公开工作部署会",
            sections=CLEAN.sections[:1],
            text="扎实推进政府信息公开工作。",
        ),
    ),
    Case(
        name="a text of which pages were lost",
        rule="wrong-doc-type",
        outcome="indeterminate",
        report=with_damage(EMPTY),
    ),
    Case(
        name="a report of which all is pictures",
        rule="wrong-doc-type",
        outcome="indeterminate",
        report=replace(EMPTY, images=(Image(source="a.png"),)),
    ),
    Case(
        name="a short report of an old year",
        rule="wrong-doc-type",
        outcome="pass",
        report=replace(
            EMPTY, text=OLD, fiscal_year=2013, title="示例县科技局2013年政府信息公开工作年度报告"
        ),
    ),
    Case(
        name="an old year's news",
        rule="wrong-doc-type",
        outcome="fail",
        report=replace(EMPTY, fiscal_year=2013),
    ),
    Case(
        name="a budget office may report",
        rule="wrong-doc-type",
        outcome="pass",
        report=titled("示例县预算编审中心2023年政府信息公开工作年度报告"),
    ),
    Case(
        name="another text of the same year",
        rule="duplicate-candidates",
        outcome="fail",
        severity="warning",
        quote="另一份",
        facts={
            "others": (
                OtherFiling(
                    url="https://x.gov.cn/2", title="另一份年度报告", text="完全不同的文字" * 50
                ),
            )
        },
    ),
    Case(
        name="the same text as an attachment",
        rule="duplicate-candidates",
        outcome="pass",
        facts={
            "others": (OtherFiling(url="https://x.gov.cn/2.pdf", title="附件", text=CLEAN.text),)
        },
    ),
    Case(
        name="no other one in the column",
        rule="duplicate-candidates",
        outcome="pass",
        facts={"publication": PublicationFacts(url="https://x.gov.cn/1")},
    ),
    Case(name="a file alone", rule="duplicate-candidates", outcome="not_applicable"),
)

TITLES = (
    _title(
        "work report",
        "title-not-annual-report",
        "示例县科技局 2023 年度政府信息公开工作报告",
        "fail",
        severity="warning",
        quote="2023 年度政府信息公开工作报告",
    ),
    _title(
        "work summary", "title-not-annual-report", "示例县科技局2023年政府信息公开工作总结", "fail"
    ),
    _title("annual report", "title-not-annual-report", CLEAN.title, "pass"),
    _title("short form", "title-not-annual-report", "示例县科技局2023年政府信息公开年报", "pass"),
    _title(
        "annual work report, words turned round",
        "title-not-annual-report",
        "示例县科技局2023年政府信息公开年度工作报告",
        "pass",
    ),
    _title("not read", "title-not-annual-report", None, "indeterminate"),
    *(
        _title("another document", rule, "示例县法治政府建设年度报告", "not_applicable")
        for rule in (
            "title-not-annual-report",
            "title-nonstandard",
            "title-year-doubled",
            "title-year-missing",
            "title-agency-missing",
        )
    ),
    _title(
        "工作 and 政府 left out",
        "title-nonstandard",
        "2023年度永安市卫生健康局信息公开年度报告",
        "fail",
        severity="info",
        says="缺“工作”；缺“政府”",
    ),
    _title("政务公开", "title-nonstandard", "示例县科技局2023年政务公开工作年度报告", "fail"),
    _title("年报", "title-nonstandard", "示例县科技局2023年政府信息公开工作年报", "fail"),
    _title(
        "words turned round",
        "title-nonstandard",
        "示例县科技局2023年政府信息公开年度工作报告",
        "fail",
    ),
    _title("canonical", "title-nonstandard", CLEAN.title, "pass"),
    _title(
        "year in front", "title-nonstandard", "2023年示例县科技局政府信息公开工作年度报告", "pass"
    ),
    _title(
        "blank within", "title-nonstandard", "示例县科技局 2023 年政府信息公开 工作年度报告", "pass"
    ),
    _title("doubled", "title-nonstandard", "示例县科技局2023年度政府信息公开工作年度报告", "pass"),
    _title(
        "its own rule names work reports",
        "title-nonstandard",
        "示例县科技局2023年政府信息公开工作报告",
        "pass",
    ),
    _title(
        "2023年度…年度报告",
        "title-year-doubled",
        "示例县科技局2023年度政府信息公开工作年度报告",
        "fail",
        severity="info",
    ),
    _title("once", "title-year-doubled", CLEAN.title, "pass"),
    _title(
        "with the agency between",
        "title-year-doubled",
        "2023年度示例县科技局政府信息公开工作年度报告",
        "pass",
    ),
    _title(
        "none",
        "title-year-missing",
        "示例县科技局政府信息公开工作年度报告",
        "fail",
        severity="warning",
    ),
    _title("digits", "title-year-missing", CLEAN.title, "pass"),
    _title(
        "Chinese digits",
        "title-year-missing",
        "示例县科技局二〇二三年政府信息公开工作年度报告",
        "pass",
    ),
    _title(
        "in brackets behind",
        "title-year-missing",
        "示例县科技局政府信息公开工作年度报告（2023年度）",
        "pass",
    ),
    Case(
        name="in the page label only",
        rule="title-year-missing",
        outcome="pass",
        report=titled(
            "示例县科技局政府信息公开工作年度报告",
            labels={"articletitle": "示例县科技局2023年政府信息公开工作年度报告"},
        ),
    ),
    _title(
        "cut short in a list",
        "title-year-missing",
        "示例县科技局政府信息公开工作年度报告…",
        "indeterminate",
    ),
    Case(
        name="nobody's",
        rule="title-agency-missing",
        outcome="fail",
        severity="warning",
        report=titled("2023年政府信息公开工作年度报告", agency=None),
        quote="2023年",
    ),
    Case(
        name="a county office without its county",
        rule="title-agency-missing",
        outcome="fail",
        report=titled("县人民政府办公室2023年政府信息公开工作年度报告", agency="县人民政府办公室"),
        says="未写明所在地",
    ),
    Case(
        name="named elsewhere on the page",
        rule="title-agency-missing",
        outcome="fail",
        severity="info",
        report=titled("2023年政府信息公开工作年度报告", labels={"contentsource": AGENCY}),
    ),
    Case(
        name="named in the preamble only",
        rule="title-agency-missing",
        outcome="fail",
        severity="warning",
        report=titled("2023年政府信息公开工作年度报告"),
    ),
    _title("named", "title-agency-missing", CLEAN.title, "pass"),
    Case(
        name="a market bureau begins with 市 and lacks nothing",
        rule="title-agency-missing",
        outcome="pass",
        report=titled("市场监督管理局2023年政府信息公开工作年度报告", agency=None),
    ),
    Case(
        name="a township needs no county",
        rule="title-agency-missing",
        outcome="pass",
        report=titled("螅镇2023年政府信息公开工作年度报告", agency=None),
    ),
    Case(
        name="known by its alias",
        rule="title-agency-missing",
        outcome="pass",
        report=titled("县政府办2023年政府信息公开工作年度报告"),
        facts=agency("示例县人民政府办公室", "government_office", "县政府办"),
    ),
)

AGENCIES = (
    Case(
        name="another bureau of the county",
        rule="agency-mismatch",
        outcome="fail",
        severity="error",
        quote="示例县水利局",
        says="示例县教育局",
        report=titled("示例县水利局2023年政府信息公开工作年度报告"),
        facts=agency("示例县教育局", "department"),
    ),
    Case(
        name="the same bureau of another city",
        rule="agency-mismatch",
        outcome="fail",
        report=titled("宜宾市财政局2023年政府信息公开工作年度报告"),
        facts=agency("威海市财政局", "department"),
    ),
    *(
        Case(
            name=f"one agency: {registered} and {named}",
            rule="agency-mismatch",
            outcome="pass",
            report=titled(f"{named}2023年政府信息公开工作年度报告"),
            facts=agency(registered),
        )
        for registered, named in (
            ("银川市兴庆区科学技术局", "兴庆区科学技术局"),
            ("兴庆区科学技术局", "银川市兴庆区科学技术局"),
            ("平湖市科学技术局", "平湖市科技局"),
            ("测试市人民政府", "测试市"),
            ("示例镇人民政府", "示例镇"),
            ("示例区某某街道办事处", "示例区某某街道"),
            ("示例县发展和改革委员会", "示例县发展改革委"),
            ("示例县市场监督管理局", "市场监督管理局"),
            ("国家税务总局清河县税务局", "清河县税务局"),
            ("示例市住房和城乡建设局", "示例市住建局"),
            ("示例县教育和体育局", "示例县教体局"),
            ("长河街道办事处", "杭州市滨江区人民政府长河街道办事处"),
            ("固阳县下湿壕镇人民政府", "下湿壕镇政府"),
            ("示例县工业信息化和科技局", "示例县工业和信息化局"),
        )
    ),
    Case(
        name="an alias",
        rule="agency-mismatch",
        outcome="pass",
        report=titled("示例县乡村振兴局2023年政府信息公开工作年度报告"),
        facts=agency("示例县农业农村局", "department", "示例县乡村振兴局"),
    ),
    Case(
        name="reorganised around that year",
        rule="agency-mismatch",
        outcome="indeterminate",
        report=titled("示例县乡村振兴局2023年政府信息公开工作年度报告"),
        facts=agency("示例县农业农村局", "department", reorganised=True),
    ),
    Case(
        name="the office publishes for its government",
        rule="agency-mismatch",
        outcome="indeterminate",
        report=titled("示例县人民政府2023年政府信息公开工作年度报告"),
        facts=agency("示例县人民政府办公室", "government_office"),
    ),
    Case(
        name="no agency is known",
        rule="agency-mismatch",
        outcome="not_applicable",
        facts={"agency": None},
    ),
    Case(
        name="the title names none",
        rule="agency-mismatch",
        outcome="not_applicable",
        report=titled("2023年政府信息公开工作年度报告"),
    ),
)

COUNTYWIDE = "2023年，全县政府信息公开工作未发生收取信息处理费情况。"


def _scope(name: str, text: str, outcome: str, **more: Any) -> Case:
    return Case(
        name=name,
        rule="scope-mismatch",
        report=adding("other_matters", text),
        outcome=outcome,
        **more,
    )


SCOPE = (
    _scope(
        "a bureau speaks for its county",
        COUNTYWIDE,
        "fail",
        severity="warning",
        quote="全县政府信息公开工作未发生",
    ),
    _scope(
        "by its name alone",
        COUNTYWIDE,
        "fail",
        facts=agency("博爱县科技和工业信息化局"),
    ),
    _scope(
        "a number of the whole city",
        "2023年，全市共收到政府信息公开申请13件，全市政府信息公开申请均已答复13件。",
        "fail",
    ),
    *(
        _scope(
            f"may speak for all: {name} {kind}",
            COUNTYWIDE,
            "not_applicable",
            facts=agency(name, kind),
        )
        for name, kind in (
            ("示例县人民政府", "government"),
            ("示例县人民政府办公室", "government_office"),
            ("示例县人民政府", None),
            ("示例县某某", None),
            ("示例县政务服务管理局", "department"),
            ("平潭综合实验区管委会", None),
        )
    ),
    *(
        _scope(f"not a result of its own: {text[:14]}", text, "pass")
        for text in (
            "按照全县政府信息公开工作部署，我局没有收取信息处理费。",
            "积极参加全县政府信息公开工作培训2次。",
            "在全县政府信息公开工作考核中名列第3名。",
            "全市教育系统政府信息公开共收到申请12件。",
            "落实全县政府信息公开工作要点10项。",
            "我局没有收取政府信息公开信息处理费。",
            "全县科技工作会议公开发布政策12件。",
            "助力全县政府信息公开工作，我局公开信息12条。",
            "全县政府信息公开工作稳步推进，我局公开信息12条。",
        )
    ),
    Case(
        name="what is to be improved is no result",
        rule="scope-mismatch",
        outcome="pass",
        report=adding("problems", "下一步推动全县政府信息公开工作再公开一批信息10条。"),
    ),
)

YEARS_OF_TITLE = (
    Case(name="all say 2023", rule="title-year-mismatch", outcome="pass"),
    Case(
        name="the year of publication",
        rule="title-year-mismatch",
        outcome="fail",
        severity="error",
        report=titled("示例县科技局2024年政府信息公开工作年度报告"),
        quote="2024年",
        says="统计期限为 2023 年",
        facts={"fiscal_year": 2024},
    ),
    Case(
        name="no period, all prose about another year",
        rule="title-year-mismatch",
        outcome="fail",
        says="正文叙述年度为 2022 年",
        report=with_prose(
            with_prose(with_preamble(CLEAN, "现将2022年情况报告如下。"), "other_matters", "无。"),
            "overview",
            "2022年，我局公开信息10条。",
            "2022年没有收到申请。",
        ),
    ),
    Case(
        name="one sentence about this year is enough doubt",
        rule="title-year-mismatch",
        outcome="pass",
        report=with_prose(
            with_preamble(CLEAN, "现将2022年情况报告如下。"),
            "overview",
            "2022年，我局公开信息10条。",
            "2022年没有收到申请。",
        ),
    ),
    Case(
        name="plans for the next year are no mismatch",
        rule="title-year-mismatch",
        outcome="pass",
        report=with_prose(
            with_preamble(CLEAN, ""), "problems", "2024年，要……", "2024年，要……", "2024年，要……"
        ),
    ),
    Case(
        name="a law and its date are no year of the report",
        rule="title-year-mismatch",
        outcome="pass",
        report=with_prose(
            with_preamble(
                CLEAN, "《条例》自2019年5月15日起施行。2019年4月3日公布。2019年5月15日。"
            ),
            "overview",
            "扎实推进。",
        ),
    ),
    Case(
        name="filed for another year",
        rule="title-year-mismatch",
        outcome="fail",
        says="应报年度为 2022 年",
        facts={"fiscal_year": 2022},
    ),
    Case(
        name="no year in the title",
        rule="title-year-mismatch",
        outcome="not_applicable",
        report=titled("示例县科技局政府信息公开工作年度报告"),
    ),
)

EXTRA = (
    Case(
        name="its preamble says work report again",
        rule="title-not-annual-report",
        outcome="fail",
        quote="《示例县科技局2023年度政府信息公开工作报告》",
        report=with_preamble(
            titled("示例县科技局2023年度政府信息公开工作报告"),
            f"现发布《{AGENCY}2023年度政府信息公开工作报告》。",
        ),
    ),
)
