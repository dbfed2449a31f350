"""One thing that happened to a report, and how a mail tells it."""

from dataclasses import dataclass

from monitor.language import Bilingual
from monitor.telling.lines import Line
from storage.models import Filing


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNews:
    """One thing that happened to a report."""

    kind: str
    filing: Filing
    name: str
    """Of the agency, else of the report."""
    message: Bilingual
    fingerprint: str
    """Equal for the same fact."""
    captures: tuple[int, ...] = ()
    """The captures that prove it."""


def name_of(filing: Filing, agency: str | None) -> str:
    """Return whose report a filing is, by the registry's name, else as far as it tells."""
    return agency or filing.agency_name or filing.title


def line_of(news: ReportNews) -> Line:
    """Return the line of a mail about it."""
    numbers = ", ".join(map(str, news.captures))
    return Line(
        name=news.name,
        fiscal_year=news.filing.fiscal_year,
        message=news.message,
        url=news.filing.url,
        proof=Bilingual(f"证据：采集记录 {numbers}。", f"Proof: captures {numbers}.")
        if numbers
        else None,
    )
