"""Words and figures that are another agency's."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from monitor.likeness.measure import FEWEST_PROSE, is_long_enough
from monitor.likeness.texts import prose_of_reading
from monitor.specimens.defects.model import defect
from monitor.specimens.filings import Filing
from monitor.specimens.model import Specimen


def is_compared(report: Specimen) -> bool:
    """Whether its prose is long enough to be compared with that of another report."""
    sections = [{"key": slot, "text": text} for slot, text in report.texts.items()]
    own = prose_of_reading({"sections": sections}, (report.agency,))
    return is_long_enough(own, fewest=FEWEST_PROSE)


def _of_another(filing: Filing, name: str) -> Specimen:
    """Return the report of another agency, published before ours."""
    own, report = filing.agency.name, filing.report
    texts = {slot: text.replace(own, name) for slot, text in report.texts.items()}
    return replace(
        report,
        agency=name,
        title=report.title.replace(own, name),
        preamble=report.preamble.replace(own, name),
        texts=texts,
        published_on=report.published_on - timedelta(days=4),
    )


def _others(filing: Filing, count: int) -> list[str]:
    own = filing.agency.name
    return [name for name in filing.known_agencies if name != own][:count]


@defect("similar-to-other-agency", "error", may="similar-numbers similar-problems")
def copied_from_a_neighbour(filing: Filing, _chance: Random) -> Filing | None:
    """The neighbour's report of some days before, under another name."""
    if not is_compared(filing.report):
        return None
    [name] = _others(filing, 1)
    return replace(filing, alike=(_of_another(filing, name),))


@defect("similar-numbers", "warning", may="similar-to-other-agency similar-problems")
def figures_of_a_neighbour(filing: Filing, _chance: Random) -> Filing | None:
    """The tables of the neighbour, in the agency's own words."""
    ledger = filing.ledger
    if ledger.row("new") < _BUSY or not all(ledger.decisions.values()):
        return None
    [name] = _others(filing, 1)
    other = _of_another(filing, name)
    texts = dict.fromkeys(other.texts, "另有说明。")
    return replace(filing, alike=(replace(other, texts=texts),))


_BUSY = 30


@defect("similar-problems", "info", may="similar-to-other-agency similar-numbers")
def problems_of_everybody(filing: Filing, _chance: Random) -> Filing:
    """Three neighbours have the same section five."""
    return replace(filing, alike=tuple(_of_another(filing, name) for name in _others(filing, 3)))
