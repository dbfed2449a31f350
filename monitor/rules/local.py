"""Rules that a jurisdiction adds as data: phrases that must stand in a report, or may not."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from monitor.language import Bilingual
from monitor.rules.answers import damage_to_prose, doubtful, fail, not_applicable
from monitor.rules.model import Evidence, Facts, Finding, Rule, Severity
from monitor.rules.quoting import Passage, flatten, heading_evidence, passages, title_evidence

Phrases = Annotated[tuple[str, ...], Field(strict=False)]


class LocalRule(BaseModel):
    """A rule as data. One of ``requires`` must occur; none of ``forbids`` may."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: str = Field(pattern=r"^local-[a-z0-9]+(-[a-z0-9]+)*$")
    title_zh: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    severity: Literal["error", "warning", "info"] = "warning"
    formats: Annotated[tuple[Literal["v2008", "v2019", "v2021"], ...], Field(strict=False)] = (
        "v2008",
        "v2019",
        "v2021",
    )
    basis: str = Field(min_length=1)
    section: str | None = None
    """The key of a section, such as ``other_matters``; None for the whole prose."""
    requires: Phrases = ()
    forbids: Phrases = ()
    version: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _asks_for_something(self) -> "LocalRule":
        phrases = (*self.requires, *self.forbids)
        if not phrases or not all(flatten(phrase) for phrase in phrases):
            raise ValueError("requires or forbids must name phrases / 必须写明 requires 或 forbids")
        return self


def as_rule(local: LocalRule) -> Rule:
    """Return a local rule as a rule of the rulebook."""

    def judge(facts: Facts) -> Iterator[Finding]:
        yield from _judge(local, facts)

    judge.__doc__ = f"{local.title_en} (a local rule)."
    return Rule(
        id=local.id,
        title=Bilingual(local.title_zh, local.title_en),
        severity=Severity(local.severity),
        formats=frozenset(local.formats),
        basis=local.basis,
        judge=judge,
        # what says that something is not there is asked only about annual reports
        needs=frozenset({"outline" if local.requires else "report"}),
        version=local.version,
    )


def _judge(local: LocalRule, facts: Facts) -> Iterator[Finding]:
    report = facts.report
    assert report is not None
    section = report.section(local.section) if local.section else None
    if local.section and section is None:
        yield not_applicable(
            f"没有读到“{local.section}”部分。", f"The section {local.section} was not read."
        )
        return
    found = [item for item in passages(report) if local.section in (None, item.section)]
    for phrase in local.forbids:
        yield from _forbidden(local, phrase, found)
    wanted = [flatten(phrase) for phrase in local.requires]
    if not wanted or any(phrase in item.flat for item in found for phrase in wanted):
        return
    damage = damage_to_prose(report, *([local.section] if local.section else []))
    if damage is not None:
        yield doubtful(f"“{local.title_zh}”", f"“{local.title_en}”", damage)
        return
    shown: tuple[Evidence, ...] = (
        (heading_evidence(section),) if section else title_evidence(report)
    )
    names = "、".join(f"“{phrase}”" for phrase in local.requires)
    yield fail(
        f"{local.title_zh}：没有写到{names}。",
        f"{local.title_en}: none of {names} is mentioned.",
        *shown,
    )


def _forbidden(local: LocalRule, phrase: str, found: list[Passage]) -> Iterator[Finding]:
    flat = flatten(phrase)
    for item in found:
        at = item.flat.find(flat)
        if at >= 0:
            yield fail(
                f"{local.title_zh}：写有“{phrase}”。",
                f"{local.title_en}: “{phrase}” is written.",
                item.evidence(at, at + len(flat)),
            )
