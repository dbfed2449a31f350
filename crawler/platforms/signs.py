"""What shows that a page is an annual-report column: its name, trail, rows and address."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.platforms import wording
from crawler.platforms.answers import is_json_answer, read_answer_labels
from crawler.platforms.gkmlpt import is_divided_column
from crawler.platforms.labels import read_labels
from crawler.platforms.links import told_by_address, words_of_path
from crawler.platforms.markup import Markup, marks_of, parse_markup, text_of
from crawler.platforms.model import ListItem, ListPage, Page
from crawler.platforms.subcolumns import is_article_address

_TRAIL_MARKS = re.compile(
    r"crumb|dqwz|weizhi|curb|location|position|(?:^|[\s_-])path(?:$|[\s_-])|wz(?:$|[\s_-])|dangqian|mbx|bread"
)
_TRAIL_WORDS = re.compile(r"(?:当前|所在|现在)(?:的)?(?:位置|栏目)|您(?:当前|现在)?(?:所)?在")
_TEMPLATE = re.compile(
    r"/[a-z]*xxgk_gknb[a-z]*(?:_list)?(?:_\d+)?\.s?html?(?=$|[?#])", re.IGNORECASE
)
"""Templates of UCAP under whose names some portals serve any list (map of families, section 2)."""
_LONGEST_TRAIL = 200
_LEAST_REPORTS = 2
_LEAST_PROOFS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What shows that a page is an annual-report column."""

    met: tuple[str, ...]
    """Names of the proofs: ``label``, ``breadcrumb``, ``heading``, ``titles``, ``no_decoys``,
    ``years``, ``path``."""
    rows: int
    """Rows of the list."""
    reports: int
    """Rows whose title is an annual report's."""
    decoys: int
    """Rows whose title only looks like one."""


def confirm_column(page: Page, list_page: ListPage) -> Proof | None:
    """Return the proof that ``page``, read as ``list_page``, is such a column; None if it is not.

    Two proofs must hold, and the list must not be one of look-alikes for the greater part.
    """
    proof = signs_of_column(page, list_page)
    return proof if proof is not None and len(proof.met) >= _LEAST_PROOFS else None


def signs_of_column(page: Page, list_page: ListPage) -> Proof | None:
    """Return whatever shows that ``page`` is such a column, be it too little for a proof.

    None if something shows that it is not: mostly look-alikes, another name, a single article.
    A page that calls itself the column and shows a report may hold more look-alikes than reports.
    """
    markup = parse_markup(page)
    labels = read_answer_labels(page) if is_json_answer(page) else read_labels(markup)
    if _says_lookalike(labels):
        return None
    typed = wording.names_annual_column(labels.get("columntype", ""))
    headings = _headings(markup)
    headed = any(headings)
    told = told_by_address(page.url) is not None
    strong = told or bool(wording.STRONG_PATH.search(words_of_path(_TEMPLATE.sub("/", page.url))))
    # 年报 alone may be of anything: it counts beside something else that says of what.
    short = _says_short_name(markup, labels) and (strong or _stands_in_platform(markup, page))
    full = headed or wording.names_annual_column(labels.get("columnname", ""))
    divided = is_divided_column(page, list_page)
    named = typed or full or short or divided
    reports = sum(1 for item in list_page.items if _is_report(item, within_column=named))
    decoys = sum(1 for item in list_page.items if wording.is_lookalike_title(item.title))
    titled = wording.is_report_title(labels.get("articletitle", ""))
    by_address = is_article_address(page.url) and not (named and _is_named_first(markup, headings))
    if (titled or by_address) and reports < _LEAST_REPORTS:
        return None
    years = sum(1 for part in list_page.subcolumns if divided or part.why == "year")
    shown = reports or years
    if decoys > reports and not (named and shown):
        return None
    bare = reports > 0 or named or strong
    proofs = {
        "label": typed
        or divided
        or wording.names_annual_column(labels.get("columnname", ""), bare=bare),
        "breadcrumb": _trail_names_column(markup, bare=bare),
        "heading": headed,
        "titles": reports >= _LEAST_REPORTS,
        "no_decoys": reports > 0 and 2 * reports >= len(list_page.items),
        "years": named and years >= _LEAST_REPORTS,
        "path": strong,
    }
    met = tuple(name for name, holds in proofs.items() if holds)
    return Proof(met=met, rows=len(list_page.items), reports=reports, decoys=decoys)


def _says_lookalike(labels: dict[str, str]) -> bool:
    name = wording.compact(labels.get("columnname", ""))
    return bool(wording.LOOKALIKE_COLUMN.search(name)) and not wording.ANNUAL_COLUMN.search(name)


def _trail_names_column(markup: Markup, *, bare: bool) -> bool:
    """Tell whether the trail of the page (当前位置：首页 > …) ends in an annual-report column."""
    return any(
        wording.names_annual_column(_end_of_trail(trail), bare=bare) for trail in _trails(markup)
    )


def _is_named_first(markup: Markup, headings: list[bool]) -> bool:
    """Tell whether title or trail are those of the column itself, not of an article in it."""
    return headings[:1] == [True] or _trail_names_column(markup, bare=True)


def _says_short_name(markup: Markup, labels: dict[str, str]) -> bool:
    """Tell whether label or trail name the column, be it by 年报 alone."""
    label = wording.names_annual_column(labels.get("columnname", ""), bare=True)
    return label or _trail_names_column(markup, bare=True)


def _stands_in_platform(markup: Markup, page: Page) -> bool:
    """Tell whether the trail says 年报 below something disclosed, or it is of a platform's tree."""
    return is_json_answer(page) or any(
        "公开" in trail and wording.names_annual_column(_end_of_trail(trail), bare=True)
        for trail in _trails(markup)
    )


def _trails(markup: Markup) -> Iterator[str]:
    for element in markup.root.iter(
        "div", "p", "span", "ul", "td", "nav", "h1", "h2", "h3", "dl", "ol"
    ):
        if _TRAIL_MARKS.search(marks_of(element)) or _starts_as_trail(element):
            text = text_of(element)
            if 0 < len(text) <= _LONGEST_TRAIL:
                yield text


def _is_report(item: ListItem, *, within_column: bool) -> bool:
    """Tell a report by its title; in a column that is named one, 2023年年报 is title enough."""
    if wording.is_report_title(item.title):
        return True
    return within_column and wording.is_report_in_column(item.title)


def _headings(markup: Markup) -> list[bool]:
    """Tell for each part of the page's own title whether it names the column, not one report."""
    element = next(markup.root.iter("title"), None)
    title = text_of(element) if element is not None else ""
    parts = [part for part in re.split(r"[-_|–—>]+", title) if part.strip()]
    return [
        wording.names_annual_column(part) and not wording.is_report_title(part) for part in parts
    ]


def _starts_as_trail(element: object) -> bool:
    return bool(_TRAIL_WORDS.search(getattr(element, "text", None) or ""))


def _end_of_trail(text: str) -> str:
    parts = [part for part in re.split(r"\s*(?:>+|»|›|→|/|\\|-{1,2}>|::)\s*", text) if part.strip()]
    ends = (
        parts[-2:] if parts and wording.YEAR_NAME.match(wording.compact(parts[-1])) else parts[-1:]
    )
    return " ".join(ends)
