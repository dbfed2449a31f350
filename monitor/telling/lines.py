"""What mails say about one agency or one portal, in both languages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.compliance import ComplianceState, Standing
from monitor.language import Bilingual
from monitor.reasons import in_both
from monitor.triage.facts import CONTROL_FAILED, trouble
from storage.clock import SHANGHAI, local_date
from storage.models import Crawl, CrawlState, Portal

_NAMES_SHOWN = 12
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an alert or a digest."""

    name: str
    fiscal_year: int | None
    message: Bilingual
    basis: Bilingual | None = None
    url: str | None = None
    proof: Bilingual | None = None
    local: Bilingual | None = None
    """What a local ruling changed in it."""
    is_ours: bool = False
    """Whether the name is a recipient of the settings: their operator knows the address."""
    stands_for: int = 1
    """How many agencies, or portals, it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Lines under one heading."""

    heading: Bilingual
    lines: Sequence[Line]

    @property
    def count(self) -> int:
        """How many agencies, or portals, the lines are about."""
        return sum(line.stands_for for line in self.lines)


STATE_NAMES = {
    ComplianceState.NOT_DUE: Bilingual("未到期", "not due"),
    ComplianceState.DUE_SOON: Bilingual("即将到期", "due soon"),
    ComplianceState.ON_TIME: Bilingual("按时公布", "on time"),
    ComplianceState.LATE: Bilingual("逾期公布", "late"),
    ComplianceState.MISSING: Bilingual("未公布", "missing"),
    ComplianceState.MOVED: Bilingual("栏目已迁移", "moved"),
    ComplianceState.BLOCKED: Bilingual("网站拒绝访问", "blocked"),
    ComplianceState.UNREACHABLE: Bilingual("网站无法访问", "unreachable"),
    ComplianceState.CRAWLER_SUSPECT: Bilingual("抓取存疑", "crawl in doubt"),
    ComplianceState.NOT_CHECKED: Bilingual("尚未核查", "not checked"),
    ComplianceState.WAIVED: Bilingual("已豁免", "waived"),
    ComplianceState.NOT_OBLIGED: Bilingual("无报告义务", "not obliged"),
}
UNSURE = frozenset(
    {
        ComplianceState.BLOCKED,
        ComplianceState.UNREACHABLE,
        ComplianceState.CRAWLER_SUSPECT,
        ComplianceState.MOVED,
        ComplianceState.NOT_CHECKED,
    }
)
"""States in which nothing can be said about an agency."""

_PORTAL_TROUBLE = {
    CrawlState.BLOCKED.value: Bilingual(
        "网站以验证或防护页面拒绝访问", "The site answers with a challenge"
    ),
    CrawlState.ROBOTS_DENIED.value: Bilingual(
        "网站的 robots.txt 不允许抓取", "The site's robots.txt forbids crawling"
    ),
    CrawlState.UNREACHABLE.value: Bilingual("网站无法访问", "The site cannot be reached"),
    CrawlState.NO_COLUMN.value: Bilingual(
        "没有找到年报栏目", "No column of annual reports was found"
    ),
    CrawlState.PARTIAL.value: Bilingual("没有读完", "The site was not read to the end"),
    CrawlState.RUNNING.value: Bilingual("抓取中断", "The crawl broke off"),
    CONTROL_FAILED: Bilingual(
        "读完了栏目，但没有认出已知的年报（对照检查未通过）",
        "The columns were read, but the reports known there were not recognised (control failed)",
    ),
}


def agency_line(standing: Standing) -> Line:
    """Return the line about one agency and year."""
    return Line(
        name=standing.agency_name,
        fiscal_year=standing.fiscal_year,
        message=_message(standing),
        basis=standing.basis,
        url=standing.report_url or _column(standing),
        proof=_proof(standing),
        local=local_note(standing),
    )


def _column(standing: Standing) -> str | None:
    """Return where a missing report should stand."""
    if standing.state is not ComplianceState.MISSING or not standing.columns:
        return None
    return standing.columns[0]


def local_note(standing: Standing) -> Bilingual | None:
    """Say which day a local notice sets, and who decided it; nobody is late by it."""
    due = standing.local_due
    if due is None:
        return None
    by = f"{due.notice}；{due.overlay}" if due.overlay else due.notice
    by_en = f"{due.notice}; {due.overlay}" if due.overlay else due.notice
    return Bilingual(f"本地时限 {due.day}（{by}）", f"local due day {due.day} ({by_en})")


def _message(standing: Standing) -> Bilingual:
    due = standing.due_on.isoformat()
    if standing.state is ComplianceState.MISSING:
        return Bilingual(
            f"应于{due}前公布，截至核查时栏目中没有该年度年报。",
            f"Due by {due}; at the time of checking the columns showed no report for that year.",
        )
    if standing.state is ComplianceState.LATE:
        return Bilingual(
            f"应于{due}前公布，逾期{standing.days_late}天。",
            f"Due by {due}; days late: {standing.days_late}.",
        )
    if standing.state in (ComplianceState.DUE_SOON, ComplianceState.NOT_DUE):
        return Bilingual(f"应于{due}前公布，尚未见到。", f"Due by {due}; not seen yet.")
    return _reason(standing)


def _reason(standing: Standing) -> Bilingual:
    why = standing.reason or STATE_NAMES[standing.state]
    zh, en = why.zh.rstrip("。."), why.en.rstrip(".")  # libraries end their sentences themselves
    return Bilingual(f"{zh}。", f"{en[:1].upper()}{en[1:]}.")


def _proof(standing: Standing) -> Bilingual | None:
    if standing.state is not ComplianceState.MISSING or standing.checked_at is None:
        return None
    moment = f"{standing.checked_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return Bilingual(
        f"证据：{moment}结束的抓取读至栏目末页，并在其中认出了其他年报（对照检查通过）。",
        f"Proof: the crawl that ended {moment} read the columns to their end and recognised "
        "other annual reports there (positive control passed).",
    )


def trouble_line(
    portal: Portal,
    crawl: Crawl,
    hidden: Sequence[str],
    *,
    others: Sequence[str] = (),
    again: int = 0,
    since: datetime | None = None,
) -> Line:
    """Return the line about a portal in trouble, with the names of the agencies it hides.

    ``others`` are the portals with the same cause; ``again`` says how often it was told before,
    and ``since`` when that was first.
    """
    what = _PORTAL_TROUBLE[trouble(crawl) or CONTROL_FAILED]
    said = in_both(crawl.reason) or Bilingual("", "")
    zh, en = (text[:_LONGEST_REASON].rstrip("。.") for text in (said.zh, said.en))
    why = Bilingual(f"{what.zh}{zh and f'（{zh}）'}", f"{what.en}{en and f' ({en})'}")
    if others:
        zh, en = "、".join(others[:_NAMES_SHOWN]), ", ".join(others[:_NAMES_SHOWN])
        why = Bilingual(f"{why.zh}；同一原因还涉及：{zh}", f"{why.en}; the same cause: {en}")
    if again and since is not None:
        day = local_date(since)
        why = Bilingual(
            f"{why.zh}；自{day}起仍未恢复", f"{why.en}; it has not recovered since {day}"
        )
    return Line(
        name=portal.name,
        fiscal_year=None,
        message=_hiding(why, hidden),
        url=portal.url,
        stands_for=1 + len(others),
    )


def recovered_line(portal: Portal) -> Line:
    """Return the line about a portal that can be crawled again."""
    message = Bilingual("网站已恢复正常抓取。", "The portal can be crawled again.")
    return Line(name=portal.name, fiscal_year=None, message=message, url=portal.url)


def unsure_lines(rows: Iterable[Standing], portals: dict[str, Portal]) -> list[Line]:
    """Return what cannot be judged by its cause: agencies that one portal hides are one line."""
    by_cause: dict[tuple[str, str], list[Standing]] = {}
    for row in rows:
        if row.state in UNSURE:
            by_cause.setdefault((row.portal_id, _reason(row).zh), []).append(row)
    return [
        _hidden_line(portals[portal_id], hidden)
        for (portal_id, _), hidden in sorted(by_cause.items())
    ]


def _hidden_line(portal: Portal, hidden: Sequence[Standing]) -> Line:
    if len(hidden) == 1:  # no law says that a site cannot be reached
        return replace(agency_line(hidden[0]), basis=None, url=portal.url)
    reason = _reason(hidden[0])
    why = Bilingual(reason.zh.removesuffix("。"), reason.en.removesuffix("."))
    return Line(
        name=portal.name,
        fiscal_year=hidden[0].fiscal_year,
        message=_hiding(why, [row.agency_name for row in hidden]),
        url=portal.url,
        stands_for=len(hidden),
    )


def _hiding(why: Bilingual, names: Sequence[str]) -> Bilingual:
    if not names:
        return Bilingual(f"{why.zh}；目前没有机关因此无法判断。", f"{why.en}; no agency is hidden.")
    shown, more = names[:_NAMES_SHOWN], len(names) > _NAMES_SHOWN
    return Bilingual(
        f"{why.zh}；{len(names)}个机关因此无法判断：{'、'.join(shown)}{'等' if more else ''}。",
        f"{why.en}; agencies that cannot be judged: {len(names)} ({', '.join(shown)}"
        f"{' and others' if more else ''}).",
    )
