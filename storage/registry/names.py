"""Which agency a name means. Ambiguity is never resolved by guessing.

Reference: names as agencies print them in titles, with and without the superior place, shortened
(政府办, 管委会), or of the time before a reorganisation.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

from storage.registry.places import is_place_chain, leading_places, without_system
from storage.titles.wording import without_blanks

NEAR = 75.0
"""Similarity (0 to 100, normalised indel) from which two names may be of one agency."""

_SHORTEST_NEAR = 3


class MatchHow(StrEnum):
    """By which likeness a name was matched, surest first."""

    EXACT = "exact"
    ALIAS = "alias"
    GOVERNMENT = "government"
    """The usual short form of a government, street office or committee: 某某镇, 政府办, 管委会."""
    PREFIX = "prefix"
    """The name has a superior place more than the registry's, or one less."""
    SUFFIX = "suffix"
    """The name lacks its own place: 财政局 where only one is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyName:
    """An agency as far as its name goes; a candidate for a match."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    renamed_from: str | None = None
    merged_into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Whose name it is; ``agency_id`` None if nobody's, or of several ``candidates``."""

    agency_id: str | None = None
    how: MatchHow | None = None
    candidates: tuple[str, ...] = ()


_NAMED_BY_PLACE = frozenset({"人民政府", "人民政府办公室", "人民政府办公厅", "管理委员会"})
"""Bodies that nothing but their place tells apart."""


def normalise_name(name: str) -> str:
    """Return the form in which names compare: NFKC, simplified script, no blanks, no quotes."""
    return without_blanks(name).strip("《》〈〉“”\"'()[]【】、,。:;-_")


_SHORT_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), full)
    for pattern, full in (
        (r"(?<!人民)政府$", "人民政府"),
        (r"(?:人民)?政府办(?:公室)?$", "人民政府办公室"),
        (r"(?<=.)(?:镇|乡|苏木)$", r"\g<0>人民政府"),
        (r"街道(?:办)?$", "街道办事处"),
        (r"管委会$", "管理委员会"),
    )
)


@lru_cache(maxsize=1024)
def full_forms(name: str) -> frozenset[str]:
    """Return the full names that a normalised name may be short for, itself included."""
    forms = {name}
    for pattern, full in _SHORT_FORMS:
        if pattern.search(name):
            forms.add(pattern.sub(full, name))
    if is_place_chain(name):
        forms.add(name + "人民政府")
    if name.endswith("区"):
        forms.add(name + "管理委员会")
    return frozenset(forms)


def same_agency(one: str, other: str) -> bool:
    """Tell whether two names are of one agency, superior places and short forms aside.

    A name that lacks its own place (财政局) is not the same as one that has it: which place is
    meant cannot be told from the names alone.
    """
    forms, others = (full_forms(normalise_name(name)) for name in (one, other))
    return bool(forms & others) or any(
        _is_longer(form, like) or _is_longer(like, form) for form in forms for like in others
    )


def _is_longer(longer: str, shorter: str) -> bool:
    """Tell whether ``longer`` is ``shorter`` with superior places before it."""
    longer = without_system(longer)
    if not leading_places(shorter) and not re.search(r"(?:镇|乡)人民政府$|街道办事处$", shorter):
        return False
    return longer == shorter or _place_before(longer, shorter)


def _place_before(longer: str, shorter: str) -> bool:
    return (
        len(longer) > len(shorter)
        and longer.endswith(shorter)
        and is_place_chain(longer[: -len(shorter)])
    )


def _lacks_place(name: str, candidate: str) -> bool:
    """Tell whether ``name`` is the candidate's without its place: 财政局, 县财政局."""
    candidate = without_system(candidate)
    if _place_before(candidate, name):
        return True
    generic = re.match(r"[省市县区州盟旗](?:级|直)?(?=.)", name)
    if generic is None:
        return False
    rest = name[generic.end() :]
    return (
        candidate.endswith(rest)
        and candidate[: -len(rest)].endswith(generic[0][0])
        and is_place_chain(candidate[: -len(rest)])
    )


def match_agency(
    name: str,
    candidates: Iterable[AgencyName],
    *,
    fiscal_year: int | None = None,
    places: Iterable[str] = (),
) -> Match:
    """Return the one candidate that ``name`` means, if there is exactly one.

    With a fiscal year, agencies that existed when its report could be written go before others.
    ``places`` are names of the portal's own place (银川市兴庆区): they may be dropped before a
    registered name that has none. ``人民政府办公室`` never matches ``人民政府``.
    """
    wanted = normalise_name(name)
    known = list(candidates)
    if not wanted or not known:
        return Match()
    timely = [one for one in known if fiscal_year is None or _may_report_for(one, fiscal_year)]
    own_places = frozenset(normalise_name(place) for place in places)
    found = _match(wanted, timely, own_places, fiscal_year)
    if found.agency_id or found.candidates or len(timely) == len(known):
        return found
    return _match(wanted, known, own_places, fiscal_year)


def _may_report_for(agency: AgencyName, fiscal_year: int) -> bool:
    ended = agency.valid_to is not None and agency.valid_to < date(fiscal_year, 1, 1)
    begun_after = agency.valid_from is not None and agency.valid_from > date(
        fiscal_year + 1, 12, 31
    )
    return not (ended or begun_after)


def _match(
    wanted: str,
    candidates: Sequence[AgencyName],
    places: frozenset[str],
    fiscal_year: int | None,
) -> Match:
    forms = full_forms(wanted)
    likenesses: tuple[tuple[MatchHow, Callable[[str], bool]], ...] = (
        (MatchHow.EXACT, lambda name: name == wanted),
        (MatchHow.ALIAS, lambda name: name == wanted),
        (MatchHow.GOVERNMENT, lambda name: bool(forms & full_forms(name))),
        (MatchHow.PREFIX, lambda name: _differs_by_place(forms, name, places)),
        (MatchHow.SUFFIX, lambda name: any(_lacks_place(form, name) for form in forms)),
    )
    for how, is_like in likenesses:
        found = [one for one in candidates if any(map(is_like, _names(one, how)))]
        if found:
            return _decided(found, how, fiscal_year)
    return Match()


def _names(agency: AgencyName, how: MatchHow) -> tuple[str, ...]:
    own = (normalise_name(agency.name),)
    aliases = tuple(normalise_name(alias) for alias in agency.aliases)
    if how is MatchHow.EXACT:
        return own
    return aliases if how is MatchHow.ALIAS else own + aliases


def _differs_by_place(forms: frozenset[str], name: str, places: frozenset[str]) -> bool:
    return any(
        _is_longer(form, full)
        or _is_longer(full, form)
        or (_place_before(form, full) and form[: -len(full)] in places)
        for form in forms
        for full in full_forms(name)
    )


def _decided(found: list[AgencyName], how: MatchHow, fiscal_year: int | None) -> Match:
    if len(found) == 1:
        return Match(agency_id=found[0].id, how=how)
    heir = _one_of_lineage(found, fiscal_year)
    if heir is not None:
        return Match(agency_id=heir.id, how=how)
    return Match(candidates=tuple(sorted(one.id for one in found)))


def _one_of_lineage(found: list[AgencyName], fiscal_year: int | None) -> AgencyName | None:
    """Among the names one agency had in turn, return the one of the fiscal year."""
    ids = {one.id for one in found}
    linked = [one for one in found if one.renamed_from in ids]
    if fiscal_year is None or len(linked) != len(found) - 1:
        return None
    last_day = date(fiscal_year, 12, 31)
    then = [
        one
        for one in found
        if (one.valid_from is None or one.valid_from <= last_day)
        and (one.valid_to is None or one.valid_to >= last_day)
    ]
    return then[0] if len(then) == 1 else None


def near_names(
    name: str, candidates: Iterable[AgencyName], *, threshold: float = NEAR
) -> tuple[str, ...]:
    """Return ids of the candidates whose name is so near that ``name`` may be theirs.

    Made to keep anybody from being called missing while an unassigned report looks like theirs:
    it errs on the side of nearness. Places are left out of the comparison, so that bureaus of
    one county are not near for their county's sake.
    """
    wanted = _cores(name)
    return tuple(
        one.id
        for one in candidates
        if any(
            _is_near(core, other, threshold)
            for core in wanted
            for known in (one.name, *one.aliases)
            for other in _cores(known)
        )
    )


def _cores(name: str) -> frozenset[str]:
    return frozenset(_without_places(form) for form in full_forms(normalise_name(name)))


def _without_places(name: str) -> str:
    name = without_system(name)
    places = leading_places(name)
    rest = name[sum(len(place) for place in places) :]
    if not rest:
        return name
    if places and rest in _NAMED_BY_PLACE:
        return places[-1] + rest
    return re.sub(r"^[省市县区州盟旗](?:级|直)?(?=..)", "", rest)


def _is_near(one: str, other: str, threshold: float) -> bool:
    if one.endswith("政府") != other.endswith("政府"):
        return False  # the government and its office are different bodies
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= _SHORTEST_NEAR and _is_abbreviation(shorter, longer):
        return True
    return fuzz.ratio(one, other) >= threshold


def _is_abbreviation(shorter: str, longer: str) -> bool:
    """Tell whether the characters of ``shorter`` stand in ``longer`` in their order: 科技工信局."""
    rest = iter(longer)
    return all(character in rest for character in shorter)
