"""Cases of the rules about what sections must say."""

from typing import Any

from monitor.reading.model import Report
from monitor.rules.model import AgencyFacts
from tests.monitor.building import (
    PROSE,
    a_report,
    a_section,
    with_damage,
    with_preamble,
    with_prose,
    with_section,
    without_section,
)
from tests.monitor.rules.cases.case import CLEAN, Case

COUNTY: dict[str, Any] = {"agency": AgencyFacts(name="示例县人民政府", kind="government")}


def _overview(name: str, outcome: str, *paragraphs: str, **more: Any) -> Case:
    return Case(
        name=name,
        rule="overview-subparts-missing",
        outcome=outcome,
        report=with_prose(CLEAN, "overview", *paragraphs),
        **more,
    )


OVERVIEW = (
    Case(name="five aspects", rule="overview-subparts-missing", outcome="pass"),
    _overview(
        "two aspects",
        "fail",
        "（一）主动公开。发布规章与规范性文件若干。",
        "（二）依申请公开。规范办理程序。",
        severity="warning",
        says="政府信息管理、政府信息公开平台建设、监督保障",
    ),
    _overview(
        "run in as sentences",
        "pass",
        "一是主动公开信息29条；二是规范办理公开申请；三是落实三审三校；四是加强网站建设；五是组织培训2次。",
    ),
    _overview(
        "other things instead",
        "fail",
        "（一）健全工作机制。调整了领导小组，并在局网站上公开其职责。",
        "（二）继续推进“五公开”。及时公开并动态调整权责清单，坚持合法性审查，自觉接受党内监督、人大监督。",
        "（三）主动公开规定内容。及时公开行政法规、规章、规范性文件等信息。",
        says="依申请公开、政府信息管理",
    ),
    Case(
        name="in 2019 it is only noted",
        rule="overview-subparts-missing",
        outcome="fail",
        severity="info",
        report=with_prose(a_report("v2019"), "overview", "主动公开。"),
    ),
    Case(
        name="half of section one was lost",
        rule="overview-subparts-missing",
        outcome="indeterminate",
        report=with_damage(
            with_prose(CLEAN, "overview", "主动公开。"), sections=frozenset({"overview"})
        ),
    ),
    Case(
        name="no section one",
        rule="overview-subparts-missing",
        outcome="not_applicable",
        report=without_section(CLEAN, "overview"),
    ),
)


def _problems(name: str, outcome: str, *paragraphs: str, **more: Any) -> Case:
    return Case(
        name=name,
        rule="problems-missing",
        outcome=outcome,
        report=with_prose(CLEAN, "problems", *paragraphs),
        **more,
    )


PROBLEMS = (
    Case(name="both", rule="problems-missing", outcome="pass"),
    _problems("nothing", "fail", severity="error", quote="五、存在的主要问题及改进情况"),
    _problems("无", "fail", "无。", quote="无"),
    _problems("no improvement", "fail", "存在公开不及时的问题。", says="改进情况", quote="不及时"),
    _problems("no problem", "fail", "下一步，继续加强公开。", says="存在的问题"),
    _problems("short of both", "fail", "本年度工作顺利完成。", says="问题和改进"),
    _problems("other words", "pass", "与要求相比仍有差距。今后将按周核对。"),
    _problems("in one sentence", "pass", "一是主动公开工作还需进一步规范。"),
    _problems(
        "no problems of one kind, but others",
        "pass",
        "没有发现泄密问题；信息更新不够及时，将按周核对。",
    ),
    Case(
        name="its page was lost",
        rule="problems-missing",
        outcome="indeterminate",
        report=with_damage(with_prose(CLEAN, "problems"), sections=frozenset({"problems"})),
    ),
    Case(
        name="no section five is another rule's",
        rule="problems-missing",
        outcome="not_applicable",
        report=without_section(CLEAN, "problems"),
    ),
    Case(
        name="an old report is searched whole",
        rule="problems-missing",
        outcome="pass",
        report=a_report(sections=(), text="六、存在问题：公开不及时。七、改进措施：加强核对。"),
        facts={"fiscal_year": 2013},
    ),
    Case(
        name="an old report without",
        rule="problems-missing",
        outcome="fail",
        report=a_report(sections=(), text="一、概述。全年公开信息12条。"),
        facts={"fiscal_year": 2013},
    ),
)


def _six(*paragraphs: str) -> Report:
    return with_prose(CLEAN, "other_matters", *paragraphs)


def _fee(name: str, outcome: str, *paragraphs: str, **more: Any) -> Case:
    return Case(
        name=name, rule="fee-statement-missing", outcome=outcome, report=_six(*paragraphs), **more
    )


FEES = (
    Case(name="stated", rule="fee-statement-missing", outcome="pass"),
    _fee("nothing said", "fail", "无。", severity="error", quote="六、其他需要报告的事项"),
    _fee("other matters only", "fail", "办理建议提案3件。行政事业性收费0万元。"),
    _fee("a wrong term counts", "pass", "本年度没有产生信息公开处理费。"),
    _fee("no notice of fees", "pass", "本年度未发出收费通知。"),
    _fee("no fees", "pass", "本年度依申请公开未收取任何费用。"),
    _fee("a sum", "pass", "全年收取政府信息公开信息处理费 3940 元。"),
    _fee("with a blank", "pass", "2023年未收取信息 处理费。"),
    Case(
        name="in section one",
        rule="fee-statement-missing",
        outcome="fail",
        severity="info",
        quote="信息处理费",
        report=with_prose(_six("无。"), "overview", *PROSE["overview"], "全年没有收取信息处理费。"),
    ),
    Case(
        name="the label of a table row is no statement",
        rule="fee-statement-missing",
        outcome="fail",
        report=with_prose(
            _six("无。"),
            "requests",
            "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 0 0 0",
        ),
    ),
    Case(
        name="the end was lost",
        rule="fee-statement-missing",
        outcome="indeterminate",
        report=with_damage(_six("无。"), sections=frozenset({"other_matters"})),
    ),
    Case(
        name="not owed in 2019",
        rule="fee-statement-missing",
        outcome="not_applicable",
        report=a_report("v2019"),
    ),
)

TOLD = "开展年度考核和社会评议，没有发生责任追究的情形。"
SUPERVISION = PROSE["overview"][:-1]

ACCOUNTABILITY = (
    Case(name="told", rule="gov-accountability-missing", outcome="pass", facts=COUNTY),
    Case(
        name="none of the three",
        rule="gov-accountability-missing",
        outcome="fail",
        severity="error",
        says="工作考核、社会评议、责任追究",
        report=with_prose(CLEAN, "overview", *SUPERVISION),
        facts=COUNTY,
    ),
    Case(
        name="one of the three missing",
        rule="gov-accountability-missing",
        outcome="fail",
        severity="warning",
        says="未报告社会评议结果",
        report=with_prose(CLEAN, "overview", *SUPERVISION, "纳入考核，未发生责任追究情形。"),
        facts=COUNTY,
    ),
    Case(
        name="a government by its name",
        rule="gov-accountability-missing",
        outcome="fail",
        severity="error",
        report=with_prose(CLEAN, "overview", *SUPERVISION),
        facts={"agency": AgencyFacts(name="示例县人民政府")},
    ),
    Case(
        name="the name of a place alone",
        rule="gov-accountability-missing",
        outcome="fail",
        severity="warning",
        report=with_prose(CLEAN, "overview", *SUPERVISION),
        facts={"agency": AgencyFacts(name="测试市")},
    ),
    Case(
        name="a township is none of the governments from county level up",
        rule="gov-accountability-missing",
        outcome="not_applicable",
        report=with_prose(CLEAN, "overview", *SUPERVISION),
        facts={"agency": AgencyFacts(name="示例镇人民政府", kind="township")},
    ),
    Case(
        name="a township by its name",
        rule="gov-accountability-missing",
        outcome="not_applicable",
        report=with_prose(CLEAN, "overview", *SUPERVISION),
        facts={"agency": AgencyFacts(name="示例乡人民政府")},
    ),
    Case(
        name="a street office is no government, whatever it is registered as",
        rule="gov-accountability-missing",
        outcome="not_applicable",
        report=with_prose(CLEAN, "overview", *SUPERVISION),
        facts={"agency": AgencyFacts(name="示例街道办事处", kind="township")},
    ),
    Case(
        name="a bureau owes none",
        rule="gov-accountability-missing",
        outcome="not_applicable",
        report=with_prose(CLEAN, "overview", *SUPERVISION),
    ),
    Case(
        name="pages lost",
        rule="gov-accountability-missing",
        outcome="indeterminate",
        report=with_damage(with_prose(CLEAN, "overview", *SUPERVISION)),
        facts=COUNTY,
    ),
)

MISPLACED = (
    Case(name="a fee statement", rule="section-content-misplaced", outcome="pass"),
    Case(
        name="content of one to four",
        rule="section-content-misplaced",
        outcome="fail",
        severity="warning",
        quote="主动公开政府信息情况",
        report=_six(
            "（一）主动公开政府信息情况",
            "2023 年，主动公开10余条。",
            "（二）依申请公开政府信息情况",
            "（三）行政复议及行政诉讼情况",
            "（四）政策解读情况",
        ),
    ),
    Case(
        name="one sub-heading",
        rule="section-content-misplaced",
        outcome="fail",
        severity="info",
        report=_six("（一）依申请公开情况。收到0件。", "（二）收取信息处理费情况。没有收取。"),
    ),
    Case(
        name="and the section itself is missing",
        rule="section-content-misplaced",
        outcome="fail",
        severity="warning",
        report=without_section(
            _six("（一）主动公开情况。公开10条。", "（二）收费情况。没有收取。"),
            "proactive_disclosure",
        ),
    ),
    Case(
        name="and another section is missing",
        rule="section-content-misplaced",
        outcome="fail",
        severity="info",
        report=without_section(
            _six("（一）主动公开情况。公开10条。", "（二）收费情况。没有收取。"), "problems"
        ),
    ),
    Case(
        name="and the section itself was lost in reading",
        rule="section-content-misplaced",
        outcome="fail",
        severity="info",
        report=with_damage(
            without_section(
                _six("（一）主动公开情况。公开10条。", "（二）收费情况。没有收取。"),
                "proactive_disclosure",
            ),
            sections=frozenset({"proactive_disclosure"}),
        ),
    ),
    Case(
        name="and section one, which has the same aspect, is missing",
        rule="section-content-misplaced",
        outcome="fail",
        severity="warning",
        report=without_section(
            _six("（一）监督保障情况。培训2次。", "（二）收费情况。没有收取。"), "overview"
        ),
    ),
    Case(
        name="proposals and key points",
        rule="section-content-misplaced",
        outcome="pass",
        report=_six(
            "（一）建议提案办理情况。3件。", "（二）政务公开工作要点落实情况。主动公开12条。"
        ),
    ),
    Case(
        name="items below a key point",
        rule="section-content-misplaced",
        outcome="pass",
        report=_six("（一）年度要点落实情况。", "1.主动公开方面。公开重点领域信息。"),
    ),
    Case(
        name="a sentence is no sub-heading",
        rule="section-content-misplaced",
        outcome="pass",
        report=_six("一是对办理的建议主动公开；二是未收到政府信息公开申请，未收取信息处理费。"),
    ),
    Case(
        name="no section six",
        rule="section-content-misplaced",
        outcome="not_applicable",
        report=without_section(CLEAN, "other_matters"),
    ),
)

UNRECOGNISED = (
    Case(
        name="aspects under headings numbered like sections",
        rule="overview-subparts-missing",
        outcome="pass",
        report=with_section(
            with_preamble(
                with_prose(
                    a_report(sections=(CLEAN.sections[0],)), "overview", "扎实推进公开工作。"
                ),
                "",
            ),
            a_section(None, "一、" + "".join(PROSE["overview"]), "情况如上。"),
        ),
    ),
    Case(
        name="told elsewhere than in section one",
        rule="gov-accountability-missing",
        outcome="pass",
        report=with_prose(with_prose(CLEAN, "overview", *SUPERVISION), "other_matters", TOLD),
        facts=COUNTY,
    ),
)
