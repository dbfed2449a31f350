"""Rows that carry an id only, of which a script of the page makes the address. Pure.

``<a onclick="show(1001)">`` with ``function show(id){location.href='/detail/'+id+'.html'}`` leads
to ``/detail/1001.html``: a function that only joins texts and what it is given is worked out. What
more is done in a function, or stands in a file of its own, only a browser can tell.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.platforms import wording
from crawler.platforms.addresses import join_address
from crawler.platforms.lists import in_chrome
from crawler.platforms.markup import Markup, text_of
from crawler.platforms.model import ListItem
from crawler.platforms.row_links import link_address

_LONGEST_BODY = 600
_FUNCTION = re.compile(
    r"(?:\bfunction\s{1,4}(?P<name>\w{1,40})|\b(?P<set>\w{1,40})\s{0,4}[=:]\s{0,4}function)\s{0,4}"
    rf"\((?P<given>[\w\s,]{{0,120}})\)\s{{0,8}}\{{(?P<body>[^{{}}]{{1,{_LONGEST_BODY}}})\}}"
)
_GOES_TO = re.compile(
    r"(?:location(?:\.href)?\s*=(?!=)|window\.open\s*\(|location\.(?:assign|replace)\s*\()"
    r"\s*(?P<what>[^;\n]+)"
)
_VARIABLE = re.compile(r"\b(?:var|let|const)\s+(?P<name>\w+)\s*=\s*(?P<what>[^;\n]+)")
_PART = re.compile(
    r"""\s*(?:(?P<quote>['"])(?P<text>[^'"]*)(?P=quote)|(?P<name>[A-Za-z_$]\w*))\s*"""
)
_CALL = re.compile(r"\b(?P<name>\w{1,40})\s{0,4}\((?P<given>[^()]{0,200})\)")
_GIVEN = re.compile(r"""\s*(?:(['"])(?P<text>[^'"]*)\1|(?P<number>\d+))\s*(?:,|$)""")
_ID = re.compile(r"^(?:data-)?(?:[a-z-]*id|key|code|guid)$")
_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class _Function:
    given: tuple[str, ...]
    goes_to: str
    variables: Mapping[str, str]


def give_addresses(markup: Markup) -> None:
    """Write into the tree where links lead that call a function of the page.

    A link that leads somewhere by itself is left as it is.
    """
    functions = dict(_functions(markup.scripts))
    for element in markup.root.iter() if functions else ():
        call = _CALL.search(_action(element))
        function = functions.get(call["name"]) if call else None
        if call is None or function is None or link_address(element, markup.base):
            continue
        address = _worked_out(function, [each["text"] or each["number"] or ""
                                         for each in _GIVEN.finditer(call["given"])])  # fmt: skip
        if address is None or join_address(markup.base, address) is None:
            continue
        if element.tag == "a":
            element.set("href", address)
        else:
            element.set("onclick", f"location.href='{address}'")


def unaddressed_reports(markup: Markup, items: Iterable[ListItem]) -> tuple[str, ...]:
    """Return the titles of reports that can be clicked, or bear an id, and lead nowhere."""
    shown = [wording.compact(item.title) for item in items]
    found: dict[str, None] = {}
    for element in markup.root.iter():
        text = text_of(element) if not len(element) else ""
        title = wording.compact(text or element.get("title") or "")
        if not 0 < len(title) <= _LONGEST_TITLE or not wording.is_report_title(title):
            continue
        if any(_is_same(title, other) for other in shown) or not _acts(element):
            continue
        if not _leads_somewhere(element, markup.base):
            found[title] = None
    return tuple(found)


def _is_same(one: str, other: str) -> bool:
    """Tell whether two texts are of one row: cut short, or with its day."""
    return one.rstrip("….") in other or other.rstrip("….") in one


def _functions(scripts: Iterable[str]) -> Iterator[tuple[str, _Function]]:
    for script in scripts:
        for match in _FUNCTION.finditer(script):
            goes_to = _GOES_TO.search(match["body"])
            if goes_to is not None:
                given = tuple(name.strip() for name in match["given"].split(",") if name.strip())
                variables = {
                    each["name"]: each["what"] for each in _VARIABLE.finditer(match["body"])
                }
                yield match["name"] or match["set"], _Function(given, goes_to["what"], variables)


def _worked_out(function: _Function, values: list[str]) -> str | None:
    """Return what a function joins from texts and what it is given; None if it does more."""
    if len(values) < len(function.given):
        return None
    known = dict(zip(function.given, values, strict=False))
    for name, expression in function.variables.items():
        value = _joined(expression, known)
        if value is not None:
            known[name] = value
    return _joined(function.goes_to, known)


def _joined(expression: str, known: Mapping[str, str]) -> str | None:
    """Return the texts and names that ``+`` joins, up to a comma or the end of the call."""
    text, at = "", 0
    while match := _PART.match(expression, at):
        value = match["text"] if match["quote"] else known.get(match["name"])
        if value is None:
            return None
        text, at = text + value, match.end()
        if not expression.startswith("+", at):
            break
        at += 1
    ended = at > 0 and (at == len(expression) or expression[at] in ",)")
    return text if ended else None


def _action(element: HtmlElement) -> str:
    if not isinstance(element.tag, str):
        return ""
    href = element.get("href") or ""
    return element.get("onclick") or (href if href.lower().startswith("javascript:") else "")


def _acts(element: HtmlElement) -> bool:
    """Tell whether an element, or the row around it, can be clicked or bears an id."""
    around = [element, *element.iterancestors("a", "li", "tr")]
    return not in_chrome(element) and any(
        node.tag == "a"
        or node.get("onclick")
        or any(_has_id(name, value) for name, value in node.items())
        for node in around
    )


def _has_id(name: str, value: str) -> bool:
    return bool(_ID.match(name)) and any(letter.isdigit() for letter in value)


def _leads_somewhere(element: HtmlElement, base: str) -> bool:
    around = (*element.iter(), *element.iterancestors("a", "li", "tr"))
    return any(link_address(node, base) for node in around)
