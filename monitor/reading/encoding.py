"""Bytes to text, by the order of signs that Chinese portals deserve.

A byte order mark, the zeros of two-byte characters, what can be nothing but UTF-8, the declared
charset, strict UTF-8, GB 18030, and only then a detector.
gb2312 and gbk always mean GB 18030, which contains them. A text with more than a few replacement
characters is refused.
"""

import codecs
import re

from charset_normalizer import from_bytes

from monitor.reading.model import Damage, UnreadableError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 4096
_MOST_REPLACED = 5
_FEWEST_WIDE = 40
_CHINESE = {"gb2312", "gbk", "gb18030", "x-gbk", "cp936", "hz-gb-2312", "gb_2312-80"}
_SINGLE_BYTE = {"iso8859-1", "cp1252", "ascii"}
_META = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,30})""", re.IGNORECASE
)
_THREE_BYTES = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}[\xe3-\xe9][\x80-\xbf]{2}")
_PROLOGUE = re.compile(rb"""^\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([A-Za-z0-9_.-]{2,30})""")


def decode(body: bytes, *, charset: str | None = None, html: bool = False) -> str:
    """Return the text of a body; ``charset`` is what the server said.

    With ``html`` a charset declared in the page counts too. NUL characters and byte order marks
    are dropped.

    Raises:
        UnreadableError: ``undecodable``.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _clean(body[len(mark) :].decode(name, errors="replace"))
    wide = _wide(body)
    if wide:
        return _clean(body.decode(wide, errors="replace"))
    declared = [charset] if charset else []
    if html:
        declared += _declared(body)
    # Chinese in UTF-8 is long runs of three-byte sequences, which text of other charsets never is;
    # the reverse does not hold: UTF-8 may pass as GB 18030, so that a false label would win.
    first = ("utf-8",) if _THREE_BYTES.search(body) else ()
    for name in (*first, *declared, "utf-8", "gb18030"):
        text = _strict(body, name)
        if text is not None:
            return _clean(text)
    return _clean(_best_guess(body, declared))


def _wide(body: bytes) -> str | None:
    """Return the charset of two bytes a character that a body without a mark is in, if it is."""
    head = body[: _HEAD - _HEAD % 2]
    if len(head) < _FEWEST_WIDE or len(body) % 2:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 4 < len(head) // 2 or min(even, odd) * 20 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def undecoded(text: str, body: bytes) -> tuple[Damage, ...]:
    """Return the damage of characters that could not be decoded, if there are any."""
    lost = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    if lost <= 0:
        return ()
    return (Damage(code="text-undecodable", detail=f"{lost} characters could not be decoded"),)


def _declared(body: bytes) -> list[str]:
    head = body[:_HEAD]
    found = [*_META.findall(head), *_PROLOGUE.findall(head)]
    return [name.decode("ascii") for name in found]


def _strict(body: bytes, name: str) -> str | None:
    codec = _codec(name)
    if codec is None or codec in _SINGLE_BYTE:
        # A single-byte charset fits any bytes, so that it fits proves nothing.
        return None
    try:
        return body.decode(codec)
    except (UnicodeDecodeError, UnicodeError):
        return None


def _codec(name: str) -> str | None:
    name = name.strip().lower()
    if name in _CHINESE:
        return "gb18030"
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return None


def _best_guess(body: bytes, declared: list[str]) -> str:
    """Return the text of a body with a few broken bytes, or of another charset altogether."""
    for name in (*declared, "utf-8", "gb18030"):
        codec = _codec(name)
        if codec is None or codec in _SINGLE_BYTE:
            continue
        text = body.decode(codec, errors="replace")
        if text.count("\ufffd") <= _MOST_REPLACED:
            return text
    found = from_bytes(body).best()
    if found is None:
        raise UnreadableError("undecodable", "the bytes are text of no known charset")
    return str(found)


def _clean(text: str) -> str:
    return text.replace("\x00", "").lstrip("\ufeff")
