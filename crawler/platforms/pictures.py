"""Pictures in the text of an article that may be a table, or a page of the report."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.platforms.addresses import canonical_url, join_address
from crawler.platforms.markup import Markup
from crawler.platforms.model import Attachment

MOST_PICTURES = 30
"""Pictures of one report; a city's has thirty pages."""
_NARROWEST, _LOWEST = 200, 60
"""Pixels; a table of words is not smaller."""
_LAZY = ("data-original", "data-src", "data-lazy-src", "data-url", "_src")
_PLACEHOLDER = re.compile(r"^data:|(?:loading|blank|spacer|placeholder|lazy|grey|gray)[^/]*$")
_ORNAMENT = re.compile(
    r"(?:^|[/_.-])(?:icons?|logos?|qr|qrcode|ewm|erweima|weixin|wechat|wx|weibo|wb|share|banner"
    r"|gongan|beian|ghs|jiucuo|dzjg|btn|button|arrow|blank|spacer|loading|filetypeimages|emoji|face"
    r"|avatar|print|close|bg|line|dot|sprite)(?=[/_.\d-]|$)|\.(?:svg|ico|cur)$",
    re.IGNORECASE,
)
_ORNAMENT_WORDS = re.compile(
    r"二维码|扫一扫|微信|微博|公众号|图标|分享|打印|关闭|标识|横幅|logo", re.IGNORECASE
)
_PIXELS = re.compile(r"^\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*$", re.IGNORECASE)
_STYLED = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([^;]+)", re.IGNORECASE)


def read_pictures(markup: Markup, body: HtmlElement | None) -> tuple[Attachment, ...]:
    """Return the pictures in an article's text, each once, in the order met.

    Left out are small ones, ornaments by their name or words (icons, logos, QR codes, banners) and
    those written into the page itself. None without a recognised body.
    """
    found: dict[str, Attachment] = {}
    for element in body.iter("img") if body is not None else ():
        for address in _addresses(element, markup.base):
            if not _is_ornament(element, address):
                picture = Attachment(url=address, name=_name(element, address))
                found.setdefault(canonical_url(address), picture)
                break
    return tuple(found.values())[:MOST_PICTURES]


def _addresses(element: HtmlElement, base: str) -> Iterator[str]:
    """Yield where a picture may be had: where it says, unless it waits for a script to fill in."""
    written = (element.get("src") or "").strip()
    lazy = [element.get(name) or "" for name in _LAZY]
    waits = not written or _PLACEHOLDER.search(written.lower()) is not None
    for source in (*lazy, written) if waits else (written, *lazy):
        address = None if source.startswith("data:") else join_address(base, source)
        if address is not None:
            yield address


def _is_ornament(element: HtmlElement, address: str) -> bool:
    if _ORNAMENT.search(urlsplit(address).path):
        return True
    if any(_ORNAMENT_WORDS.search(element.get(name) or "") for name in ("alt", "title")):
        return True
    width, height = _size(element, "width"), _size(element, "height")
    return (width is not None and width < _NARROWEST) or (height is not None and height < _LOWEST)


def _size(element: HtmlElement, side: str) -> int | None:
    """Return the pixels that a picture is shown at by its own attributes, None if not said."""
    styled = {name.lower(): value for name, value in _STYLED.findall(element.get("style") or "")}
    for value in (styled.get(side), element.get(side)):
        match = _PIXELS.match(value or "")
        if match is not None:
            return int(match[1])
    return None


def _name(element: HtmlElement, address: str) -> str:
    name = urlsplit(address).path.rpartition("/")[2]
    return (element.get("title") or element.get("alt") or "").strip() or name
