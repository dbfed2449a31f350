"""What "with errors" means, wherever agencies with errors are counted. Pure."""

from collections.abc import Iterable

from monitor.findings.standing import FindingRow

TOO_LATE = "published-late"
"""The finding that a report came late: of its day, not of what stands in it."""


def agencies_with_errors(findings: Iterable[FindingRow], fiscal_year: int) -> set[str]:
    """Return the agencies in whose report of a year something is wrong.

    That is an open finding of severity ``error`` in a report of that year, neither dismissed nor
    waived. That the report came late, or is not there, does not count: these are states of the
    agency and have numbers of their own. A report whose year is not known counts for no year.
    """
    return {
        row.agency_id
        for row in findings
        if row.fiscal_year == fiscal_year
        and row.severity == "error"
        and row.rule != TOO_LATE
        and row.agency_id
        and row.is_open
    }
