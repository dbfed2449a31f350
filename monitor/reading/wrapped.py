"""Converted text whose paragraphs were cut into lines of one width, put together again.

A cut line proves nothing of where a sentence ends: 国务院令第492号 in one line and its revision by
第711号 in the next are one sentence.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from monitor.reading.labels import is_table_label
from monitor.reading.model import Block, Paragraph

_SHORTEST = 20
_LONGEST = 64
"""Characters of the widths that programs cut lines at; what is longer is a paragraph."""
_RAGGED = 2
"""Characters by which cut lines differ: blanks at their end, signs that must not begin a line."""
_FEWEST = 3
"""Cut lines that a width is told from."""
_FEW_LONGER = 2
"""Lines that may be longer all the same: rows of tables."""
_ITEM = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}(?:[、．.]|部分)|\d{1,2}(?:[、．]|\.(?!\d))"
    r"|[（(][一二三四五六七八九十\d]{1,3}[)）])"
)
"""How a heading or an item of a list begins; 1 日止 goes on with a day."""
_TITLE = re.compile(r"^[^，。；：《》〈〉]*报告(?:[（(][^（()）]{2,8}[)）])?$")
_PAUSE = re.compile(r"[，。；：,;:]")
_ENDED = re.compile(r"[。！？!?；;：:]$")


def unwrapped(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks of a text with the lines of one paragraph in one; others as they are."""
    found = list(blocks)
    width = _width([block.text for block in found if isinstance(block, Paragraph)])
    if width is None:
        yield from found
        return
    whole: Paragraph | None = None
    last = ""
    for block in found:
        line = block.text if isinstance(block, Paragraph) else ""
        if whole is not None and isinstance(block, Paragraph) and _goes_on(last, line, width):
            whole = replace(whole, text=whole.text + line)
        else:
            if whole is not None:
                yield whole
            whole = block if isinstance(block, Paragraph) else None
            if whole is None:
                yield block
        last = line
    if whole is not None:
        yield whole


def _width(lines: Sequence[str]) -> int | None:
    """Return the number of characters that lines were cut at, None if none were."""
    lengths = [len(line) for line in lines if not (_stands_alone(line) or is_table_label(line))]
    cut = Counter(length for length in lengths if _SHORTEST <= length <= _LONGEST)
    if not cut:
        return None
    width, _ = max(cut.items(), key=lambda item: (item[1], item[0]))
    full = sum(count for length, count in cut.items() if width - _RAGGED <= length <= width)
    longer = sum(len(line) > width for line in lines)
    return width if full >= _FEWEST and longer <= _FEW_LONGER else None


def _goes_on(before: str, line: str, width: int) -> bool:
    """Whether a line goes on with the paragraph of the line before it."""
    if not width - _RAGGED <= len(before) <= width:
        return False
    if _stands_alone(before) or _TITLE.match(before) or _ITEM.match(line):
        return False
    return not (is_table_label(line) or is_table_label(before))


def _stands_alone(line: str) -> bool:
    """Whether a line ends a sentence, or is a numbered heading without a pause in it."""
    item = _ITEM.match(line)
    return bool(_ENDED.search(line) or (item and not _PAUSE.search(line, item.end())))
