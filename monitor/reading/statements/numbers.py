"""Numbers with their units as prose writes them: 1,234件, 1.2万余条, 十二件, 百余条, 3940元.

Works on flat text (``flat.py``). A number whose value is not certain is not one.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from monitor.reading.statements.vocabulary import unit_pattern

# runs are bounded and begin at their beginning: a long one costs no more than a short one
DIGITS = r"(?<![\d.])(?<!\d,)\d{1,12}(?:,\d{3}){0,4}(?:\.\d{1,6})?(?!\.?\d)"
_HAN = "零〇一二两三四五六七八九十百千万亿"
_FEW = "数几上好"
BEGINNINGS = _HAN + _FEW
"""Characters that a number may begin with, beside digits."""
_ONES = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_GREAT = {"万": 10**4, "亿": 10**8}
_MULTIPLES = {**_TENS, **_GREAT}
_VAGUE = "余多几"
_BEFORE_ZERO = "为是计数"


@dataclass(frozen=True, slots=True)
class Number:
    """A number: its value in ``unit``, and whether its own form is that of an exact one."""

    value: Decimal
    unit: str
    exact: bool


@cache
def number_pattern() -> str:
    """Return a pattern for a number with its unit; its groups are what ``parse_number`` takes."""
    return (
        rf"(?:(?P<digits>{DIGITS})(?P<times>[百千万亿]{{0,2}})"
        rf"|(?<![{_HAN}第])(?P<few>[{_FEW}])?(?P<han>[{_HAN}]{{1,20}}))"
        rf"(?P<more>[{_VAGUE}])?(?P<many>[万亿])?(?P<unit>{unit_pattern()})"
        r"(?P<rough>余|多(?![个种渠])|以上|左右|上下)?"
        rf"|(?<=[{_BEFORE_ZERO}])(?P<zero>[0零〇])(?=[,。;!?)、]|$)"
    )


@cache
def written_number_patterns() -> tuple[str, ...]:
    """Return patterns of which one is found in whatever has a number without a digit."""
    return (
        *(rf"{sign}[{_VAGUE}]?[万亿]?(?:{unit_pattern()})" for sign in _HAN),
        *(f"{sign}[零〇]" for sign in _BEFORE_ZERO),
    )


def parse_number(match: re.Match[str]) -> Number | None:
    """Return what a match of ``number_pattern`` says, None if it is no number of Chinese either."""
    if match["zero"]:
        return Number(value=Decimal(0), unit="", exact=True)
    if match["digits"]:
        value = Decimal(match["digits"].replace(",", ""))
    else:
        han = parse_han(match["han"])
        if han is None:
            return None
        value = Decimal(han)
    unit = match["unit"]
    for sign in (match["times"] or "") + (match["many"] or ""):
        if unit == "元" and sign in _GREAT:
            unit = sign + unit
        else:
            value *= _MULTIPLES[sign]
    exact = not (match["more"] or match["few"] or match["rough"])
    return Number(value=value, unit=unit, exact=exact)


def parse_han(text: str) -> int | None:
    """Return the value of a Chinese numeral (一百二十三, 两千零五, 一二〇), None if it is none."""
    if all(sign in _ONES for sign in text):
        return int("".join(str(_ONES[sign]) for sign in text)) if _is_plain(text) else None
    total = below_great = current = 0
    last = 10**13
    for sign in text:
        if sign in _ONES:
            if current:
                return None
            current = _ONES[sign]
        elif sign in _TENS:
            below_great += (current or 1) * _TENS[sign]
            current = 0
        else:
            if _GREAT[sign] >= last:
                return None
            last = _GREAT[sign]
            total += (below_great + current or 1) * last
            below_great = current = 0
    return total + below_great + current


def _is_plain(text: str) -> bool:
    """Whether signs without 十, 百 … are a number: one sign, or digits read one by one."""
    return len(text) == 1 or ("两" not in text and text[0] not in "零〇" and len(text) >= 3)
