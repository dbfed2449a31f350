"""Addresses as they are written on pages, made absolute and brought to one spelling."""

import html
import re
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")
_BLANKS = re.compile(r"[\t\r\n\x00-\x1f]+")
_EDGES = " \u00a0\u3000\u200b\ufeff'\""
_DOUBLED_SCHEME = re.compile(r"^(?:https?:/+)+(?=https?:/)", re.IGNORECASE)
_SLASHES = re.compile(r"/{2,}")
_SAFE = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~|]*")
_HOST = re.compile(r"[^\s/\\<>\"'{}|^`%?#\[\]@]+|\[[0-9A-Fa-f:.]+\]")
_SCRIPTED = re.compile(r"^\s*(?:javascript|vbscript)\s*:", re.IGNORECASE)
_QUOTED = re.compile(r"""(["'`])((?:\\.|(?!\1)[^\\\n])*)\1""")
_ADDRESS_LIKE = re.compile(
    r"""^(?:https?://|//|\.{0,2}/|\?)[^\s<>"'{}]*$
      | ^[\w%~.-]+(?:/[\w%~.-]*)+(?:\?[^\s<>"']*)?$
      | ^[\w%~-][\w%~.-]*\.(?:s?html?|jspx?|aspx?|php|do|action|dhtml|thtml
          |pdf|docx?|wps|ofd|xlsx?|et|zip|rar|7z|rtf|txt)(?:[?\#][^\s<>"']*)?$""",
    re.IGNORECASE | re.VERBOSE,
)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_NOISE = frozenset({"ismobile", "random", "rnd", "_", "xxgkhide", "jsessionid"})
_INDEX = re.compile(r"^(?:index|list|default|main|\w*_?list)(?:[-_]?\d{1,3})?\.\w+$", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}


@lru_cache(maxsize=4096)  # readers of one page ask for the same links again and again
def join_address(base: str, written: str) -> str | None:
    """Return the absolute http(s) address of a link ``written`` on the page ``base``.

    Survives blanks and line ends inside, entities, backslashes, doubled schemes and slashes; an
    address quoted inside ``javascript:`` counts. None if it leads nowhere on the web.
    """
    text = _BLANKS.sub("", unescape(written))
    if _SCRIPTED.match(text):
        return next(iter(quoted_addresses(base, text)), None)
    text = text.strip(_EDGES)
    text = _DOUBLED_SCHEME.sub("", text.replace("\\/", "/").replace("\\", "/"))
    if not text or text.startswith("#"):
        return None
    try:
        return _tidy(urlsplit(urljoin(base, text)))
    except ValueError:
        return None


def unescape(text: str) -> str:
    """Return ``text`` with its entities resolved, those alone that end in a semicolon.

    HTML would also take ``&curren`` of ``?id=5&currentPage=2`` for one.
    """
    return _ENTITY.sub(lambda match: html.unescape(match.group()), text)


def _tidy(parts: SplitResult) -> str | None:
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(host):
        return None
    port = parts.port
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{shown}:{port}"
    path = _SLASHES.sub("/", parts.path) or "/"
    address = urlunsplit((parts.scheme, netloc, path, parts.query, parts.fragment))
    return address if _SAFE.fullmatch(address) else str(safe_url_string(address))


def quoted_addresses(base: str, script: str) -> tuple[str, ...]:
    """Return the addresses quoted in a piece of script such as ``window.open('x.pdf')``."""
    found = (quoted for _, quoted in _QUOTED.findall(script))
    joined = (join_address(base, text) for text in found if looks_like_address(text))
    return tuple(dict.fromkeys(address for address in joined if address))


def looks_like_address(text: str) -> bool:
    """Tell an address from the other strings that scripts quote."""
    unescaped = unescape(text.replace("\\/", "/")).strip()
    return len(unescaped) > 1 and bool(_ADDRESS_LIKE.match(unescaped))


@lru_cache(maxsize=4096)
def canonical_url(url: str) -> str:
    """Return the one spelling of ``url`` under which a page is known.

    Drops what changes without changing the page: fragment, session ids, default port, the
    parameters ``isMobile``, ``random``, ``rnd``, ``_`` and ``xxgkhide``. Keeps the case of the
    path, for servers tell ``/ZWGK2985/`` from ``/zwgk2985/``. Returns ``url`` itself
    if it is no http(s) one.
    """
    try:
        parts = urlsplit(url.strip())
        tidy = _tidy(
            parts._replace(
                path=_SESSION.sub("", parts.path),
                query=_without_noise(_SESSION.sub("", parts.query)),
                fragment="",
            )
        )
    except ValueError:
        return url
    return tidy or url


def _without_noise(query: str) -> str:
    kept = (pair for pair in query.split("&") if pair.partition("=")[0].lower() not in _NOISE)
    return "&".join(pair for pair in kept if pair)


def is_column_address(url: str) -> bool:
    """Tell an address that looks like a directory or the index of one from that of an article."""
    name = urlsplit(url).path.rpartition("/")[2]
    return "." not in name or bool(_INDEX.match(name))


def host_of(url: str) -> str:
    """Return the host of ``url`` in lower case without ``www.``; empty if it has none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
