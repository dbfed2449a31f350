"""Faults as agencies make them, one at a time, each with the rules that must find it."""

from monitor.specimens.defects import (
    arithmetic,
    citation,
    identity,
    likeness,
    narrative,
    publication,
    structure,
    tables,
    timeliness,
    wording,
    years,
)
from monitor.specimens.defects.model import Defect, all_defects

__all__ = [
    "Defect",
    "all_defects",
    "arithmetic",
    "citation",
    "identity",
    "likeness",
    "narrative",
    "publication",
    "structure",
    "tables",
    "timeliness",
    "wording",
    "years",
]
