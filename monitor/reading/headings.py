"""The top-level headings of a report, known by text and number, never by style alone."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from monitor.formats import load_data, load_format
from monitor.reading.labels import exact_row, request_rows, similarity
from monitor.reading.lines import Line
from monitor.reading.model import Paragraph
from monitor.reading.normalise import normalise_label, parse_han_number, split_ordinal
from monitor.reading.stream import Item

ALIKE = 0.75
"""From here on a reworded heading is taken for one of the six (reference: similarity)."""
SURE = 0.9
_LONGEST = 45
_CONTENTS_LENGTH = 3
"""So many headings with nothing between them are a list of contents."""

_NUMBERED = re.compile(
    r"^\s*(?:第?(?P<han>[一二三四五六七八九十]{1,3})(?:部分)?(?:[、．.,，:：]|\s|(?<=部分))"
    r"|(?P<arabic>\d{1,2})(?:[、．，,]|\.(?!\d)|\s(?=\D))"
    r"|[（(](?P<paren>[一二三四五六七八九十\d]{1,3})[)）][、．.]?)\s*"
)
_INSIDE = re.compile(r"[一二三四五六七八九十]{1,2}\s*[、．.,，]\s*")
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
    found = [heading for index, item in enumerate(items) for heading in _in_item(item, index)]
    contents = _contents(found)
    dropped = _contents_items(items, contents)
    kept = [index for index in range(len(items)) if index not in dropped]
    places = {old: new for new, old in enumerate(kept)}
    found = [
        replace(heading, item=places[heading.item]) for heading in found if heading not in contents
    ]
    known = _best_of_each([heading for heading in found if heading.key])
    others = _own_headings([h for h in found if not h.key], known)
    headings = sorted((*known, *others), key=lambda heading: (heading.item, heading.start))
    return [items[index] for index in kept], headings


def _in_item(item: Item, index: int) -> Iterator[Heading]:
    if isinstance(item, Line):
        shown = [cell for cell in item.cells if not cell.blank]
        if len(shown) == 1:
            heading = _whole(shown[0].text, index)
            if heading is not None and heading.key and heading.style != "none":
                yield heading
    elif isinstance(item, Paragraph):
        heading = _whole(item.text, index)
        if heading is not None:
            yield heading
        if heading is None or heading.key is None:
            yield from _run_in(item.text, index)


def _whole(text: str, index: int) -> Heading | None:
    """Return the heading that a paragraph is, if it is nothing else."""
    if len(text) > 3 * _LONGEST or exact_row(text, request_rows()):
        return None
    match = _NUMBERED.match(text)
    style, ordinal = _number(match)
    core = normalise_label(text[match.end() :] if match else text).rstrip(".,:;")
    if not core or len(core) > _LONGEST or core[0].isdigit():
        return None
    key, score = _section_of(core, ordinal if style != "paren" else None)
    if key is None and (style != "han" or _SENTENCE.search(text.strip()[:-1]) or len(core) < 2):
        return None
    if key and score < {"han": 0.0, "arabic": 0.85}.get(style, SURE):
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


def _number(match: re.Match[str] | None) -> tuple[str, int | None]:
    if match is None:
        return "none", None
    style = next(name for name in ("han", "arabic", "paren") if match[name])
    digits = match[style]
    return style, int(digits) if digits.isdigit() else parse_han_number(digits)


def _section_of(core: str, ordinal: int | None) -> tuple[str | None, float]:
    """Return the section whose heading this is, and how alike the wordings are."""
    score, key = max(
        (similarity(core, wording), key) for key, words in _wordings().items() for wording in words
    )
    if score >= ALIKE:
        return key, score
    for number, (name, pattern) in enumerate(load_data("labels")["headings"].items(), start=1):
        if number == ordinal and re.search(pattern, core):
            return name, score
    return None, score


def _run_in(text: str, index: int) -> Iterator[Heading]:
    """Yield the headings that stand inside a paragraph, with the text running on."""
    end = 0
    for match in _INSIDE.finditer(text):
        if match.start() < end:
            continue
        hit = _wording_at(text, match.end())
        if hit is None:
            continue
        key, end, score = hit
        yield Heading(
            item=index,
            start=match.start(),
            end=end,
            key=key,
            ordinal=split_ordinal(match[0])[0],
            text=" ".join(text[match.start() : end].split()),
            style="han",
            score=score,
            whole=False,
        )


def _wording_at(text: str, start: int) -> tuple[str, int, float] | None:
    """Return the section whose heading begins at ``start``, where it ends, and how alike it is."""
    folded, ends = _folded(text[start : start + 2 * _LONGEST])
    if folded[:1] not in _first_characters():
        return None
    best: tuple[float, int, str, int] | None = None
    for key, wordings in _wordings().items():
        for wording in wordings:
            if folded.startswith(wording):
                return key, start + ends[len(wording) - 1], 1.0
    for key, wordings in _wordings().items():
        for wording in wordings:
            for length in range(len(wording) - 2, len(wording) + 4):
                piece = folded[:length]
                score = similarity(piece, wording) + (0.01 if piece[-1:] == wording[-1:] else 0)
                if best is None or (score, len(wording)) > best[:2]:
                    best = (score, len(wording), key, length)
    if best is None or best[0] < SURE or not ends:
        return None
    return best[2], start + ends[min(best[3], len(ends)) - 1], best[0]


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the comparable form of a text and, for each of its characters, its end in the text."""
    characters: list[str] = []
    ends: list[int] = []
    for index, character in enumerate(text):
        for folded in normalise_label(unicodedata.normalize("NFKC", character)):
            characters.append(folded)
            ends.append(index + 1)
    return "".join(characters), ends


def _contents_items(items: Sequence[Item], contents: Sequence[Heading]) -> set[int]:
    """Return the items that are lines of a list of contents, its caption (目录) included."""
    found = {heading.item for heading in contents if heading.whole}
    return found | {i - 1 for i in found if i and _is_contents_caption(items[i - 1])}


def _is_contents_caption(item: Item) -> bool:
    return isinstance(item, Paragraph) and normalise_label(item.text) in ("目录", "目次")


def _contents(found: list[Heading]) -> list[Heading]:
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
            if len(named & later) * 2 >= len(named):
                contents += run
        run = [heading] if heading is not None else []
    return contents


def _adjacent(before: Heading, heading: Heading) -> bool:
    if before.item == heading.item:
        return heading.start - before.end <= _CONTENTS_LENGTH
    return before.whole and heading.whole and heading.item - before.item == 1


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


@cache
def _first_characters() -> frozenset[str]:
    return frozenset(wording[0] for words in _wordings().values() for wording in words)


@cache
def _wordings() -> dict[str, tuple[str, ...]]:
    words: dict[str, dict[str, None]] = {}
    for format_id in ("v2021", "v2019"):
        for spec in load_format(format_id).sections:
            for wording in (spec.heading, *spec.aliases):
                words.setdefault(spec.key, {})[normalise_label(wording)] = None
    # Longer wordings first: some begin with others.
    return {key: tuple(sorted(found, key=len, reverse=True)) for key, found in words.items()}
