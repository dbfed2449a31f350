"""The rule about the credit code that an index number begins with."""

import re
from collections.abc import Iterator

from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.model import AgencyFacts, Facts, Finding, Severity
from monitor.rules.publication.known import known_publication, url_evidence
from storage.models import AgencyKind
from storage.registry.cells import credit_check_character

_CODE = re.compile(r"1[1239]\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
"""GB 32100: organs, institutions, mass organisations under 机构编制, with a division code."""
_FOR_OTHERS = frozenset({AgencyKind.GOVERNMENT.value, AgencyKind.GOVERNMENT_OFFICE.value})


@rule(
    "index-number-agency",
    zh="索引号机构代码不符",
    en="index number of another agency",
    severity=Severity.INFO,
    formats=ALL,
    basis="GB 32100《法人和其他组织统一社会信用代码编码规则》；索引号编制的通行做法",
    needs=frozenset({"publication"}),
)
def index_number_agency(facts: Facts) -> Iterator[Finding]:
    """The credit code that the index number begins with is wrong or that of another agency.

    What it does: Checks the last character of the code by GB 32100, and the code against that of
        the agency in the registry. Offices of governments publish for others: their code is right.
        Codes of nobody registered, and agencies that were reorganised, cannot be told.
    Why it matters: By the index number the report is found in the catalogue of its agency.
    Legal basis: The national standard GB 32100 on credit codes; catalogues of portals build on it.
    Example that fails: 索引号 11341702486344515A/2024-00013, whose last character should be H.
    Example that passes: 索引号 11341702486344515H/2024-00013 of the agency with that code.
    How to put it right: Correct the index number, or the agency that the page is filed under.
    """
    publication = known_publication(facts)
    number = (publication.index_number or "").upper()
    match = _CODE.match(number)
    if match is None:
        yield not_applicable(
            "没有以统一社会信用代码开头的索引号。", "No index number begins with a credit code."
        )
        return
    code, evidence = match[0], url_evidence(publication.url or "", number)
    if code[17] != credit_check_character(code[:17]):
        if number[18:19].isalnum():
            yield not_applicable("索引号的编码方式不明。", "How the number is built is not known.")
            return
        yield fail(
            f"索引号中的统一社会信用代码“{code}”校验位错误。",
            f"The credit code {code} in the index number fails its check.",
            evidence,
        )
        return
    own = facts.agency.credit_code if facts.agency else None
    if facts.agency is None or own is None or own == code:
        return
    owner = publication.index_owner
    if owner is None or facts.agency.reorganised:
        yield indeterminate(
            "索引号中的机构代码与登记的不同，但不知属于哪个机关，或者机关有撤并更名。",
            "The code is not the registered one, but whose it is is not known, or the agency was "
            "reorganised.",
            evidence,
        )
        return
    yield from _of_other(facts.agency, owner, code, number, publication.url or "")


def _of_other(
    agency: AgencyFacts, owner: AgencyFacts, code: str, number: str, url: str
) -> Iterator[Finding]:
    if owner.id == agency.id or owner.kind in _FOR_OTHERS:
        return
    yield fail(
        f"索引号中的机构代码“{code}”属于{owner.name}，不属于{agency.name}。",
        f"The credit code {code} in the index number is that of {owner.name}, not of "
        f"{agency.name}.",
        url_evidence(url, number),
    )
