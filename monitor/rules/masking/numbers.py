"""Numbers that identify a person: identity numbers, mobile numbers, bank cards."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Literal

NumberKind = Literal["id-number", "bank-card", "mobile"]

SEPARATORS = " \u00a0\u2010\u2011\u2012\u2013-"
_DIGIT = "0-9０-９"
_RUN = re.compile(
    rf"(?<![{_DIGIT}])[{_DIGIT}](?:[{SEPARATORS}]?[{_DIGIT}])+[XxＸｘ]?(?![{_DIGIT}A-Za-z])"
)
_GROUP = re.compile(rf"[^{SEPARATORS}]+")
_SHORTEST = 11
"""Digits of a mobile number; the others are longer."""
_SMALLEST_GROUP = 3
_MOST_GROUPS = 6
_FIRST_BIRTH_YEAR = 1900
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
"""First two digits of a division code (GB/T 2260)."""
_ID_18, _ID_15 = re.compile(r"\d{17}[\dX]"), re.compile(r"\d{15}")
_CARD = re.compile(r"[34569]\d{15,18}")
_MOBILE = re.compile(r"(?:(?:00)?86)?1[3-9]\d{9}")


def find_numbers(text: str) -> Iterator[tuple[int, int, NumberKind]]:
    """Yield the span and kind of each number in ``text`` that identifies a person.

    Blanks and hyphens may stand within a number (``138 0013 8000``) or between two numbers.
    """
    for run in _RUN.finditer(text):
        if run.end() - run.start() < _SHORTEST:
            continue
        groups = [(run.start() + g.start(), run.start() + g.end()) for g in _GROUP.finditer(run[0])]
        first = 0
        while first < len(groups):
            found = _longest_number(text, groups[first : first + _MOST_GROUPS])
            if found is not None:
                yield groups[first][0], groups[first + found[0] - 1][1], found[1]
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

    ISO/IEC 7812-1 (Luhn).
    """
    if not _CARD.fullmatch(number):
        return False
    doubled = [int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _longest_number(text: str, groups: list[tuple[int, int]]) -> tuple[int, NumberKind] | None:
    """Return how many groups make up the longest number that begins with the first, and its kind.

    Single digits with blanks between them are the cells of a table, not a number in groups.
    """
    for count in range(len(groups), 0, -1):
        parts = [plain_digits(text[start:end]) for start, end in groups[:count]]
        if count > 1 and any(len(part) < _SMALLEST_GROUP for part in parts if part != "86"):
            continue
        kind = _kind("".join(parts))
        if kind is not None:
            return count, kind
    return None


def _kind(number: str) -> NumberKind | None:
    if is_id_number(number):
        return "id-number"
    if _MOBILE.fullmatch(number):
        return "mobile"
    return "bank-card" if is_bank_card(number) else None


def _plausible_birth(province: str, day: str) -> bool:
    if not _PROVINCE.fullmatch(province):
        return False
    try:
        born = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    return born.year >= _FIRST_BIRTH_YEAR
