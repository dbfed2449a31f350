"""The rule about enforcing agencies that report no decision."""

import re
from collections.abc import Iterator

from monitor.formats.naming import row_name
from monitor.rules.answers import doubtful, fail, indeterminate, not_applicable
from monitor.rules.arithmetic.relations import Numbers, numbers_of
from monitor.rules.engine import NEW, rule
from monitor.rules.kinds import agency_name
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.quoting import cell_evidence, flatten

_30 = "国办公开办函〔2021〕30号《政府信息公开工作年度报告格式》"
_60 = "国办公开办函〔2019〕60号《政府信息公开工作年度报告格式（试行）》"
_TABLE = "proactive_disclosure"
_ENFORCING = re.compile(
    r"公安|市场监管|市场监督|税务|交通运输|城市管理|综合行政执法|自然资源|生态环境|应急|卫生健康|消防|农业农村"
)
_AUTHORITY = re.compile(r"(?:局|委员会|委|支队|大队|总队)(?:[(（][^)）]*[)）])?$")
_ELSEWHERE = re.compile(
    r"(?:执法|处罚|许可|审批)[^。;]{0,20}(?:划转|划入|移交|移送|转移|集中|行使|承担|负责|归|由)"
    r"|(?:划转|移交|集中到|集中行使|统一由|交由|委托)[^。;]{0,30}(?:执法|处罚|许可|审批)"
    r"|相对集中|综合行政执法(?:改革|局|大队|支队)|行政审批(?:服务)?局|(?:无|没有|不具有|不具备|不涉及)[^。;]{0,12}"
    r"(?:执法|处罚|许可|强制)(?:权|职能|职责|事项|权限)"
)
"""Words by which a report tells that its powers lie with another body."""
_DECISIONS = ("licensing", "penalties", "coercion")
_FINES_ONLY = re.compile(r"执法(?:局|支队|大队|总队)|(?:支队|大队|总队)$")


@rule(
    "enforcement-zero",
    zh="执法机关处理决定全为零",
    en="enforcing agency without decisions",
    severity=Severity.INFO,
    formats=NEW,
    basis=f"《政府信息公开条例》第二十条第五项、第六项；{_30}",
    basis_2019=f"《政府信息公开条例》第二十条第五项、第六项；{_60}",
)
def enforcement_zero(facts: Facts) -> Iterator[Finding]:
    """An agency that enforces the law reports no licence, no penalty and no coercion.

    What it does: For agencies whose name is one of enforcement (公安, 市场监管, 税务 …), notes that
        all three figures are 0. Where the report says that the powers lie with another body, or the
        name is that of an institution below such an agency, it is not judged.
    Why it matters: Such agencies decide every day; the figures were probably not collected.
    Legal basis: 国办公开办函〔2021〕30号: 本年处理决定数量 of 行政许可, 行政处罚, 行政强制.
    Example that fails: 示例县市场监督管理局: 0, 0 and 0.
    Example that passes: 示例县市场监督管理局: 3120, 85 and 4.
    How to put it right: Ask the enforcing units for their figures, or say who has the powers.
    """
    report = facts.report
    assert report is not None
    name = agency_name(facts) or ""
    if not (_ENFORCING.search(name) and _AUTHORITY.search(name)):
        yield not_applicable("仅适用于执法机关。", "Applies to enforcing agencies only.")
        return
    table = report.tables.get(_TABLE)
    rows = _DECISIONS[1:] if _FINES_ONLY.search(name) else _DECISIONS
    if table is None or any(row not in table.values for row in rows):
        yield _nothing(facts)
        return
    numbers = numbers_of(report, table, *((row, "decisions") for row in rows))
    if numbers.reason is not None or None in numbers.values:
        yield _not_all_read(numbers)
        return
    if any(numbers.values):
        return
    if _ELSEWHERE.search(flatten(report.text).replace(flatten(name), "")):
        yield not_applicable(
            "正文说明执法权或者审批权由其他机关行使。",
            "The text says that the powers lie with another body.",
        )
        return
    names = "、".join(f"“{row_name(table.format, _TABLE, row).zh}”" for row in rows)
    yield fail(
        f"{name}填报的{names}处理决定数量均为0，请核实是否漏报。",
        f"{name} reports no decision at all ({', '.join(rows)}); please check.",
        *(cell_evidence(report, _TABLE, row, "decisions") for row in rows),
    )


def _not_all_read(numbers: Numbers) -> Finding:
    if numbers.reason is None:
        return not_applicable("处理决定数量没有填写。", "The decisions are left blank.")
    return indeterminate(
        f"处理决定数量无法核对：{numbers.reason.zh}。",
        f"The decisions cannot be judged: {numbers.reason.en}.",
    )


def _nothing(facts: Facts) -> Finding:
    assert facts.report is not None
    damage = facts.report.doubtful(table=_TABLE)
    if damage is not None:
        return doubtful("处理决定数量", "the decisions", damage)
    return not_applicable("表中没有处理决定数量。", "The table has no such rows.")
