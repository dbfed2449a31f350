"""Cases of the rules about outline, headings, numbers, and how much sections say."""

from dataclasses import replace
from typing import Any

from monitor.reading.model import Damage, Image, Place, Report, StatisticsRow, Value
from monitor.rules.model import AgencyFacts
from tests.monitor.building import (
    AGENCY,
    PROSE,
    a_report,
    a_section,
    with_damage,
    with_heading,
    with_preamble,
    with_prose,
    with_section,
    without_section,
)
from tests.monitor.rules.cases.case import CLEAN, Case

_TOPICS = (
    ("overview", "一、概述", "2015年，我局认真开展政府信息公开工作。"),
    ("c1_proactive", "二、主动公开情况", "全年主动公开信息86条。"),
    ("c2_on_request", "三、依申请公开情况", "全年未收到公开申请。"),
    ("c3_fees", "四、收费及减免情况", "全年未收取任何费用。"),
    ("c4_remedies", "五、行政复议和诉讼情况", "没有发生。"),
    ("c5_problems", "六、存在的问题及改进情况", "更新不够及时，下一步加强。"),
)


def _old(*without: str, extra: str = "", **changes: Any) -> Report:
    """Return a report on 2015 without some topics, perhaps with more words in section one."""
    report = replace(
        CLEAN,
        fiscal_year=2015,
        title=f"{AGENCY}2015年政府信息公开工作年度报告",
        preamble="",
        tables={},
        format_found="v2008",
        sections=(),
    )
    for number, (key, heading, text) in enumerate(_TOPICS, start=1):
        if key not in without:
            words = text + extra if key == "overview" else text
            report = with_section(report, a_section(key, heading, words, ordinal=number))
    return replace(report, **changes)


OLD_FACTS: dict[str, Any] = {"fiscal_year": 2015}
PICTURE = (Image(alt="附表"),)


def _content(name: str, outcome: str, report: Report, **more: Any) -> Case:
    return Case(
        name=name,
        rule="content-missing-2008",
        outcome=outcome,
        report=report,
        facts=OLD_FACTS,
        **more,
    )


CONTENT_2008 = (
    _content("five topics", "pass", _old()),
    _content(
        "no word on fees",
        "fail",
        _old("c3_fees"),
        severity="warning",
        says="收费及减免情况",
        count=1,
    ),
    _content("two topics are two findings", "fail", _old("c3_fees", "c4_remedies"), count=2),
    _content(
        "fees of another kind are no such fees",
        "fail",
        _old("c3_fees", extra="公开行政事业性收费项目和标准12项。"),
        says="收费",
    ),
    _content("fees in another section", "pass", _old("c3_fees", extra="提供信息均未收取检索费。")),
    _content(
        "in the annex",
        "pass",
        _old(
            "c3_fees",
            statistics=(
                StatisticsRow(
                    label="七、依申请公开信息收取的费用", unit="万元", value=Value(text="0")
                ),
            ),
        ),
    ),
    _content(
        "remedies are no requests",
        "fail",
        _old("c2_on_request"),
        says="依申请公开",
        count=1,
    ),
    _content(
        "requests in loose words",
        "pass",
        _old("c2_on_request", extra="全年无人书面申请获取信息。"),
    ),
    _content("problems in loose words", "pass", _old("c5_problems", extra="工作还有差距。")),
    _content("remedies in loose words", "pass", _old("c4_remedies", extra="无申诉案件。")),
    _content("disclosure in loose words", "pass", _old("c1_proactive", extra="发布信息86条。")),
    _content("pages lost", "indeterminate", with_damage(_old("c3_fees"))),
    _content("may stand in a picture", "indeterminate", _old("c3_fees", images=PICTURE)),
    Case(
        name="the law of today has other topics",
        rule="content-missing-2008",
        outcome="not_applicable",
        report=_old("c3_fees", fiscal_year=2023),
    ),
)

OUTLINE_OF_2008 = _old(fiscal_year=2023)
MODERN = replace(CLEAN, tables={})


def _outline(name: str, outcome: str, report: Report, **more: Any) -> Case:
    return Case(name=name, rule="old-structure-used", outcome=outcome, report=report, **more)


OLD_OUTLINE = (
    _outline("six sections and tables", "pass", CLEAN),
    _outline("a section on fees and no table", "fail", OUTLINE_OF_2008, severity="error",
             quote="一、概述", says="收费及减免", count=1),
    _outline("in 2019 as well", "fail", _old(fiscal_year=2019), facts={"fiscal_year": 2019}),
    _outline("the law of the time", "not_applicable", _old(), facts=OLD_FACTS),
    _outline("no table under the headings of today", "pass", MODERN),
    _outline("概述 alone is another wording", "pass", with_heading(MODERN, "overview", "一、概述")),
    _outline(
        "概述 and a section on staff and funds", "fail",
        with_section(with_heading(MODERN, "overview", "一、概述"),
                     a_section(None, "七、机构设置和保障经费", "专职1人。", ordinal=7)),
    ),
    _outline(
        "the fee of today", "pass",
        with_section(MODERN, a_section(None, "七、收取信息处理费情况", "没有收取。", ordinal=7)),
    ),
    _outline("with the tables it is another matter", "pass",
             replace(OUTLINE_OF_2008, tables=CLEAN.tables)),
    _outline("the tables may be pictures", "indeterminate",
             replace(OUTLINE_OF_2008, images=PICTURE)),
    _outline("the tables may be lost", "indeterminate", with_damage(OUTLINE_OF_2008)),
    _outline("a table was lost", "indeterminate", with_damage(
        OUTLINE_OF_2008, "rows-lost", tables=frozenset({"requests"}))),
)  # fmt: skip


def _variant(name: str, outcome: str, section: str, heading: str, **more: Any) -> Case:
    report = with_heading(more.pop("on", CLEAN), section, heading, ordinal=more.pop("ordinal", 1))
    return Case(name=name, rule="section-heading-variant", outcome=outcome, report=report, **more)


FIVE = "五、存在的主要问题及改进情况"
SCANNED = Damage(code="text-undecodable", detail="made for the test")

HEADINGS = (
    Case(name="official headings", rule="section-heading-variant", outcome="pass"),
    Case(name="official headings of 2019", rule="section-heading-variant", outcome="pass",
         report=a_report("v2019")),
    _variant("a known alias", "fail", "problems", "五、存在问题及改进情况",
             severity="info", says=FIVE, quote="五、存在问题", ordinal=5, count=1),
    _variant("nearly the official words", "fail", "proactive_disclosure",
             "二、主动公开政府信息的情况", ordinal=2),
    _variant("known by its number and words", "fail", "requests", "三、依申请公开情况", ordinal=3),
    _variant("two are one finding", "fail", "requests", "三、依申请公开情况", ordinal=3, count=1,
             on=with_heading(CLEAN, "problems", "五、存在问题及改进情况", 5)),
    _variant("blanks and a colon", "pass", "overview", "一、 总体 情况："),
    _variant("第一部分", "pass", "overview", "第一部分　总体情况"),
    _variant("an Arabic number", "pass", "overview", "1、总体情况"),
    _variant("a note behind it", "pass",
             "requests", "三、收到和处理政府信息公开申请情况（单位：件）",
             ordinal=3),
    _variant("cut by a converter", "pass", "remedies", "四、政府信息公开行政复议、", ordinal=4,
             on=replace(CLEAN, method="text")),
    _variant("cut in the page itself", "fail", "remedies", "四、政府信息公开行政复议、行政诉讼",
             ordinal=4),
    _variant("letters are doubtful", "indeterminate", "problems", "五、存在的主耍问题及改进情况",
             ordinal=5, on=replace(CLEAN, damage=(SCANNED,))),
    _variant("another page is doubtful", "fail", "problems", "五、存在的主耍问题及改进情况",
             ordinal=5, on=replace(CLEAN, damage=(
                 replace(SCANNED, tables=frozenset({"requests"}), place=Place(page=9)),))),
    Case(name="no heading at all", rule="section-heading-variant", outcome="not_applicable",
         report=replace(CLEAN, sections=())),
    Case(name="an old report", rule="section-heading-variant", outcome="not_applicable",
         report=_old(), facts=OLD_FACTS),
)  # fmt: skip


def _with_extra(*headings: str, on: Report = CLEAN) -> Report:
    for number, heading in enumerate(headings, start=7):
        on = with_section(on, a_section(None, heading, "有关情况。", ordinal=number))
    return on


def _extra(name: str, outcome: str, report: Report, **more: Any) -> Case:
    return Case(name=name, rule="section-extra", outcome=outcome, report=report, **more)


EXTRA = (
    _extra("six sections", "pass", CLEAN),
    _extra("a seventh", "fail", _with_extra("七、政务公开工作创新情况"), severity="info",
           quote="七、政务公开", count=1),
    _extra("two are a remark", "fail",
           _with_extra("七、创新情况", "八、宣传情况"), severity="info"),
    _extra("three are a warning", "fail", _with_extra("七、创新", "八、宣传", "九、下年打算"),
           severity="warning", count=1),
    _extra("a contact block", "pass", _with_extra("七、联系方式")),
    _extra("an attachment", "pass", _with_extra("七、附件", "八、附表：统计表")),
    _extra("it stands for a missing section", "pass",
           _with_extra("七、工作中的不足与整改", on=without_section(CLEAN, "problems"))),
    _extra("a part of the section before it", "pass", _with_extra("七、其他需要说明的事项")),
    _extra("the content of another section once more", "fail", _with_extra("七、复议应诉工作")),
    _extra("no heading was recognised", "not_applicable",
           replace(CLEAN, sections=(a_section(None, "一、开篇", "文字。"),))),
    _extra("the format of 2019", "not_applicable", _with_extra(
        "七、创新情况", on=a_report("v2019"))),
)  # fmt: skip

WITHOUT_PREAMBLE = with_preamble(CLEAN, "")


def _placed(name: str, outcome: str, *paragraphs: str, on: Report = WITHOUT_PREAMBLE,
            **more: Any) -> Case:  # fmt: skip
    report = with_prose(on, "overview", *paragraphs)
    return Case(name=name, rule="preamble-placement", outcome=outcome, report=report, **more)


NOW_PUBLISHED = "现将我局2023年政府信息公开工作年度报告公布如下。"
PLACEMENT = (
    Case(name="before section one", rule="preamble-placement", outcome="pass"),
    _placed("now published", "fail", NOW_PUBLISHED, severity="info", quote="现将我局", count=1),
    _placed("made up of", "fail",
            "根据《条例》规定，本报告由总体情况、主动公开政府信息情况等部分组成。"),
    _placed("the period", "fail", "2023年工作有序。", "本报告所列数据的统计期限自2023年1月1日起。"),
    _placed("situation as follows", "fail", "现将2023年度政府信息公开工作情况报告如下："),
    _placed("there was one before", "pass", NOW_PUBLISHED, on=CLEAN),
    _placed("only in the third paragraph", "pass", "一。", "二。", NOW_PUBLISHED),
    _placed("reports that were published", "pass",
            "全年编制并公布2022年政府信息公开工作年度报告1份。"),
    _placed("problems that were discovered", "pass", "检查发现将政府工作报告予以公开不够及时。"),
    _placed("content made up of parts", "pass",
            "公开政府信息86条，内容由机构职能和工作动态等部分组成。"),
    Case(name="no section one", rule="preamble-placement", outcome="not_applicable",
         report=without_section(CLEAN, "overview")),
)  # fmt: skip

LINES = PROSE["overview"]
OFF = "（四）平台建设。贯彻意识形态工作责任制，严格落实各项要求，加强教育培训，提升政治素养。"


def _subpart(name: str, outcome: str, *paragraphs: str, on: Report = CLEAN, **more: Any) -> Case:
    report = with_prose(on, "overview", *paragraphs)
    return Case(name=name, rule="overview-subpart-content", outcome=outcome, report=report, **more)


SUBPARTS = (
    Case(name="all keep to their subjects", rule="overview-subpart-content", outcome="pass"),
    _subpart("platforms without a platform", "fail", *LINES[:4], OFF, LINES[5], severity="info",
             says="平台", quote="（四）平台建设", count=1),
    _subpart("its heading alone in a line", "fail", *LINES[:4], "（四）平台建设情况", OFF[8:]),
    _subpart("the word stands in the next line", "pass",
             *LINES[:4], OFF, "网站改版1次。", LINES[5]),
    _subpart("several in one paragraph", "fail", "".join((*LINES[1:4], OFF, LINES[5])), count=1),
    _subpart("a channel is a platform", "pass",
             "（四）平台建设。通过微信公众号推送有关工作动态和便民服务。"),
    _subpart("too short to say", "pass", "（四）平台建设。按要求开展工作。"),
    _subpart("lists below it", "pass",
             "（四）平台建设", "1.落实责任，明确专人。", "2.做好门户维护工作。"),
    _subpart("supervision without any", "fail",
             "（五）监督保障。天气晴好，春暖花开，大家都很高兴，欢聚一堂。"),
    _subpart("without sub-headings", "not_applicable", "一年来，各项工作有序推进。"),
    _subpart("words were lost", "indeterminate", OFF,
             on=with_damage(CLEAN, sections=frozenset({"overview"}))),
    Case(name="no section one", rule="overview-subpart-content", outcome="not_applicable",
         report=without_section(CLEAN, "overview")),
)  # fmt: skip

FIVE_SHORT = (
    "主动公开信息86条；受理依申请公开0件；政府信息管理规范；平台建设有序，"
    "网站改版1次；监督保障到位。"
)
TOWN = {"agency": AgencyFacts(name="东河镇人民政府", kind="township")}


def _thin(name: str, outcome: str, *paragraphs: str, on: Report = CLEAN, **more: Any) -> Case:
    report = with_prose(on, "overview", *paragraphs)
    return Case(name=name, rule="overview-thin", outcome=outcome, report=report, **more)


THIN = (
    Case(name="five aspects with figures", rule="overview-thin", outcome="pass"),
    _thin("a sentence", "fail", "2023年，我局认真开展政府信息公开工作。", severity="warning",
          says="字", quote="一、总体情况", count=1),
    _thin("a preface is no overview", "fail", NOW_PUBLISHED * 12),
    _thin("short, but all five aspects", "fail", FIVE_SHORT, severity="info"),
    _thin("a township", "fail", "2023年公开信息8条。", severity="info", facts=TOWN),
    _thin("long, without any figure", "fail", "我局认真贯彻落实条例，扎实推进公开工作。" * 15,
          severity="warning", says="没有任何数据"),
    _thin("figures in Chinese", "pass", "我局认真贯彻落实条例，组织培训三次，扎实推进工作。" * 12),
    _thin("nothing at all is another rule's", "pass"),
    _thin("may be a picture", "indeterminate", "见图。", on=replace(CLEAN, images=PICTURE)),
    _thin("words were lost", "indeterminate", "见下。", on=with_damage(
        CLEAN, sections=frozenset({"overview"}))),
    _thin("words were lost elsewhere", "fail", "见下。", on=with_damage(
        CLEAN, sections=frozenset({"problems"}))),
    Case(name="no section one", rule="overview-thin", outcome="not_applicable",
         report=without_section(CLEAN, "overview")),
)  # fmt: skip

COUNTY = {"agency": AgencyFacts(name="示例县人民政府", kind="government")}
AREA = {"agency": AgencyFacts(name="示例开发区管委会")}


def _long(name: str, outcome: str, characters: int, **more: Any) -> Case:
    report = with_prose(CLEAN, "overview", "公开信息1条，" * (characters // 7))
    return Case(name=name, rule="overview-long", outcome=outcome, report=report, **more)


LONG = (
    Case(name="as usual", rule="overview-long", outcome="pass"),
    _long("900", "pass", 900),
    _long("1,400", "fail", 1400, severity="info", says="1400字", count=1),
    _long("a government", "not_applicable", 1400, facts=COUNTY),
    _long("a zone may report as a government", "not_applicable", 1400, facts=AREA),
    _long("a government where settings say so", "fail", 1400,
          facts={**COUNTY, "thresholds": {"overview_longest_government": 1200}}),
    Case(name="no section one", rule="overview-long", outcome="not_applicable",
         report=without_section(CLEAN, "overview")),
)  # fmt: skip

STOCK = (
    "存在的主要问题：一是公开意识不强，主动公开的内容不够全面；二是政策解读形式单一；三是工作人员业务能力有待提升。"
    "改进情况：2024年，将进一步加强组织领导，提高认识，强化责任意识、服务意识；进一步加强业务培训，提升业务水平。"
)


def _perfunctory(name: str, outcome: str, *paragraphs: str, on: Report = CLEAN,
                 **more: Any) -> Case:  # fmt: skip
    report = with_prose(on, "problems", *paragraphs)
    return Case(name=name, rule="problems-perfunctory", outcome=outcome, report=report, **more)


PERFUNCTORY = (
    Case(name="problems of its own", rule="problems-perfunctory", outcome="pass"),
    _perfunctory("very short", "fail", "公开不够及时。下一步加强。", severity="info",
                 quote="公开不够及时", count=1),
    _perfunctory("stock phrases alone", "fail", STOCK, severity="info", says="套话"),
    _perfunctory("one figure makes it its own", "pass", STOCK + "有7条动态超过五日才公开。"),
    _perfunctory("a document makes it its own", "pass", STOCK + "修订《局信息公开目录》。"),
    _perfunctory("other words make it its own", "pass", STOCK + (
        "渔船检验结果的公示常常晚于出海季节，渔民到码头才知道；将与港务站约定每周五交换名单。"
    )),
    _perfunctory("nothing is another rule's", "not_applicable", "无。"),
    _perfunctory("words were lost", "indeterminate", STOCK, on=with_damage(
        CLEAN, sections=frozenset({"problems"}))),
    _perfunctory("may be in a picture", "pass", STOCK, on=replace(CLEAN, images=PICTURE)),
    Case(name="no section five", rule="problems-perfunctory", outcome="not_applicable",
         report=without_section(CLEAN, "problems")),
)  # fmt: skip


def _numbered(name: str, outcome: str, *paragraphs: str, on: Report = CLEAN, **more: Any) -> Case:
    report = with_prose(on, "problems", *paragraphs)
    return Case(name=name, rule="numbering-inconsistent", outcome=outcome, report=report, **more)


NUMBERING = (
    Case(name="one style", rule="numbering-inconsistent", outcome="pass"),
    _numbered("full and half width", "fail", "（一）问题", "(二)改进", severity="info",
              says="“（一）”之后是“(二)”", count=1),
    _numbered("Chinese, then Arabic", "fail", "（一）问题", "（2）改进"),
    _numbered("stop and comma", "fail", "1.问题甲", "2、问题乙"),
    _numbered("levels below", "pass", "（一）问题", "1.甲", "2.乙", "（二）改进", "1.丙", "2.丁"),
    _numbered("levels below the second", "pass",
              "（一）问题", "（二）改进", "1.丙", "（1）戊", "（2）己", "2.丁"),
    _numbered("each list in its own style", "pass",
              "（一）问题", "1.甲", "2.乙", "（二）改进", "（1）丙", "（2）丁"),
    _numbered("mixed on the lower level", "fail", "（一）问题", "1.甲", "2、乙", "（二）改进"),
    _numbered("a number out of nowhere", "pass", "（一）问题", "5.甲"),
    _numbered("no numbers but dates and decimals", "pass",
              "1.5万条信息", "2、3月份公开", "12月开展"),
    _numbered("a new list begins", "pass", "1.甲", "2.乙", "1.丙", "2.丁"),
    _numbered("one section each", "pass",
              "（一）问题", on=with_prose(CLEAN, "other_matters", "(二)其他")),
    _numbered("a converted text", "not_applicable", "（一）问题", "(二)改进",
              on=replace(CLEAN, method="text")),
    _numbered("a PDF", "not_applicable",
              "（一）问题", "(二)改进", on=replace(CLEAN, method="pdf-text")),
    _numbered("automatic numbers were lost", "not_applicable", "（一）问题", "(二)改进",
              on=with_damage(CLEAN, "numbering-lost")),
)  # fmt: skip

ALL = (
    *CONTENT_2008, *OLD_OUTLINE, *HEADINGS, *EXTRA, *PLACEMENT, *SUBPARTS, *THIN, *LONG,
    *PERFUNCTORY, *NUMBERING,
)  # fmt: skip
