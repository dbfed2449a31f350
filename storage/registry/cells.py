"""From a cell of a registry file to a value, or the reason why not.

References: GB/T 2260 (codes of divisions), GB 32100-2015 (unified social credit code).
"""

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from storage.registry.problems import BadValueError

LONGEST_TEXT = 200
LONGEST_URL = 2000

_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_DAY = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})", re.ASCII)

Choice = TypeVar("Choice", bound=StrEnum)


def parse_text(cell: str) -> str:
    """Return the text of a name; blanks around it go, everything else stays as it is."""
    text = cell.strip()
    if not text:
        raise BadValueError("空白", "empty", remedy_zh="必须填写", remedy_en="fill it in")
    refuse_invisible(text)
    if len(text) > LONGEST_TEXT:
        raise BadValueError(f"超过 {LONGEST_TEXT} 个字", f"longer than {LONGEST_TEXT} characters")
    return text


def refuse_invisible(text: str) -> None:
    """Refuse control characters and those that turn the direction of text."""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            code = f"U+{ord(character):04X}"
            raise BadValueError(
                f"含控制字符或不可见字符 {code}",
                f"holds the control or invisible character {code}",
                remedy_zh="请删除该字符",
                remedy_en="take it out",
            )


def parse_portal_id(cell: str) -> str:
    """Return the stable id of a portal: ``a-z``, ``0-9`` and ``-``."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", cell.strip()):
        raise BadValueError(
            f"“{_shown(cell)}”不是合法的门户编号",
            f"{_shown(cell)!r} is no portal id",
            remedy_zh="只能用小写字母、数字和连字符，最长 64 个字符，例如 xingqing",
            remedy_en="use a-z, 0-9 and '-' only, at most 64 characters, such as xingqing",
        )
    return cell.strip()


def parse_agency_id(cell: str) -> str:
    """Return the stable id of an agency: Latin letters, digits, ``-``, ``_`` and ``.``."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", cell.strip()):
        raise BadValueError(
            f"“{_shown(cell)}”不是合法的机关编号",
            f"{_shown(cell)!r} is no agency id",
            remedy_zh="只能用字母、数字和 - _ .，最长 64 个字符，例如 xingqing-kjj",
            remedy_en="use letters, digits, '-', '_' and '.', at most 64, such as xingqing-kjj",
        )
    return cell.strip()


def parse_division(cell: str) -> str:
    """Return a GB/T 2260 code of 6 digits, or the 9 digits of a township or street."""
    code = cell.strip()
    if not re.fullmatch(r"\d{6}(?:\d{3})?", code, re.ASCII):
        raise BadValueError(
            f"“{_shown(cell)}”不是行政区划代码",
            f"{_shown(cell)!r} is no code of a division",
            remedy_zh="填 GB/T 2260 的 6 位数字（乡镇、街道可填 9 位），例如 640104",
            remedy_en="give the 6 digits of GB/T 2260 (9 for a township), such as 640104",
        )
    return code


def parse_choice(cell: str, kind: type[Choice]) -> Choice:
    """Return the member of ``kind`` that the cell names."""
    try:
        return kind(cell.strip())
    except ValueError:
        known = "|".join(member.value for member in kind)
        raise BadValueError(
            f"“{_shown(cell)}”不在可选值之内",
            f"{_shown(cell)!r} is not one of the values",
            remedy_zh=f"可选：{known}",
            remedy_en=f"choose one of {known}",
        ) from None


def parse_url(cell: str) -> str:
    """Return an http or https URL with a host and without credentials."""
    url = cell.strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _bad_url(cell) from None
    odd = re.search(r"[\s\x00-\x20<>\"|]", url)
    if parts.scheme.lower() not in ("http", "https") or not host or odd or len(url) > LONGEST_URL:
        raise _bad_url(cell)
    refuse_invisible(url)
    if parts.username is not None or parts.password is not None:
        raise BadValueError(
            "网址含用户名或密码",
            "the URL holds a user name or password",
            remedy_zh="请删除",
            remedy_en="take it out",
        )
    return url


def _bad_url(cell: str) -> BadValueError:
    return BadValueError(
        f"“{_shown(cell)}”不是网址",
        f"{_shown(cell)!r} is no URL",
        remedy_zh="应以 http:// 或 https:// 开头并带主机名，不含空格",
        remedy_en="it must begin with http:// or https://, name a host and hold no blanks",
    )


def parse_day(cell: str) -> date | None:
    """Return a day written 2024-01-31 or, as spreadsheets do, 2024/1/31; None for a blank cell."""
    if not cell.strip():
        return None
    found = _DAY.fullmatch(cell.strip())
    try:
        if found:
            return date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        pass
    raise BadValueError(
        f"“{_shown(cell)}”不是日期",
        f"{_shown(cell)!r} is no date",
        remedy_zh="写作 2024-01-31",
        remedy_en="write it as 2024-01-31",
    )


def parse_credit_code(cell: str) -> str | None:
    """Return a unified social credit code whose check character is right; None if blank."""
    code = cell.strip().upper()
    if not code:
        return None
    if len(code) != 18 or any(character not in _CREDIT_CHARACTERS for character in code):
        raise BadValueError(
            f"“{_shown(cell)}”不是统一社会信用代码",
            f"{_shown(cell)!r} is no unified social credit code",
            remedy_zh="应为 18 位（GB 32100），不含 I、O、S、V、Z",
            remedy_en="it has 18 characters (GB 32100) without I, O, S, V and Z",
        )
    wanted = credit_check_character(code[:17])
    if code[17] != wanted:
        raise BadValueError(
            f"统一社会信用代码“{code}”的校验位应为 {wanted}",
            f"the check character of the credit code {code} should be {wanted}",
            remedy_zh="请核对是否抄错",
            remedy_en="look for a slip in copying",
        )
    return code


def credit_check_character(first_17: str) -> str:
    """Return the 18th character of a credit code (GB 32100-2015, annex)."""
    total = sum(
        _CREDIT_CHARACTERS.index(character) * weight
        for character, weight in zip(first_17, _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_CHARACTERS[-total % 31]


def split_list(cell: str) -> list[str]:
    """Split a ``|``-separated cell; blanks around items and empty items go, order stays."""
    return list(dict.fromkeys(item.strip() for item in cell.split("|") if item.strip()))


def _shown(cell: str) -> str:
    """Return a cell fit for a message: printable, and not longer than a line."""
    text = "".join(character if character.isprintable() else "�" for character in cell.strip())
    return text if len(text) <= 60 else text[:59] + "…"
