"""What people decide about findings, missing reports and portals in trouble."""

from monitor.triage.decisions import Decided, WrongDecisionError, decide
from monitor.triage.effects import Triage, load_triage
from monitor.triage.facts import (
    finding_facts,
    obligation_facts,
    obligation_key,
    portal_facts,
    report_facts,
    report_key,
    sha256_of,
)

__all__ = [
    "Decided",
    "Triage",
    "WrongDecisionError",
    "decide",
    "finding_facts",
    "load_triage",
    "obligation_facts",
    "obligation_key",
    "portal_facts",
    "report_facts",
    "report_key",
    "sha256_of",
]
