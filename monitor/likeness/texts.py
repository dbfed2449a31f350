"""The texts of a report that are compared: all of its prose, and its section five.

They are made alike from a report as read and from the reading as it is stored.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from monitor.likeness.masking import Masked, mask
from monitor.reading.model import Report
from monitor.rules.quoting import Passage, passage, section_passages
from monitor.rules.remembering import once

PROBLEMS = "problems"
"""The key of section five, 存在的主要问题及改进情况."""


def prose_of(report: Report, names: Iterable[str] = ()) -> Masked:
    """Return what the sections of a report say of their own; headings and tables are left out.

    ``names`` are those of the agency beside the one that the report names.
    """
    return _prose(report, tuple(names))


def problems_of(report: Report, names: Iterable[str] = ()) -> Masked:
    """Return what section five says of its own."""
    return _problems(report, tuple(names))


@once
def _prose(report: Report, names: tuple[str, ...]) -> Masked:
    own = (*names, report.agency) if report.agency else names
    return mask((item for section in report.sections for item in section_passages(section)), own)


@once
def _problems(report: Report, names: tuple[str, ...]) -> Masked:
    return _prose(report, names).of_section(PROBLEMS)


def prose_of_reading(reading: Mapping[str, Any], names: Iterable[str]) -> Masked:
    """Return the prose of a ``reading`` object, as judgements keep it; places are not in it."""
    return mask(_passages(reading), names)


def _passages(reading: Mapping[str, Any]) -> Iterator[Passage]:
    for section in reading.get("sections", ()):
        for line in section["text"].splitlines():
            if line.strip():
                yield passage(line, section=section["key"])
