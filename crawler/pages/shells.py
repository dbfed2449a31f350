"""Shells: pages that only send the reader on, by a meta refresh or a line of script."""

import re
from urllib.parse import urljoin, urlsplit

from crawler.pages.markup import Markup, take_apart

MAX_HOPS = 3

_REFRESH = re.compile(
    r"\s*([\d.]+)\s*[;,]?\s*(?:url\s*=\s*)?[\"']?\s*(.*?)\s*[\"']?\s*$", re.IGNORECASE | re.DOTALL
)
_MAX_DELAY = 10.0
"""Seconds; a page that shows something first is still a shell, one that reloads itself is not."""
_JUMP = re.compile(
    r"""(?:window|self|top|parent|document)?\.?\blocation(?:\.href)?\s*
        (?:=\s*|\.(?:replace|assign)\s*\(\s*)(["'])([^"'\s<>]+)\1""",
    re.VERBOSE,
)
_ASKS_THE_DEVICE = re.compile(r"userAgent|mobile|android|iphone|ipad|platform", re.IGNORECASE)
_SHORT_TEXT = 200
_FEW_LINKS = 3


def shell_target(html: str, url: str) -> str | None:
    """Return the absolute address a shell sends on to; None if the page is more than a shell.

    Args:
        html: the text of the page.
        url: its address, against which the target is resolved.

    A script that jumps only for some devices is not followed: the page is for all others.
    """
    page = take_apart(html)
    if len(page.text) > _SHORT_TEXT or len(page.links) > _FEW_LINKS:
        return None
    written = _refresh_target(page) or _script_target(page)
    if not written or written.lower().startswith(("javascript:", "#", "about:", "data:")):
        return None
    try:
        target = urljoin(url, written)
        scheme = urlsplit(target).scheme
    except ValueError:
        return None
    return target if scheme in {"http", "https"} else None


def _refresh_target(page: Markup) -> str | None:
    match = _REFRESH.match(page.refresh or "")
    if not match or not match[2]:
        return None
    try:
        delay = float(match[1])
    except ValueError:
        return None
    return match[2] if delay <= _MAX_DELAY else None


def _script_target(page: Markup) -> str | None:
    for script in page.inline_scripts:
        jump = _JUMP.search(script)
        if jump and not _ASKS_THE_DEVICE.search(script):
            return jump[2]
    return None
