"""Characters of lines that were read, placed in points, with the size of their type."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from monitor.reading.layout.marks import Char
from monitor.reading.scan.models import Sign
from monitor.reading.scan.texts import CJK, POINT, UNKNOWN, Text

_SURE_SIGN = 0.5
_WIDE = str.maketrans(",;:()?!<>", "，；：（）？！〈〉")


def chars_of(texts: Sequence[Text]) -> Iterator[Char]:
    """Return the characters of lines with their boxes in points; each line is a run of its own."""
    sizes = _sizes(texts)
    for run, (text, size) in enumerate(zip(texts, sizes, strict=True)):
        yield from _line_chars(text, size, run)


def _line_chars(text: Text, size: float, run: int) -> Iterator[Char]:
    left, top, right, bottom = text.line.box
    signs = _wide_marks([sign for sign in text.reading.signs if sign.text.strip()])
    if not signs:
        return
    width = right - left
    places = [sign.at * width + left for sign in signs]
    edges = [float(left), *((a + b) / 2 for a, b in pairwise(places)), float(right)]
    middle = (top + bottom) / 2 * POINT
    for sign, (start, end) in zip(signs, pairwise(edges), strict=True):
        box = start * POINT, middle - size / 2, end * POINT, middle + size / 2
        decoded = text.doubt is None and sign.sure >= _SURE_SIGN and sign.text != UNKNOWN
        yield Char(sign.text, box, size, run, decoded)


def _wide_marks(signs: Sequence[Sign]) -> list[Sign]:
    """Return the characters with the punctuation between Chinese characters at full width.

    The model does not tell the two widths apart.
    """
    kept = []
    for index, sign in enumerate(signs):
        beside = "".join(item.text for item in signs[max(0, index - 1) : index + 2])
        wide = sign.text.translate(_WIDE) if CJK.search(beside) else sign.text
        kept.append(Sign(wide, sign.sure, sign.at))
    return kept


def _sizes(texts: Sequence[Text]) -> list[float]:
    """Return the type size of each line in points; sizes that are nearly one are made one."""
    raw = [_size(text) for text in texts]
    weights: dict[float, int] = {}
    for size, text in zip(raw, texts, strict=True):
        key = round(size * 2) / 2
        weights[key] = weights.get(key, 0) + len(text.reading.signs)
    common = sorted(weights, key=lambda key: -weights[key])
    return [next((key for key in common if abs(key - size) <= 0.09 * key), size) for size in raw]


def _size(text: Text) -> float:
    """Return the type size of a line by the distance of its Chinese characters, else its height."""
    left, top, right, bottom = text.line.box
    width = right - left
    runs = _chinese_runs(text.reading.signs)
    steps = sum(len(run) - 1 for run in runs)
    if steps >= 3:
        covered = sum(run[-1].at - run[0].at for run in runs) * width
        return max(4.0, covered / steps * POINT)
    share = 0.92 if CJK.search(text.reading.text) else 0.72
    return max(4.0, (bottom - top) / share * POINT)


def _chinese_runs(signs: Sequence[Sign]) -> list[list[Sign]]:
    runs: list[list[Sign]] = [[]]
    for sign in signs:
        if CJK.match(sign.text):
            runs[-1].append(sign)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]
