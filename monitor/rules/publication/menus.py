"""The rule about platforms that have no column of annual reports."""

from collections.abc import Iterator

from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.publication.known import ORDER_492, PLATFORM, url_evidence


@rule(
    "column-missing",
    zh="没有年报栏目",
    en="no column of annual reports",
    severity=Severity.WARNING,
    formats=ALL,
    basis=PLATFORM,
    basis_2008=ORDER_492,
    needs=frozenset({"obligation"}),
    thresholds={"searches_without_column": 2},
)
def column_missing(facts: Facts) -> Iterator[Finding]:
    """The portal's disclosure platform has no column of annual reports.

    What it does: Takes the last searches of the portal: each must have read the platform, followed
        every promising link, met no obstacle and found no column; two in a row are needed, else it
        says that it cannot tell. A portal on which a column is known passes.
    Why it matters: Without the column nobody can find the report, whether published or not.
    Legal basis: 国办公开办函〔2019〕61号: the platform has an entry 政府信息公开年报.
    Example that fails: 政府信息公开 with 指南, 制度 and 法定主动公开内容 only, searched twice.
    Example that passes: 政府信息公开 with an entry 政府信息公开年报.
    How to put it right: Add the entry 政府信息公开年报 to the platform.
    """
    owed = facts.obligation
    assert owed is not None
    if owed.columns:
        return
    search = owed.search
    if search is None:
        yield not_applicable("尚未查找栏目。", "No column has been looked for.")
        return
    evidence = url_evidence(search.url)
    wanted = facts.thresholds["searches_without_column"]
    if not (search.platform_read and search.whole) or search.times < wanted:
        yield indeterminate(
            "政府信息公开平台未能完整查找，无法判断是否设有年报栏目。",
            "The disclosure platform was not searched well enough to say that it has no column.",
            evidence,
        )
        return
    yield fail(
        f"连续 {search.times} 次完整查找，政府信息公开平台均未见年报栏目。",
        f"The disclosure platform was searched {search.times} times in a row and has no column of "
        "annual reports.",
        evidence,
    )
