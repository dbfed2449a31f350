"""Labels, ordinals and cells made comparable, without changing what the report prints.

The folding and the cell patterns are data (``monitor/formats/labels.toml``). Nothing here fills
in a value: what is not a number stays no number.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache

from monitor.formats import load_data

_BLANKS = "\\s\u00ad\u180e\u200b-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff"
_ANY_BLANKS = re.compile(f"[{_BLANKS}]+")
_LINE_BLANKS = "[ \\t\u00a0\u00ad\u2000-\u200f\u202f\u205f-\u2064\u3000\ufeff]+"
_CJK = "\u2e80-\u303f\u3041-\u9fff\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6\u201c\u201d\u2018\u2019"
_ODD_BLANKS = re.compile(
    f"(?<=[{_CJK}]){_LINE_BLANKS}(?=[{_CJK}0-9])|(?<=[0-9]){_LINE_BLANKS}(?=[{_CJK}])"
)
_RESIDUE = re.compile(r"\[bookmark:[^\]]*\]\s*", re.IGNORECASE)
_MINUS = str.maketrans({"－": "-", "−": "-", "–": "-", "﹣": "-"})
_NOTE_MARKS = dict.fromkeys(
    [0xB2, 0xB3, 0xB9, *range(0x2070, 0x208A), *range(0x2460, 0x249C), *range(0x2776, 0x2794)], "※"
)
"""Small and circled digits: behind a number they send to a note and are no digit of it."""
_PARTED_DIGITS = re.compile(r"\d \d")
_SPACED_THOUSANDS = re.compile(r"^[+-]?\d{1,3}(?: \d{3})+$")
_HAN_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")}
REMEMBERED = 4096
"""Labels and cells of a report repeat; each is folded once."""
_COUNT_UNITS = frozenset("件条项个次")
_LONGEST_NUMBER = 40
"""Characters; a longer run of digits counts nothing (and ``int`` refuses thousands of them)."""


class CellKind(StrEnum):
    """What a value cell holds, by its text alone."""

    BLANK = "blank"
    SLASH = "slash"
    """A sign that stands for "no value": ``/``, a dash, 无."""
    INTEGER = "integer"
    SIGNED = "signed"
    """A whole number with a minus sign, or with 增 or 减."""
    DECIMAL = "decimal"
    WITH_UNIT = "with_unit"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class _Patterns:
    slash: frozenset[str]
    integer: re.Pattern[str]
    signed: re.Pattern[str]
    decimal: re.Pattern[str]
    with_unit: re.Pattern[str]


def strip_residue(text: str) -> str:
    """Return ``text`` without what converters leave behind (``[bookmark: …]``)."""
    return _RESIDUE.sub("", text)


def remove_blanks(text: str) -> str:
    """Return ``text`` without any blank, line break or invisible character."""
    return _ANY_BLANKS.sub("", text)


def collapse_blanks(text: str) -> str:
    """Return ``text`` without blanks between Chinese characters, or between these and digits.

    Line breaks and the blanks around Latin words stay.
    """
    return _ODD_BLANKS.sub("", text)


@lru_cache(maxsize=REMEMBERED)
def normalise_label(text: str) -> str:
    """Return a label in the form in which labels are compared; its ordinal stays in front.

    NFKC, blanks removed, punctuation folded, Traditional characters simplified.
    """
    return _fold(_compact(text))


@lru_cache(maxsize=REMEMBERED)
def split_ordinal(text: str) -> tuple[int | None, str]:
    """Return the number printed in front of a label, and the rest as ``normalise_label`` does.

    ``（三）不予公开``, ``3.不予公开`` and ``三、不予公开`` all give 3 and ``不予公开``.
    """
    compact = _compact(text)
    match = _ordinal_pattern().match(compact)
    if match is None:
        return None, _fold(compact)
    number = next(value for value in match.groups() if value is not None)
    ordinal = int(number) if number.isascii() else parse_han_number(number)
    return ordinal, _fold(compact[match.end() :])


def label_core(text: str) -> str:
    """Return a label as it is compared, without the number in front of it."""
    return split_ordinal(text)[1]


def parse_han_number(text: str) -> int | None:
    """Return the value of a Chinese number from 一 to 九十九, None for anything else."""
    tens, ten, ones = text.rpartition("十")
    if any(char not in _HAN_DIGITS for char in tens + ones) or len(tens) > 1 or len(ones) > 1:
        return None
    if not ten:
        return _HAN_DIGITS.get(text) or None
    return 10 * (_HAN_DIGITS[tens] if tens else 1) + (_HAN_DIGITS[ones] if ones else 0)


@lru_cache(maxsize=REMEMBERED)
def classify_cell(text: str) -> CellKind:
    """Return what a value cell holds; full-width digits and thousands separators count as plain."""
    cell = _plain(text)
    patterns = _patterns()
    if not cell:
        return CellKind.BLANK
    if cell in patterns.slash:
        return CellKind.SLASH
    if patterns.integer.match(cell):
        return CellKind.INTEGER
    if patterns.signed.match(cell):
        return CellKind.SIGNED
    if patterns.decimal.match(cell.replace(",", "")):
        return CellKind.DECIMAL
    if patterns.with_unit.match(cell):
        return CellKind.WITH_UNIT
    return CellKind.OTHER


@lru_cache(maxsize=REMEMBERED)
def parse_count(text: str | None) -> int | None:
    """Return the whole number a cell holds, None if it holds none (blank is not zero).

    Accepts full-width digits, ``1,234``, ``1 234``, a sign, 增3 and 减2, and a trailing
    件, 条, 项, 个 or 次.
    """
    if text is None:
        return None
    cell = _plain(text)
    unit = _patterns().with_unit.match(cell)
    if unit is not None and unit["unit"] in _COUNT_UNITS:
        cell = unit["n"]
    kind = classify_cell(cell)
    if kind not in (CellKind.INTEGER, CellKind.SIGNED) or len(cell) > _LONGEST_NUMBER:
        return None
    return int(cell.replace(",", "").replace("增", "").replace("减", "-"))


@lru_cache(maxsize=REMEMBERED)
def parse_amount(text: str | None) -> Decimal | None:
    """Return the number a cell holds, whole or decimal, in the unit printed (``parse_unit``)."""
    if text is None:
        return None
    cell = _plain(text)
    unit = _patterns().with_unit.match(cell)
    number = (unit["n"] if unit else cell).replace(",", "")
    count = parse_count(number)
    if count is not None:
        return Decimal(count)
    unsigned = number.removeprefix("-").removeprefix("+")
    is_number = _patterns().decimal.match(unsigned) and len(number) <= _LONGEST_NUMBER
    return Decimal(number) if is_number else None


@lru_cache(maxsize=REMEMBERED)
def parse_unit(text: str | None) -> str | None:
    """Return the unit printed behind a number in a cell (万元, 元, 件 …), None without one."""
    unit = _patterns().with_unit.match(_plain(text)) if text is not None else None
    return unit["unit"] if unit else None


def _plain(text: str) -> str:
    # The dashes of the slash list are wider than a minus sign, so they are kept apart from it.
    shown = strip_residue(text).translate(_NOTE_MARKS).translate(_MINUS)
    cell = unicodedata.normalize("NFKC", shown)
    cell = _ANY_BLANKS.sub(" ", cell).strip()
    if _SPACED_THOUSANDS.match(cell):
        return cell.replace(" ", "")
    return cell if _PARTED_DIGITS.search(cell) else cell.replace(" ", "")


def _compact(text: str) -> str:
    normal = unicodedata.normalize("NFKC", strip_residue(text))
    # Without the blanks, marks that stood apart may combine: composed again.
    whole = unicodedata.normalize("NFKC", _ANY_BLANKS.sub("", normal))
    return whole.translate(_simplified())


def _fold(text: str) -> str:
    for old, new in _folds():
        text = text.replace(old, new)
    return text


@cache
def _folds() -> tuple[tuple[str, str], ...]:
    pairs = load_data("labels")["normalize"]["fold"]
    return tuple((old, new) for old, new in pairs)


@cache
def _simplified() -> dict[int, str]:
    data = load_data("labels")["normalize"]
    return dict(zip(map(ord, data["traditional"]), data["simplified"], strict=True))


@cache
def _ordinal_pattern() -> re.Pattern[str]:
    return re.compile(load_data("labels")["normalize"]["ordinal_prefix"])


@cache
def _patterns() -> _Patterns:
    cells = load_data("labels")["cells"]
    return _Patterns(
        slash=frozenset(_slash_form(sign) for sign in cells["slash"]),
        integer=re.compile(cells["integer"]),
        signed=re.compile(cells["signed"]),
        decimal=re.compile(cells["decimal"]),
        with_unit=re.compile(cells["with_unit"]),
    )


def _slash_form(sign: str) -> str:
    return unicodedata.normalize("NFKC", sign.translate(_MINUS))
