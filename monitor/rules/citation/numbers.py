"""Rules about the issuers and numbers of cited documents."""

import re
from collections.abc import Iterator
from functools import cache

from rapidfuzz import fuzz

from monitor.formats import load_data
from monitor.rules.answers import fail, indeterminate
from monitor.rules.citation.documents import (
    KnownDocument,
    cited_numbers,
    cited_titles,
    known_documents,
    title_letters,
)
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import is_converted, nothing_found
from monitor.rules.quoting import passages

_OFFICE = "国务院办公厅"
_ISSUER = re.compile(r"国务院[^《》〈〉<>,。;、()]{0,30}?(?=《|关于|印发)")
_OTHER_DOCUMENT = re.compile(r"号|》[、和及]《?|;|。")
_REACH = 120
_ORDER_WITHOUT_ORDINAL = re.compile(r"国务院令\(?(?:711|492)号")
_NUMBER = re.compile(r"(?P<prefix>\D+)〔(?P<year>\d{4})〕(?P<serial>\d+)号")
_OPENING, _CLOSING = r"[〔\[【(〈<{]", r"[〕\]】)〉>}]"
_OWN_PREFIX = re.compile(r"国办公开|开办函")
_CONVERTED_BRACKETS = frozenset("[]")


@rule(
    "cite-issuer-wrong",
    zh="发文机关名称错误",
    en="issuer misnamed",
    severity=Severity.WARNING,
    formats=NEW,
    basis="国办公开办函〔2021〕30号、〔2019〕60号的发文机关：国务院办公厅政府信息与政务公开办公室",
    basis_2019="国办公开办函〔2019〕60号、61号的发文机关：国务院办公厅政府信息与政务公开办公室",
    thresholds={"issuer_similar": 0.6},
)
def cite_issuer_wrong(facts: Facts) -> Iterator[Finding]:
    """The office that issued the format notice is called by a wrong name.

    What it does: Reads the issuer before numbers or titles of 〔2019〕60号, 61号, 〔2021〕30号;
        国务院办公厅 alone is only a remark.
    Why it matters: The authority for the whole report is misnamed; a sign of careless editing.
    Legal basis: The notices are issued by 国务院办公厅政府信息与政务公开办公室.
    Example that fails: 国务院办公厅政府信息公开与政务公开办公室关于印发….
    Example that passes: 国务院办公厅政府信息与政务公开办公室关于印发….
    How to put it right: Correct the name.
    """
    report = facts.report
    assert report is not None
    found = False
    for passage in passages(report):
        for start, end in _issuers(passage.flat):
            name = passage.flat[start:end]
            if not _is_wrong(name, facts.thresholds["issuer_similar"]):
                continue
            found = True
            yield fail(
                f"发文机关“{name}”应为“{_right_issuer()}”。",
                f"The issuer “{name}” should be “{_right_issuer()}”.",
                passage.evidence(start, end),
                severity=Severity.INFO if name == _OFFICE else None,
            )
    if not found:
        yield from nothing_found(report, "发文机关名称", "the name of the issuer")


@rule(
    "cite-number-malformed",
    zh="文号书写不规范",
    en="document number malformed",
    severity=Severity.INFO,
    formats=NEW,
    basis="《党政机关公文格式》（GB/T 9704—2012）发文字号；国务院令的引用惯例",
)
def cite_number_malformed(facts: Facts) -> Iterator[Finding]:
    """The number of a cited document is not written as it is.

    What it does: Looks for 国务院令 without 第, and for known numbers without 〔〕, with a needless
        第, or a letter of their prefix lost. In converted text [ ] prove nothing.
    Why it matters: A reader cannot look the document up; a sign of careless editing.
    Legal basis: GB/T 9704—2012, 7.2.5: the year stands in 〔〕, the serial has no 第.
    Example that fails: 国务院令711号; 国办公开办函[2021]30号.
    Example that passes: 国务院令第711号; 国办公开办函〔2021〕30号.
    How to put it right: Write the number as on the document.
    """
    report = facts.report
    assert report is not None
    found = False
    for passage in passages(report):
        for start, end, right in _malformed(passage.flat):
            found = True
            printed, evidence = passage.flat[start:end], passage.evidence(start, end)
            if is_converted(report) and _only_brackets_converted(printed, right):
                yield indeterminate(
                    f"文号“{printed}”的括号可能是转换所致，请核对原件。",
                    f"The brackets of “{printed}” may come from conversion; check the original.",
                    evidence,
                )
            else:
                yield fail(
                    f"文号“{printed}”应写作“{right}”。",
                    f"The number “{printed}” should be written “{right}”.",
                    evidence,
                )
    if not found:
        yield from nothing_found(report, "文号书写", "how numbers are written")


@cache
def _right_issuer() -> str:
    return str(load_data("documents")["citation"]["right_issuer"])


@cache
def _wrong_issuers() -> tuple[str, ...]:
    return tuple(load_data("documents")["citation"]["seen_wrong_issuers"])


@cache
def _issued_by_the_office() -> tuple[KnownDocument, ...]:
    return tuple(item for item in known_documents() if item.issuer == _right_issuer())


def _is_wrong(name: str, similar: float) -> bool:
    if name == _right_issuer():
        return False
    return name == _OFFICE or fuzz.ratio(name, _right_issuer()) / 100 >= similar


def _issuers(flat: str) -> list[tuple[int, int]]:
    """Return where the issuers of the office's notices are named, by number or by title."""
    if "国务院" not in flat and not any(name in flat for name in _wrong_issuers()):
        return []
    spans = {match.span() for name in _wrong_issuers() for match in re.finditer(name, flat)}
    keys = {item.key for item in _issued_by_the_office()}
    for number in cited_numbers(flat, *keys):
        spans |= _issuer_before(flat, number.start)
    letters = {item.letters for item in _issued_by_the_office()}
    for title in cited_titles(flat):
        if title_letters(title.text) in letters and title.text.startswith("国务院"):
            spans |= _issuer_before(flat, title.end)
    return sorted(spans)


def _issuer_before(flat: str, end: int) -> set[tuple[int, int]]:
    """Return the last issuer before a number, unless another document stands between them."""
    start = max(0, end - _REACH)
    names = list(_ISSUER.finditer(flat, start, end))
    if not names or _OTHER_DOCUMENT.search(flat[names[-1].end() : end - 1]):
        return set()
    return {names[-1].span()}


def _malformed(flat: str) -> Iterator[tuple[int, int, str]]:
    """Yield where a number is not as it should be, and what it should be."""
    for match in _ORDER_WITHOUT_ORDINAL.finditer(flat):
        serial = "711" if "711" in match[0] else "492"
        yield (*match.span(), f"国务院令第{serial}号")
    for document in known_documents() if "号" in flat else ():
        loose = _loose(document)
        for match in loose.finditer(flat) if loose is not None else ():
            if match[0] != document.number and _means(document, match, flat):
                yield (*match.span(), document.number)


@cache
def _loose(document: KnownDocument) -> re.Pattern[str] | None:
    """Return a pattern for a number with brackets or letters wrong; None for orders."""
    parts = _NUMBER.fullmatch(document.number)
    if parts is None:
        return None
    prefix = "国办[公开办函发]{0,7}" if document.issuer == _right_issuer() else parts["prefix"]
    return re.compile(
        rf"(?P<prefix>{prefix}){_OPENING}?{parts['year']}年?{_CLOSING}?第?0*{parts['serial']}号"
    )


def _means(document: KnownDocument, match: re.Match[str], flat: str) -> bool:
    """Whether a number with another prefix is meant for this document and not for another one.

    国办函〔2021〕30号 is another document, unless the annual report is its matter.
    """
    if document.number.startswith(match["prefix"] + "〔") or _OWN_PREFIX.search(match["prefix"]):
        return True
    before = flat[max(0, match.start() - _REACH) : match.start()]
    return "年度报告" in re.split(r"[、;。]|号\)", before)[-1]


def _only_brackets_converted(printed: str, right: str) -> bool:
    same = printed.translate(str.maketrans("[]", "〔〕")) == right
    return same and bool(_CONVERTED_BRACKETS & set(printed))
