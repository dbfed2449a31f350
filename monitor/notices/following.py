"""What became of the findings of a notice: put right, still there, or not to be told."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import not_, select
from sqlalchemy.orm import Session, selectinload

from monitor.compliance import ComplianceState, Standing, standings
from monitor.findings.replaced import is_replaced
from monitor.findings.standing import FindingRow, absence_findings, standing_findings
from monitor.language import Bilingual
from monitor.notices.days import last_day
from monitor.notices.model import Item
from monitor.rules.model import Outcome
from monitor.rules.rulings import Rulings
from monitor.triage.effects import ABOUT_FINDINGS, NOT_COUNTED, Triage, load_triage
from storage.clock import local_date
from storage.models import Filing, Judgement, RectificationNotice, TriageKind
from storage.settings import Settings


class Fate(StrEnum):
    """What became of one finding."""

    STANDING = "standing"
    """It is still found, at the same place."""
    SIMILAR = "similar"
    """That is gone, but the same rule finds something else."""
    CORRECTED = "corrected"
    """The rule was asked again and finds nothing any more."""
    SETTLED = "settled"
    """People have waived it, dismissed it as wrong, or switched its rule off."""
    UNKNOWN = "unknown"
    """It could not be told: the report cannot be read, is gone, or the portal cannot be crawled."""


FATE_NAMES = {
    Fate.STANDING: Bilingual("未整改", "not put right"),
    Fate.SIMILAR: Bilingual("仍有同类问题", "the same elsewhere"),
    Fate.CORRECTED: Bilingual("已整改", "put right"),
    Fate.SETTLED: Bilingual("已豁免或撤销", "waived or withdrawn"),
    Fate.UNKNOWN: Bilingual("无法判断", "unknown"),
}
DONE = frozenset({Fate.CORRECTED, Fate.SETTLED})
LEFT = frozenset({Fate.STANDING, Fate.SIMILAR})
"""What is known not to be put right; of what could not be told nobody is reproached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A notice and what became of each of its items, in their order."""

    notice: RectificationNotice
    fates: tuple[tuple[Item, Fate], ...]

    @property
    def done(self) -> bool:
        """True if nothing is left to be put right."""
        return all(fate in DONE for _, fate in self.fates)

    @property
    def left(self) -> bool:
        """True if something is known not to be put right."""
        return any(fate in LEFT for _, fate in self.fates)

    def overdue(self, today: date) -> bool:
        """True if something is known to be left and the day for the answer has passed.

        Never of an agency that was dissolved before that: there is nobody to answer.
        """
        due = last_day(self.notice.answer_by)
        ended = self.notice.agency.valid_to
        return self.left and today > due and (ended is None or ended >= due)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Now:
    """What is known now of one agency and year."""

    findings: dict[str | None, FindingRow]
    """By fingerprint."""
    failing: frozenset[str]
    """Rules with an open finding."""
    answered: frozenset[str]
    """Rules that were asked and say that all is well, or that they do not apply."""
    decided: frozenset[str]
    """Fingerprints that people have waived, or dismissed as wrong, whether they stand or not."""
    silent: frozenset[str]
    """Rules that are not asked any more: switched off, or about a report that is not owed."""


def follow(
    session: Session,
    settings: Settings,
    rulings: Rulings,
    notices: Sequence[RectificationNotice],
    now: datetime,
) -> list[Followed]:
    """Return what became of notices, as far as the archive tells now."""
    years = sorted({notice.fiscal_year for notice in notices})
    rows = standings(session, settings, years, now, rulings) if years else []
    triage = load_triage(session, now, ABOUT_FINDINGS)
    findings = [
        *absence_findings(rows, now, triage),
        *standing_findings(session, years or [0], triage),
    ]
    by_agency = {(row.agency_id, row.fiscal_year): row for row in rows}
    decided = _decided(triage)
    return [
        Followed(
            notice=notice,
            fates=_fates(
                notice,
                _now(
                    session,
                    by_agency.get((notice.agency_id, notice.fiscal_year)),
                    [
                        row
                        for row in findings
                        if (row.agency_id, row.fiscal_year)
                        == (notice.agency_id, notice.fiscal_year)
                    ],
                    notice,
                    decided,
                ),
            ),
        )
        for notice in notices
    ]


def close_done(followed: Iterable[Followed], now: datetime) -> list[RectificationNotice]:
    """Close the notices of which nothing is left; return them."""
    closed = []
    for each in followed:
        if each.done and each.notice.closed_at is None:
            each.notice.closed_at = now
            closed.append(each.notice)
    return closed


def open_notices(session: Session) -> Sequence[RectificationNotice]:
    """Return the notices that are not closed, oldest first; of a reminder only the newest."""
    reminded = select(RectificationNotice.follows_id).where(
        RectificationNotice.follows_id.is_not(None)
    )
    query = select(RectificationNotice).where(
        RectificationNotice.closed_at.is_(None), RectificationNotice.id.not_in(reminded)
    )
    return session.scalars(query.order_by(RectificationNotice.id)).all()


def days_left(notice: RectificationNotice, now: datetime) -> int:
    """Return the days until the answer is due; below zero once it has passed.

    Where offices are closed on that day, the next open one counts.
    """
    return (last_day(notice.answer_by) - local_date(now)).days


def _fates(notice: RectificationNotice, now: _Now) -> tuple[tuple[Item, Fate], ...]:
    items = [Item.of_json(stored) for stored in notice.items]
    return tuple((item, _fate(item, now)) for item in items)


def _fate(item: Item, now: _Now) -> Fate:
    found = now.findings.get(item.fingerprint)
    if found is not None:
        return Fate.STANDING if found.is_open else Fate.SETTLED
    if item.fingerprint in now.decided or item.rule in now.silent:
        return Fate.SETTLED
    if item.rule in now.failing:
        return Fate.SIMILAR
    return Fate.CORRECTED if item.rule in now.answered else Fate.UNKNOWN


def _now(
    session: Session,
    standing: Standing | None,
    findings: Collection[FindingRow],
    notice: RectificationNotice,
    decided: frozenset[str],
) -> _Now:
    judgements = _judgements(session, notice)
    failing = frozenset(row.rule for row in findings if row.is_open)
    # the same finding may stand in two filings: as long as one of them is open, it is
    named = {row.fingerprint: row for row in sorted(findings, key=lambda row: row.is_open)}
    return _Now(
        findings=named,
        failing=failing,
        answered=_answered(judgements) | _answered_of_duty(standing),
        decided=decided,
        silent=_silent(judgements, standing, notice) - failing,
    )


def _decided(triage: Triage) -> frozenset[str]:
    """Return the findings that people have decided about, whether or not they are found today."""
    return frozenset(
        name
        for (kind, name), decision in triage.newest.items()
        if kind is TriageKind.FINDING
        and decision.action in NOT_COUNTED
        and (decision.until is None or triage.day <= decision.until)
    )


_OF_THE_DUTY = frozenset({"report-missing", "report-due-soon", "column-missing"})
_NOT_OWED = frozenset({ComplianceState.WAIVED, ComplianceState.NOT_OBLIGED})


def _silent(
    judgements: Sequence[Judgement], standing: Standing | None, notice: RectificationNotice
) -> frozenset[str]:
    """Return the rules of a notice that nobody asks any more: they have no answer of any kind."""
    rules = {stored["rule"] for stored in notice.items}
    not_owed = standing is not None and standing.state in _NOT_OWED
    found = rules & _OF_THE_DUTY if not_owed else frozenset()
    if not judgements or any(one.error is not None or not one.verdicts for one in judgements):
        return frozenset(found)
    asked = {verdict.rule for judgement in judgements for verdict in judgement.verdicts}
    return frozenset(found | (rules - _OF_THE_DUTY - asked))


_WELL = frozenset({Outcome.PASS.value, Outcome.NOT_APPLICABLE.value})


def _judgements(session: Session, notice: RectificationNotice) -> Sequence[Judgement]:
    """Return the judgements of the filings of a year that no other one took the place of."""
    query = (
        select(Judgement)
        .join(Filing)
        .where(
            Judgement.current,
            Filing.agency_id == notice.agency_id,
            Filing.fiscal_year == notice.fiscal_year,
            not_(is_replaced()),
        )
        .options(selectinload(Judgement.verdicts))
    )
    return session.scalars(query).all()


def _answered(judgements: Iterable[Judgement]) -> frozenset[str]:
    """Return the rules that every judgement of the year's filings answers with "nothing found".

    A filing that could not be read answers nothing.
    """
    answers: frozenset[str] | None = None
    for judgement in judgements:
        unsure = {verdict.rule for verdict in judgement.verdicts if verdict.outcome not in _WELL}
        well = {verdict.rule for verdict in judgement.verdicts} - unsure
        told = frozenset() if judgement.error is not None else frozenset(well)
        answers = told if answers is None else answers & told
    return answers or frozenset()


def _answered_of_duty(standing: Standing | None) -> frozenset[str]:
    """Return the rules on missing reports that no longer hold because a report is there."""
    if standing is None:
        return frozenset()
    unsure = {v.rule for v in standing.verdicts if v.outcome.value not in _WELL}
    told = {verdict.rule for verdict in standing.verdicts} - unsure
    if standing.report_url is not None:
        told |= {"report-missing", "report-due-soon"} - unsure
    return frozenset(told)
