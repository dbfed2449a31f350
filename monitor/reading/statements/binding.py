"""Which thing a number counts, by the words that belong to it.

A number is bound only if nothing is left of its words when those of the vocabulary are taken out:
what is left narrows it in a way that is not known, and then it counts nothing known.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from monitor.reading.statements.model import Applicant, Channel, Form, Thing, Way
from monitor.reading.statements.tokens import Token, meanings_of
from monitor.reading.statements.vocabulary import load_words

_LONGEST_NAME = 24
"""Characters of the name of a website or account before its kind."""
_REMEDIES = frozenset({"review", "suit"})
_MONEY = frozenset({"fee", "admin_fee"})
_FAMILIES = {
    "request": "requests",
    "review": "remedies",
    "suit": "remedies",
    "remedy": "remedies",
    "normative": "documents",
    "regulation": "documents",
    "policy": "documents",
    "item": "items",
    "item_published": "items",
    "training": "training",
    "visits": "visits",
    "proposal": "proposals",
    "deputies": "proposals",
    "conference": "proposals",
}
_WAYS = {"direct": Way.DIRECT, "after": Way.AFTER}
_SPECIAL_ITEMS = frozenset({"item", "item_published"})
_HARMLESS_BUILD = frozenset(
    {"sum", "joint", "each", "wholly", "via", "opening", "all_done", "about"}
)
_OBSCURE = frozenset({"unknown", "elsewhere", "title", "percent", "number", "colon"})
_BODY = re.compile(
    r"(?:局|委员会|委|办公室|办|厅|镇|乡|街道|街道办事处|政府|中心|管委会|大队|支队|院|处|站|县|市|区)$"
)


@dataclass(frozen=True, slots=True)
class Context:
    """What the sentence said before: its topic, and whether it is about disclosure."""

    topic: str | None = None
    thing: Thing | None = None
    """That of the last count."""
    disclosure: bool = False
    requests: bool = False
    """Whether 申请 alone is one for information."""
    on_request: bool = False
    """Whether it stands under the sub-heading 依申请公开."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What words say: several things if one number is said of each of them."""

    things: tuple[Thing, ...] = ()
    topic: str | None = None
    channel: Channel | None = None
    applicant: Applicant | None = None
    form: Form | None = None
    way: Way | None = None
    other_body: bool = False
    """True if a body that is not the agency stands in front."""

    @property
    def facet(self) -> str | None:
        """By what it is narrowed, or None."""
        for name in ("channel", "applicant", "form", "way"):
            if getattr(self, name) is not None:
                return name
        return None


NOTHING = Bound()


def bind(
    head: Sequence[Token],
    tail: Sequence[Token],
    context: Context,
    *,
    unit: str,
    zero: bool,
) -> Bound:
    """Return what the words before (``head``) and behind (``tail``) a number say it counts."""
    words, channel = _without_channels(head)
    words, other_body = _without_body(words)
    if _is_obscure(words, zero=zero):
        return NOTHING
    nouns, acts = meanings_of(words, "noun"), meanings_of(words, "act")
    if not nouns and acts:
        behind, tail_channel = _without_channels(_until_act(tail))
        if not _is_obscure(behind, zero=zero):
            nouns = meanings_of(behind, "noun")
            channel = channel or tail_channel
    ways = [_WAYS[act] for act in acts if act in _WAYS]
    acts = [act for act in acts if act not in _WAYS]
    applicant, form = _applicant(words), _form(words)
    if applicant is _MIXED or form is _MIXED or len(ways) > 1:
        return NOTHING
    facets = {
        "channel": channel,
        "applicant": applicant,
        "form": form,
        "way": ways[0] if ways else None,
    }
    narrowed = any(facets.values())
    each = any(token.meaning == "each" and token.kind == "build" for token in words)
    topic = _topic(nouns, acts, context, narrowed=narrowed, zero=zero)
    if topic is None:
        return NOTHING
    things = _things(topic, acts, context, nouns=bool(nouns), narrowed=narrowed, each=each or zero)
    if not things or not _fits_unit(topic, unit):
        return NOTHING
    return Bound(things=things, topic=topic, other_body=other_body, **facets)  # type: ignore[arg-type]


def _is_obscure(words: Sequence[Token], *, zero: bool) -> bool:
    for token in words:
        if token.kind in _OBSCURE:
            return True
        harmless = token.meaning in _HARMLESS_BUILD or (zero and token.meaning == "no")
        if token.kind == "build" and not harmless:
            return True
    return False


def _until_act(tail: Sequence[Token]) -> Sequence[Token]:
    for index, token in enumerate(tail):
        if token.kind == "act":
            return tail[:index]
    return tail


def _without_channels(words: Sequence[Token]) -> tuple[list[Token], Channel | None]:
    """Take out 通过…网站 and names of websites and accounts; say which channel that is.

    Several channels, named or not (等渠道), are ``SEVERAL``; 各渠道 is all of them and none.
    """
    kept: list[Token] = []
    found: list[str] = []
    for token in words:
        if token.kind == "channel":
            found.append(token.meaning)
            _drop_name(kept)
        else:
            kept.append(token)
    if not found:
        return kept, None
    if any(token.kind == "build" and token.means("wholly") for token in words):
        return kept, Channel.SEVERAL if "several" in found else None
    kinds = dict.fromkeys(found)
    return kept, Channel(next(iter(kinds))) if len(kinds) == 1 else Channel.SEVERAL


def _drop_name(kept: list[Token]) -> None:
    """Drop the name before a kind of channel, back to 通过, 在 or the like."""
    length = 0
    for index in range(len(kept) - 1, -1, -1):
        token = kept[index]
        if token.kind == "build" and token.means("via"):
            del kept[index:]
            return
        length += token.end - token.start
        if length > _LONGEST_NAME or token.kind in ("act", "time", "elsewhere", "number"):
            break
    while kept and (kept[-1].kind in ("unknown", "own", "title") or kept[-1].text in _OF_NAMES):
        kept.pop()


_OF_NAMES = frozenset(
    {"县", "市", "区", "局", "政府", "政务", "县级", "市级", "区级", "官方", "本级"}
)


def _without_body(words: Sequence[Token]) -> tuple[list[Token], bool]:
    """Take out the name of another body at the beginning."""
    run = 0
    while run < len(words) and words[run].kind == "unknown":
        run += 1
    name = "".join(token.text for token in words[:run])
    if run >= 2 and _BODY.search(name):
        return list(words[run:]), True
    return list(words), False


class _Mixed:
    """Several of a kind that are not all of it."""


_MIXED = _Mixed()


def _applicant(words: Sequence[Token]) -> Applicant | _Mixed | None:
    found = set(meanings_of(words, "applicant"))
    if not found or found == {"natural", "organisation"}:
        return None
    return Applicant(found.pop()) if len(found) == 1 else _MIXED


def _form(words: Sequence[Token]) -> Form | _Mixed | None:
    found = set(meanings_of(words, "form"))
    if not found:
        return None
    return Form(found.pop()) if len(found) == 1 else _MIXED


def _topic(
    nouns: Sequence[str], acts: Sequence[str], context: Context, *, narrowed: bool, zero: bool
) -> str | None:
    named = set(nouns)
    if "fee" in named:
        named -= {"request", "on_request", "bare_request"}
    if named & _REMEDIES:
        return _remedy(named, context, zero=zero)
    if named & _SPECIAL_ITEMS:
        named -= {"item"} if len(named) > 1 and "item_published" in named else set()
    if "request" in named:
        named -= {"bare_request", "on_request"}
    elif "on_request" in named:
        certain = zero or "bare_request" in named or bool(set(acts) - {"publish"})
        named = (named - {"on_request", "bare_request"}) | ({"request"} if certain else {"?"})
    elif "bare_request" in named:
        certain = context.requests
        named = (named - {"bare_request"}) | ({"request"} if certain else {"?"})
    if len(named) > 1:
        return None
    if named:
        (only,) = named
        return only if only in _table() else None
    if not acts and not narrowed:
        return None
    return context.topic


def _remedy(named: set[str], context: Context, *, zero: bool) -> str | None:
    """Reviews and suits: those above zero count only if they are said to be of disclosure."""
    if named - _REMEDIES - {"request", "on_request", "bare_request", "item"}:
        return None
    if not zero and not (context.disclosure or context.on_request):
        return None
    both = named >= _REMEDIES
    return "remedy" if both else next(iter(named & _REMEDIES))


def _things(
    topic: str,
    acts: Sequence[str],
    context: Context,
    *,
    nouns: bool,
    narrowed: bool,
    each: bool,
) -> tuple[Thing, ...]:
    if topic == "remedy" and each:
        found = (_one("review", acts), _one("suit", acts))
        return tuple(thing for thing in found if thing) if all(found) else ()
    if not nouns and not acts:
        return (context.thing,) if narrowed and context.thing else ()
    if len(acts) > 1 and each and not nouns:
        several = [_one(topic, [act]) for act in acts]
        if all(several) and "get" not in acts:
            return tuple(thing for thing in several if thing)
    thing = _one(topic, acts)
    return (thing,) if thing else ()


def _one(topic: str, acts: Sequence[str]) -> Thing | None:
    return _table()[topic].get(frozenset(acts))


def _fits_unit(topic: str, unit: str) -> bool:
    if topic in _MONEY:
        return unit in money_units() or not unit
    if unit in money_units():
        return False
    family = _FAMILIES.get(topic)
    return family is None or unit in load_words()["units_of"][family]


@cache
def _table() -> Mapping[str, Mapping[frozenset[str], Thing]]:
    text = (resources.files(__package__ or "") / "binding.toml").read_text(encoding="utf-8")
    return {
        topic: {
            frozenset(acts.split()): Thing(thing) for thing, sets in things.items() for acts in sets
        }
        for topic, things in tomllib.loads(text).items()
    }


@cache
def money_units() -> frozenset[str]:
    """Return the units of money."""
    return frozenset(load_words()["unit"]["money"])
