"""The parts that a preamble announces: 由总体情况、…等六个部分组成."""

import re

from monitor.reading.normalise import parse_han_number
from monitor.reading.statements.flat import Flat
from monitor.reading.statements.model import Announcement

_COUNT = r"(?P<count>[一二三四五六七八九十]{1,2}|\d{1,2})"
_LIST = re.compile(
    r"(?:由|包括|包含|分为|涵盖|就|从|分别为|分别是|内容为)了?[:,]?(?P<list>[^。]{6,300}?)"
    rf"(?:(?P<more>等)?(?:共|共计|总计|合计|以上|这)?(?:{_COUNT})?(?:个|大|项)?(?:部分|方面|章节|板块)"
    r"|(?P<more2>等)?(?:内容)?(?:组成|构成))"
)
_AFTER_COUNT = re.compile(
    rf"(?:由|包括|包含|分为|分|共|共分){_COUNT}(?:个|大)?(?:部分|方面)"
    r"(?:组成|构成|内容)?[,:]?(?:分别为|分别是|即|包括|依次为)?[:,]?(?P<list>[^。]{6,300})"
)
_BEGIN = re.compile(r"由|包括|包含|分为|涵盖|就|从|分别为|分别是|内容为")
_TOPIC = re.compile(
    r"总体情况|主动公开|申请|复议|诉讼|存在的?(?:主要)?问题|改进|其他需要|概述|收费|工作情况|平台建设"
)
_SPLIT = re.compile(r"[、,;]|以及|及(?!时)|和(?!谐)|与")
_ORDINAL = re.compile(
    r"^(?:第?\(?[一二三四五六七八九十\d]{1,2}\)?(?:部分)?[、.:是]|\([一二三四五六七八九十\d]{1,2}\))"
)
_JOINED = re.compile(
    r"行政复议[、,和及与]{1,2}(?:提起)?行政诉讼|收到[和、]处理|问题[和及、与]改进|申请行政复议、提起行政诉讼"
)
_FEWEST = 3


def find_announcement(flat: Flat) -> Announcement | None:
    """Return the parts a sentence announces, if it names at least three that reports have."""
    text = flat.text
    if len(_TOPIC.findall(text)) < _FEWEST:
        return None
    after = _AFTER_COUNT.search(text)
    if after is not None and len(_TOPIC.findall(after["list"])) >= _FEWEST:
        return _announcement(flat, after, after.start("list"), after.end("list"))
    for match in _LIST.finditer(text):
        start = match.start("list")
        if len(_TOPIC.findall(match["list"])) >= _FEWEST:
            return _announcement(flat, match, start, match.end("list"))
    return None


def _announcement(flat: Flat, match: re.Match[str], start: int, end: int) -> Announcement:
    count, groups = match["count"], match.groupdict()
    number = (int(count) if count.isdigit() else parse_han_number(count)) if count else None
    return Announcement(
        parts=_parts(flat.text[start:end]),
        number=number,
        open_ended=bool(groups.get("more") or groups.get("more2")),
        quotation=flat.quote(start, end),
    )


def _parts(text: str) -> tuple[str, ...]:
    """Split a list, without splitting 行政复议、行政诉讼 and the like."""
    joined: dict[str, str] = {}

    def hide(match: re.Match[str]) -> str:
        sign = chr(0xE100 + len(joined))
        joined[sign] = match[0]
        return sign

    hidden = _JOINED.sub(hide, text)
    pieces = (_ORDINAL.sub("", piece).removesuffix("等") for piece in _SPLIT.split(hidden))
    return tuple("".join(joined.get(sign, sign) for sign in piece) for piece in pieces if piece)
