"""Days as portals write them: in rows, in labels, and hidden in addresses.

A day that does not exist is no day, and a day without a year is not completed: nothing is invented.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_DASH = r"[-‐‑–—―−/.．·]"
_WRITTEN = re.compile(
    rf"""(?<!\d)(?P<y>(?:19|20)\d\d)\s*(?:{_DASH}|年)\s*(?P<m>\d{{1,2}})\s*(?:{_DASH}|月)\s*
        (?: (?P<d>\d{{2}})(?=\d{{1,2}}\s*:\s*\d\d) | (?P<d2>\d{{1,2}})(?!\d) )""",
    re.VERBOSE,
)
_EIGHT = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?!\d)")
_HAN = re.compile(
    r"(?P<y>[一二][〇○零O0九一二三四五六七八]{3})\s*年\s*"
    r"(?P<m>[一二三四五六七八九十]{1,2})\s*月\s*(?P<d>[一二三四五六七八九十廿卅]{1,3})\s*日"
)
_YEARLESS = re.compile(
    rf"(?<![\d年/.-])\[?\s*(?P<m>\d{{1,2}})\s*(?:{_DASH}|月)\s*(?P<d>\d{{1,2}})\s*日?\s*\]?(?![\d/.-])"
)
_DIGIT = dict.fromkeys("〇○零O0", 0) | {c: i for i, c in enumerate("一二三四五六七八九", 1)}
_CHINA = timedelta(hours=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDay:
    """A day met in a text, with the words that say it and where they stand."""

    day: date
    text: str
    start: int
    end: int
    kind: str = ""
    """For a day hidden in an address, what hides it: see ``days_in_address``."""


def fold(text: str) -> str:
    """Return ``text`` with full-width digits and signs as plain ones and every blank as a space."""
    return unicodedata.normalize("NFKC", text)


def written_days(text: str) -> Iterator[WrittenDay]:
    """Yield the days written with their year in ``text``, in order; impossible ones are dropped.

    ``start`` and ``end`` count in ``fold(text)``.
    """
    folded = fold(text)
    for match in sorted(_matches(folded), key=lambda match: match.start()):
        day = _day_of(match)
        if day is not None:
            yield WrittenDay(
                day=day, text=match.group().strip(), start=match.start(), end=match.end()
            )


def _matches(folded: str) -> Iterator[re.Match[str]]:
    for pattern in (_WRITTEN, _EIGHT, _HAN):
        yield from pattern.finditer(folded)


def _day_of(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    return real_day(_number(parts["y"]), _number(parts["m"]), _number(parts["d"] or parts["d2"]))


def _number(text: str) -> int:
    if text.isascii():
        return int(text)
    if len(text) == 4:
        return int("".join(str(_DIGIT[character]) for character in text))
    return _small_han(text.replace("廿", "二十").replace("卅", "三十"))


def _small_han(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGIT.get(text, 0)
    return 10 * _DIGIT.get(tens or "一", 0) + (_DIGIT.get(ones, 0) if ones else 0)


def real_day(year: int, month: int, day: int) -> date | None:
    """Return the day if the calendar has it and the web is old enough for it."""
    if not 1990 <= year <= 2099:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def first_day(text: str) -> WrittenDay | None:
    """Return the first day written with its year in ``text``."""
    return next(written_days(text), None)


def yearless_day(text: str) -> tuple[int, int, str] | None:
    """Return month, day and the words of a day written without its year, such as ``[01-31]``."""
    for match in _YEARLESS.finditer(fold(text)):
        month, day = int(match["m"]), int(match["d"])
        if real_day(2024, month, day):  # a leap year: 02-29 may be meant
            return month, day, match.group().strip()
    return None


def day_of_timestamp(seconds: float) -> date | None:
    """Return the day in China of a Unix time in seconds or milliseconds; None if out of range."""
    plain = seconds / 1000 if seconds > 100_000_000_000 else seconds
    if not 631_152_000 <= plain < 4_102_444_800:  # 1990 to 2099
        return None
    return (datetime.fromtimestamp(plain, tz=UTC) + _CHINA).date()


_DATED_PATHS = tuple(
    (kind, re.compile(pattern, re.VERBOSE))
    for kind, pattern in (
        ("name", r"/t(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)_\d"),  # TRS article
        ("file", r"/[PW]0(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)\d{6,}"),  # TRS file
        ("folder", r"/art/(?P<y>20\d\d)/(?P<m>\d{1,2})/(?P<d>\d{1,2})/"),  # Hanweb
        ("folder", r"/(?P<y>20\d\d)(?P<m>\d\d)/(?P<d>\d\d)/"),
        ("folder", r"/(?P<y>20\d\d)[-/]?(?P<m>\d\d)[-/]?(?P<d>\d\d)/"),
        ("folder", r"/(?P<y>20\d\d)/[A-Z]{6,10}_(?P<m>\d\d)(?P<d>\d\d)/"),  # Changzhou
        (
            "stamp",
            r"""/[a-z]*_?(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)
                (?:[01]\d|2[0-3])[0-5]\d[0-5]\d\d{0,5}(?:[/.]|(?=[?\#])|$)""",
        ),
        # A year of two digits, hour, minute, second and milliseconds: old Hanweb files.
        (
            "file",
            r"""[?&]filename=(?P<yy>[0-3]\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)
                (?:[01]\d|2[0-3])[0-5]\d[0-5]\d\d{7}\.[A-Za-z]{2,5}$""",
        ),
    )
)
_OBJECT_ID = re.compile(
    r"(?:/|(?<!channel)_)(?P<seconds>[56][0-9a-f]{7})[0-9a-f]{16}(?:\.\w+)?(?=[?#]|$)"
)
_SNOWFLAKE = re.compile(r"/(?P<id>\d{18,19})\.s?html?(?=[?#]|$)")
_MILLISECONDS = re.compile(
    r"/(?P<ms>1[3-9]\d{11})(?:\d?[A-Za-z][0-9A-Za-z]{0,9})?\.s?html?(?=[?#]|$)"
)
_SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
_NUMBERED_IDS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], float]], ...] = (
    ("objectid", _OBJECT_ID, lambda match: int(match["seconds"], 16)),
    ("milliseconds", _MILLISECONDS, lambda match: int(match["ms"]) / 1000),
    (
        "snowflake",
        _SNOWFLAKE,
        lambda match: ((int(match["id"]) >> 22) + _SNOWFLAKE_EPOCH_MS) / 1000,
    ),
)


def day_in_address(url: str) -> WrittenDay | None:
    """Return the likeliest day hidden in ``url``, for comparison only (``days_in_address``)."""
    return next(days_in_address(url), None)


def days_in_address(url: str) -> Iterator[WrittenDay]:
    """Yield the days hidden in ``url``, the likeliest first, each different day once.

    For comparison only: moved articles get new addresses, and ids are given when a draft is made.
    ``kind`` says what hides the day. Written out by the system: ``name`` (of the article),
    ``folder``, ``file`` (of an attachment), ``stamp`` (14 to 17 digits down to the second). Counted
    in an id: ``objectid``, ``milliseconds``, ``snowflake``.
    """
    seen = set[date]()
    for found in (*_dated_paths(url), *_dated_ids(url)):
        if found.day not in seen:
            seen.add(found.day)
            yield found


def _dated_paths(url: str) -> Iterator[WrittenDay]:
    for kind, pattern in _DATED_PATHS:
        match = pattern.search(url)
        if match:
            parts = match.groupdict()
            year = int(parts.get("y") or 2000 + int(parts.get("yy") or 0))
            yield from _hidden(real_day(year, int(parts["m"]), int(parts["d"])), match, kind)


def _dated_ids(url: str) -> Iterator[WrittenDay]:
    for kind, pattern, seconds in _NUMBERED_IDS:
        match = pattern.search(url)
        if match:
            yield from _hidden(day_of_timestamp(seconds(match)), match, kind)


def _hidden(day: date | None, match: re.Match[str], kind: str) -> Iterator[WrittenDay]:
    if day is not None:
        yield WrittenDay(
            day=day, text=match.group(), start=match.start(), end=match.end(), kind=kind
        )
