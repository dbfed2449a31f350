"""Statements of the prose that there were requests, reviews or lawsuits, or that there were none.

Only statements about all of them in the fiscal year are taken; one that is narrowed to a channel,
an applicant, a result, another body or another time says nothing about the totals of the tables.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from monitor.reading.model import Report
from monitor.reading.normalise import parse_han_number
from monitor.rules.narrative.words import has_any, only_words, words
from monitor.rules.quoting import Passage, passages

_NO = r"(?:未|没有|没|均未|尚未)(?:曾|有)?"
_GOT = r"(?:收到|接到|受理|接收|新收|收悉)"
_CLAUSE = r"[^,。;:!?]"
_ZERO = r"(?:0|零|〇)(?![\d.,余多])"
# of bounded length: a number of a thousand digits counts nothing
_NUMERAL = (
    r"(?:(?<!\d)(?:[1-9]\d{0,2}(?:,\d{3}){1,4}|[1-9]\d{0,11})"
    r"|(?<![一二两三四五六七八九十])[一二两三四五六七八九十]{1,3})"
)
_TITLE = re.compile(r"《[^《》]*》")
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_ABOUT_DISCLOSURE = re.compile(r"依申请|信息公开|政务公开")


class Subject(StrEnum):
    """What a statement is about."""

    REQUESTS = "requests"
    REVIEW = "review"
    LITIGATION = "litigation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement, with its place in the flat text of a passage; ``count`` 0 is "none"."""

    subject: Subject
    count: int
    passage: Passage
    start: int
    end: int


def statements(report: Report, fiscal_year: int) -> Iterator[Statement]:
    """Yield the statements of a report about a fiscal year; section five tells no results."""
    for passage in passages(report):
        if passage.section == "problems":
            continue
        for offset, sentence in passage.sentences():
            # what stands in 《》 are names
            plain = _TITLE.sub(lambda match: "□" * len(match[0]), sentence)
            for subject, count, (start, end) in _found(plain, passage, report.agency or ""):
                if _is_of_this_year(plain[:start], fiscal_year):
                    yield Statement(
                        subject=subject,
                        count=count,
                        passage=passage,
                        start=offset + start,
                        end=offset + end,
                    )


Found = tuple[Subject, int, tuple[int, int]]


def _found(sentence: str, passage: Passage, agency: str) -> Iterator[Found]:
    yield from _no_requests(sentence, passage)
    yield from _some_requests(sentence, passage)
    yield from _no_remedies(sentence, agency)
    yield from _counted_remedies(sentence)


def _no_requests(sentence: str, passage: Passage) -> Iterator[Found]:
    for pattern in _patterns_of_no_request():
        for match in pattern.finditer(sentence):
            by_channel = has_any(_clause_before(sentence, match), words()["requests"]["channels"])
            narrow = by_channel or not _is_about_all_requests(match)
            if not narrow and _is_ours(sentence, match, passage):
                yield Subject.REQUESTS, 0, match.span()
                return


def _some_requests(sentence: str, passage: Passage) -> Iterator[Found]:
    vocabulary = words()["requests"]
    before = (*vocabulary["before"], *vocabulary["channels"])
    for pattern in _patterns_of_requests():
        for match in pattern.finditer(sentence):
            count = _number(match["number"])
            plain = only_words(match["before"], before) and only_words(
                match["after"], vocabulary["after"]
            )
            if count and plain and _is_ours(sentence, match, passage, whole_area=False):
                yield Subject.REQUESTS, count, match.span()
                return


def _no_remedies(sentence: str, agency: str) -> Iterator[Found]:
    vocabulary = words()["remedies"]
    for match in _pattern_of_no_remedy().finditer(sentence):
        said = match["said"].replace(agency, "") if agency else match["said"]
        if not only_words(said, vocabulary["words"]) or not _is_known_context(sentence, match):
            continue
        if "复议" in said:
            yield Subject.REVIEW, 0, match.span()
        if "诉讼" in said:
            yield Subject.LITIGATION, 0, match.span()


def _counted_remedies(sentence: str) -> Iterator[Found]:
    """Yield counts, zero or not; above zero only if they are of disclosure and of this agency."""
    vocabulary, context = words()["remedies"], words()["context"]
    for match in _pattern_of_counted_remedies().finditer(sentence):
        clause = sentence[_clause_start(sentence, match.start()) : match.end()]
        if re.search(vocabulary["narrower"], clause) or not _is_known_context(sentence, match):
            continue
        count = _number(match["number"])
        if count and (
            not _ABOUT_DISCLOSURE.search(sentence)
            or re.search(vocabulary["other_matters"], sentence)
            or re.search(context["whole_area"], sentence)
            or re.search(_NO, clause)
        ):
            continue
        said = match["object"] + match["between"]
        if "复议" in said:
            yield Subject.REVIEW, count, match.span()
        if "诉讼" in said:
            yield Subject.LITIGATION, count, match.span()


def _is_about_all_requests(match: re.Match[str]) -> bool:
    vocabulary = words()["requests"]
    before, after = match["before"], match["after"]
    if before.startswith("的") or not only_words(before, vocabulary["before"]):
        return False
    if not only_words(after, vocabulary["after"]):
        return False
    everybody = has_any(before, vocabulary["everybody"])
    people = has_any(before, vocabulary["people"])
    organisations = has_any(before, vocabulary["organisations"])
    return everybody or people == organisations


def _is_ours(
    sentence: str, match: re.Match[str], passage: Passage, *, whole_area: bool = True
) -> bool:
    """Whether the requests are for information, and this agency's own."""
    context = words()["context"]
    if re.search(words()["requests"]["other_matters"], sentence):
        return False
    if not whole_area and re.search(context["whole_area"], sentence):
        return False
    about = "公开" in match[0] or "依申请" in passage.flat or "信息公开" in sentence
    return about and _is_known_context(sentence, match)


def _is_known_context(sentence: str, match: re.Match[str]) -> bool:
    context, before = words()["context"], sentence[: match.start()]
    if re.search(context["conditions"], sentence[: match.start() + 1]):
        return False
    return not any(
        re.search(guard, before) for guard in (context["other_bodies"], context["other_times"])
    )


def _is_of_this_year(before: str, fiscal_year: int) -> bool:
    years = _YEAR.findall(before)
    return not years or int(years[-1]) == fiscal_year


def _clause_before(sentence: str, match: re.Match[str]) -> str:
    return sentence[sentence.rfind(",", 0, match.start()) + 1 : match.start()]


def _clause_start(sentence: str, position: int) -> int:
    return max(sentence.rfind(",", 0, position), sentence.rfind("、", 0, position)) + 1


def _number(text: str) -> int:
    if text in ("零", "〇"):
        return 0
    if text.replace(",", "").isdecimal():
        return int(text.replace(",", ""))
    return parse_han_number(text.replace("两", "二")) or 0


@cache
def _patterns_of_no_request() -> tuple[re.Pattern[str], ...]:
    measure = words()["measures"]
    before = f"(?P<before>{_CLAUSE}{{0,40}}?)"
    return (
        re.compile(
            rf"(?:{_NO})(?:{_GOT}|发生|产生|出现){before}申请(?!人|行政复议|复议)"
            r"(?P<after>[^,。;:、和及]{0,16})"
        ),
        re.compile(
            r"(?<!有)(?P<before>)无(?:任何)?(?:政府|政务)?(?:信息)?(?:公开)?依?申请(?!人)"
            r"(?P<after>[^,。;:、和及]{0,16})"
        ),
        re.compile(
            rf"{_GOT}{before}申请(?!人)(?P<after>[^,。;\d零〇]{{0,16}}?){_ZERO}(?:{measure}|(?=[,。;!?]|$))"
        ),
        re.compile(rf"{_GOT}(?P<after>){_ZERO}(?:{measure}){before}申请(?!人|行政复议|复议)"),
        re.compile(
            r"(?P<before>)(?:依申请公开|信息公开申请)"
            rf"(?P<after>[^,。;\d零〇]{{0,12}}?){_ZERO}(?:{measure})"
        ),
    )


@cache
def _patterns_of_requests() -> tuple[re.Pattern[str], ...]:
    measure = words()["measures"]
    verb, before = rf"(?<![未没无有]){_GOT}", f"(?P<before>{_CLAUSE}{{0,30}}?)"
    return (
        re.compile(
            rf"{verb}{before}申请(?!人)(?P<after>[^,。;\d]{{0,16}}?)(?P<number>{_NUMERAL})(?:{measure})"
        ),
        re.compile(
            rf"{verb}了?(?P<number>{_NUMERAL})(?:{measure}){before}申请(?!人|行政复议|复议)"
            r"(?P<after>[^,。;:、和及]{0,10})"
        ),
    )


@cache
def _pattern_of_no_remedy() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{_NO}|(?<!有)无)(?P<said>{_CLAUSE}{{0,45}}?(?:复议|诉讼){_CLAUSE}{{0,30}})"
    )


@cache
def _pattern_of_counted_remedies() -> re.Pattern[str]:
    between = "|".join(map(re.escape, words()["remedies"]["before_number"]))
    return re.compile(
        rf"(?P<object>(?:行政)?(?:复议|诉讼))(?P<between>(?:{between})*)"
        rf"(?P<number>{_ZERO}|{_NUMERAL})(?:{words()['measures']})"
    )
