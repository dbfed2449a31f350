"""Takes an RTF file apart: groups, control words, bytes (RTF specification 1.9.1)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    rb"(?P<open>\{)|(?P<close>\})"
    rb"|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})? ?"
    rb"|\\'(?P<hex>[0-9a-fA-F]{2})"
    rb"|\\(?P<sign>[^a-zA-Z'])"
    rb"|(?P<blank>[\r\n\x00]+)"
    rb"|(?P<text>[^\\{}\r\n\x00]+)"
    rb"|(?P<other>.)",
    re.DOTALL,
)
DEEPEST = 1000


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an RTF file."""

    kind: str
    """``open``, ``close``, ``word``, ``sign`` or ``bytes``."""
    data: bytes = b""
    number: int | None = None


def tokens(body: bytes) -> Iterator[Token]:
    """Yield the tokens of a file; binary data and line breaks are left out."""
    at = 0
    while found := _TOKEN.match(body, at):
        at = found.end()
        kind = found.lastgroup
        if kind in ("word", "number"):
            number = int(found["number"]) if found["number"] is not None else None
            if found["word"] == b"bin":
                at += max(0, number or 0)
            yield Token("word", found["word"], number)
        elif kind == "hex":
            yield Token("bytes", bytes.fromhex(found["hex"].decode()))
        elif kind in ("text", "other"):
            yield Token("bytes", found[0])
        elif kind == "sign":
            yield Token("sign", found["sign"])
        elif kind in ("open", "close"):
            yield Token(kind)


def is_whole(body: bytes) -> bool:
    """Tell whether the outermost group of a file is closed."""
    depth = 0
    for token in tokens(body):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth <= 0:
            return depth == 0
        if depth > DEEPEST:
            return False
    return False
