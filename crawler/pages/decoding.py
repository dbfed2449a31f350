"""From the bytes of a page to its text.

The label is wrong often enough that the bytes decide first. A page that is valid UTF-8 with
characters of three bytes is UTF-8 whatever its label says: GBK text practically never is, while
UTF-8 under a GBK label decodes "without error" into rubbish. gb2312 and gbk always mean gb18030.
"""

import codecs
import re
from collections.abc import Mapping
from functools import lru_cache

import charset_normalizer

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LABEL = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""")
_XML_LABEL = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([\w.:-]+)""")
"""Of text in lower case: patterns for either case take ten times as long."""
_HEAD = 4096
_SAYS_NOTHING = frozenset({"iso8859-1", "cp1252", "ascii"})
"""Labels under which any bytes decode (or only plain ones): error pages carry them by default."""
_GB = frozenset({"gb2312", "gbk", "gb18030", "hz"})
_OF_PAGES = re.compile(
    r"utf-8|utf-16(?:-[lb]e)?|big5(?:hkscs)?|euc_(?:jp|kr)|shift_jis|iso2022_jp|iso8859-\d+|cp\d+"
)
"""Codecs that pages are written in; Python knows others by name (idna, hex, unicode_escape)."""
_THREE_BYTES = re.compile("[\u0800-\U0010ffff]")
"""A character that takes three bytes or more in UTF-8."""


def decode_page(body: bytes, headers: Mapping[str, str]) -> tuple[str, str]:
    """Return the text of a page and the encoding it was in.

    Args:
        body: the bytes after content decoding.
        headers: response headers, names in lower case.

    NUL characters and byte order marks are left out. Bytes that fit no encoding become U+FFFD,
    so that the caller can count them (``damage``).
    """
    text, encoding = _decode(body, headers.get("content-type", ""))
    return text.lstrip("\ufeff").replace("\x00", ""), encoding


def damage(text: str) -> float:
    """Return the share of characters that could not be decoded, from 0 to 1."""
    return text.count(REPLACEMENT) / len(text) if text else 0.0


@lru_cache(maxsize=2)  # who judges an answer and who reads it ask one after the other
def _decode(body: bytes, content_type: str) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, errors="replace"), encoding
    labels = _labels(body, content_type)
    utf8 = _strictly(body, "utf-8")
    if utf8 is not None and (_THREE_BYTES.search(utf8) or not labels):
        return utf8, "utf-8"
    for encoding in (*labels, "utf-8", "gb18030"):
        text = _strictly(body, encoding)
        if text is not None:
            return text, encoding
    return _least_damaged(body, labels)


def _labels(body: bytes, content_type: str) -> tuple[str, ...]:
    """Return the encodings that header and page name, known ones only, GB ones as gb18030."""
    head = body[:_HEAD].lower()
    found = [
        *_LABEL.findall(content_type.lower().encode("ascii", errors="ignore")),
        *_XML_LABEL.findall(head),
        *_LABEL.findall(head),
    ]
    names: list[str] = []
    for label in found:
        name = _codec_name(label.decode("ascii"))
        if name and name not in names and name not in _SAYS_NOTHING:
            names.append(name)
    return tuple(names)


def _codec_name(label: str) -> str | None:
    try:
        codec = codecs.lookup(label)
    except LookupError:
        return None
    if codec.name in _GB:
        return "gb18030"
    return codec.name if _OF_PAGES.fullmatch(codec.name) else None


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (UnicodeDecodeError, ValueError):
        return None


def _least_damaged(body: bytes, labels: tuple[str, ...]) -> tuple[str, str]:
    """Decode bytes that are whole in no expected encoding: a few bad ones, or another language."""
    attempts = [
        (body.decode(encoding, errors="replace"), encoding)
        for encoding in dict.fromkeys((*labels, "utf-8", "gb18030"))
    ]
    best = min(attempts, key=lambda attempt: attempt[0].count(REPLACEMENT))
    if damage(best[0]) < 0.01:
        return best
    guess = charset_normalizer.from_bytes(body).best()
    return (str(guess), guess.encoding) if guess else best
