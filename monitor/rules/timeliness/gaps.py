"""The rule about years that are missing between reports."""

from collections import Counter
from collections.abc import Iterator

from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.kinds import agency_name
from monitor.rules.model import Evidence, Facts, Finding, Severity

_FIRST = 2008
"""The first fiscal year on which a report was owed."""


@rule(
    "history-gap",
    zh="历年年报不连续",
    en="a year is missing between reports",
    severity=Severity.WARNING,
    formats=ALL,
    basis="《中华人民共和国政府信息公开条例》第二十四条、第四十九条（每年公布）；第三方评估要求历年年报齐全",
    basis_2008="国务院令第492号第三十一条（每年公布）",
    needs=frozenset({"publication"}),
)
def history_gap(facts: Facts) -> Iterator[Finding]:
    """The reports on this year and on the year before last are there, the one between is not.

    What it does: Looks through the reports known of the agency, under all its names. It needs
        columns that were read whole and no report on them of unknown owner or year; if two reports
        bear one year, one may be the missing one: it cannot tell.
    Why it matters: Each year's report is owed and stays published.
    Legal basis: 《政府信息公开条例》第四十九条: a report each year.
    Example that fails: Reports on 2021 and 2023, none on 2022.
    Example that passes: Reports on 2021, 2022 and 2023; or the agency was founded in 2022.
    How to put it right: Publish the missing report, or put it back into the column.
    """
    publication, year = facts.publication, facts.fiscal_year
    assert publication is not None
    years = Counter(publication.years_published)
    if year is None or year - 2 < _FIRST or not years or not years[year]:
        yield not_applicable("没有历年年报信息。", "The reports of other years are not known.")
        return
    if years[year - 1] or not years[year - 2]:
        return
    founded = facts.agency.valid_from if facts.agency else None
    if founded is not None and founded.year >= year - 1:
        yield not_applicable("该机关成立于此后。", "The agency was founded later.")
        return
    name = agency_name(facts) or "该机关"
    evidence = Evidence(
        quote="、".join(str(each) for each in sorted(years))[:80],
        url=publication.column.url if publication.column else publication.url,
    )
    reorganised = facts.agency is not None and facts.agency.reorganised
    doubled = any(years[each] > 1 for each in (year - 2, year))
    if not publication.years_certain or reorganised or doubled:
        yield indeterminate(
            f"未见{name}{year - 1}年度年报，但栏目未完整读取、有归属或者年度不明的"
            "年报，或者机关有撤并更名。",
            f"No report of {name} on {year - 1} is known, but the columns were not read whole, "
            "reports of unknown owner or year are there, or the agency was reorganised.",
            evidence,
        )
        return
    yield fail(
        f"{name}有{year - 2}年度和{year}年度年报，缺{year - 1}年度年报。",
        f"There are reports of {name} on {year - 2} and {year}, but none on {year - 1}.",
        evidence,
    )
