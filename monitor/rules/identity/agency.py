"""The rule that holds the title's agency against the one the report is filed under."""

from collections.abc import Iterator

from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.identity.title import judged_title
from monitor.rules.kinds import kind_by_name
from monitor.rules.model import AgencyFacts, Facts, Finding, Severity
from monitor.rules.quoting import title_evidence
from storage.models import AgencyKind
from storage.registry.names import AgencyName, match_agency, near_names, normalise_name
from storage.registry.places import leading_places

_GOVERNMENT_AND_OFFICE = {AgencyKind.GOVERNMENT, AgencyKind.GOVERNMENT_OFFICE}


@rule(
    "agency-mismatch",
    zh="题名机关不符",
    en="title's agency is another",
    severity=Severity.ERROR,
    formats=ALL,
    basis="《政府信息公开条例》第四十九条；国办公开办函〔2021〕30号（内容准确）",
    basis_2019="《政府信息公开条例》第四十九条",
    basis_2008="国务院令第492号第三十一条（本行政机关的年度报告）",
    needs=frozenset({"report", "agency"}),
)
def agency_mismatch(facts: Facts) -> Iterator[Finding]:
    """The title names another agency than the one the report is filed under.

    What it does: Compares the name in the title with the agency's name and aliases, with and
        without superior places, in short forms and abbreviations; a near name is let pass.
    Why it matters: Often a sign that the wrong file was put up, or another's report copied.
    Legal basis: 《政府信息公开条例》第四十九条: every agency publishes its own report.
    Example that fails: Filed under 示例县教育局, title 示例县水利局2023年…年度报告.
    Example that passes: Filed under 银川市兴庆区科学技术局, title 兴庆区科技局2023年…年度报告.
    How to put it right: Put up the agency's own report, or correct the title.
    """
    title = judged_title(facts)
    if isinstance(title, Finding):
        yield title
        return
    report, agency = facts.report, facts.agency
    assert report is not None
    assert agency is not None
    named = title.agency
    if named is None:
        yield not_applicable("题名未载明机关。", "The title names no agency.")
        return
    if is_same_agency(named, agency):
        return
    evidence = title_evidence(report)
    if is_name_doubtful(named, agency):
        yield indeterminate(
            f"题名中的“{named}”与登记的“{agency.name}”不同，但机关曾调整或名称无法确认。",
            f"The title names {named}, filed under {agency.name}; the agency was reorganised, or "
            "the name cannot be told for certain.",
            *evidence,
        )
        return
    yield fail(
        f"题名中的机关为“{named}”，而该年报登记在“{agency.name}”名下。",
        f"The title names {named}, but the report is filed under {agency.name}.",
        *evidence,
    )


def is_same_agency(named: str, agency: AgencyFacts) -> bool:
    """Whether a name is, or may be, the agency's: with or without places, short, abbreviated."""
    own = AgencyName(id="own", name=agency.name, aliases=agency.aliases)
    if match_agency(named, [own]).agency_id is not None:
        return True
    if not any(_may_share_place(named, name) for name in (agency.name, *agency.aliases)):
        return False
    return bool(near_names(named, [own]))


def _may_share_place(one: str, other: str) -> bool:
    places, others = (set(leading_places(normalise_name(name))) for name in (one, other))
    return not places or not others or bool(places & others)


def is_name_doubtful(named: str, agency: AgencyFacts) -> bool:
    """Whether another name may yet be of the same body, so that nobody may be accused of it."""
    kinds = {kind_by_name(named), kind_by_name(agency.name)}
    office_reports_for_government = kinds == _GOVERNMENT_AND_OFFICE and _may_share_place(
        named, agency.name
    )
    return agency.reorganised or kind_by_name(named) is None or office_reports_for_government
