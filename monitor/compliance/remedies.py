"""What settles a doubt that no crawl will: a person's decision, or the registry. Pure."""

from monitor.compliance.filing_evidence import FilingEvidence
from monitor.compliance.model import Case
from monitor.compliance.strays import Stray
from monitor.language import Bilingual
from storage.registry import MatchHow, match_agency

_ONE_BODY = frozenset({MatchHow.EXACT, MatchHow.ALIAS})

KNOWN_COLUMN = Bilingual(
    "如知道该机关的年报栏目，把网址填入名录中网站的 columns 后重新导入（nianbao registry import）",
    "if you know its column, put the address into 'columns' of the portal in the registry and "
    "import it again (nianbao registry import)",
)


def remedy_of(stray: Stray, case: Case) -> Bilingual:
    """Return what to do about a report that may be the one: correct the registry, or decide."""
    filing, owed = stray.filing, f"{case.obligation.agency_id}/{case.obligation.fiscal_year}"
    decide = Bilingual(
        f"核对后记录：是，nianbao triage assign {owed} {filing.id}；"
        f"不是，nianbao triage rule-out {owed} {filing.id}",
        f"look, and say so: it is, 'nianbao triage assign {owed} {filing.id}'; it is not, "
        f"'nianbao triage rule-out {owed} {filing.id}'",
    )
    better = _of_registry(filing, case)
    if better is None:
        return decide
    return Bilingual(f"{better.zh}；否则{decide.zh}", f"{better.en}; else {decide.en}")


def _of_registry(filing: FilingEvidence, case: Case) -> Bilingual | None:
    """Return the correction that settles it for every year, if there may be one."""
    if filing.agency_id is None and filing.agency_name is not None:
        return Bilingual(
            f"如“{filing.agency_name}”就是该机关，在名录中补为它的 aliases",
            f"if {filing.agency_name} is its name, add that to its 'aliases' in the registry",
        )
    other = case.neighbours.get(filing.agency_id or "")
    if other is None or other.id in case.obligation.counted:
        return None
    names = (other.name, *other.aliases)
    if not any(match_agency(name, [case.agency]).how in _ONE_BODY for name in names):
        return None
    return Bilingual(
        f"如与名录中的 {other.id} 是同一机关，在名录中以 merged_into 或 renamed_from 相连",
        f"if {other.id} of the registry is the same body, link the two there by 'merged_into' or "
        "'renamed_from'",
    )
