"""Letters that are shown whole: what does not fit is named or counted, and where it is is said.

Some mail services show no more than 102 KB of the HTML of a mail, and hide the rest behind a link
that few people see. So the least urgent is left to the attached workbook, never in silence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from monitor.language import Bilingual

LONGEST_HTML = 74_000
"""Bytes of UTF-8: less than 102,400 even where the Base64 that carries them is counted."""
LONGEST_POSTS = 24_000
"""Bytes of a text for a channel: six or seven posts to WeCom, two to the others."""
SHOWN = 200
"""Entries of one section that a letter shows at most."""
NAMED = 250
"""Names of those left out that an urgent section gives."""


class Listed(Protocol):
    """A line of a letter."""

    @property
    def name(self) -> str:
        """Of the agency or portal it is about."""

    @property
    def stands_for(self) -> int:
        """How many agencies, findings or portals it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A section as it would be if there were room."""

    heading: Bilingual
    entries: Sequence[Listed]
    urgent: bool = False
    """Whether everybody in it is named at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A section as it is shown."""

    heading: Bilingual
    count: int
    """How many it is about, shown or not."""
    entries: Sequence[Listed]
    names: tuple[str, ...]
    """Of those that are not shown in full."""
    left: int
    """How many it is about that are neither shown nor named."""

    @property
    def named(self) -> int:
        """How many are named and not shown."""
        return len(self.names)


Render = Callable[[Sequence[Fitted]], tuple[str, str]]
"""Returns text and HTML."""


def fitted(sections: Sequence[Whole], render: Render, *, posts: bool = False) -> tuple[str, str]:
    """Return text and HTML with as many entries, the most urgent first, as there is room for.

    Args:
        sections: the most urgent first; each keeps its heading and its count.
        render: is called several times if not everything fits.
        posts: whether it is the text that has to be short, for a channel, not the HTML.
    """
    size, longest = (0, LONGEST_POSTS) if posts else (1, LONGEST_HTML)

    def tried(count: int) -> tuple[str, str]:
        return render(_first(sections, count))

    low, high = 0, sum(min(len(section.entries), SHOWN) for section in sections)
    best = tried(high)
    if _bytes(best[size]) <= longest:
        return best
    best, high = tried(0), high - 1
    while low < high:
        middle = (low + high + 1) // 2
        letter = tried(middle)
        if _bytes(letter[size]) <= longest:
            best, low = letter, middle
        else:
            high = middle - 1
    return best


def _bytes(text: str) -> int:
    """Return the size of a text as it goes out: UTF-8, lines ending in CR LF."""
    return len(text.encode("utf-8", "replace")) + text.count("\n")


def _first(sections: Sequence[Whole], count: int) -> list[Fitted]:
    """Return the sections with the first ``count`` entries in all."""
    shown = []
    for section in sections:
        room = min(count, SHOWN)
        shown.append(_with(section, room))
        count -= min(room, len(section.entries))
    return shown


def _with(section: Whole, room: int) -> Fitted:
    entries, rest = section.entries[:room], section.entries[room:]
    names = [entry.name for entry in rest if entry.name and entry.stands_for == 1]
    named = tuple(names[:NAMED]) if section.urgent else ()
    return Fitted(
        heading=section.heading,
        count=sum(entry.stands_for for entry in section.entries),
        entries=entries,
        names=named,
        left=sum(entry.stands_for for entry in rest) - len(named),
    )
