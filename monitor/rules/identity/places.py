"""The rule about another place's name that was left in a report."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from monitor.reading.statements import Name, NameRole
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.identity.divisions import (
    codes_of,
    codes_of_chain,
    is_code,
    is_outside,
    leading_divisions,
)
from monitor.rules.identity.own import own_agency
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.narrative.evidence import quoted
from monitor.rules.originals import letters_doubtful, nothing_found
from monitor.rules.quoting import flatten, passages
from monitor.rules.text.words import sentence_around
from storage.registry.names import normalise_name
from storage.registry.places import leading_places

_COUNTIES = ("县", "区", "旗")
_UNLISTED_COUNTY = re.compile(r"[\u4e00-\u9fff]{2,3}[县旗]")
_UNLISTED_DISTRICT = re.compile(
    r"(?!.*(?:新|高新|开发|实验|试验|示范|园|度假|保税)区$)[\u4e00-\u9fff]{2,3}区"
)
_DIVISION_CODE = 6
_OTHER_ROLES = frozenset({NameRole.PARTNER, NameRole.ORIGIN, NameRole.OWN})
_TITLES = re.compile(r"《[^《》]{0,300}》")
_PLACE_END = re.compile("[省市县区旗州盟]")
_SHORTEST_NAME, _LONGEST_NAME, _LONGEST_CHAIN = 3, 15, 30
_BEHIND = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """A place in the prose, and what stands about it; all flat."""

    text: str
    places: tuple[str, ...]
    """One within the other."""
    before: str
    behind: str
    sentence: str
    evidence: Evidence


@rule(
    "foreign-place-name",
    zh="混入外地地名",
    en="another place's name",
    severity=Severity.WARNING,
    formats=ALL,
    basis="《政府信息公开条例》第四十九条；国办公开办函〔2021〕30号（内容准确、避免雷同）",
    basis_2019="《政府信息公开条例》第四十九条",
    basis_2008="国务院令第492号第三十一条（年度报告）",
)
def foreign_place_name(facts: Facts) -> Iterator[Finding]:
    """A county or city stands in the report that is neither the agency's own nor around it.

    What it does: Looks up places in the list of divisions: one is foreign if by no reading of its
        name it lies in, around or at the agency's own place. Names within 《》, of projects, firms
        and media, and paired aid, visits, cases and people from elsewhere are left alone.
    Why it matters: The sentence was copied from another place's report.
    Legal basis: 《政府信息公开条例》第四十九条: every agency reports on itself.
    Example that fails: In a report from 威海市: 通过宜宾市人民政府门户网站公开信息。
    Example that passes: 赴宜宾市学习政务公开经验；对口支援某县。
    How to put it right: Write the own place, and check the sentence.
    """
    report, agency = facts.report, own_agency(facts)
    assert report is not None
    chain = _own_chain(facts)
    if agency is None or not chain:
        yield not_applicable("机关所在地不明。", "The agency's place is not known.")
        return
    found: dict[str, _Named] = {}
    for named in _foreign(facts, chain):
        found.setdefault(named.text, named)
    for text, named in found.items():
        blurred = agency.reorganised or letters_doubtful(report, named.evidence.place)
        yield _answer(agency.name, text, named.evidence, blurred=blurred)
    if not found:
        yield from nothing_found(report, "是否混入外地地名", "whether other places are named")


def _answer(agency: str, place: str, evidence: Evidence, *, blurred: bool) -> Finding:
    if blurred:
        return indeterminate(
            f"文中出现“{place}”，但机关曾调整或者文字读取存疑，请核对。",
            f"{place} is named, but the agency was reorganised or it was not read for certain.",
            evidence,
        )
    return fail(
        f"{agency}的年报中出现外地地名“{place}”，疑为照搬其他地方的年报。",
        f"{place}, another place, is named in the report of {agency}.",
        evidence,
    )


def _own_chain(facts: Facts) -> tuple[str, ...]:
    """Return the places in the agency's name, known ones first choice."""
    agency = own_agency(facts)
    if agency is None:
        return ()
    name = normalise_name(agency.name)
    return leading_divisions(name) or leading_places(name)


def _own_codes(facts: Facts, chain: tuple[str, ...]) -> frozenset[str]:
    division = facts.agency.division if facts.agency is not None else None
    if division and is_code(division[:_DIVISION_CODE]):
        return frozenset({division[:_DIVISION_CODE]})
    return codes_of_chain(chain) if all(map(codes_of, chain)) else frozenset()


def _foreign(facts: Facts, chain: tuple[str, ...]) -> Iterator[_Named]:
    """Yield the foreign places, by the list of divisions where the own place is on it."""
    near = {*chain, *_places_of_roster(facts)}
    own = _own_codes(facts, chain)
    for named in _listed(facts) if own else _stated(facts):
        if near & set(named.places) or not _is_named_as_own(named):
            continue
        codes = codes_of_chain(named.places)
        foreign = is_outside(codes, own) if own else _is_another_county(named.places[-1], chain)
        if foreign:
            yield named


def _listed(facts: Facts) -> Iterator[_Named]:
    """Yield the places of the list in the prose, titles left out."""
    report, words = facts.report, _words()
    assert report is not None
    for item in passages(report):
        text = _TITLES.sub(lambda match: "\u25a1" * len(match[0]), item.flat)
        taken = 0
        for end in (match.end() for match in _PLACE_END.finditer(text)):
            start = _beginning(text, end)
            if start is None or start < taken:
                continue
            places = leading_divisions(text[start : start + _LONGEST_CHAIN])
            stop = start + sum(map(len, places))
            taken = stop
            if places[-1] in words["ambiguous"].split() or text.startswith(
                ("域", "块", "间"), stop
            ):
                continue
            yield _Named(
                text="".join(places),
                places=places,
                before=text[max(0, start - 4) : start],
                behind=text[stop : stop + _BEHIND],
                sentence=sentence_around(text, start, stop),
                evidence=item.evidence(start, stop),
            )


def _beginning(text: str, end: int) -> int | None:
    """Return where the longest listed name that ends there begins, marked by sign or word."""
    for start in range(max(0, end - _LONGEST_NAME), end - _SHORTEST_NAME + 1):
        if codes_of(text[start:end]) and re.search(
            _words()["begins"], text[max(0, start - 1) : start]
        ):
            return start
    return None


def _stated(facts: Facts) -> Iterator[_Named]:
    """Yield the places that the prose is understood to name, where they stand for an own area."""
    statements = facts.statements
    assert statements is not None
    for name in statements.names:
        behind = _behind(name)
        own_part = name.within_agency or re.match(_words()["own_part"], behind) is not None
        places = leading_divisions(name.text) or leading_places(name.text)
        if name.kind == "place" and name.certain and not name.in_title and own_part and places:
            if name.role in _OTHER_ROLES:
                continue
            yield _Named(
                text=name.text,
                places=places,
                before="",
                behind=behind,
                sentence=_TITLES.sub("", flatten(name.quotation.sentence.text)),
                evidence=quoted(name.quotation),
            )


def _is_named_as_own(named: _Named) -> bool:
    """Whether a place is named in no part that another place may have."""
    words = _words()
    if re.search(words["lawful"], named.sentence) or re.search(words["partner"], named.before):
        return False
    return re.match(words["behind"], named.behind) is None


def _behind(name: Name) -> str:
    sentence = name.quotation.sentence
    at = name.quotation.end - sentence.offset
    return flatten(sentence.text[at : at + 2 * _BEHIND])[:_BEHIND]


def _is_another_county(place: str, chain: tuple[str, ...]) -> bool:
    """Whether both are counties, one of which cannot lie in the other; for places in no list."""
    own = chain[-1]
    known = bool(codes_of(place)) or _UNLISTED_COUNTY.fullmatch(place) is not None
    is_county = _UNLISTED_COUNTY.fullmatch(own) or _UNLISTED_DISTRICT.fullmatch(own)
    return known and place.endswith(_COUNTIES) and is_county is not None


def _places_of_roster(facts: Facts) -> Iterator[str]:
    for name in facts.known_agencies:
        yield from leading_places(normalise_name(name))
        yield from leading_divisions(normalise_name(name))


@cache
def _words() -> Mapping[str, str]:
    file = resources.files(__package__ or "") / "foreign.toml"
    words: Mapping[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))["place"]
    return words
