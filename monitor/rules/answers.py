"""Short ways to write the findings of a rule."""

from functools import lru_cache

from monitor.language import Bilingual
from monitor.reading.model import Damage, Report
from monitor.rules.losses import damage_name
from monitor.rules.model import Evidence, Finding, Outcome, Severity


def fail(zh: str, en: str, *evidence: Evidence, severity: Severity | None = None) -> Finding:
    """Return a finding that something is wrong; ``severity`` None means the rule's own."""
    return Finding(
        outcome=Outcome.FAIL, message=Bilingual(zh, en), evidence=evidence, severity=severity
    )


def indeterminate(zh: str, en: str, *evidence: Evidence) -> Finding:
    """Return the answer that what is known does not suffice to judge, and why."""
    return Finding(outcome=Outcome.INDETERMINATE, message=Bilingual(zh, en), evidence=evidence)


def not_applicable(zh: str, en: str, *evidence: Evidence) -> Finding:
    """Return the answer that there is nothing to judge, and why."""
    if not evidence:
        return _nothing_to_judge(zh, en)
    return Finding(outcome=Outcome.NOT_APPLICABLE, message=Bilingual(zh, en), evidence=evidence)


@lru_cache(maxsize=512)
def _nothing_to_judge(zh: str, en: str) -> Finding:
    """Return the answer without evidence, which is the same for most filings."""
    return Finding(outcome=Outcome.NOT_APPLICABLE, message=Bilingual(zh, en))


def doubtful(subject_zh: str, subject_en: str, damage: Damage, *evidence: Evidence) -> Finding:
    """Return the answer that the reading lost too much of the document to judge ``subject``."""
    lost = damage_name(damage)
    return indeterminate(
        f"文件读取不完整（{lost.zh}），无法判断{subject_zh}。",
        f"The document could not be read completely ({lost.en}): {subject_en} cannot be judged.",
        *evidence,
    )


def damage_to_prose(report: Report, *sections: str) -> Damage | None:
    """Return the damage that may hide words: to one of ``sections``, or to nobody knows what."""
    if not report.damage:
        return None
    for section in sections:
        found = report.doubtful(section=section)
        if found is not None:
            return found
    unbounded = {"pages-lost", "text-undecodable", "no-text-layer"}
    return next(
        (
            damage
            for damage in report.damage
            if damage.code in unbounded and not damage.sections and not damage.tables
        ),
        None,
    )
