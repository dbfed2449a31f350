"""What crawls and jobs say of themselves, for people: in both languages.

Crawls write their reasons in English, one after another with semicolons between, each with the
address it is about before it. That is what is kept; here it is put into Chinese, sentence by
sentence (``reasons.toml``). So are the records of jobs and of messages that did not arrive
(``job_reasons.toml``). What is not known, such as the words of a library, stays as it is.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from monitor.language import Bilingual

_BETWEEN, _LISTED = "; ", ", "
_ABOUT = re.compile(r"(?P<about>(?:https?://[^\s;]+|[\w.-]+\.[a-z]{2,})): (?P<rest>.+)", re.DOTALL)
_NAME = re.compile(r"\{(\w+)\}")
_NESTED = "reason"
_CRAWLS, _JOBS = "reasons.toml", "job_reasons.toml"
BOTH = " ／ "
"""Between what a job says in English and the same in Chinese, where it has its own Chinese."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    fits: re.Pattern[str]
    zh: str


def in_both(reason: str | None) -> Bilingual | None:
    """Return a reason of a crawl, a column or a portal in both languages; None if there is none."""
    if not reason:
        return None
    return Bilingual(zh=_in_chinese(reason), en=reason)


def way_found(found_by: str) -> Bilingual:
    """Return in both languages how a column was found (``Column.found_by``)."""
    words: Mapping[str, str] = _written(_CRAWLS)["found"]
    return Bilingual(zh=words.get(found_by, found_by), en=found_by)


def said_by_job(message: str | None) -> Bilingual:
    """Return what the record of a job, or of a message that did not arrive, says; "" if nothing."""
    en, both, zh = (message or "").partition(BOTH)
    return Bilingual(zh=zh if both else _job_in_chinese(en), en=en)


def _job_in_chinese(message: str) -> str:
    parts = [_sentence(part, _JOBS, _job_in_chinese) for part in message.split(_LISTED)]
    known = [part for part in parts if part is not None]
    if len(known) == len(parts):
        return "，".join(known)
    return _sentence(message, _JOBS, _job_in_chinese) or message


def _in_chinese(reason: str) -> str:
    whole = None if _ABOUT.fullmatch(reason) else _sentence(reason, _CRAWLS, _in_chinese)
    return whole or "；".join(_part(part) for part in reason.split(_BETWEEN))


def _part(part: str) -> str:
    about = _ABOUT.fullmatch(part)
    if about is not None:
        return f"{about['about']}：{_part(about['rest'])}"
    return _sentence(part, _CRAWLS, _in_chinese) or part


def _sentence(text: str, file: str, nested: Callable[[str], str]) -> str | None:
    for sentence in _sentences(file):
        found = sentence.fits.fullmatch(text)
        if found:
            filled = found.groupdict()
            if _NESTED in filled:
                filled[_NESTED] = nested(filled[_NESTED])
            return sentence.zh.format_map(filled)
    return None


@cache
def _sentences(file: str) -> Sequence[_Sentence]:
    return tuple(
        _Sentence(fits=re.compile(_pattern(each["en"])), zh=each["zh"])
        for each in _written(file)["reason"]
    )


def _pattern(sentence: str) -> str:
    """Return a sentence as a pattern; what is filled in holds no further sentence."""
    parts = _NAME.split(sentence)
    return "".join(
        re.escape(part) if index % 2 == 0 else f"(?P<{part}>{_filling(part)})"
        for index, part in enumerate(parts)
    )


def _filling(name: str) -> str:
    return r"(?s:.+)" if name in (_NESTED, "error", "words") else r"[^;]+?"


@cache
def _written(file: str) -> Mapping[str, Any]:
    return tomllib.loads(resources.files("monitor").joinpath(file).read_text("utf-8"))
