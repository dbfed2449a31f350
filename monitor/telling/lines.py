"""What mails say about one agency or one portal, in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.compliance import ComplianceState, Standing
from monitor.language import Bilingual
from storage.clock import SHANGHAI
from storage.models import Crawl, CrawlState

_NAMES_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an alert or a digest."""

    name: str
    fiscal_year: int | None
    message: Bilingual
    basis: Bilingual | None = None
    url: str | None = None
    proof: Bilingual | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Lines under one heading."""

    heading: Bilingual
    lines: Sequence[Line]


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

_PORTAL_TROUBLE = {
    CrawlState.BLOCKED: Bilingual(
        "网站以验证或防护页面拒绝访问", "the site answers with a challenge"
    ),
    CrawlState.ROBOTS_DENIED: Bilingual("网站的 robots.txt 不允许抓取", "robots.txt forbids it"),
    CrawlState.UNREACHABLE: Bilingual("网站无法访问", "the site cannot be reached"),
    CrawlState.NO_COLUMN: Bilingual("没有找到年报栏目", "no column of annual reports was found"),
    CrawlState.PARTIAL: Bilingual("没有读完", "it was not read to the end"),
    CrawlState.RUNNING: Bilingual("抓取中断", "the crawl broke off"),
}


def agency_line(standing: Standing) -> Line:
    """Return the line about one agency and year."""
    return Line(
        name=standing.agency_name,
        fiscal_year=standing.fiscal_year,
        message=_message(standing),
        basis=standing.basis,
        url=standing.report_url,
        proof=_proof(standing),
    )


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
            f"Due by {due}; published {standing.days_late} days late.",
        )
    if standing.state is ComplianceState.DUE_SOON:
        return Bilingual(f"应于{due}前公布，尚未见到。", f"Due by {due}; not seen yet.")
    name = STATE_NAMES[standing.state]
    reason = standing.reason
    if reason is None:
        return Bilingual(f"{name.zh}。", f"{name.en[:1].upper()}{name.en[1:]}.")
    return Bilingual(f"{name.zh}：{reason.zh}", f"{name.en[:1].upper()}{name.en[1:]}: {reason.en}")


def _proof(standing: Standing) -> Bilingual | None:
    if standing.state is not ComplianceState.MISSING or standing.checked_at is None:
        return None
    moment = f"{standing.checked_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return Bilingual(
        f"证据：{moment}结束的抓取读至栏目末页，并在其中认出了其他年报（对照检查通过）。",
        f"Proof: the crawl that ended {moment} read the columns to their end and recognised "
        "other annual reports there (positive control passed).",
    )


def portal_line(portal_name: str, url: str, crawl: Crawl, hidden: Sequence[str]) -> Line:
    """Return the line about a portal in trouble, with the agencies it hides."""
    trouble = _PORTAL_TROUBLE.get(crawl.state, Bilingual("抓取异常", "the crawl failed"))
    names = "、".join(hidden[:_NAMES_SHOWN]) + ("……" if len(hidden) > _NAMES_SHOWN else "")
    detail = f"（{crawl.reason}）" if crawl.reason else ""
    return Line(
        name=portal_name,
        fiscal_year=None,
        message=Bilingual(
            f"{trouble.zh}{detail}；{len(hidden)}个机关因此无法判断：{names}。",
            f"{trouble.en[:1].upper()}{trouble.en[1:]}{detail}; {len(hidden)} agencies cannot be "
            f"judged: {names}.",
        ),
        url=url,
    )
