"""What stands beside a filing: earlier versions, last year's report, others of the same year."""

from collections.abc import Callable

from monitor.filing_reading import holds_report
from monitor.reading.choosing import Wanted
from monitor.reading.model import Report, UnreadableError
from monitor.rules.model import OtherFiling
from monitor.surroundings import Surroundings
from storage.models import Filing, FilingState, Original

ReadOriginal = Callable[[str, str | None, Wanted], Report | UnreadableError]
"""Reads an original by its hash and name."""


def previous_original(around: Surroundings, filing: Filing) -> Original | None:
    """Return the original that last year's report of the same agency was read from."""
    if filing.agency_id is None or filing.fiscal_year is None:
        return None
    return around.read.get((filing.agency_id, filing.fiscal_year - 1))


def other_filings(around: Surroundings, filing: Filing) -> list[Filing]:
    """Return the other filings of the same agency and year."""
    if filing.agency_id is None or filing.fiscal_year is None:
        return []
    found = around.others.get((filing.agency_id, filing.fiscal_year), ())
    return [other for other in found if other.id != filing.id]


def report_of(original: Original | None, read: ReadOriginal, wanted: Wanted) -> Report | None:
    """Return the report that an original holds; a page around a report is none to compare with."""
    if original is None:
        return None
    result = read(original.sha256, original.name, wanted)
    return result if isinstance(result, Report) and holds_report(result) else None


def as_other(filing: Filing, read: ReadOriginal, wanted: Wanted) -> OtherFiling | None:
    """Return another filing as far as it stands and was read; nothing is said of the rest.

    Pictures are only looked at if nothing else of it holds a report.
    """
    if filing.state is FilingState.REMOVED:
        return None
    current = [original for original in filing.originals if original.superseded_at is None]
    files = [original for original in current if not original.media_type.startswith("image/")]
    for originals in (files, [original for original in current if original not in files]):
        reports = [report for item in originals if (report := report_of(item, read, wanted))]
        if reports:
            text = max((report.text for report in reports), key=len)
            return OtherFiling(url=filing.url, title=filing.title, text="".join(text.split()))
    return None
