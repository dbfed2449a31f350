"""When a page says it was published: by label, in words, and by its address."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.platforms.days import days_in_address, first_day, fold
from crawler.platforms.labels import labelled_days
from crawler.platforms.lists import is_trimming
from crawler.platforms.markup import Markup, collapse, marks_of, words_of
from crawler.platforms.model import DayFound

_PUBLISHED = re.compile(
    r"(?:发布|发表|公开|公布|发稿|上网)\s*(?:时间|日期)\s*[:：]?[\s\[\]【】（(]*"
)
_BARE = re.compile(r"(?<![\u4e00-\u9fff])(?:日\s*期|时\s*间)\s*[:：]\s*[\[【（(]?\s*")
_DAY_MARKS = re.compile(
    r"pub(?:lish)?[_-]?(?:date|time)|(?:^|\s)(?:fbsj|fbrq|article-time|artime)(?:$|\s)"
)
_WITHIN_BODY = 300
_COLUMN_HEAD = re.compile(r"^(?:发布|发表|公开|公布)(?:日期|时间)[:：]?$")


def read_days(
    markup: Markup, labels: dict[str, str], body: HtmlElement | None, url: str
) -> Iterator[DayFound]:
    """Yield the days of publication that a page tells, the likeliest first.

    A day of writing, of changing or of printing is none; one hidden in the address comes last, for
    an article that was moved has a new address.
    """
    for labelled in labelled_days(labels):
        yield DayFound(source="meta", day=labelled.day, text=labelled.text)
    yield from _shown_days(markup, body)
    for hidden in days_in_address(url):
        yield DayFound(source="url", day=hidden.day, text=hidden.text, kind=hidden.kind)


def _shown_days(markup: Markup, body: HtmlElement | None) -> list[DayFound]:
    """Return the days the page shows as those of publication; days within the report are not."""
    outside = fold(_words_outside(markup.root, body))
    opening = fold(words_of(body))[:_WITHIN_BODY] if body is not None else ""
    for text in (outside, opening):
        for label in (_PUBLISHED, _BARE):
            found = list(_labelled(label, text))
            if found:
                return found
        if text is outside:
            told = list(_tabled_days(markup.root)) or list(_marked_days(markup.root))
            if told:
                return told
    return []


def _labelled(label: re.Pattern[str], text: str) -> Iterator[DayFound]:
    seen = set()
    for match in label.finditer(text):
        written = first_day(text[match.end() : match.end() + 24])
        if written and written.start == 0 and written.day not in seen:
            seen.add(written.day)
            yield DayFound(
                source="page", day=written.day, text=collapse(match.group() + written.text)
            )


def _tabled_days(root: HtmlElement) -> Iterator[DayFound]:
    """Yield the days below a head 发布日期, in index tables whose first row has the heads."""
    for row in root.iter("tr"):
        below = row.getnext()
        heads = [collapse("".join(cell.itertext())).replace(" ", "") for cell in row]
        if below is None or len(below) != len(heads):
            continue
        for head, cell in zip(heads, below, strict=True):
            written = first_day(words_of(cell)) if _COLUMN_HEAD.match(head) else None
            if written:
                yield DayFound(source="page", day=written.day, text=f"{head} {written.text}")


def _marked_days(root: HtmlElement) -> Iterator[DayFound]:
    for element in root.iter():
        if element.tag in ("publishtime", "pubtime") or _DAY_MARKS.search(marks_of(element)):
            words = words_of(element)
            written = first_day(words) if len(words) < 60 else None
            if written:
                yield DayFound(source="page", day=written.day, text=written.text)
                return


def _words_outside(root: HtmlElement, body: HtmlElement | None) -> str:
    parts, skipped = [], set[HtmlElement]()
    for node in root.iter():
        if node.getparent() in skipped:
            skipped.add(node)
        elif node is body or is_trimming(node):
            skipped.add(node)
            parts.append(node.tail or "")
        else:
            parts += [node.text or "", node.tail or ""]
    return collapse(" ".join(parts))
