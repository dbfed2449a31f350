"""What a finding is called from run to run: the same agency, year, rule and place."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable

from monitor.reading.normalise import remove_blanks
from monitor.rules.model import Evidence, Verdict


def fingerprint(agency: str | None, fiscal_year: int | None, verdict: Verdict) -> str:
    """Return 32 hexadecimal digits that name a finding, whenever and however it is found again.

    ``agency`` is its id in the registry, else its name. The place is the cells if there are any,
    else sections with the words quoted, without blanks: what people decided about a finding holds
    until the agency, the year, the rule or the place is another. Captures prove a finding; they
    are no place of it.
    """
    parts = [agency or "", fiscal_year, verdict.rule, sorted(set(_places(verdict.evidence)))]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()[:32]


def _places(evidence: Iterable[Evidence]) -> list[str]:
    items = [each for each in evidence if each.capture is None]
    cells = [f"{e.table}/{e.row or ''}/{e.column or ''}" for e in items if e.table and e.row]
    if cells:
        return cells
    return [f"{e.section or e.table or ''}:{_words(e.quote)}" for e in items]


def _words(quote: str) -> str:
    return remove_blanks(unicodedata.normalize("NFKC", quote))
