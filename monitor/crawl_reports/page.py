"""The page of a run for people. It needs no script and loads nothing."""

from collections import Counter
from functools import cache
from importlib import metadata

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from monitor.crawl_reports.facts import PortalRun, Run
from monitor.language import Bilingual, Language
from monitor.plain import plain
from monitor.reasons import in_both
from monitor.rules.masking import mask
from storage.clock import SHANGHAI
from storage.models import CrawlState

STATE_NAMES = {
    CrawlState.COMPLETE: Bilingual("完整", "complete"),
    CrawlState.PARTIAL: Bilingual("不完整", "partial"),
    CrawlState.BLOCKED: Bilingual("被拒绝", "blocked"),
    CrawlState.ROBOTS_DENIED: Bilingual("robots.txt 不允许", "robots denied"),
    CrawlState.UNREACHABLE: Bilingual("无法访问", "unreachable"),
    CrawlState.NO_COLUMN: Bilingual("未找到年报栏目", "no column"),
    CrawlState.RUNNING: Bilingual("进行中", "running"),
}
_GRAVEST_FIRST = (
    CrawlState.RUNNING,
    CrawlState.BLOCKED,
    CrawlState.UNREACHABLE,
    CrawlState.NO_COLUMN,
    CrawlState.ROBOTS_DENIED,
    CrawlState.PARTIAL,
    CrawlState.COMPLETE,
)


def run_page(run: Run, language: Language) -> str:
    """Return the page of a run as HTML: the portals in trouble first, each with what to do."""
    portals = sorted(run.portals, key=lambda each: (_GRAVEST_FIRST.index(each.state), each.portal))
    return _template().render(
        run=run,
        portals=portals,
        zh=language == "zh",
        language=language,
        counts=_counts(run, language),
        names=STATE_NAMES,
        version=metadata.version("nianbao"),
    )


def _counts(run: Run, language: Language) -> list[tuple[str, str, int]]:
    found = Counter(each.state for each in run.portals)
    return [
        (state.value, STATE_NAMES[state].in_language(language), found[state])
        for state in reversed(_GRAVEST_FIRST)
        if found[state]
    ]


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("monitor.crawl_reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = lambda text: plain(mask(str(text)))
    environment.filters["said"] = _said
    environment.filters["local"] = lambda at: at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    environment.filters["seconds"] = _seconds
    return environment.get_template("run.html.j2")


def _said(reason: str | None, language: Language) -> str:
    said = in_both(reason)
    return said.in_language(language) if said is not None else ""


def _seconds(portal: PortalRun) -> str:
    if portal.finished_at is None:
        return "-"
    return f"{(portal.finished_at - portal.started_at).total_seconds():.1f} s"
