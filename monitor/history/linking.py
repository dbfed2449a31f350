"""Whether a page that was archived links a file that was not. Pure."""

from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

_ENCODINGS = ("utf-8", "gb18030")
_TELLING = 6
"""Characters of a file's name that tell it from any other in a page."""


def links_to(page: bytes, urls: Iterable[str]) -> frozenset[str]:
    """Return those addresses whose file name, with what is asked of it, stands in a page.

    Names may be written as they are or escaped, in either encoding of Chinese pages.
    """
    return frozenset(url for url in urls if any(name in page for name in _spellings(url)))


def _spellings(url: str) -> set[bytes]:
    parts = urlsplit(url)
    name = parts.path.rpartition("/")[2]
    if len(name.rpartition(".")[0] or name) < _TELLING or parts.query:
        name = f"{name}?{parts.query}" if parts.query else parts.path
    if len(name) < _TELLING:
        return set()
    plain = unquote(name)
    spellings = {name, plain, quote(plain), name.replace("&", "&amp;"), plain.replace("&", "&amp;")}
    found: set[bytes] = set()
    for spelling in spellings:
        for encoding in _ENCODINGS:
            found.add(spelling.encode(encoding, errors="ignore"))
    return found - {b""}
