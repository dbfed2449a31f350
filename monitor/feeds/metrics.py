"""The state of everything as Prometheus metrics.

Names after the conventions of Prometheus; none names an agency, so that their number stays small.
"""

from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import generate_latest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.compliance import ComplianceState, Standing
from monitor.findings.faulty import agencies_with_errors
from monitor.findings.standing import FindingRow, standing_findings
from monitor.triage.effects import ABOUT_FINDINGS, load_triage
from storage.models import (
    Capture,
    Crawl,
    CrawlState,
    Filing,
    FilingState,
    JobRun,
    LogEntry,
    MessageState,
    Original,
    OutboxMessage,
    Portal,
)


def metrics_text(session: Session, standings: Iterable[Standing], now: datetime) -> bytes:
    """Return the metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    rows = list(standings)
    years = sorted({row.fiscal_year for row in rows})
    triage = load_triage(session, now, ABOUT_FINDINGS)
    _agencies(registry, rows, standing_findings(session, years, triage))
    _portals(registry, session)
    _archive(registry, session)
    _outbox(registry, session, now)
    _jobs(registry, session)
    written = Gauge(
        "nianbao_written_timestamp_seconds", "When these metrics were taken.", registry=registry
    )
    written.set(now.timestamp())
    return generate_latest(registry)


def _agencies(
    registry: CollectorRegistry, standings: list[Standing], findings: Sequence[FindingRow]
) -> None:
    states = Gauge(
        "nianbao_agencies",
        "Agencies by fiscal year and state.",
        ("fiscal_year", "state"),
        registry=registry,
    )
    errors = Gauge(
        "nianbao_agencies_with_errors",
        "Agencies whose report has open findings of severity error beside coming late.",
        ("fiscal_year",),
        registry=registry,
    )
    for year in sorted({each.fiscal_year for each in standings}):
        of_year = [each for each in standings if each.fiscal_year == year]
        tally = Tally(each.state for each in of_year)
        for state in ComplianceState:
            states.labels(str(year), state.value).set(tally[state])
        faulty = agencies_with_errors(findings, year)
        errors.labels(str(year)).set(sum(each.agency_id in faulty for each in of_year))


def _portals(registry: CollectorRegistry, session: Session) -> None:
    last = select(func.max(Crawl.id)).where(Crawl.finished_at.is_not(None))
    crawls = session.scalars(select(Crawl).where(Crawl.id.in_(last.group_by(Crawl.portal_id))))
    tally = Tally(crawl.state for crawl in crawls)
    portals = Gauge(
        "nianbao_portals", "Portals by how their last crawl ended.", ("state",), registry=registry
    )
    for state in CrawlState:
        portals.labels(state.value).set(tally[state])
    total = session.scalar(select(func.count()).select_from(Portal)) or 0
    portals.labels("never_crawled").set(total - tally.total())
    ended = session.scalar(select(func.max(Crawl.finished_at)))
    if ended is not None:
        Gauge(
            "nianbao_last_crawl_timestamp_seconds",
            "When the last crawl of a portal ended.",
            registry=registry,
        ).set(ended.timestamp())


def _archive(registry: CollectorRegistry, session: Session) -> None:
    def count(model: type[Capture | LogEntry | Original]) -> int:
        return session.scalar(select(func.count()).select_from(model)) or 0

    for name, meaning, value in (
        ("nianbao_captures", "Exchanges with servers that are recorded.", count(Capture)),
        ("nianbao_log_leaves", "Leaves of the log.", count(LogEntry)),
        ("nianbao_originals", "Originals of reports, all versions.", count(Original)),
    ):
        Gauge(name, meaning, registry=registry).set(value)
    reports = Gauge("nianbao_reports", "Archived reports by state.", ("state",), registry=registry)
    found = session.execute(select(Filing.state, func.count()).group_by(Filing.state))
    tally = {state: number for state, number in found}  # noqa: C416 - rows are no pairs
    for state in FilingState:
        reports.labels(state.value).set(tally.get(state, 0))


def _outbox(registry: CollectorRegistry, session: Session, now: datetime) -> None:
    messages = Gauge("nianbao_messages", "Messages by state.", ("state",), registry=registry)
    found = session.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state))
    tally = {state: number for state, number in found}  # noqa: C416 - rows are no pairs
    for state in MessageState:
        messages.labels(state.value).set(tally.get(state, 0))
    oldest = session.scalar(
        select(func.min(OutboxMessage.created_at)).where(
            OutboxMessage.state == MessageState.WAITING
        )
    )
    Gauge(
        "nianbao_oldest_waiting_message_age_seconds",
        "How long the oldest waiting message has been waiting.",
        registry=registry,
    ).set((now - oldest).total_seconds() if oldest else 0)


def _jobs(registry: CollectorRegistry, session: Session) -> None:
    succeeded = Gauge(
        "nianbao_job_last_success_timestamp_seconds",
        "When a job of the timetable last succeeded.",
        ("job",),
        registry=registry,
    )
    failed = Gauge(
        "nianbao_job_failing", "1 if the last run of a job failed.", ("job",), registry=registry
    )
    ended = select(JobRun.job, func.max(JobRun.finished_at)).where(
        JobRun.succeeded.is_(True), JobRun.finished_at.is_not(None)
    )
    for job, instant in session.execute(ended.group_by(JobRun.job)):
        assert instant is not None
        succeeded.labels(job).set(instant.timestamp())
    last = select(func.max(JobRun.id)).where(JobRun.finished_at.is_not(None)).group_by(JobRun.job)
    for run in session.scalars(select(JobRun).where(JobRun.id.in_(last))):
        failed.labels(run.job).set(0 if run.succeeded else 1)
