"""A message as posts for a group or a webhook: numbered parts, each within what it takes. Pure."""

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from monitor.channels.groups import Part, group_of

LONGEST_ELSEWHERE = 30_000
"""Bytes of a text for a webhook that is nobody's we know."""
_NUMBER = "（{}/{}）"
_WIDEST = _NUMBER.format(999, 999)

Takes = Callable[[Part], bool]


def scheme_of(url: str) -> str:
    """Return the scheme of a channel's URL, by which the service is known."""
    return urlsplit(url).scheme.lower()


def parts_of(url: str, title: str, text: str) -> list[Part]:
    """Return a message as the posts of the service that a URL names, in their order.

    Args:
        url: of the channel.
        title: one line; it is not said again where the text begins with it.
        text: of any length; it is divided between entries, or within them if need be, and nothing
            of it is left out. The same text gives the same parts.
    """
    group = group_of(url)
    takes = _is_short if group is None else group.takes
    body = _without(title, text)
    whole = Part(title=title, body=body)
    if takes(whole):
        return [whole]
    bodies = _divided(body, lambda some: takes(Part(title=title + _WIDEST, body=some)))
    return [
        Part(title=f"{title}{_NUMBER.format(number, len(bodies))}", body=some)
        for number, some in enumerate(bodies, 1)
    ]


def _is_short(part: Part) -> bool:
    return len(f"{part.title}\n{part.body}".encode("utf-8", "replace")) <= LONGEST_ELSEWHERE


def _without(title: str, text: str) -> str:
    """Return a text without the title with which the texts of mails begin."""
    first, _, rest = text.lstrip().partition("\n")
    return (rest if first.strip() == title.strip() else text).strip()


def _divided(text: str, fits: Callable[[str], bool]) -> list[str]:
    parts: list[str] = []
    held = ""
    for piece in _pieces(text, fits):
        if held and not fits(held + piece):
            parts.append(held.strip("\n"))
            held = ""
        held += piece
    return [*parts, held.strip("\n")]


def _pieces(text: str, fits: Callable[[str], bool]) -> Iterable[str]:
    """Yield what is kept together: entries with what is below them, else lines, else characters."""
    for block in _blocks(text):
        if fits(block):
            yield block
            continue
        for line in block.splitlines(keepends=True):
            yield from _cut(line, fits)


def _blocks(text: str) -> list[str]:
    """Return the entries of a text, the first of a section with its heading."""
    blocks: list[str] = []
    joins = False
    for line in text.splitlines(keepends=True):
        is_entry, is_below = line.startswith("- "), line.startswith("  ") or not line.strip()
        if blocks and (is_below or (is_entry and joins)):
            blocks[-1] += line
        else:
            blocks.append(line)
        joins = not is_entry and not is_below
    return blocks


def _cut(line: str, fits: Callable[[str], bool]) -> Iterable[str]:
    while not fits(line):
        low, high = 1, len(line)
        while low < high:  # the longest beginning that fits
            middle = (low + high + 1) // 2
            low, high = (middle, high) if fits(line[:middle]) else (low, middle - 1)
        yield line[:low]
        if low == len(line):
            return
        line = line[low:]
    yield line
