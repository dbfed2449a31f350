"""Numbers that identify a person: identity numbers, mobile numbers, bank cards."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from typing import Literal

NumberKind = Literal["id-number", "bank-card", "mobile"]

SEPARATORS = (
    " \u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000"  # blanks, narrow and wide
    "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d-"  # hyphens, dashes, minus signs
)
_DIGIT = "0-9０-９"
_X = "XxＸｘ"
_RUN = re.compile(rf"[{_DIGIT}](?:[{SEPARATORS}]{{0,3}}[{_DIGIT}{_X}])+")
_GROUP = re.compile(rf"[{_DIGIT}]*[{_X}]|[{_DIGIT}]+")
_SHORTEST = 11
"""Digits of a mobile number; the others are longer."""
_SMALLEST_GROUP = 3
_MOST_GROUPS = 18
_FIRST_BIRTH_YEAR = 1900
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ID_PARTS = frozenset({6, 8, 10, 12, 14})
"""After how many digits an identity number may be broken: division, birthday, serial number."""
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
"""First two digits of a division code (GB/T 2260)."""
_ID_18, _ID_15 = re.compile(r"\d{17}[\dX]"), re.compile(r"\d{15}")
_CARD = re.compile(r"[34569]\d{15,18}")
_CARD_GROUPS = re.compile(r"(?:4 ){3,4}[1-4] |6 1[0-3] |1[6-9] ")
"""How many digits stand together on cards and in forms."""
_NUMBERED = re.compile(r"(?!62)\d{6}(?:19|20)\d{2}")
"""How offices number documents: division, year, serial. Cards of UnionPay begin with 62."""
_MOBILE = re.compile(r"(?:(?:00)?86)?1[3-9]\d{9}")
_CODE_BEFORE = re.compile(r"(?:信用|机构|组织)代码[^\d，。；,;\n]{0,6}$")
_WORD_BEFORE, _WORD_AFTER = re.compile(r"[0-9][A-WYZa-wyz]+$"), re.compile(r"[A-WYZa-wyz]")
_FIGURE_BEFORE, _FIGURE_AFTER = (
    re.compile(r"[0-9][.．]$|[¥￥$]\s?$"),
    re.compile(r"[.．][0-9]|\s?(?:[元万亿件条次份个户吨亩米]|[%％])"),
)
_LOOK_BACK = 16


def find_numbers(text: str) -> Iterator[tuple[int, int, NumberKind]]:
    """Yield the span and kind of each number in ``text`` that identifies a person.

    Blanks and hyphens may stand within a number (``138 0013 8000``) or between two numbers; an
    identity number that ends in X may be followed by another number at once. Parts of words and
    codes, amounts and counts are none.
    """
    for run in _RUN.finditer(text):
        if run.end() - run.start() < _SHORTEST:
            continue
        groups = [(run.start() + g.start(), run.start() + g.end()) for g in _GROUP.finditer(run[0])]
        first = (
            1 if _WORD_BEFORE.search(text[max(0, run.start() - _LOOK_BACK) : run.start()]) else 0
        )
        while first < len(groups):
            found = _longest_number(text, groups[first : first + _MOST_GROUPS])
            if found is not None:
                yield groups[first][0], found[1], found[2]
            first += found[0] if found is not None else 1


def plain_digits(number: str) -> str:
    """Return a number with its blanks and hyphens left out, half-width, x as X."""
    kept = "".join(sign for sign in number if sign not in SEPARATORS)
    return unicodedata.normalize("NFKC", kept).upper()


def is_id_number(number: str) -> bool:
    """Whether it is a resident identity number: province, birthday and, of 18, check digit.

    GB 11643—1999; the 15-digit form was issued until 1999.
    """
    if _ID_18.fullmatch(number):
        total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
        checked = _ID_CHECKS[total % 11] == number[-1]
        return checked and _plausible_birth(number[:2], number[6:14])
    if _ID_15.fullmatch(number):
        return _plausible_birth(number[:2], "19" + number[6:12])
    return False


def is_bank_card(number: str) -> bool:
    """Whether it has 16 to 19 digits, a card issuer's first digit and a right check digit.

    ISO/IEC 7812-1 (Luhn). A number made of a division, a year and a serial number is none.
    """
    if not _CARD.fullmatch(number) or (_NUMBERED.match(number) and _PROVINCE.match(number)):
        return False
    doubled = [int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _longest_number(text: str, groups: list[tuple[int, int]]) -> tuple[int, int, NumberKind] | None:
    """Return the longest number that begins with the first group: its groups, its end, its kind."""
    parts = [plain_digits(text[start:end]) for start, end in groups]
    for count in range(len(groups), 0, -1):
        joined, end = "".join(parts[:count]), groups[count - 1][1]
        for number, its_end in ((joined, end), (joined.removesuffix("X"), end - 1)):
            kind = _kind(number, [*parts[: count - 1], parts[count - 1][: its_end - end or None]])
            if kind and _stands_alone(text, groups[0][0], its_end, number, kind):
                return count, its_end, kind
            if not joined.endswith("X"):
                break
    return None


def _stands_alone(text: str, start: int, end: int, number: str, kind: NumberKind) -> bool:
    """Whether a number is not the part of a word, a code or a figure."""
    before, after = text[max(0, start - _LOOK_BACK) : start], text[end : end + 2]
    if kind == "id-number":
        ends = number.endswith("X") or not _WORD_AFTER.match(after)
        return ends and not _CODE_BEFORE.search(before)
    if _WORD_AFTER.match(after) or _FIGURE_BEFORE.search(before):
        return False
    return not _FIGURE_AFTER.match(after)


def _kind(number: str, parts: list[str]) -> NumberKind | None:
    """Return what a number is whose digits stand together in these parts.

    Single digits with blanks between them are the cells of a table, not a number in groups;
    only an identity number, which has a check digit, is known even so.
    """
    sizes = [len(part) for part in parts if part]
    if is_id_number(number) and _is_broken_as_an_id(sizes):
        return "id-number"
    if _MOBILE.fullmatch(number) and _is_in_groups(parts):
        return "mobile"
    grouped = _CARD_GROUPS.fullmatch("".join(f"{size} " for size in sizes))
    return "bank-card" if grouped and is_bank_card(number) else None


def _is_broken_as_an_id(sizes: list[int]) -> bool:
    breaks = set(accumulate(sizes[:-1]))
    each_alone = len(sizes) == 18
    return each_alone or breaks <= _ID_PARTS or breaks == {17} or min(sizes) >= _SMALLEST_GROUP


def _is_in_groups(parts: list[str]) -> bool:
    return len(parts) == 1 or all(
        len(part) >= _SMALLEST_GROUP for part in parts if part not in ("86", "")
    )


def _plausible_birth(province: str, day: str) -> bool:
    if not _PROVINCE.fullmatch(province):
        return False
    try:
        born = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    return born.year >= _FIRST_BIRTH_YEAR
