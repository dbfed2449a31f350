"""Foreign text made harmless for terminals, mail headers and cells."""

import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def plain(text: str | None) -> str:
    """Return the text with control and format characters replaced, blanks and breaks as blanks."""
    if not text:
        return ""
    return "".join(
        " " if char in "\t\n\r" else "\ufffd" if unicodedata.category(char) in _INVISIBLE else char
        for char in text
    )
