"""How like an invented report is to those of other agencies, measured as for real ones."""

from collections.abc import Sequence

from monitor.likeness.figures import are_telling, figures_of
from monitor.likeness.known import KnownLikeness, Own, likenesses
from monitor.likeness.measure import FEWEST_PROBLEMS, FEWEST_PROSE, likeness
from monitor.likeness.texts import problems_of, prose_of
from monitor.reading.model import Report
from monitor.rules.model import Likeness
from monitor.specimens.model import Specimen

Other = tuple[Specimen, Report]
"""The report of another agency, and the same as it was read."""


def measured(
    ours: Report, previous: Report | None, names: tuple[str, ...], others: Sequence[Other]
) -> tuple[Likeness, ...]:
    """Return the likeness of our report to each of the others, those of its portal."""
    read = {str(number): report for number, (_, report) in enumerate(others)}
    known = [_known(ours, names, str(number), other) for number, other in enumerate(others)]
    own = Own(report=ours, previous=previous, names=names)
    return likenesses(known, own, lambda sha256, _name, _wanted: read[sha256])


def _known(ours: Report, names: tuple[str, ...], number: str, other: Other) -> KnownLikeness:
    specimen, theirs = other
    own = (specimen.agency,)
    prose = likeness(prose_of(ours, names), prose_of(theirs, own), fewest=FEWEST_PROSE)
    problems = likeness(problems_of(ours, names), problems_of(theirs, own), fewest=FEWEST_PROBLEMS)
    figures = figures_of(ours)
    told = Likeness(
        url=f"https://www.example.gov.cn/zfxxgknb/{number}.html",
        agency=specimen.agency,
        fiscal_year=specimen.fiscal_year,
        published_on=specimen.published_on,
        sha256=number,
        same_portal=True,
        prose=prose or 0.0,
        problems=problems or 0.0,
        figures=are_telling(figures) and figures == figures_of(theirs),
    )
    return KnownLikeness(told=told, names=own, file_name=None)
