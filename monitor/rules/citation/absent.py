"""Rules about documents that are not cited."""

import re
from collections.abc import Iterator

from monitor.rules.answers import doubtful, fail, not_applicable
from monitor.rules.citation.superseded import cites_format_of_2019, cites_format_of_2021
from monitor.rules.engine import NEW, V2021, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import prose_damage
from monitor.rules.quoting import passages, title_evidence

_REGULATION = re.compile(r"信息公开条例|[《〈]条例[》〉]|国务院令\(?,?第?(?:711|492)号")


@rule(
    "cite-format-missing",
    zh="未引用现行格式文件",
    en="format notice not cited",
    severity=Severity.INFO,
    formats=V2021,
    basis="编制年报的通行做法（国办公开办函〔2021〕30号未见须引用的要求）",
    needs=frozenset({"outline"}),
    version=2,
)
def cite_format_missing(facts: Facts) -> Iterator[Finding]:
    """The report nowhere names the notice that prescribes its format.

    What it does: Looks for 国办公开办函〔2021〕30号 by number or by title. Where 60号 is cited
        instead, by number or by title, cite-format-superseded speaks.
    Why it matters: The reader cannot see which format the report follows.
    Legal basis: Practice; as far as known 国办公开办函〔2021〕30号 does not ask to be cited.
    Example that fails: A preamble that names only 《中华人民共和国政府信息公开条例》.
    Example that passes: …年度报告格式〉的通知》（国办公开办函〔2021〕30号）要求.
    How to put it right: Name the notice in the preamble.
    """
    report = facts.report
    assert report is not None
    everything = [passage.flat for passage in passages(report)]
    if not any(everything):
        yield not_applicable("没有正文文字。", "There is no prose.")
        return
    if any(cites_format_of_2021(flat) for flat in everything):
        return
    if any(cites_format_of_2019(flat) for flat in everything):
        yield not_applicable(
            "引用的是旧格式文件〔2019〕60号，另行指出。", "60号 is cited instead, found elsewhere."
        )
        return
    damage = prose_damage(report)
    if damage is not None:
        yield doubtful("是否引用格式文件", "whether the format notice is cited", damage)
        return
    yield fail(
        "全文没有引用现行格式文件国办公开办函〔2021〕30号。",
        "The report nowhere cites 国办公开办函〔2021〕30号, the format notice in force.",
        *title_evidence(report),
    )


@rule(
    "cite-missing",
    zh="未引用《政府信息公开条例》",
    en="Regulation not cited",
    severity=Severity.INFO,
    formats=NEW,
    basis="编制年报的通行做法（《政府信息公开条例》没有须引用的要求）",
    needs=frozenset({"outline"}),
)
def cite_missing(facts: Facts) -> Iterator[Finding]:
    """The report nowhere names the Regulation it is owed under.

    What it does: Looks for 政府信息公开条例, 《条例》 or the number of the order anywhere.
    Why it matters: The reader cannot see by which law the report is made.
    Legal basis: Practice; 《政府信息公开条例》第四十九条、第五十条 do not ask to be cited.
    Example that fails: A report whose prose names no law at all.
    Example that passes: 根据《中华人民共和国政府信息公开条例》（国务院令第711号）.
    How to put it right: Name the Regulation in the preamble.
    """
    report = facts.report
    assert report is not None
    everything = [passage.flat for passage in passages(report)]
    if not any(everything):
        yield not_applicable("没有正文文字。", "There is no prose.")
        return
    if any(_REGULATION.search(flat) for flat in everything):
        return
    damage = prose_damage(report)
    if damage is not None:
        yield doubtful("是否引用《政府信息公开条例》", "whether the Regulation is cited", damage)
        return
    yield fail(
        "全文没有引用《中华人民共和国政府信息公开条例》。",
        "The report nowhere cites the Regulation 《中华人民共和国政府信息公开条例》.",
        *title_evidence(report),
    )
