"""Sections that are missing, empty, in disorder or filled with something else."""

from dataclasses import replace
from random import Random

from monitor.specimens.defects.editing import (
    with_aspect,
    with_text,
    without_aspects,
    without_table,
)
from monitor.specimens.defects.model import ANYTHING, V2008, V2021, defect
from monitor.specimens.filings import Filing
from monitor.specimens.model import Heading, Specimen
from monitor.specimens.prose import stock

_TEXTS = (
    "overview-thin overview-subparts-missing problems-missing problems-perfunctory "
    "fee-statement-missing gov-accountability-missing too-short section-empty stat-period-missing "
)
_GOVERNING = ("government",)


def _renumbered(outline: list[Heading]) -> tuple[Heading, ...]:
    return tuple(replace(item, number=n) for n, item in enumerate(outline, start=1))


def _outlined(filing: Filing, outline: list[Heading], *, renumber: bool = False) -> Filing:
    headings = _renumbered(outline) if renumber else tuple(outline)
    return filing.saying(outline=headings)


def _changed(filing: Filing, report: Specimen | None) -> Filing | None:
    return replace(filing, report=report) if report is not None else None


@defect(
    "section-missing", "error",
    may=_TEXTS + "preamble-mismatch section-number-wrong problems-repeated",
)  # fmt: skip
def a_section_of_text_left_out(filing: Filing, chance: Random) -> Filing:
    """A section of text is not there at all."""
    key = chance.choice(("problems", "other_matters"))
    outline = [item for item in filing.report.headings if item.key != key]
    return _outlined(filing, outline, renumber=chance.random() < 0.5)


@defect("section-missing", "error", may="table-missing preamble-mismatch section-number-wrong")
def a_section_with_its_table_left_out(filing: Filing, _chance: Random) -> Filing:
    """The section on reviews and suits is not there, nor is its table."""
    outline = [item for item in filing.report.headings if item.key != "remedies"]
    filing = _outlined(filing, outline, renumber=True)
    return replace(filing, report=without_table(filing.report, "remedies"))


@defect("content-missing-2008", "warning", formats=V2008, may="problems-missing too-short")
def a_topic_left_out(filing: Filing, chance: Random) -> Filing:
    """A topic that the Regulation of 2007 wants is not treated."""
    word = chance.choice(("收费", "复议"))
    outline = [item for item in filing.report.headings if word not in item.text]
    texts = {slot: text for slot, text in filing.report.texts.items()
             if any(item.slot == slot for item in outline)}  # fmt: skip
    return filing.saying(outline=_renumbered(outline), texts=texts)


@defect(
    "section-heading-missing", "warning",
    may="section-missing section-number-wrong preamble-mismatch",
)  # fmt: skip
def a_table_without_its_heading(filing: Filing, _chance: Random) -> Filing:
    """A table follows the one before without its heading."""
    # without heading and header a table of 15 numbers could be any
    key = "requests"
    outline = [
        replace(item, text="", number=None) if item.key == key else item
        for item in filing.report.headings
    ]
    return _outlined(filing, outline)


@defect("section-heading-variant", "info", may="preamble-mismatch")
def a_heading_reworded(filing: Filing, chance: Random) -> Filing | None:
    """A heading is not worded as the format has it."""
    outline = list(filing.report.headings)
    place = chance.choice((2, 3, 4, 5))
    official = outline[place].text
    others = [
        text for text in stock()["headings"][outline[place].key]
        if text not in (official, "政府信息公开工作存在的主要问题及改进情况")
        and abs(len(text) - len(official)) <= 4
    ]  # fmt: skip
    if not others:
        return None
    outline[place] = replace(outline[place], text=chance.choice(others))
    return _outlined(filing, outline)


@defect("section-order", "warning", may="section-number-wrong preamble-mismatch")
def sections_changed_round(filing: Filing, chance: Random) -> Filing:
    """Two sections stand in each other's place."""
    outline = list(filing.report.headings)
    place = chance.choice((1, 3, 4))
    outline[place], outline[place + 1] = outline[place + 1], outline[place]
    return _outlined(filing, outline, renumber=True)


# a Word file may number its headings by itself
@defect("section-number-wrong", "warning", forms="html pdf pdf-chromium ofd text")
def a_number_twice(filing: Filing, chance: Random) -> Filing:
    """Two headings bear the same number."""
    outline = list(filing.report.headings)
    place = chance.randint(1, 5)
    outline[place] = replace(outline[place], number=place)
    return _outlined(filing, outline)


@defect("section-extra", "info", formats=V2021)
def a_seventh_section(filing: Filing, chance: Random) -> Filing:
    """There is a seventh section."""
    text = chance.choice(("政务公开工作创新情况", "下一步工作打算", "政策解读和回应关切情况"))
    outline = [*filing.report.headings, Heading(text=text, number=7, slot="extra")]
    filing = _outlined(filing, outline)
    more = "围绕群众关切，探索形成了可复制的经验做法，得到上级肯定。"
    return replace(filing, report=with_text(filing.report, "extra", more))


@defect("section-empty", "error", may=_TEXTS)
def nothing_below_a_heading(filing: Filing, chance: Random) -> Filing:
    """A heading of text is followed by the next one."""
    key = chance.choice(("problems", "other_matters"))
    return replace(filing, report=with_text(filing.report, key, ""))


@defect("old-structure-used", "error", may=ANYTHING)
def outline_of_2008(filing: Filing, _chance: Random) -> Filing:
    """The report has the outline that was usual before 2019, and no tables."""
    us = "本机关"
    topics = {
        "opening": f"{filing.fiscal_year}年，{us}认真贯彻落实《条例》，工作有序开展。",
        "proactive": f"{us}主动公开政府信息215条，内容包括机构职能和工作动态。",
        "on_request": f"{filing.fiscal_year}年，{us}依法办理公众提出的申请。",
        "fees": f"{us}未收取检索、复制、邮寄等费用，没有减免情况，没有收取信息处理费。",
        "remedies": "依法办理政府信息公开行政复议、行政诉讼案件。",
        "problems": "公开内容不够全面。下一步将细化目录，加强培训，提高公开质量。",
        "other_matters": "没有其他需要报告的事项。",
    }
    outline, texts = [], {}
    for number, line in enumerate(stock()["outlines"]["usual"], start=1):
        text, _, topic = line.partition(":")
        outline.append(Heading(text=text, number=number, slot=topic))
        texts[topic] = topics[topic]
    return filing.saying(outline=tuple(outline), texts=texts, tables={}, below={})


@defect("preamble-mismatch", "warning", may="preamble-placement")
def a_part_not_announced(filing: Filing, chance: Random) -> Filing | None:
    """The preamble lists the parts and leaves one out."""
    headings = [item.text for item in filing.report.headings]
    whole = "、".join(headings)
    if whole not in filing.report.preamble:
        return None
    del headings[chance.choice((1, 2, 4, 5))]
    preamble = filing.report.preamble.replace(whole, "、".join(headings))
    return filing.saying(
        preamble=preamble.replace("六个部分", "五个部分").replace("六部分", "五部分")
    )


@defect("preamble-mismatch", "warning")
def a_part_announced_that_is_not_there(filing: Filing, _chance: Random) -> Filing | None:
    """The preamble announces a part that does not follow."""
    headings = [item.text for item in filing.report.headings]
    whole = "、".join(headings)
    if whole not in filing.report.preamble:
        return None
    headings[2:2] = ["政策解读和回应关切情况"]
    preamble = filing.report.preamble.replace(whole, "、".join(headings))
    return filing.saying(
        preamble=preamble.replace("六个部分", "七个部分").replace("六部分", "七部分")
    )


@defect("preamble-placement", "info", may="stat-period-missing")
def preamble_below_first_heading(filing: Filing, _chance: Random) -> Filing | None:
    """The preamble stands under 一、总体情况."""
    preamble = filing.report.preamble
    if "组成" not in preamble and "现公布" not in preamble and "报告如下" not in preamble:
        return None
    report = with_text(filing.report, "overview", preamble + "\n" + filing.report.texts["overview"])
    return replace(filing, report=replace(report, preamble=""))


@defect(
    "overview-subparts-missing", "warning",
    may="overview-thin gov-accountability-missing numbering-inconsistent too-short",
)  # fmt: skip
def aspects_left_out(filing: Filing, chance: Random) -> Filing:
    """Section one is silent on two of its five aspects."""
    dropped = chance.choice((("management", "platform"), ("platform", "supervision")))
    return replace(filing, report=without_aspects(filing.report, *dropped))


@defect("overview-subpart-content", "info", formats=V2021, may="overview-subparts-missing")
def an_aspect_off_its_topic(filing: Filing, _chance: Random) -> Filing | None:
    """What stands under 平台建设 is about something else."""
    if "（四）" not in filing.report.texts["overview"]:
        return None
    text = "贯彻意识形态工作责任制，加强理论学习和教育引导，提升干部队伍政治素养和履职能力。"
    return _changed(filing, with_aspect(filing.report, "platform", text))


@defect(
    "overview-thin", "warning",
    may="overview-subparts-missing gov-accountability-missing too-short stat-period-missing",
)  # fmt: skip
def two_sentences_in_section_one(filing: Filing, _chance: Random) -> Filing:
    """Section one is a preface only."""
    text = "一年来，认真落实《条例》要求，规范有序开展政府信息公开工作，取得积极成效。"
    return replace(filing, report=with_text(filing.report, "overview", text))


@defect("overview-long", "info", formats=V2021, may="typo-duplicate")
def section_one_much_too_long(filing: Filing, _chance: Random) -> Filing | None:
    """Section one of a bureau goes on and on."""
    if filing.kind == "government":
        return None
    more = [
        f"围绕第{number}类重点领域，梳理公开事项，明确公开内容、主体、时限、方式和渠道，"
        f"由{who}牵头落实，定期对照检查，及时补充更新。"
        for number, who in enumerate(
            ("办公室", "法规科", "财务科", "人事科", "规划科", "审批科", "监督科", "信息中心") * 2,
            start=1,
        )
    ]
    return _changed(filing, with_aspect(filing.report, "management", "".join(more), more=True))


@defect(
    "problems-missing", "error",
    may="section-empty problems-perfunctory problems-repeated",
)  # fmt: skip
def no_problems(filing: Filing, _chance: Random) -> Filing:
    """Section five says that there are none."""
    slot = next(item for item in filing.report.texts if item.startswith("problems"))
    return replace(filing, report=with_text(filing.report, slot, "无。"))


@defect("problems-missing", "error", may="problems-perfunctory")
def problems_without_remedies(filing: Filing, _chance: Random) -> Filing:
    """Section five tells of problems only."""
    text = "一是政策解读形式不够丰富，群众看不懂、不愿看；二是个别栏目更新不够及时，存在超期现象。"
    return replace(filing, report=with_text(filing.report, "problems", text))


@defect("problems-perfunctory", "info")
def stock_phrases(filing: Filing, _chance: Random) -> Filing:
    """Section five has a sentence that would fit every agency."""
    text = "存在的问题：公开意识有待增强。下一步，加强学习，提升水平。"
    return replace(filing, report=with_text(filing.report, "problems", text))


@defect("gov-accountability-missing", "error", may="overview-subparts-missing")
def a_government_silent_on_appraisal(filing: Filing, _chance: Random) -> Filing | None:
    """A government tells nothing of appraisal, public review and accountability."""
    if filing.kind not in _GOVERNING:
        return None
    text = "明确专人负责，组织业务培训2期，定期开展自查，及时整改发现的问题。"
    report = with_aspect(filing.report, "supervision", text)
    if report is None:
        return None
    problems = report.texts["problems"].replace("责任制", "制度")
    return replace(filing, report=with_text(report, "problems", problems))


@defect("fee-statement-missing", "error", formats=V2021)
def silent_on_the_fee(filing: Filing, _chance: Random) -> Filing:
    """Nothing is said of the processing fee."""
    text = f"{filing.fiscal_year}年办理人大代表建议3件，办理结果均已公开。"
    return replace(filing, report=with_text(filing.report, "other_matters", text))


@defect("section-content-misplaced", "info", may="numbering-inconsistent")
def section_two_told_in_six(filing: Filing, _chance: Random) -> Filing:
    """Section six has sub-headings of the sections before it."""
    text = (
        f"（一）主动公开政府信息情况\n及时公开机构职能和工作动态。\n"
        f"（二）收到和处理政府信息公开申请情况\n依法办理各类申请。\n"
        f"（三）收取信息处理费情况\n{filing.fiscal_year}年，没有收取信息处理费。"
    )
    return replace(filing, report=with_text(filing.report, "other_matters", text))


# other forms may have lost or changed the numbers in conversion
@defect("numbering-inconsistent", "info", may="overview-subparts-missing", forms="html docx")
def brackets_of_two_widths(filing: Filing, _chance: Random) -> Filing | None:
    """Items of one section are numbered （一）, (2) and so on."""
    text = filing.report.texts["overview"]
    if "（二）" not in text or "（三）" not in text:
        return None
    changed = text.replace("（二）", "（2）").replace("（三）", "3.")
    return replace(filing, report=with_text(filing.report, "overview", changed))
