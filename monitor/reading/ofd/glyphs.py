"""The glyphs of a text object: which character each is and where it is drawn.

Source: GB/T 33190-2016 §11 (text): TextCode, DeltaX and DeltaY with their ``g`` repetitions,
CGTransform.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from monitor.reading.layout.radicals import plain_character
from monitor.reading.ofd.elements import Element, attribute, child, name_of, number

UNKNOWN = "\ufffd"
_MAX_GLYPHS = 20_000
"""A text object holds a line, at most a page."""
_EDGE_BREAKS = re.compile(r"^\s*[\r\n]\s*|\s*[\r\n]\s*$")
_NARROW = 0.5
_WIDEST_DIGIT = 0.65
_TIGHTEST = 0.3

GlyphMap = Mapping[int, tuple[str, ...]]
"""The characters each glyph of a font stands for."""


class Glyph(NamedTuple):
    """A drawn character; its origin on the baseline and its width in the object's space."""

    text: str
    x: float
    y: float
    width: float
    decoded: bool = True


class _Slot(NamedTuple):
    """A glyph before it has its place: its character, ``""`` if it draws none."""

    text: str
    decoded: bool = True


def glyphs_of(
    element: Element, size: float, stretch: float, glyph_map: Callable[[], GlyphMap]
) -> tuple[list[Glyph], int]:
    """Return the glyphs of a text object, and how many characters have no readable place.

    ``size`` is that of the type and ``stretch`` its HScale; ``glyph_map`` gives what the
    embedded font says of its glyphs, and is asked only where the object names glyphs.
    """
    down = _direction(element, "ReadDirection") in (90, 270)
    found: list[Glyph] = []
    lost = 0
    transforms: list[Element] = []
    x: float | None = 0.0
    y: float | None = 0.0
    for item in element:
        if name_of(item) == "cgtransform":
            transforms.append(item)
        if name_of(item) != "textcode":
            continue
        x, y = _start(item, "X", x), _start(item, "Y", y)
        slots = _slots(_code_text(item), transforms, glyph_map)[:_MAX_GLYPHS]
        transforms = []
        if x is None or y is None:
            lost += sum(bool(slot.text.strip()) for slot in slots)
            continue
        found += _placed(slots, x, y, _steps(item, slots, size * stretch, down=down))
    return _with_widths(found, size * stretch), lost


def _start(item: Element, axis: str, before: float | None) -> float | None:
    """Return where a text code begins: where the one before did, unless it states a place."""
    written = attribute(item, axis)
    return before if written is None else number(written.strip())


def _direction(element: Element, name: str) -> int:
    value = number((attribute(element, name) or "").strip())
    return 0 if value is None else round(value / 90) * 90 % 360


def char_direction(element: Element) -> int:
    """Return by how many degrees clockwise its glyphs are turned."""
    return _direction(element, "CharDirection")


def _code_text(item: Element) -> str:
    text = "".join(str(part) for part in item.itertext())
    # A line break at either end is that of a file laid out for people.
    return _EDGE_BREAKS.sub("", text) if "\n" in text or "\r" in text else text


def _slots(
    text: str, transforms: Sequence[Element], glyph_map: Callable[[], GlyphMap]
) -> list[_Slot]:
    slots: list[_Slot] = []
    done = 0
    for item in transforms:
        position = _count(item, "CodePosition", 0)
        codes = _count(item, "CodeCount", 1)
        glyphs = _glyph_ids(item)
        if position < done:
            continue
        slots += [_slot(char) for char in text[done:position]]
        covered = text[position : position + codes]
        slots += _transformed(covered, glyphs, glyph_map()) if glyphs else map(_slot, covered)
        done = position + codes
    return slots + [_slot(char) for char in text[done:]]


def _count(item: Element, name: str, default: int) -> int:
    value = number((attribute(item, name) or "").strip())
    return default if value is None else int(min(max(value, 0), _MAX_GLYPHS))


def _glyph_ids(item: Element) -> list[int]:
    element = child(item, "glyphs")
    written = "".join(str(part) for part in element.itertext()) if element is not None else ""
    values = [number(part) for part in written.split()[:_MAX_GLYPHS]]
    return [int(value) if value is not None and value >= 0 else 0 for value in values]


def _transformed(codes: str, glyphs: Sequence[int], known: GlyphMap) -> list[_Slot]:
    """Return a slot for each glyph; characters and glyphs may differ in number."""
    if len(codes) == len(glyphs):
        return [
            _checked(_slot(code), glyph, known) for code, glyph in zip(codes, glyphs, strict=True)
        ]
    if not codes.strip():
        return [_checked(_Slot(UNKNOWN, decoded=False), glyph, known) for glyph in glyphs]
    # One glyph for several characters, or several for one: they cannot be told apart.
    whole = "".join(_slot(code).text for code in codes)
    decoded = all(_slot(code).decoded for code in codes) and min(len(codes), len(glyphs)) == 1
    return [_Slot(whole, decoded), *(_Slot("") for _ in glyphs[1:])]


def _checked(slot: _Slot, glyph: int, known: GlyphMap) -> _Slot:
    """Hold a character against what the font says of its glyph."""
    shown = [plain_character(char) for char in known.get(glyph, ())]
    if not slot.decoded and slot.text == UNKNOWN and len(set(shown)) == 1:
        return _slot(shown[0])
    if shown and slot.decoded and slot.text.strip() and slot.text not in shown:
        return slot._replace(decoded=False)
    return slot


def _slot(char: str) -> _Slot:
    code = ord(char)
    if char in "\t\n\r":
        return _Slot(" ")
    if unicodedata.category(char) in ("Cc", "Cs", "Co") or code in (0xFFFD, 0xFFFE, 0xFFFF):
        return _Slot(UNKNOWN, decoded=False)
    return _Slot("" if char in "\u200b\u200c\u200d\ufeff\u00ad" else plain_character(char))


def _steps(
    item: Element, slots: Sequence[_Slot], size: float, *, down: bool
) -> Iterator[tuple[float, float, bool]]:
    """Yield the step from each glyph to the next, and whether the file states it."""
    across, along = (attribute(item, name) for name in ("DeltaX", "DeltaY"))
    natural = [_natural(slot.text, size) for slot in slots]
    if across is None and along is None:
        for width in natural:
            yield (0.0, width, True) if down else (width, 0.0, True)
        return
    steps = [
        list(_deltas(text, len(slots))) if text is not None else [0.0] * len(slots)
        for text in (across, along)
    ]
    for index, width in enumerate(natural):
        dx, dy = (_at(values, index, width) for values in steps)
        yield dx or 0.0, dy or 0.0, dx is not None and dy is not None


def _at(values: Sequence[float | None], index: int, width: float) -> float | None:
    """Return the step at an index; where the list ends too early, type is set on as before."""
    if index < len(values):
        return values[index]
    if not values or values[-1] is None:
        return None if values else width
    return values[-1]


def _deltas(text: str, most: int) -> Iterator[float | None]:
    """Yield at most so many steps; ``g n v`` is n times v, and None ends what can be read."""
    tokens = text.replace(",", " ").split()
    index = given = 0
    while index < len(tokens) and given < most:
        times = 1
        if tokens[index].lower() == "g":
            count = number(tokens[index + 1]) if index + 1 < len(tokens) else None
            if tokens[index + 1 : index + 2] and count is None and tokens[index + 1].isdigit():
                count = float(most)
            if count is None or count < 0:
                yield None
                return
            times, index = int(count), index + 2
        value = number(tokens[index]) if index < len(tokens) else None
        if value is None:
            yield None
            return
        for _ in range(min(times, most - given)):
            yield value
        given += min(times, most - given)
        index += 1


def _placed(
    slots: Sequence[_Slot], x: float, y: float, steps: Iterator[tuple[float, float, bool]]
) -> Iterator[Glyph]:
    """Yield the glyphs with their places; behind an unreadable step none is certain."""
    certain = True
    for slot, (dx, dy, known) in zip(slots, steps, strict=True):
        if slot.text:
            yield Glyph(slot.text, x, y, 0.0, slot.decoded and certain)
        certain = certain and known
        x, y = x + dx, y + dy


def _natural(text: str, size: float) -> float:
    wide = any(unicodedata.east_asian_width(char) in "WFA" for char in text)
    return size * (1.0 if wide or text == UNKNOWN else _NARROW)


def _with_widths(glyphs: Sequence[Glyph], size: float) -> list[Glyph]:
    """Return the glyphs as wide as their type usually is, no wider than the step to the next."""
    found = []
    for index, glyph in enumerate(glyphs):
        following = glyphs[index + 1] if index + 1 < len(glyphs) else None
        step = following.x - glyph.x if following and following.y == glyph.y else 0.0
        width = _width(glyph.text, size, step)
        found.append(Glyph(glyph.text, glyph.x, glyph.y, width, glyph.decoded))
    return found


def _width(text: str, size: float, step: float) -> float:
    natural = _natural(text, size)
    if natural > _NARROW * size:
        return natural if step < _TIGHTEST * size else min(natural, step)
    if step <= 0:
        return natural
    return min(step, (_WIDEST_DIGIT if text.isdigit() else 1.0) * size)
