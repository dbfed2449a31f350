"""Rules about sections that are there: their order, their numbers, their content."""

import re
from collections.abc import Iterator
from itertools import pairwise

from monitor.formats import SectionSpec
from monitor.reading.model import Report, Section
from monitor.rules.answers import damage_to_prose, doubtful, fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.quoting import flatten, heading_evidence, quote
from monitor.rules.structure.topics import last_of_each, specs_of, whole_text

_ARTICLE_50 = "《政府信息公开条例》第五十条；国办公开办函〔2021〕30号（年度报告格式）"
_ARTICLE_50_2019 = "《政府信息公开条例》第五十条；国办公开办函〔2019〕60号（年度报告格式）"
_FORMAT = "国办公开办函〔2021〕30号（年度报告格式）"
_FORMAT_2019 = "国办公开办函〔2019〕60号（年度报告格式）"
_HAN = "一二三四五六七八九十"
_ARABIC = re.compile(r"^[(第]?\d")
_NOT_TEXT = re.compile(r"[\W_]+")
_NOTHING = re.compile(r"^(?:无|没有|暂无|无其他|无事项)")
_FEWEST_CHARACTERS = 5


@rule(
    "section-order",
    zh="章节顺序错误",
    en="sections out of order",
    severity=Severity.WARNING,
    formats=NEW,
    basis=_FORMAT,
    basis_2019=_FORMAT_2019,
)
def section_order(facts: Facts) -> Iterator[Finding]:
    """The sections do not follow each other as the format has them.

    What it does: Compares the order of the headings found with that of the format; headings of a
        table of contents do not count.
    Why it matters: Reports are compared section by section.
    Legal basis: 国办公开办函〔2021〕30号: the order of the six sections.
    Example that fails: 五、存在的主要问题及改进情况 before 四、政府信息公开行政复议、行政诉讼情况.
    Example that passes: One to six in order, one of them perhaps missing.
    How to put it right: Put the sections in the order of the format.
    """
    report = facts.report
    assert report is not None
    order = [spec.key for spec in specs_of(facts)]
    found = [section for section in last_of_each(report) if section.key in order]
    if len(found) < 2:
        yield not_applicable("可识别的章节不足两个。", "There are not two sections to compare.")
        return
    for before, after in pairwise(found):
        if order.index(str(before.key)) < order.index(str(after.key)):
            continue
        yield fail(
            f"章节顺序与规定格式不符：“{quote(before.heading)}”排在“{quote(after.heading)}”之前。",
            f"《{quote(before.heading)}》 stands before 《{quote(after.heading)}》, against the "
            "order of the format.",
            heading_evidence(before),
            heading_evidence(after),
        )
        return


@rule(
    "section-number-wrong",
    zh="章节序号错误",
    en="wrong section number",
    severity=Severity.WARNING,
    formats=NEW,
    basis=_FORMAT,
    basis_2019=_FORMAT_2019,
)
def section_number_wrong(facts: Facts) -> Iterator[Finding]:
    """A section carries another number than the format gives it.

    What it does: Compares the Chinese number of each heading with that of the format. Arabic
        numbers are left alone: converters make them of automatic lists.
    Why it matters: Numbers given twice or left out are often a sign of sections cut and pasted.
    Legal basis: 国办公开办函〔2021〕30号: sections one to six.
    Example that fails: 一、主动公开政府信息情况
    Example that passes: 二、主动公开政府信息情况
    How to put it right: Number the sections one to six.
    """
    report = facts.report
    assert report is not None
    expected = {spec.key: number for number, spec in enumerate(specs_of(facts), start=1)}
    for section in last_of_each(report):
        right = expected.get(str(section.key))
        if right is None or section.ordinal in (None, right) or _is_arabic(section):
            continue
        printed = f"“{quote(section.heading)}”"
        damage = _lost_numbers(report, section)
        if damage:
            yield indeterminate(
                f"{printed}的序号可能在转换中丢失或改变，无法判断。",
                f"The number of {printed} may have been lost or changed in conversion.",
                heading_evidence(section),
            )
            continue
        yield fail(
            f"{printed}的序号应为“{_HAN[right - 1]}”。",
            f"The number of {printed} should be {_HAN[right - 1]}.",
            heading_evidence(section),
        )


def _is_arabic(section: Section) -> bool:
    return _ARABIC.match(flatten(section.heading)) is not None


def _lost_numbers(report: Report, section: Section) -> bool:
    lost = any(damage.code == "numbering-lost" for damage in report.damage)
    return lost or damage_to_prose(report, str(section.key)) is not None


@rule(
    "section-empty",
    zh="章节为空",
    en="empty section",
    severity=Severity.ERROR,
    formats=NEW,
    basis=_ARTICLE_50,
    basis_2019=_ARTICLE_50_2019,
    needs=frozenset({"outline"}),
    version=2,
)
def section_empty(facts: Facts) -> Iterator[Finding]:
    """A section has a heading and nothing under it.

    What it does: Counts the characters of text sections (fewer than five is empty; 无 is an answer
        in section six) and looks for text or table in the sections of the tables.
    Why it matters: A heading alone reports nothing.
    Legal basis: 《政府信息公开条例》第五十条.
    Example that fails: 五、存在的主要问题及改进情况, then at once 六、其他需要报告的事项.
    Example that passes: 六、其他需要报告的事项 无。
    How to put it right: Write the section, or put the table in.
    """
    report = facts.report
    assert report is not None
    specs = {spec.key: spec for spec in specs_of(facts)}
    for section in last_of_each(report):
        spec = specs.get(str(section.key))
        if spec is None or not _is_empty(report, section, spec):
            continue
        name = quote(section.heading)
        damage = report.doubtful(section=spec.key, table=spec.table) or damage_to_prose(
            report, spec.key
        )
        if damage is not None:
            yield doubtful(
                f"“{name}”是否为空",
                f"whether 《{name}》 is empty",
                damage,
                heading_evidence(section),
            )
            continue
        if any(not image.recognised for image in report.images):
            yield indeterminate(
                f"“{name}”之下没有文字，但文件中有未读取的图片。",
                f"There is no text under 《{name}》, but there are pictures that were not read.",
                heading_evidence(section),
            )
            continue
        yield fail(
            f"“{name}”只有标题，没有内容。",
            f"There is nothing under the heading 《{name}》.",
            heading_evidence(section),
        )


def _is_empty(report: Report, section: Section, spec: SectionSpec) -> bool:
    if spec.table is not None and spec.table in report.tables:
        return False
    text = _NOT_TEXT.sub("", flatten(whole_text(report, section)))
    if spec.key == "other_matters" and _NOTHING.match(text):
        return False
    return len(text) < _FEWEST_CHARACTERS
