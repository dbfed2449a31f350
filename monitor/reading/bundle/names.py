"""The names of files in bundles: in which charset they are, and that they lead nowhere.

Sources: APPNOTE.TXT 6.3 appendix D (names in a ZIP are in cp437 unless flagged as UTF-8) and 4.6.9
(Unicode path); Windows in China writes them in GBK without any flag.
"""

import re
import struct
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import replace

from monitor.reading.bundle.member import Member

_UNICODE_PATH = 0x7075
_LONGEST = 400
"""Characters of a name that are kept; what is longer is cut in the middle."""
_LEFT_BEHIND = frozenset(
    {"__macosx", ".ds_store", "thumbs.db", "desktop.ini", ".spotlight-v100", ".trashes"}
)


def decode_name(raw: bytes, extra: bytes = b"") -> str:
    """Return a name that is not flagged as UTF-8: by its Unicode path, else UTF-8, GBK, cp437."""
    stated = _unicode_path(raw, extra)
    if stated is not None:
        return stated
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _unicode_path(raw: bytes, extra: bytes) -> str | None:
    """Return the name of Info-ZIP's extra field if it is that of the name as it stands."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + size]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            fits = struct.unpack_from("<I", field, 1)[0] == zlib.crc32(raw)
            return field[5:].decode("utf-8", errors="replace") if fits else None
        at += 4 + size
    return None


def safe_name(name: str) -> str:
    """Return a name as a path that stays within the bundle, without anything invisible.

    Drives, roots and ``..`` are left out: nothing is unpacked to disk, but names are shown, and
    pages look for their pictures by them.
    """
    path = re.sub(r"^[A-Za-z]:", "", name.replace("\\", "/").split("\x00")[0])
    shown = "".join("\ufffd" if unicodedata.category(c)[0] == "C" else c for c in path)
    steps = [step for step in shown.split("/") if step.strip() not in ("", ".", "..")]
    safe = "/".join(steps) or "_"
    return safe if len(safe) <= _LONGEST else f"{safe[: _LONGEST // 2]}…{safe[-_LONGEST // 2 :]}"


def is_left_behind(name: str) -> bool:
    """Tell what operating systems and editors leave in bundles and nobody means to publish."""
    steps = [step.lower() for step in name.split("/")]
    return any(step in _LEFT_BEHIND for step in steps) or steps[-1].startswith(("._", "~$"))


def distinct(members: Iterable[Member]) -> tuple[Member, ...]:
    """Return the members with names of their own: the second of a name is called ``name (2)``."""
    seen: dict[str, int] = {}
    kept = []
    for member in members:
        seen[member.name] = number = seen.get(member.name, 0) + 1
        name = member.name if number == 1 else f"{member.name} ({number})"
        kept.append(replace(member, name=name))
    return tuple(kept)
