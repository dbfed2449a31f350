"""The numbers Word prints in front of list paragraphs, which no text of the file holds.

Source: ECMA-376 part 1 §17.9 (numbering), §17.18.59 (number formats).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from monitor.reading.word.names import Element, number, switched_on, value, w

_LEVELS = 9
_PLACEHOLDER = re.compile(r"%([1-9])")
_DIGITS = "〇一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_FORMAL = str.maketrans("〇一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of a list."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    """What is printed, ``%1`` standing for the number of the first level."""
    suffix: str = "tab"
    restart: int | None = None
    """The level (from 1) after which it begins anew; 0 never; None after any higher one."""
    legal: bool = False
    """Whether all numbers are printed as plain digits."""


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and how far each has counted."""

    lists: Mapping[int, tuple[int, Mapping[int, Level]]] = field(default_factory=dict)
    """By number of the list: which count it shares, and its levels from 0."""
    restarts: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    """By number of the list: where it begins anew when first used, by level."""
    counts: dict[int, list[int | None]] = field(default_factory=dict)
    begun: set[tuple[int, int]] = field(default_factory=set)

    def next_ordinal(self, list_id: int, level: int) -> str:
        """Count one paragraph, and return what is printed before its text, ``""`` for a bullet."""
        if list_id not in self.lists or not 0 <= level < _LEVELS:
            return ""
        shared, levels = self.lists[list_id]
        counts = self.counts.setdefault(shared, [None] * _LEVELS)
        self._begin_anew(list_id, level, counts)
        own = levels.get(level, Level())
        current = counts[level]
        counts[level] = own.start if current is None else current + 1
        for deeper in range(level + 1, _LEVELS):
            restart = levels.get(deeper, Level()).restart
            if restart is None or restart > level:
                counts[deeper] = None
        return _printed(own, levels, counts)

    def _begin_anew(self, list_id: int, level: int, counts: list[int | None]) -> None:
        start = self.restarts.get(list_id, {}).get(level)
        if start is not None and (list_id, level) not in self.begun:
            self.begun.add((list_id, level))
            counts[level] = start - 1


def _printed(own: Level, levels: Mapping[int, Level], counts: list[int | None]) -> str:
    if own.format in ("bullet", "none"):
        return ""

    def place(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        level = levels.get(index, Level())
        count = counts[index]
        style = "decimal" if own.legal else level.format
        return format_number(level.start if count is None else count, style)

    text = _PLACEHOLDER.sub(place, own.text)
    blank = own.suffix != "nothing" and text[-1:].isalnum() and text[-1:].isascii()
    return f"{text} " if blank else text


def format_number(count: int, style: str) -> str:
    """Return a number in one of Word's number formats; unknown formats print plain digits."""
    printed = _FORMATS.get(style)
    return printed(count) if printed is not None and count > 0 else str(count)


def chinese(count: int) -> str:
    """Return a number from 1 to 9999 in Chinese: 十二, 二十, 一百零三."""
    if not 0 < count < 10_000:
        return str(count)
    digits = [int(digit) for digit in str(count)]
    parts = [
        _DIGITS[digit] + _UNITS[len(digits) - 1 - index] if digit else "零"
        for index, digit in enumerate(digits)
    ]
    text = re.sub("零+", "零", "".join(parts)).rstrip("零")
    return text[1:] if text.startswith("一十") else text


def _roman(count: int) -> str:
    text = ""
    for worth, sign in _ROMAN:
        text += sign * (count // worth)
        count %= worth
    return text


def _letter(count: int) -> str:
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)


def _of(signs: str) -> Callable[[int], str]:
    return lambda count: signs[count - 1] if count <= len(signs) else str(count)


def _signs(first: str, last: str) -> str:
    return "".join(map(chr, range(ord(first), ord(last) + 1)))


def _digit_by_digit(count: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(count))


_FORMATS: Mapping[str, Callable[[int], str]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "koreanCounting": chinese,
    "ideographDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "chineseLegalSimplified": lambda count: chinese(count).translate(_FORMAL),
    "ideographLegalTraditional": lambda count: chinese(count).translate(_FORMAL),
    "ideographTraditional": _of(_STEMS),
    "ideographZodiac": _of(_BRANCHES),
    "ideographEnclosedCircle": _of(_signs("㊀", "㊉")),
    "decimalEnclosedCircle": _of(_signs("①", "⑳")),
    "decimalEnclosedCircleChinese": _of(_signs("①", "⑳")),
    "decimalEnclosedParen": _of(_signs("⑴", "⒇")),
    "decimalEnclosedFullstop": _of(_signs("⒈", "⒛")),
    "decimalFullWidth": lambda count: str(count).translate(
        str.maketrans("0123456789", "０１２３４５６７８９")
    ),
    "decimalZero": lambda count: f"{count:02d}",
    "lowerLetter": _letter,
    "upperLetter": lambda count: _letter(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
}


def read_numbering(root: Element | None, list_of_style: Callable[[str], int | None]) -> Numbering:
    """Return the lists of a numbering part; ``list_of_style`` names the list a style points to."""
    if root is None:
        return Numbering()
    abstract: dict[str, Element] = {
        item.get(w("abstractNumId"), ""): item for item in root.iterfind(w("abstractNum"))
    }
    concrete = {item.get(w("numId"), ""): item for item in root.iterfind(w("num"))}
    lists: dict[int, tuple[int, Mapping[int, Level]]] = {}
    restarts: dict[int, Mapping[int, int]] = {}
    for num_id, item in concrete.items():
        shared = value(item, "abstractNumId") or ""
        definition = _linked(abstract.get(shared), concrete, abstract, list_of_style)
        if definition is None or not num_id.isdigit():
            continue
        levels = dict(_levels(definition))
        starts: dict[int, int] = {}
        for override in item.iterfind(w("lvlOverride")):
            _override(override, levels, starts)
        key = int(definition.get(w("abstractNumId"), "0") or 0)
        lists[int(num_id)] = (key, levels)
        restarts[int(num_id)] = starts
    return Numbering(lists, restarts)


def _linked(
    definition: Element | None,
    concrete: Mapping[str, Element],
    abstract: Mapping[str, Element],
    list_of_style: Callable[[str], int | None],
) -> Element | None:
    """Follow a definition that only points to a numbering style to the one that style uses."""
    link = value(definition, "numStyleLink")
    if link is None:
        return definition
    num = concrete.get(str(list_of_style(link)))
    return abstract.get(value(num, "abstractNumId") or "") if num is not None else definition


def _levels(definition: Element) -> list[tuple[int, Level]]:
    return [
        (int(item.get(w("ilvl"), "0")), _level(item))
        for item in definition.iterfind(w("lvl"))
        if item.get(w("ilvl"), "0").isdigit()
    ]


def _level(item: Element) -> Level:
    start = number(item, "start")
    return Level(
        start=1 if start is None else start,
        format=value(item, "numFmt") or "decimal",
        text=value(item, "lvlText") or "",
        suffix=value(item, "suff") or "tab",
        restart=number(item, "lvlRestart"),
        legal=bool(switched_on(item, "isLgl")),
    )


def _override(override: Element, levels: dict[int, Level], starts: dict[int, int]) -> None:
    text = override.get(w("ilvl"), "0")
    if not text.isdigit():
        return
    index = int(text)
    own = override.find(w("lvl"))
    if own is not None:
        levels[index] = _level(own)
    start = number(override, "startOverride")
    if start is not None:
        starts[index] = start
        levels[index] = replace(levels.get(index, Level()), start=start)
