"""The top-level headings of a report, known by text and number, never by style alone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.reading.heading_words import (
    LONGEST,
    NUMBERED,
    SURE,
    best_wording,
    number_of,
    own_wording_at,
    section_of,
    topics,
    wording_at,
)
from monitor.reading.labels import exact_request_row
from monitor.reading.lines import Line
from monitor.reading.model import Paragraph
from monitor.reading.normalise import normalise_label
from monitor.reading.outline import numbered_chain
from monitor.reading.stream import Item

_CONTENTS_LENGTH = 3
"""So many headings with nothing between them are a list of contents."""

_INSIDE = re.compile(
    r"[一二三四五六七八九十]{1,2}\s*[、．.,，]\s*|第[一二三四五六七八九十]{1,2}部分\s*[、：:]?\s*"
)
_NOTHING = re.compile("没有|无其他|暂无|未")
_LIKE_ENOUGH = 0.85
"""From here on 1. before a wording is the number of a heading, whatever stands around it."""
_CLAUSE = re.compile(r"[。，；;？?！!,]|\d\D*[件条次个项]")
"""What stands in an item of a list and not in a heading."""
_SENTENCE = re.compile("[。；;？！?!]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading where it stands: item of the stream, and characters of that item."""

    item: int
    start: int
    end: int
    key: str | None
    ordinal: int | None
    text: str
    style: str
    """How its number is written: ``han``, ``arabic``, ``paren`` or ``none``."""
    score: float
    whole: bool
    """True if nothing else stands in its paragraph."""


def find_headings(items: Sequence[Item]) -> tuple[list[Item], list[Heading]]:
    """Return the items without lists of contents, and the top-level headings among them."""
    found = headings_of(items)
    contents = contents_among(found)
    dropped = _contents_items(items, contents)
    kept = [index for index in range(len(items)) if index not in dropped]
    places = {old: new for new, old in enumerate(kept)}
    found = [
        replace(heading, item=places[heading.item]) for heading in found if heading not in contents
    ]
    found = _of_top_level(found)
    known = _best_of_each([heading for heading in found if heading.key])
    others = _own_headings([h for h in found if not h.key], known)
    headings = sorted((*known, *others), key=lambda heading: (heading.item, heading.start))
    return [items[index] for index in kept], _by_topic(headings)


def _by_topic(headings: list[Heading]) -> list[Heading]:
    """Give headings of unknown wording the one section of whose words they are, if it is absent."""
    taken = {heading.key for heading in headings}
    told: list[Heading] = []
    for heading in headings:
        hits = [key for key, words in topics().items() if words.search(heading.text)]
        if heading.key is None and len(hits) == 1 and hits[0] not in taken:
            taken.add(hits[0])
            told.append(replace(heading, key=hits[0]))
        else:
            told.append(heading)
    return told


def headings_of(items: Sequence[Item]) -> list[Heading]:
    """Return whatever may be a top-level heading, lists of contents and repeats included."""
    return [heading for index, item in enumerate(items) for heading in _in_item(item, index)]


def join_broken(items: Sequence[Item]) -> list[Item]:
    """Return the items with each heading in one that a line break cut in two."""
    joined: list[Item] = []
    for item in items:
        whole = _with_last(joined[-1], item) if joined else None
        if whole is None:
            joined.append(item)
        else:
            joined[-1] = whole
    return joined


def _with_last(before: Item, item: Item) -> Paragraph | None:
    """Return the heading that two paragraphs are together; None if the first is one by itself."""
    if not (isinstance(before, Paragraph) and isinstance(item, Paragraph)):
        return None
    match = NUMBERED.match(before.text)
    if match is None or match["paren"] or len(before.text) + len(item.text) > LONGEST:
        return None
    if NUMBERED.match(item.text) or _SENTENCE.search(item.text):
        return None
    core = normalise_label(before.text[match.end() :])
    both = core + normalise_label(item.text)
    if core and best_wording(core)[0] >= min(SURE, best_wording(both)[0]):
        return None
    if best_wording(both)[0] < SURE:
        return None
    return replace(before, text=before.text.rstrip() + item.text.lstrip())


def _in_item(item: Item, index: int) -> Iterator[Heading]:
    if isinstance(item, Line):
        alone = _only_text(item)
        if alone is not None:
            heading = _whole(alone, index)
            if heading is not None and heading.key and heading.style != "none":
                yield heading
    elif isinstance(item, Paragraph):
        heading = _whole(item.text, index)
        if heading is not None:
            yield heading
        if heading is None or heading.key is None:
            yield from _run_in(item.text, index, own=heading is None)


def _only_text(line: Line) -> str | None:
    """Return the text of a line that shows one only; most show several."""
    alone = None
    for cell in line.cells:
        if not cell.blank:
            if alone is not None:
                return None
            alone = cell.text
    return alone


def _whole(text: str, index: int) -> Heading | None:
    """Return the heading that a paragraph is, if it is nothing else."""
    if len(text) > 3 * LONGEST or exact_request_row(text):
        return None
    match = NUMBERED.match(text)
    style, ordinal = number_of(match)
    core = normalise_label(text[match.end() :] if match else text).rstrip(".,:;")
    if not core or len(core) > LONGEST or core[0].isdigit():
        return None
    key, score = section_of(core, ordinal if style != "paren" else None)
    numbered = style in ("han", "arabic")
    if key is None and (not numbered or _SENTENCE.search(text.strip()[:-1]) or len(core) < 2):
        return None
    if style != "han" and _NOTHING.match(core):
        return None
    if (
        style == "arabic"
        and score < _LIKE_ENOUGH
        and _CLAUSE.search(text, match.end() if match else 0)
    ):
        return None
    if key and not numbered and score < SURE:
        return None
    return Heading(
        item=index,
        start=0,
        end=len(text),
        key=key,
        ordinal=ordinal,
        text=text.strip(),
        style=style,
        score=score,
        whole=True,
    )


def _run_in(text: str, index: int, *, own: bool) -> Iterator[Heading]:
    """Yield the headings that stand inside a paragraph, with the text running on."""
    end = 0
    for match in _INSIDE.finditer(text):
        if match.start() < end:
            continue
        hit: tuple[str | None, int, float] | None = wording_at(text, match.end())
        if hit is None and own:
            hit = own_wording_at(text, match)
        if hit is None:
            continue
        key, end, score = hit
        yield Heading(
            item=index,
            start=match.start(),
            end=end,
            key=key,
            ordinal=number_of(NUMBERED.match(match[0]))[1],
            text=" ".join(text[match.start() : end].split()),
            style="han",
            score=score,
            whole=False,
        )


def _contents_items(items: Sequence[Item], contents: Sequence[Heading]) -> set[int]:
    """Return the items that are lines of a list of contents, its caption (目录) included."""
    found = {heading.item for heading in contents if heading.whole}
    return found | {i - 1 for i in found if i and _is_contents_caption(items[i - 1])}


def _is_contents_caption(item: Item) -> bool:
    return isinstance(item, Paragraph) and normalise_label(item.text) in ("目录", "目次")


def contents_among(found: list[Heading]) -> list[Heading]:
    """Return the headings of a list of contents: nothing between them, and all come again later."""
    contents: list[Heading] = []
    run: list[Heading] = []
    for heading in (*found, None):
        if run and heading is not None and _adjacent(run[-1], heading):
            run.append(heading)
            continue
        if len(run) >= _CONTENTS_LENGTH:
            later = {h.key for h in found if (h.item, h.start) > (run[-1].item, run[-1].start)}
            named = {h.key for h in run if h.key}
            if named and len(named & later) * 2 >= len(named):
                contents += run
        run = [heading] if heading is not None else []
    return contents


def _adjacent(before: Heading, heading: Heading) -> bool:
    if before.item == heading.item:
        return heading.start - before.end <= _CONTENTS_LENGTH
    return before.whole and heading.whole and heading.item - before.item == 1


def _of_top_level(found: list[Heading]) -> list[Heading]:
    """Leave out of the lines with 1. 2. 3. those that are no headings but items of a list."""
    arabic = [heading for heading in found if heading.style == "arabic"]
    if len({heading.key for heading in found if heading.key and heading.style == "han"}) > 1:
        chain: list[Heading] = []
    else:
        places = numbered_chain([(h.ordinal or 0, _topic(h), h.score) for h in arabic])
        chain = [replace(arabic[i], style="han") for i in places]
        arabic = [] if chain else arabic
    alike = [h for h in arabic if h.key and h.score >= _LIKE_ENOUGH]
    others = [heading for heading in found if heading.style != "arabic"]
    return sorted((*others, *chain, *alike), key=lambda heading: (heading.item, heading.start))


def _topic(heading: Heading) -> str | None:
    """Return the section of whose words a heading is, whatever its number."""
    if heading.key:
        return heading.key
    return next((key for key, words in topics().items() if words.search(heading.text)), None)


def _best_of_each(found: list[Heading]) -> list[Heading]:
    """Keep for each section the headings written in the best way that occurs for it."""
    numbered = any(heading.style in ("han", "arabic") for heading in found)
    ranks = {"han": 3, "arabic": 2, "none": 1, "paren": 0}
    kept: list[Heading] = []
    for key in {heading.key for heading in found}:
        own = [h for h in found if h.key == key and not (h.style == "paren" and numbered)]
        best = max((ranks[h.style] for h in own), default=0)
        own = [h for h in own if ranks[h.style] == best]
        alike = max((h.score for h in own), default=0)
        kept += own[:1] if best < 2 else [h for h in own if h.score >= min(alike, SURE)]
    return kept


def _own_headings(others: list[Heading], known: list[Heading]) -> list[Heading]:
    """Keep headings that are none of the six where their number continues the top-level count.

    Numbers that begin again, or that a known heading bears later, belong to a list inside a
    section.
    """
    kept: list[Heading] = []
    fixed = sorted(known, key=lambda heading: (heading.item, heading.start))
    for heading in others:
        before = [h for h in (*fixed, *kept) if (h.item, h.start) < (heading.item, heading.start)]
        after = [h for h in fixed if (h.item, h.start) > (heading.item, heading.start)]
        last = max((h.ordinal or 0 for h in before), default=0)
        next_ = min((h.ordinal for h in after if h.ordinal), default=None)
        if heading.ordinal == last + 1 and (next_ is None or heading.ordinal < next_):
            kept.append(heading)
    return kept
