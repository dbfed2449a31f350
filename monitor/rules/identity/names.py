"""The rule about an agency that is called by several names."""

from collections.abc import Iterator

from monitor.reading.model import NOWHERE
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.identity.agency import is_same_agency
from monitor.rules.identity.own import Naming, namings, own_agency, plain_name
from monitor.rules.model import AgencyFacts, Facts, Finding, Severity
from monitor.rules.originals import letters_doubtful


@rule(
    "agency-name-inconsistent",
    zh="机关名称前后不一",
    en="agency's name varies",
    severity=Severity.INFO,
    formats=ALL,
    basis="编制惯例；国办公开办函〔2021〕30号（内容准确）",
    basis_2019="编制惯例；《政府信息公开条例》第四十九条",
    basis_2008="编制惯例；国务院令第492号第三十一条（年度报告）",
)
def agency_name_inconsistent(facts: Facts) -> Iterator[Finding]:
    """The title, the report's own title in the text and the signature name the agency differently.

    What it does: Compares the agency's full name in those three places only; with and without a
        superior place is a difference, too, but never more than a remark. Abbreviations in the
        prose are usual and left alone, and so are remarks in brackets.
    Why it matters: A report should name its agency in full and in one way.
    Legal basis: Custom of the reports; 国办公开办函〔2021〕30号 demands exact content.
    Example that fails: Title 兴庆区科技局2023年…, text 现发布《银川市兴庆区科技局2023年…》.
    Example that passes: One full name throughout, 兴庆区科技工信局 within the prose.
    How to put it right: Use the agency's full name in all three places.
    """
    report, agency = facts.report, own_agency(facts)
    assert report is not None
    if agency is None:
        yield not_applicable("机关名称不明。", "The agency's name is not known.")
        return
    found: dict[str, Naming] = {}
    for naming in namings(report):
        if is_same_agency(naming.name, agency):
            found.setdefault(plain_name(naming.name), naming)
    if len(found) > 1:
        yield _answer(facts, agency, list(found.values()))


def _answer(facts: Facts, agency: AgencyFacts, found: list[Naming]) -> Finding:
    report = facts.report
    assert report is not None
    evidence = tuple(item for naming in found for item in naming.evidence)
    zh = "，".join(f"{naming.part_zh}为“{naming.name}”" for naming in found)
    en = ", ".join(f"{naming.name} in the {naming.part_en}" for naming in found)
    places = [naming.passage.place if naming.passage else NOWHERE for naming in found]
    if agency.reorganised or any(letters_doubtful(report, place) for place in places):
        return indeterminate(
            f"机关名称前后不一，但机关曾调整或者文字读取存疑：{zh}。",
            f"The agency's name varies, but it was reorganised or not read for certain: {en}.",
            *evidence,
        )
    return fail(f"机关名称前后不一：{zh}。", f"The agency is called {en}.", *evidence)
