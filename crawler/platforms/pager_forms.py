"""Pagers that send a form: ``__doPostBack`` of ASP.NET, hidden fields ``cpage`` and ``pageNo``."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from lxml.html import HtmlElement

from crawler.platforms.addresses import host_of, join_address
from crawler.platforms.markup import Markup
from crawler.platforms.model import Page, PageRequest
from crawler.platforms.pager_facts import PagerFacts
from crawler.platforms.wording import WORDS, compact

_NEXT = frozenset(WORDS["links"]["next_page"])
_PAGE_FIELDS = frozenset(WORDS["keys"]["page_parameters"])
_POST_BACK = re.compile(
    r"__doPostBack\(\s*(?:'|&#39;)(?P<target>[^'()]{1,120})(?:'|&#39;)\s*,\s*(?:'|&#39;)(?P<argument>[^'()]{0,60})(?:'|&#39;)"
)
_CALLS_PAGE = re.compile(r"\w*(?:page|next|go|turn|jump|submit)\w*\s*\(", re.IGNORECASE)
_SENT_TYPES = frozenset({"hidden", "text", ""})
_LONGEST_BODY = 400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRequest:
    """What a click on "next page" sends as a form."""

    request: PageRequest
    sure: bool
    """True if the button stands in the form; another form may be that of a search."""


def form_request(markup: Markup, page: Page, facts: PagerFacts) -> FormRequest | None:
    """Return the request that a click on "next page" would send as a form; None if it sends none.

    Its answer counts only if it brings new rows.
    """
    if facts.number is None:
        return None
    for element in markup.root.iter("a", "input", "button"):
        script = f"{element.get('href') or ''} {element.get('onclick') or ''}"
        if not _says_next(element, facts.number + 1, facts):
            continue
        back = _POST_BACK.search(script)
        form = _form_of(element, markup)
        if back and form is not None:
            fields = {"__EVENTTARGET": back["target"], "__EVENTARGUMENT": back["argument"]}
            return _sent(element, form, _request(form, fields, page, facts.number + 1))
        name = _page_field(form) if form is not None and _CALLS_PAGE.search(script) else None
        if form is not None and name is not None:
            fields = {name: str(facts.number + 1)}
            return _sent(element, form, _request(form, fields, page, facts.number + 1))
    return None


def _sent(
    element: HtmlElement, form: HtmlElement, request: PageRequest | None
) -> FormRequest | None:
    if request is None:
        return None
    return FormRequest(request=request, sure=any(node is form for node in element.iterancestors()))


def _says_next(element: HtmlElement, number: int, facts: PagerFacts) -> bool:
    said = compact("".join(element.itertext()) or element.get("value") or "")
    in_pager = any(pager in facts.pagers for pager in element.iterancestors())
    return said in _NEXT or (said == str(number) and in_pager)


def _form_of(element: HtmlElement, markup: Markup) -> HtmlElement | None:
    """Return the form around ``element``, else the only one of the page with a field for pages."""
    around = next((node for node in element.iterancestors() if node.tag == "form"), None)
    fitting = [form for form in markup.root.iter("form") if _page_field(form)]
    return around if around is not None else fitting[0] if len(fitting) == 1 else None


def _page_field(form: HtmlElement) -> str | None:
    names = ((field.get("name") or "") for field in form.iter("input"))
    return next((name for name in names if name.lower() in _PAGE_FIELDS and len(name) > 2), None)


def _request(
    form: HtmlElement, changed: dict[str, str], page: Page, number: int
) -> PageRequest | None:
    address = join_address(page.url, form.get("action") or page.url)
    fields = {
        field.get("name") or "": field.get("value") or ""
        for field in form.iter("input")
        if field.get("name") and (field.get("type") or "").lower() in _SENT_TYPES
    }
    body = urlencode({**fields, **changed})
    if address is None or host_of(address) != host_of(page.url) or len(body) > _LONGEST_BODY:
        return None
    if (form.get("method") or "get").lower() != "post":
        url = f"{urlsplit(address)._replace(query='', fragment='').geturl()}?{body}"
        return PageRequest(url=url, number=number, probe=True, headers={"Referer": page.url})
    headers = {"Referer": page.url, "Content-Type": "application/x-www-form-urlencoded"}
    return PageRequest(
        url=address, method="POST", body=body, number=number, probe=True, headers=headers
    )
