"""Foreign text made harmless for terminals, mail headers, cells and XML."""

import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_WITHOUT_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Soft hyphen, joiners, byte order mark: dirt of editors, which means nothing."""


def plain(text: str | None) -> str:
    """Return the text with blanks for breaks and tabs, and U+FFFD for what cannot be shown.

    That is control and format characters (which may turn or hide text), lone surrogates, private
    use, and the noncharacters that XML does not allow. Characters without width are left out.
    """
    return "".join(_shown(char) for char in text or "" if char not in _WITHOUT_WIDTH)


def _shown(char: str) -> str:
    if char in "\t\n\r":
        return " "
    hidden = unicodedata.category(char) in _INVISIBLE or _is_noncharacter(ord(char))
    return "\ufffd" if hidden else char


def _is_noncharacter(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
