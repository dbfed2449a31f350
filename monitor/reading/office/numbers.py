"""Puts back the signs that LibreOffice writes as ? into the numbers of lists in RTF.

It stores ``一、`` as ``一?`` in the definition of the list, yet renders it rightly in the text that
is for programs without lists (``listtext``). Nothing else about a number is ever changed.
"""

from collections.abc import Sequence
from dataclasses import replace

from monitor.reading.model import Block, Paragraph
from monitor.reading.office.comparing import plain

_LOST = "?"


def with_numbers(blocks: Sequence[Block], numbered: Sequence[tuple[str, str]]) -> tuple[Block, ...]:
    """Return the blocks, the numbers of paragraphs as rendered where a sign of them is lost."""
    numbers = {plain(line): number for number, line in numbered}
    return tuple(
        _repaired(block, numbers) if isinstance(block, Paragraph) and _LOST in block.text else block
        for block in blocks
    )


def _repaired(block: Paragraph, numbers: dict[str, str]) -> Paragraph:
    shown = plain(block.text)
    for end in range(1, min(len(shown), 8)):
        number = numbers.get(shown[end:])
        if number is not None and _same_but_lost(shown[:end], plain(number)):
            start = next(i for i in range(len(block.text)) if len(plain(block.text[:i])) == end)
            return replace(block, text=number + block.text[start:])
    return block


def _same_but_lost(shown: str, number: str) -> bool:
    if len(shown) != len(number) or _LOST not in shown:
        return False
    return all(ours in (theirs, _LOST) for ours, theirs in zip(shown, number, strict=True))
