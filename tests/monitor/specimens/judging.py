"""Writing, reading and judging invented filings."""

from collections.abc import Mapping
from functools import cache

from monitor.reading.entry import read_report
from monitor.reading.model import Report
from monitor.rules.catalogue import judge
from monitor.rules.model import Facts, Outcome
from monitor.specimens.filings import Filing
from monitor.specimens.html_page import html_page


@cache
def _read(body: bytes) -> Report:
    """Read a page; most defects leave the report of the year before as it is."""
    return read_report(body)


def read_as_html(filing: Filing) -> dict[str, Report]:
    """Write the files of a filing as plain pages and read them."""
    read: dict[int, Report] = {}
    for report in filing.files.values():
        if id(report) not in read:
            body = html_page(report)
            for old, new in filing.residue.items():
                body = body.replace(old.encode(), new.encode())
            read[id(report)] = _read(body)
    return {name: read[id(report)] for name, report in filing.files.items()}


def found(facts: Facts, severities: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what was found, by rule: its first message."""
    findings: dict[str, str] = {}
    for verdict in judge(facts, severities):
        if verdict.outcome is Outcome.FAIL:
            findings.setdefault(verdict.rule, verdict.message.zh)
    return findings
