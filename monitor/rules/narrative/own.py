"""Which counts of the prose are about what the tables count: the agency's own, this year, all.

What the prose narrows to a channel, an applicant, a part or a body is left alone, and so is what
is only about so many, or of another time.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from monitor.reading.statements import Count, Quotation, Scope, Sentence, Statements, Thing, Time
from monitor.reading.statements.flat import flatten
from monitor.reading.statements.vocabulary import load_words
from monitor.rules.kinds import agency_name, kind_of
from monitor.rules.model import Facts
from storage.models import AgencyKind

TOTALS = (
    Thing.REQUESTS_NEW,
    Thing.REQUESTS_RECEIVED,
    Thing.REQUESTS_ACCEPTED,
    Thing.REQUESTS_HANDLED,
    Thing.REQUESTS_ANSWERED,
)
AT_YEARS_END = frozenset(
    {
        Thing.REQUESTS_CARRIED_OUT,
        Thing.NORMATIVE_IN_FORCE,
        Thing.REGULATIONS_IN_FORCE,
        Thing.REVIEWS_PENDING,
        Thing.SUITS_PENDING,
    }
)
"""Things that are counted on the last day of the year."""
_GOVERNMENTS = frozenset({AgencyKind.GOVERNMENT, AgencyKind.TOWNSHIP})
_REMEDIES = ("reviews", "suits", "remedies")
_OTHERS = frozenset({Scope.AREA, Scope.SYSTEM, Scope.UNCERTAIN})
_AREA_ONLY = "省市县区州旗盟镇乡"
_AREA = re.compile(rf"[全我本](?P<area>[{_AREA_ONLY}])")
_NOT_THE_WHOLE_AREA = re.compile(r"本级|本机关|政府办|办公室")
_ROUNDED = re.compile(r"\d[十百千万亿]")
_ABOUT_DISCLOSURE = re.compile(r"信息公开|依申请公开|政务公开|公开政府信息")
_SentenceKey = tuple[int | None, int]
_BECAUSE_OF_DISCLOSURE = re.compile(
    r"(?:因|涉及|关于|有关|针对)[^,。;]{0,10}(?:信息公开|依申请公开|政务公开)"
)


class Stated:
    """The counts of a report, found by thing and by sentence in one go through them."""

    def __init__(self, statements: Statements) -> None:
        self.statements = statements
        self._scopes: dict[Thing | None, set[Scope]] = {}
        self._sentences: dict[_SentenceKey, list[Count]] = {}
        self._totals = {
            part.quotation: item.total for item in statements.breakdowns for part in item.parts
        }
        for count in statements.all_counts:
            self._scopes.setdefault(count.thing, set()).add(count.scope)
            self._sentences.setdefault(_key(count.sentence), []).append(count)

    def before(self, at: Quotation) -> list[Count]:
        """Return the counts of its sentence that stand before a quotation."""
        return [item for item in self.beside(at) if item.quotation.start < at.start]

    def beside(self, at: Quotation) -> list[Count]:
        """Return the counts of the sentence of a quotation."""
        return self._sentences.get(_key(at.sentence), [])

    def whole_of(self, part: Count) -> Count | None:
        """Return the count that a part is a part of, None if that is not sure."""
        return self._totals.get(part.quotation)

    def is_told_of(self, thing: Thing | None, scopes: Collection[Scope]) -> bool:
        """Whether the report tells of a thing, or of any requests, for other bodies as well."""
        same = TOTALS if thing in TOTALS else (thing,)
        return any(not self._scopes.get(item, set()).isdisjoint(scopes) for item in same)


def stated(facts: Facts) -> Stated:
    """Return what the prose states, which the engine has read."""
    assert facts.statements is not None
    return Stated(facts.statements)


def own_counts(
    facts: Facts,
    prose: Stated,
    *things: Thing,
    parts_of: Collection[Thing] = (),
    ways: bool = False,
) -> Iterator[Count]:
    """Yield the counts of some things that may be held against the tables.

    ``parts_of`` are the things whose parts are as good as the whole (办理10件，其中予以公开5件);
    with ``ways`` lawsuits told apart by how they came about are yielded too.
    """
    for count in prose.statements.all_counts:
        if count.thing not in things or count.sentence.section == "problems" or not count.exact:
            continue
        if any((count.channel, count.applicant, count.form)) or (count.way and not ways):
            continue
        if _is_rounded(count) or not is_of_year(count, facts.fiscal_year):
            continue
        if _is_whole(count, prose, parts_of) and is_own(count, facts, prose):
            yield count


def is_of_year(count: Count, fiscal_year: int | None) -> bool:
    """Whether it is of the fiscal year, or as of its last day."""
    if count.year not in (None, fiscal_year):
        return False
    if count.time is Time.THIS_YEAR:
        return True
    last = count.as_of is None or (count.as_of.month, count.as_of.day) == (12, 31)
    return count.time is Time.AS_OF and last


def is_own(count: Count, facts: Facts, prose: Stated) -> bool:
    """Whether it is of the body that the tables are of.

    A government's tables are those of its whole area; another body's are its own. Where the
    report speaks of a thing for the area as well, only what is said to be its own is.
    """
    if kind_of(facts) in _GOVERNMENTS:
        return _is_of_area(count, facts, prose)
    if count.scope is not Scope.OWN:
        return False
    return not prose.is_told_of(count.thing, _OTHERS) or says_own(count.sentence)


def says_own(sentence: Sentence) -> bool:
    """Whether a sentence says 我局, 本机关 or the like."""
    return any(word in _flat(sentence.text) for word in load_words()["scope"]["own"])


def follows_a_part(at: Quotation, prose: Stated) -> bool:
    """Whether its sentence speaks before it of some requests only, and not of all of them."""
    before = prose.before(at)
    if any(item.thing in TOTALS and not item.narrowed for item in before):
        return False
    return any(
        (item.thing in TOTALS and item.narrowed) or (item.thing is None and "申请" in item.label)
        for item in before
    )


def is_about_disclosure(count: Count, prose: Stated) -> bool:
    """Whether reviews and suits are said to be about disclosure, not about all of the work."""
    sentence = count.sentence
    if sentence.subpart == "on_request" or sentence.section == "remedies":
        return True
    if _ABOUT_DISCLOSURE.search(_flat(count.label)) or _because(count):
        return True
    return any(
        item.thing is not None
        and item.thing.startswith(_REMEDIES)
        and _ABOUT_DISCLOSURE.search(_flat(item.label))
        for item in prose.before(count.quotation)
    )


def _because(count: Count) -> bool:
    first = count.sentence.offset
    before = _flat(count.sentence.text[: count.quotation.start - first])
    return _BECAUSE_OF_DISCLOSURE.search(before) is not None


def _is_rounded(count: Count) -> bool:
    """Whether it is printed as 1.2万件, which may be rounded."""
    return _ROUNDED.search(_flat(count.quotation.text)) is not None


def _is_whole(count: Count, prose: Stated, parts_of: Collection[Thing]) -> bool:
    if count.whole:
        return True
    total = prose.whole_of(count)
    if total is None:
        return False
    if total.thing in parts_of and not total.narrowed and total.scope is count.scope:
        return True
    # 全县收到210件，其中我局收到7件
    return total.scope in _OTHERS and count.scope is Scope.OWN and says_own(count.sentence)


def _is_of_area(count: Count, facts: Facts, prose: Stated) -> bool:
    text = _flat(count.sentence.text)
    name = (agency_name(facts) or "").removesuffix("人民政府")
    named = {match["area"] for match in _AREA.finditer(text)}
    kind = name[-1:]
    if named and kind and kind in _AREA_ONLY and kind not in named:
        return False  # 全省 in the report of a county is its superior's
    if count.scope is Scope.AREA:
        return True
    if count.scope is not Scope.OWN or _NOT_THE_WHOLE_AREA.search(text):
        return False
    return not prose.is_told_of(count.thing, (Scope.AREA,))


def _key(sentence: Sentence) -> _SentenceKey:
    return sentence.section_index, sentence.offset


@lru_cache(maxsize=256)
def _flat(text: str) -> str:
    return flatten(text)[0]
