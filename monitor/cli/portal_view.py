"""How portals, their columns and their crawls are shown on a terminal."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rich.console import Console

from monitor.cli.terminal import headed_table, print_table, results, shown
from monitor.crawl_reports.advice import state_advice
from monitor.crawl_reports.facts import PortalRun
from monitor.crawl_reports.page import STATE_NAMES
from monitor.language import Bilingual, Language
from monitor.portal_facts import ListedPortal, PortalFacts, StandingColumn, proof_texts
from monitor.portal_search import PortalSearch
from monitor.reasons import in_both, way_found
from storage.clock import SHANGHAI
from storage.models import ColumnState, CrawlState

_NEVER = Bilingual("尚未抓取", "never crawled")
_NO_COLUMN = Bilingual("没有找到年报栏目。", "No annual-report column was found.")
_NOT_SEARCHED = Bilingual(
    "没能找完：网站上有没有年报栏目还不知道。",
    "The search could not be completed: whether the portal has such a column is not known.",
)
_NONE_KNOWN = Bilingual("还没有已知的年报栏目。", "No annual-report column is known yet.")
_LIST = (
    Bilingual("网站", "portal"),
    Bilingual("名称", "name"),
    Bilingual("栏目", "columns"),
    Bilingual("上次抓取", "last crawl"),
    Bilingual("结果", "state"),
    Bilingual("对照", "control"),
    Bilingual("下次", "next"),
    Bilingual("网址", "address"),
)
_CRAWLS = (
    Bilingual("时间", "at"),
    Bilingual("结果", "state"),
    Bilingual("页面", "pages"),
    Bilingual("请求", "requests"),
    Bilingual("年报", "reports"),
    Bilingual("新原件", "new"),
    Bilingual("对照", "control"),
    Bilingual("原因", "reason"),
)


def print_portals(
    portals: Sequence[ListedPortal], due: Mapping[str, date | None], language: Language
) -> None:
    """Print all portals as a table, with the day on which each is due; None: at once."""
    table = headed_table(_LIST, language)
    for each in portals:
        table.add_row(
            shown(each.id),
            shown(each.name),
            str(each.columns),
            _local(each.crawled_at) if each.crawled_at else _NEVER.in_language(language),
            STATE_NAMES[each.state].in_language(language) if each.state else "-",
            _mark(each.control_passed),
            day.isoformat() if (day := due.get(each.id)) else "-",
            shown(each.url),
        )
    print_table(table, language)


def print_search(found: PortalSearch, language: Language) -> None:
    """Print what a search found and why, or what stood in its way and what to do."""
    console = results()
    for column in found.columns:
        _print(console, f"{column.name}  {column.url}")
        how = way_found(column.found_by).in_language(language)
        _print(console, f"  {column.platform}; {how}")
        _print_proof(console, column.proof, language)
    if not found.columns:
        searched = found.state is CrawlState.NO_COLUMN
        _print(console, (_NO_COLUMN if searched else _NOT_SEARCHED).in_language(language))
        if (why := in_both(found.reason)) is not None:
            _print(console, why.in_language(language))
        _print(console, state_advice(found.state, found.evidence).in_language(language))


def print_explanation(facts: PortalFacts, language: Language) -> None:
    """Print what is kept of a portal: columns with their proofs, last crawls, what to do."""
    console = results()
    _print(console, f"{facts.name} ({facts.id})  {facts.url}")
    about = Bilingual(
        f"{facts.division} {facts.level}，机关 {facts.agencies}",
        f"{facts.division} {facts.level}, {facts.agencies} agencies",
    )
    _print(console, about.in_language(language))
    for column in facts.columns:
        _print_column(console, column, language)
    if not facts.columns:
        _print(console, _NONE_KNOWN.in_language(language))
    if facts.search_next:
        again = Bilingual("下次抓取会重新寻找栏目。", "The next crawl looks for columns anew.")
        _print(console, again.in_language(language))
    _print_left(console, facts, language)
    _print_crawls(console, facts.crawls, language)
    advice = facts.advice or Bilingual(
        f"先运行 nianbao crawl --portal {facts.id}。",
        f"Run 'nianbao crawl --portal {facts.id}' first.",
    )
    _print(console, advice.in_language(language))


def _print_left(console: Console, facts: PortalFacts, language: Language) -> None:
    """Print what the last search could not follow, when the next one is, and how to hasten it."""
    if not facts.unsearched:
        return
    since = facts.unsearched_since
    _print(console, "")
    what = Bilingual(
        f"上次寻找时有 {len(facts.unsearched)} 条途径没能走完"
        + (f"（自 {_local(since)} 起）" if since else "")
        + "，那里可能还有年报栏目：",
        f"The last search left {len(facts.unsearched)} ways"
        + (f" (none others since {_local(since)})" if since else "")
        + "; there may be further columns:",
    )
    _print(console, what.in_language(language))
    for why in facts.unsearched:
        said = in_both(why)
        _print(console, f"  - {said.in_language(language) if said else why}")
    again = Bilingual(
        f"最迟于 {_local(facts.search_at)} 重新寻找；要提前寻找（每天至多一次），请运行 "
        f"nianbao crawl --portal {facts.id}，或者在登记表 known_columns 中写明栏目网址。",
        f"They are tried again by {_local(facts.search_at)}; to try sooner (once a day), run "
        f"'nianbao crawl --portal {facts.id}', or name the columns in the registry "
        "(known_columns).",
    )
    _print(console, again.in_language(language))


def _print_column(console: Console, column: StandingColumn, language: Language) -> None:
    lost = column.state is ColumnState.LOST and column.lost_at is not None
    state = (
        Bilingual(f"已失效（{_local(column.lost_at)}）", f"lost ({_local(column.lost_at)})")
        if lost
        else Bilingual("有效", "stands")
    )
    _print(console, "")
    _print(console, f"{column.name or '-'}  {column.url}  {state.in_language(language)}")
    way = way_found(column.found_by)
    how = Bilingual(
        f"由“{way.zh}”于 {_local(column.found_at)} 找到，平台 {column.platform or '-'}，"
        f"年报 {column.reports}",
        f"found by '{way.en}' on {_local(column.found_at)}, platform "
        f"{column.platform or '-'}, {column.reports} reports",
    )
    _print(console, f"  {how.in_language(language)}")
    _print_proof(console, column.proof, language)
    if column.evidence_sha256:
        _print(console, f"  SHA-256 {column.evidence_sha256}")


def _print_proof(console: Console, proof: dict[str, Any], language: Language) -> None:
    for text in proof_texts(proof):
        _print(console, f"  - {text.in_language(language)}")


def _print_crawls(console: Console, crawls: Sequence[PortalRun], language: Language) -> None:
    if not crawls:
        return
    table = headed_table(_CRAWLS, language)
    for crawl in crawls:
        table.add_row(
            _local(crawl.started_at),
            STATE_NAMES[crawl.state].in_language(language),
            str(crawl.pages),
            str(crawl.requests),
            str(crawl.reports_found),
            str(crawl.originals_new),
            _mark(crawl.control_passed),
            shown(why.in_language(language) if (why := in_both(crawl.reason)) else None),
        )
    _print(console, "")
    console.print(table)


def _print(console: Console, text: str) -> None:
    console.print(shown(text), markup=False, highlight=False, soft_wrap=True)


def _mark(passed: bool | None) -> str:
    return "-" if passed is None else "✓" if passed else "✗"


def _local(at: datetime | None) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if at else "-"
