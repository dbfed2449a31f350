"""Rules about the document itself: is it the report, and is it the only one."""

from collections.abc import Iterator

from monitor.reading.model import Report
from monitor.reading.normalise import remove_blanks
from monitor.rules.answers import doubtful, fail, indeterminate, not_applicable
from monitor.rules.doctype import OtherDocument, other_document
from monitor.rules.engine import ALL, rule
from monitor.rules.likeness import difference
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import quote, title_evidence


@rule(
    "wrong-doc-type",
    zh="文种不符",
    en="not the annual report",
    severity=Severity.ERROR,
    formats=ALL,
    basis="《政府信息公开条例》第四十九条、第五十条",
    basis_2008="国务院令第492号第三十一条、第三十二条",
    needs=frozenset({"document"}),
    version=2,
)
def wrong_doc_type(facts: Facts) -> Iterator[Finding]:
    """What stands in the report's place is another document.

    What it does: Recognises look-alikes by their titles (guides, interpretations, website reports
        …), and texts without tables and without three of the six topics, unless title and a heading
        are those of the report. What such a document lacks is then not listed by other rules.
    Why it matters: The report is then not published, though something stands in its column.
    Legal basis: 《政府信息公开条例》第五十条: what an annual report contains.
    Example that fails: 某县政府网站工作年度报表（2023年度）
    Example that passes: A short report of an old year that treats the topics of its Regulation.
    How to put it right: Put up the annual report itself.
    """
    report = facts.report
    assert report is not None
    other = other_document(facts)
    if other is None:
        return
    if not other.is_certain:
        yield _hidden(report, other)
        return
    if other.by_title:
        name = other.title.lookalike or quote(other.title.text)
        yield fail(
            f"该文件是“{name}”，不是政府信息公开工作年度报告。",
            f"This is a {name}, not the annual report.",
            *title_evidence(report),
        )
        return
    names = "、".join(other.missing)
    yield fail(
        f"正文没有任何一张表，且缺少{names}等内容，不是政府信息公开工作年度报告。",
        f"The text has none of the tables and does not treat {names}: it is not the annual report.",
        *title_evidence(report),
    )


def _hidden(report: Report, other: OtherDocument) -> Finding:
    if other.damage is not None:
        return doubtful("文种", "what document it is", other.damage)
    return indeterminate(
        "正文中有未能读取的图片，无法判断文种。",
        "There are pictures that were not read: what document it is cannot be judged.",
        Evidence(quote="", place=report.images[0].place),
    )


@rule(
    "duplicate-candidates",
    zh="同一年度有多份年报",
    en="several reports of one year",
    severity=Severity.WARNING,
    formats=ALL,
    basis="《政府信息公开条例》第四十九条",
    basis_2008="国务院令第492号第三十一条",
    thresholds={"duplicate_similarity": 0.9},
)
def duplicate_candidates(facts: Facts) -> Iterator[Finding]:
    """The agency shows more than one report for the year, and their texts differ.

    What it does: Compares the report with every other accepted one of the same agency and year;
        copies, mobile pages and attachments of the same text (90 % alike) do not count.
    Why it matters: Nobody can tell which of them is the report.
    Legal basis: 《政府信息公开条例》第四十九条: one report a year.
    Example that fails: Two pages 某局2023年…年度报告 with different figures.
    Example that passes: A page, and the same text as an attachment.
    How to put it right: Leave the right one and take the others down, saying so.
    """
    report, publication = facts.report, facts.publication
    assert report is not None
    if not facts.others:
        if publication is None:
            yield not_applicable("没有其他候选文件。", "No other candidates are known.")
        return
    text = remove_blanks(report.text)
    for other in facts.others:
        alike = 1 - difference(text, remove_blanks(other.text))
        if alike >= facts.thresholds["duplicate_similarity"]:
            continue
        yield fail(
            f"同一年度另有一份内容不同的年报《{other.title}》（相似度 {alike:.0%}）。",
            f"There is another report of the same year, 《{other.title}》, with a different text "
            f"({alike:.0%} alike).",
            *title_evidence(report),
            Evidence(quote=quote(other.title), url=other.url),
        )
