"""The documents that a sentence cites: title, number, issuer, and whether they belong together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.reading.statements.flat import Flat
from monitor.reading.statements.model import Citation

_OPENING, _CLOSING = r"[〔\[【(﹝〈<{]", r"[〕\]】)﹞〉>}]"
_NUMBER = re.compile(
    rf"(?P<prefix>[\u4e00-\u9fff]{{2,14}}){_OPENING}(?P<year>(?:19|20)\d\d)年?{_CLOSING}"
    r"第?(?P<serial>\d{1,5})号"
    r"|(?P<order>国务院令|(?<!命)令)[,(]?第?(?P<order_serial>\d{1,5})号"
)
_NO_PREFIX = re.compile(r".*(?:根据|按照|依据|落实|贯彻|执行|的|和|及|与|以及|通知|意见|规定|要求)")
_SHORT = re.compile(r"(?:简称|下称)[:为]?[“\"]?《(?P<short>[^《》]{1,40})》")
_DEFINING = re.compile(r"(?:简称|下称)(?:为|:)?[“\"]?$")
_ISSUER = re.compile(
    r"(?P<issuer>(?:中共中央|国务院|[\u4e00-\u9fff]{2,30}?(?:省|市|县|区|州|旗|人民政府|办公厅|办公室|局|委|委员会|厅|部)))"
    r"(?:关于|印发|转发|制定|发布|下发)"
)
_ISSUER_BEFORE = re.compile(
    r"(?:^|[,;:、(和及与]|根据|按照|依据|落实|贯彻|执行|对照|转发|参照)"
    r"(?P<issuer>[\u4e00-\u9fff]{2,30}?(?:人民政府|办公厅|办公室|国务院|局|委员会|委|厅|部))"
    r"(?:印发|发布|制定|下发|出台)?的?$"
)
_INNER = str.maketrans("《》<>", "〈〉〈〉")
_TITLE_ENDS = re.compile(r"[(,。;]")
_LONGEST, _LONGEST_OPEN = 300, 80
_BETWEEN = 3
"""Characters between a title and its number, at most: a bracket."""
_SHORT_WITHIN = 40
_REACH = 40


@dataclass(frozen=True, slots=True)
class _Title:
    text: str
    start: int
    end: int
    closed: bool


@dataclass(frozen=True, slots=True)
class _Number:
    text: str
    start: int
    end: int


def find_citations(flat: Flat) -> Iterator[Citation]:
    """Yield what a sentence cites, titles that define a short name left out."""
    if "《" not in flat.text and "号" not in flat.text:
        return
    numbers = list(_numbers(flat.text))
    used: set[int] = set()
    for title in _titles(flat.text):
        if _DEFINING.search(flat.text, max(0, title.start - 8), title.start):
            continue
        number = _beside(title, numbers, flat.text)
        if number is not None:
            used.add(number.start)
        yield _citation(flat, title, number)
    for number in numbers:
        if number.start not in used:
            yield _citation(flat, None, number)


def _titles(text: str) -> Iterator[_Title]:
    """Yield the outermost titles; one that is not closed ends before the next sign."""
    depth, start = 0, -1
    spans: list[tuple[int, int]] = []
    for at, character in enumerate(text):
        if character == "《":
            if depth and at - start > _LONGEST:
                depth = 0
            start = start if depth else at
            depth += 1
        elif character == "》" and depth:
            depth -= 1
            if not depth and at - start <= _LONGEST:
                spans.append((start, at))
    for first, last in spans:
        yield _Title(_inner(text[first + 1 : last]), first, last + 1, closed=True)
    if depth:
        longest = min(start + _LONGEST_OPEN, len(text))
        stop = _TITLE_ENDS.search(text, start, longest)
        end = stop.start() if stop else longest
        yield _Title(_inner(text[start + 1 : end]), start, end, closed=False)


def _inner(title: str) -> str:
    return title.translate(_INNER)


def _numbers(text: str) -> Iterator[_Number]:
    for match in _NUMBER.finditer(text):
        if match["order"]:
            yield _Number(f"国务院令第{match['order_serial']}号", match.start(), match.end())
            continue
        lead = _NO_PREFIX.match(match["prefix"])
        start = match.start() + (lead.end() if lead else 0)
        prefix = text[start : match.start() + len(match["prefix"])]
        if len(prefix) >= 2:
            number = f"{prefix}〔{match['year']}〕{match['serial']}号"
            yield _Number(number, start, match.end())


def _beside(title: _Title, numbers: list[_Number], text: str) -> _Number | None:
    """Return the number directly behind a title, or before it (国务院令第711号《…》)."""
    for number in numbers:
        between = text[title.end : number.start]
        if 0 <= number.start - title.end <= _BETWEEN and not between.strip("(,"):
            return number
        if number.end == title.start:
            return number
    return None


def _citation(flat: Flat, title: _Title | None, number: _Number | None) -> Citation:
    parts = [part for part in (title, number) if part is not None]
    start, end = min(part.start for part in parts), max(part.end for part in parts)
    short = _SHORT.search(flat.text, end, end + _SHORT_WITHIN)
    clear = short is not None and "《" not in flat.text[end : short.start()]
    return Citation(
        title=title.text if title else None,
        number=number.text if number else None,
        issuer=_issuer(flat.text, start, title),
        closed=title.closed if title else True,
        together=title is not None and number is not None,
        short_title=short["short"] if short is not None and clear else None,
        number_printed=flat.text[number.start : number.end] if number else None,
        quotation=flat.quote(start, end),
    )


def _issuer(text: str, start: int, title: _Title | None) -> str | None:
    if title is not None:
        inside = _ISSUER.match(title.text)
        if inside is not None:
            return inside["issuer"]
    before = _ISSUER_BEFORE.search(text[max(0, start - _REACH) : start])
    return before["issuer"] if before is not None else None
