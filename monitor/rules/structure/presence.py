"""Rules about sections that are missing, and tables without their heading."""

from collections.abc import Iterator

from monitor.formats import SectionSpec
from monitor.reading.model import Report
from monitor.rules.answers import damage_to_prose, doubtful, fail
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import passages, quote
from monitor.rules.structure.topics import (
    damage_to_section,
    has_heading,
    last_of_each,
    specs_of,
)


@rule(
    "section-missing",
    zh="缺少章节",
    en="section missing",
    severity=Severity.ERROR,
    formats=NEW,
    basis="《政府信息公开条例》第五十条；国办公开办函〔2021〕30号（年度报告格式）",
    basis_2019="《政府信息公开条例》第五十条；国办公开办函〔2019〕60号（年度报告格式）",
    needs=frozenset({"outline"}),
)
def section_missing(facts: Facts) -> Iterator[Finding]:
    """One of the six sections is not in the report.

    What it does: Looks for each heading, exact, reworded or by number and words, and for the
        section's table; if pages were lost where it may have stood, it says that it cannot tell.
    Why it matters: The law names what a report must contain; nothing may be left out.
    Legal basis: 《政府信息公开条例》第五十条; 国办公开办函〔2021〕30号 (six sections).
    Example that fails: After 四、政府信息公开行政复议、行政诉讼情况 comes 六、其他需要报告的事项.
    Example that passes: 五、存在问题及改进措施 (reworded, but there).
    How to put it right: Add the section; write 无 where there is nothing to report.
    """
    report = facts.report
    assert report is not None
    for spec in specs_of(facts):
        if has_heading(report, spec):
            continue
        damage = damage_to_section(report, spec)
        name = f"{spec.ordinal}、{spec.heading}"
        if damage is not None:
            yield doubtful(f"是否有“{name}”", f"whether 《{name}》 is there", damage)
        elif spec.table not in report.tables:
            yield fail(
                f"缺少“{name}”一节。",
                f"The section 《{name}》 is missing.",
                _where_it_belongs(facts, report, spec),
            )


def _where_it_belongs(facts: Facts, report: Report, spec: SectionSpec) -> Evidence:
    """Quote the heading that the section should follow."""
    order = [item.key for item in specs_of(facts)]
    before = [
        section for section in last_of_each(report) if section.key in order[: order.index(spec.key)]
    ]
    if not before:
        first = next((item.printed for item in passages(report)), "")
        return Evidence(
            quote=quote(report.title or first), section=spec.key, place=report.title_place
        )
    return Evidence(quote=quote(before[-1].heading), section=spec.key, place=before[-1].place)


@rule(
    "section-heading-missing",
    zh="有表无标题",
    en="table without its heading",
    severity=Severity.WARNING,
    formats=NEW,
    basis="国办公开办函〔2021〕30号（年度报告格式）",
    basis_2019="国办公开办函〔2019〕60号（年度报告格式）",
)
def section_heading_missing(facts: Facts) -> Iterator[Finding]:
    """A table stands in the report, but the heading of its section does not.

    What it does: Looks for the heading of each section whose table was found.
    Why it matters: Readers find the tables by their headings.
    Legal basis: 国办公开办函〔2021〕30号: each table has its numbered section.
    Example that fails: The table of requests follows the first table without 三、收到和处理……
    Example that passes: Heading, then table.
    How to put it right: Put the heading before the table.
    """
    report = facts.report
    assert report is not None
    for spec in specs_of(facts):
        if spec.table is None or spec.table not in report.tables:
            continue
        if has_heading(report, spec):
            continue
        name = f"{spec.ordinal}、{spec.heading}"
        table = report.tables[spec.table]
        label = next((item.text for item in (*table.row_labels, *table.column_labels)), "")
        evidence = Evidence(
            quote=quote(label), section=spec.key, table=spec.table, place=table.place
        )
        damage = report.doubtful(section=spec.key) or damage_to_prose(report, spec.key)
        if damage is not None:
            yield doubtful(f"是否有标题“{name}”", f"whether 《{name}》 is there", damage, evidence)
            continue
        yield fail(
            f"有表格而无标题“{name}”。",
            f"The table stands there without its heading 《{name}》.",
            evidence,
        )
