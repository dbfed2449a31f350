"""What goes wrong with the program itself: jobs that fail, mails that did not arrive, originals.

Operators are told of it as they are of portals, once for each trouble; otherwise a crawl that
fails every night, or a recipient that refuses every mail, would go unnoticed.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.language import Bilingual
from monitor.reasons import said_by_job
from monitor.telling.archive_trouble import record_archive_trouble
from monitor.telling.lines import Group, Line
from monitor.telling.outbox import stuck_since
from storage.clock import SHANGHAI
from storage.models import Event, JobRun, MessageState, OutboxMessage

JOB_TROUBLE, JOB_RECOVERED, MAIL_TROUBLE = "job_trouble", "job_recovered", "mail_trouble"
OUTBOX_STUCK, OUTBOX_MOVING = "outbox_stuck", "outbox_moving"
FIXITY_DAMAGE = "fixity_damage"
"""How subscriptions call the events of ``archive_trouble``."""
OPERATOR = "operator"
"""The kind of the mails that tell of this; of their own fate nothing is told by mail."""
_JOBS_FAILED = Bilingual("定时任务失败", "Jobs that failed")
_JOBS_RECOVERED = Bilingual("定时任务已恢复", "Jobs that work again")
_MAILS = Bilingual("未送达或不确定的邮件", "Mails that failed or are uncertain")
_OUTBOX = Bilingual("发件箱停滞或恢复", "Outbox stuck, or moving again")
_LONGEST_REASON = 300
_SENDING = "send"
"""The job that sends mail; of its trouble no mail can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTrouble:
    """Lines about one kind of trouble, or its end."""

    kind: str
    """As subscriptions call it."""
    group: Group


def record_own_trouble(
    session: Session, now: datetime, stuck_hours: float = 6.0
) -> list[OwnTrouble]:
    """Record what has newly gone wrong, or right again, and return it for the operators' mail.

    ``stuck_hours`` is after how long without anything sent the outbox counts as stuck.
    """
    failed, recovered = _record_jobs(session, now)
    found = [
        OwnTrouble(kind=kind, group=Group(heading=heading, lines=lines))
        for kind, heading, lines in (
            (JOB_TROUBLE, _JOBS_FAILED, failed),
            (JOB_TROUBLE, _JOBS_RECOVERED, recovered),
            (MAIL_TROUBLE, _MAILS, _record_mails(session, now)),
            (OUTBOX_STUCK, _OUTBOX, _record_stuck(session, now, stuck_hours)),
        )
    ]
    found += [
        OwnTrouble(kind=FIXITY_DAMAGE, group=group)
        for group in record_archive_trouble(session, now)
    ]
    session.flush()
    return [each for each in found if each.group.lines]


def _record_jobs(session: Session, now: datetime) -> tuple[list[Line], list[Line]]:
    told = {
        event.details["job"]: event.kind
        for event in session.scalars(
            select(Event).where(Event.kind.in_((JOB_TROUBLE, JOB_RECOVERED))).order_by(Event.id)
        )
    }
    failed: list[Line] = []
    recovered: list[Line] = []
    for run in _last_runs(session):
        if bool(run.succeeded) != (told.get(run.job) == JOB_TROUBLE):
            continue
        kind = JOB_RECOVERED if run.succeeded else JOB_TROUBLE
        session.add(_event(kind, f"{run.id}", now, job=run.job))
        (recovered if run.succeeded else failed).append(_job_line(run))
    return failed, recovered


def _last_runs(session: Session) -> list[JobRun]:
    last = (
        select(func.max(JobRun.id))
        .where(JobRun.succeeded.is_not(None), JobRun.job != _SENDING)
        .group_by(JobRun.job)
    )
    return list(session.scalars(select(JobRun).where(JobRun.id.in_(last)).order_by(JobRun.job)))


def _job_line(run: JobRun) -> Line:
    why = said_by_job(run.message)
    message = (
        Bilingual("已恢复正常。", "It works again.")
        if run.succeeded
        else Bilingual(
            f"未能完成：{why.zh[:_LONGEST_REASON]}", f"It failed: {why.en[:_LONGEST_REASON]}"
        )
    )
    return Line(name=f"nianbao schedule: {run.job}", fiscal_year=None, message=message)


def _record_mails(session: Session, now: datetime) -> list[Line]:
    ended = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.state.in_((MessageState.FAILED, MessageState.UNCERTAIN)),
            OutboxMessage.kind != OPERATOR,
        )
        .order_by(OutboxMessage.id)
    ).all()
    known = set(session.scalars(select(Event.fingerprint).where(Event.kind == MAIL_TROUBLE)))
    lines = []
    for mail in ended:
        event = _event(MAIL_TROUBLE, f"{mail.id}|{mail.finished_at}", now, mail=mail.id)
        if event.fingerprint not in known:
            session.add(event)
            lines.append(_mail_line(mail))
    return lines


def _record_stuck(session: Session, now: datetime, hours: float) -> list[Line]:
    """Tell of an outbox that does not move; once, and once more when it does again."""
    kinds = (OUTBOX_STUCK, OUTBOX_MOVING)
    told = session.scalars(
        select(Event.kind).where(Event.kind.in_(kinds)).order_by(Event.id.desc()).limit(1)
    ).first()
    since = stuck_since(session, now, hours)
    if (since is not None) == (told == OUTBOX_STUCK) or (since is None and told is None):
        return []
    kind = OUTBOX_MOVING if since is None else OUTBOX_STUCK
    session.add(_event(kind, now.isoformat(), now))
    message = (
        Bilingual("发件箱又能发出邮件。", "Messages go out again.")
        if since is None
        else Bilingual(
            f"自 {since.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 起没有发出任何邮件，而有邮件在等待"
            "（nianbao outbox --state waiting）",
            f"Nothing has been sent since {since.astimezone(SHANGHAI):%Y-%m-%d %H:%M} while "
            "messages wait (nianbao outbox --state waiting)",
        )
    )
    return [Line(name="nianbao outbox", fiscal_year=None, message=message)]


def _mail_line(mail: OutboxMessage) -> Line:
    fate = (
        Bilingual(
            "是否送达不确定，请向收件人核实后再决定是否重发",
            "may have arrived; ask the recipient before it is sent again",
        )
        if mail.state is MessageState.UNCERTAIN
        else Bilingual("未能送达", "was not delivered")
    )
    why = said_by_job(mail.last_error)
    return Line(
        name=mail.recipient,
        is_ours=True,
        fiscal_year=None,
        message=Bilingual(
            f"第 {mail.id} 号邮件“{mail.subject}”{fate.zh}：{why.zh[:_LONGEST_REASON]}"
            f"（nianbao outbox settle {mail.id}）",
            f"mail {mail.id}, {mail.subject!r}, {fate.en}: {why.en[:_LONGEST_REASON]} "
            f"(nianbao outbox settle {mail.id})",
        ),
    )


def _event(kind: str, key: str, now: datetime, **details: object) -> Event:
    return Event(
        kind=kind,
        fingerprint=f"{kind}|{key}",
        agency_id=None,
        portal_id=None,
        fiscal_year=None,
        happened_at=now,
        details=details,
    )
