"""The way to the annual-report columns: which links lead there, and what proves one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.platforms import wording
from crawler.platforms.addresses import (
    canonical_url,
    host_of,
    is_column_address,
    join_address,
    looks_like_address,
)
from crawler.platforms.answers import is_json_answer, read_answer_labels
from crawler.platforms.gkmlpt import read_tree
from crawler.platforms.labels import read_labels
from crawler.platforms.markup import Markup, collapse, marks_of, parse_markup, text_of
from crawler.platforms.model import ColumnLink, ListPage, Page
from crawler.platforms.shells import same_host_frames
from crawler.platforms.subcolumns import NamedAddress, is_article_address, named_addresses

_QUOTED_PAIR = re.compile(
    r"""["'](?P<name>[^"'<>\n]{2,30})["']\s*,[^;\n]{0,60}?["'](?P<url>[^"'\s<>]{2,300})["']"""
)
_TRAIL_MARKS = re.compile(
    r"crumb|dqwz|weizhi|curb|location|position|(?:^|[\s_-])path(?:$|[\s_-])|wz(?:$|[\s_-])|dangqian|mbx|bread"
)
_TRAIL_WORDS = re.compile(r"(?:当前|所在|现在)(?:的)?(?:位置|栏目)|您(?:当前|现在)?(?:所)?在")
_LONGEST_TRAIL = 200
_LEAST_REPORTS = 2
_LEAST_PROOFS = 2
_FOREIGN = 0.85
"""A link to another host may well be the column, but belongs to another portal more often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What shows that a page is an annual-report column; at least two of the proofs hold."""

    met: tuple[str, ...]
    """Names of the proofs: ``label``, ``breadcrumb``, ``heading``, ``titles``, ``no_decoys``,
    ``path``."""
    rows: int
    """Rows of the list."""
    reports: int
    """Rows whose title is an annual report's."""
    decoys: int
    """Rows whose title only looks like one."""


def find_column_links(page: Page) -> tuple[ColumnLink, ...]:
    """Return the links of ``page`` that may lead to an annual-report column, best first.

    Looks at links, options, tree nodes and pairs of strings in scripts, and same-host frames;
    leaves out what is known to be another yearly report, and single articles.
    """
    markup = parse_markup(page)
    best: dict[str, ColumnLink] = {}
    nodes = (NamedAddress(node.name, node.url, None) for node in read_tree(page))
    for named in (*named_addresses(markup), *_quoted_pairs(markup), *nodes):
        link = _judge(named, page.url)
        if link and canonical_url(link.url) != canonical_url(page.url):
            _keep_better(best, link)
    for address in same_host_frames(markup, page):
        _keep_better(best, _frame_link(address))
    return tuple(sorted(best.values(), key=lambda link: -link.score))


def _keep_better(best: dict[str, ColumnLink], link: ColumnLink) -> None:
    key = canonical_url(link.url)
    if key not in best or best[key].score < link.score:
        best[key] = link


def _quoted_pairs(markup: Markup) -> Iterator[NamedAddress]:
    """Yield names that scripts write beside an address: ``tree.add(3, 0, '年报', '/nb/')``."""
    for script in markup.scripts:
        for match in _QUOTED_PAIR.finditer(script):
            url = (
                join_address(markup.base, match["url"])
                if looks_like_address(match["url"])
                else None
            )
            if url:
                yield NamedAddress(collapse(match["name"]), url, None)


def _judge(named: NamedAddress, url: str) -> ColumnLink | None:
    name = wording.compact(named.name)
    if wording.LOOKALIKE_COLUMN.search(name) or is_article_address(named.url) or len(name) > 40:
        return None
    if wording.is_report_title(named.name) and not is_column_address(named.url):
        return None
    step, score, why = _weigh(name, named.url)
    if not score:
        return None
    if host_of(named.url) != host_of(url):
        score *= _FOREIGN
    return ColumnLink(url=named.url, text=named.name, score=round(score, 3), step=step, why=why)


def _weigh(name: str, url: str) -> tuple[str, float, str]:
    """Return the step a link would take, how surely, and what says so."""
    path = _words_of_path(url)
    strong = bool(wording.STRONG_PATH.search(path))
    if wording.names_annual_column(name):
        return "column", 0.95 if strong else 0.9, "name"
    told = _told_by_address(url)
    if told:
        return "column", 0.9, told
    if wording.BARE_ANNUAL_COLUMN.match(name):
        return "column", 0.85 if strong else 0.65, "short name"
    if strong:
        return "column", 0.75 if wording.YEAR_NAME.match(name) else 0.6, "path"
    if wording.WEAK_PATH.search(path) and wording.YEAR_NAME.match(name):
        return "column", 0.4, "path of a year"
    if wording.PLATFORM_COLUMN.search(name):
        return "platform", 0.6 if name.startswith("政府信息公开") else 0.5, "platform"
    if wording.NEIGHBOUR_COLUMN.search(name):
        return "platform", 0.35, "neighbour"
    return "", 0.0, ""


def _words_of_path(url: str) -> str:
    parts = urlsplit(url)
    return unquote(f"{parts.path}?{parts.query}")


def _told_by_address(url: str) -> str | None:
    """Return what in the address itself names the column, on systems that say it there."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if re.search(r"/public/column/\d+", parts.path) and query.get("type") == ["3"]:
        return "type of the list"
    titles = (*query.get("righttitle", ()), *query.get("title", ()))
    return (
        "title in the address"
        if any(wording.names_annual_column(title) for title in titles)
        else None
    )


def _frame_link(address: str) -> ColumnLink:
    strong = bool(wording.STRONG_PATH.search(_words_of_path(address)))
    return ColumnLink(url=address, text="", score=0.6 if strong else 0.3, step="frame", why="frame")


def confirm_column(page: Page, list_page: ListPage) -> Proof | None:
    """Return the proof that ``page``, read as ``list_page``, is such a column; None if it is not.

    Two proofs must hold, and the list must not be one of look-alikes for the greater part.
    """
    reports = sum(1 for item in list_page.items if wording.is_report_title(item.title))
    decoys = sum(1 for item in list_page.items if wording.is_lookalike_title(item.title))
    markup = parse_markup(page)
    labels = read_answer_labels(page) if is_json_answer(page) else read_labels(markup)
    shows_one = is_article_address(page.url) or wording.is_report_title(
        labels.get("articletitle", "")
    )
    one_article = shows_one and reports < _LEAST_REPORTS
    if decoys > reports or one_article or _says_lookalike(labels):
        return None
    proofs = {
        "label": any(
            wording.names_annual_column(labels.get(name, ""), bare=reports > 0)
            for name in ("columntype", "columnname")
        ),
        "breadcrumb": _trail_names_column(markup, bare=reports > 0),
        "heading": _is_headed_as_column(markup),
        "titles": reports >= _LEAST_REPORTS,
        "no_decoys": reports > 0 and 2 * reports >= len(list_page.items),
        "path": bool(wording.STRONG_PATH.search(_words_of_path(page.url))),
    }
    met = tuple(name for name, holds in proofs.items() if holds)
    if len(met) < _LEAST_PROOFS:
        return None
    return Proof(met=met, rows=len(list_page.items), reports=reports, decoys=decoys)


def _says_lookalike(labels: dict[str, str]) -> bool:
    name = wording.compact(labels.get("columnname", ""))
    return bool(wording.LOOKALIKE_COLUMN.search(name)) and not wording.ANNUAL_COLUMN.search(name)


def _trail_names_column(markup: Markup, *, bare: bool) -> bool:
    """Tell whether the trail of the page (当前位置：首页 > …) ends in an annual-report column."""
    for element in markup.root.iter(
        "div", "p", "span", "ul", "td", "nav", "h1", "h2", "h3", "dl", "ol"
    ):
        text = (
            text_of(element)
            if _TRAIL_MARKS.search(marks_of(element)) or _starts_as_trail(element)
            else ""
        )
        if 0 < len(text) <= _LONGEST_TRAIL and wording.names_annual_column(
            _end_of_trail(text), bare=bare
        ):
            return True
    return False


def _is_headed_as_column(markup: Markup) -> bool:
    """Tell whether the page's own title names the column, and not one report."""
    element = next(markup.root.iter("title"), None)
    title = text_of(element) if element is not None else ""
    parts = [part for part in re.split(r"[-_|–—>]+", title) if part.strip()]
    return any(
        wording.names_annual_column(part) and not wording.is_report_title(part) for part in parts
    )


def _starts_as_trail(element: object) -> bool:
    return bool(_TRAIL_WORDS.search(getattr(element, "text", None) or ""))


def _end_of_trail(text: str) -> str:
    parts = [part for part in re.split(r"\s*(?:>+|»|›|→|/|\\|-{1,2}>|::)\s*", text) if part.strip()]
    ends = (
        parts[-2:] if parts and wording.YEAR_NAME.match(wording.compact(parts[-1])) else parts[-1:]
    )
    return " ".join(ends)
