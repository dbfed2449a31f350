"""What an answer means: the outcome of a request, as a pure function of what came back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crawler.fetched import Ask, Outcome, Purpose
from crawler.pages.decoding import damage, decode_page
from crawler.pages.kinds import (
    EMPTY,
    HTML,
    TEXT,
    is_page,
    looks_whole,
    media_type_of,
    proves_its_end,
)
from crawler.pages.markup import Markup, take_apart
from crawler.pages.obstacles import Block, BlockKind, classify_response
from crawler.pages.urls import is_home, same_site
from storage.hosts import is_official_url

MAX_PAGE_BYTES = 8 * 1024 * 1024
"""The largest page that is read; taking apart a larger one would hold up all other portals."""
UNREADABLE = 0.05
"""Share of characters that could not be decoded, from which a page is not read."""
_GONE = frozenset({404, 410})
_OFFICE_MARKS = (b"urn:schemas-microsoft-com:office", b"Word.Document", b"Excel.Sheet")
"""In HTML that Word or Excel wrote under the name of a .doc or .xls."""
_REPORT_WORDS = (
    *("政府信息公开", "年度报告", "总体情况", "主动公开", "依申请公开", "行政复议"),
    *("监督保障", "平台建设", "存在的主要问题", "其他需要报告的事项"),
)
"""What annual reports speak of (format of 国办公开办函〔2021〕30号, and those before)."""
_ENOUGH_WORDS = 3
_REPORT_TEXT = 200
"""Characters: the shortest reports of townships have some hundred beside their tables."""
_FEW_LINKS = 5
_CONTENT = frozenset({200, 203})
_TOO_BUSY = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, before it is judged."""

    status: int
    url: str
    """After redirects."""
    headers: Mapping[str, str]
    body: bytes
    redirected: bool
    length_unknown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """An outcome with its reason."""

    outcome: Outcome
    reason: str = ""
    media_type: str = EMPTY
    block: Block | None = None
    cut: bool = False
    """True if asking again may bring the whole body."""
    passing: bool = False
    """True for a failed connection, which may pass by itself."""
    attempted: bool = False
    """True if the server was looked for although nothing was sent: its name is not known."""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """What an earlier answer showed, if that is why nothing was sent."""


def meaning_of(
    ask: Ask, answer: Answer, *, official: Iterable[str] = (), home_text: str | None = None
) -> Meaning:
    """Return what an answer to ``ask`` means.

    Args:
        ask: what was asked for.
        answer: what came.
        official: patterns of hosts that are official besides .gov.cn.
        home_text: what a reader sees on the portal's front page, if it is known; some servers
            answer it for whatever is not there.
    """
    media_type = media_type_of(answer.body)
    if ask.purpose is Purpose.ROBOTS:
        return _of_robots(answer, media_type)
    if is_page(media_type) and len(answer.body) > MAX_PAGE_BYTES:
        reason = f"a page of {len(answer.body)} bytes"
        return Meaning(outcome=Outcome.BROKEN, reason=reason, media_type=media_type)
    block = classify_response(answer.status, answer.headers, answer.body)
    if block:
        return _of_block(answer, block, media_type)
    if answer.status in _GONE:
        return Meaning(outcome=Outcome.GONE, reason=f"{answer.status}", media_type=media_type)
    if answer.status not in _CONTENT:
        return _of_status(answer, media_type)
    if answer.redirected and not _may_lead_to(ask, answer.url, official):
        reason = f"sent on to {answer.url}, which is not an official host"
        return Meaning(outcome=Outcome.REFUSED, reason=reason, media_type=media_type)
    return _of_content(ask, answer, media_type, home_text)


def _of_robots(answer: Answer, media_type: str) -> Meaning:
    block = classify_response(answer.status, answer.headers, answer.body)
    if block and answer.status >= 500:
        return _of_block(answer, block, media_type)
    if answer.status >= 500 or answer.status in _TOO_BUSY:
        return _of_status(answer, media_type)
    return Meaning(outcome=Outcome.OK, media_type=media_type)


def _of_block(answer: Answer, block: Block, media_type: str) -> Meaning:
    soft = block.kind is BlockKind.SOFT_404
    return Meaning(
        outcome=Outcome.SOFT_GONE if soft else Outcome.BLOCKED,
        reason=f"{block.kind.label}, status {answer.status}",
        media_type=media_type,
        block=block,
    )


def _of_status(answer: Answer, media_type: str) -> Meaning:
    busy = answer.status >= 500 or answer.status in _TOO_BUSY
    return Meaning(
        outcome=Outcome.UNREACHABLE if busy else Outcome.BROKEN,
        reason=f"status {answer.status}",
        media_type=media_type,
    )


def _may_lead_to(ask: Ask, url: str, official: Iterable[str]) -> bool:
    """Files may lie on any public host: the report's own page vouches for them."""
    elsewhere = ask.purpose is Purpose.ATTACHMENT
    return elsewhere or same_site(ask.url, url) or is_official_url(url, official)


def _of_content(ask: Ask, answer: Answer, media_type: str, home_text: str | None) -> Meaning:
    if _sent_home(ask, answer):
        return Meaning(outcome=Outcome.GONE, reason="sent to the front page", media_type=media_type)
    if answer.length_unknown and not proves_its_end(answer.body, media_type):
        reason = "the connection ended and nothing shows that the body is whole"
        return Meaning(outcome=Outcome.BROKEN, reason=reason, media_type=media_type, cut=True)
    if media_type == EMPTY:
        return Meaning(outcome=Outcome.BROKEN, reason="empty body", cut=True)
    if not is_page(media_type):
        return _of_file(answer.body, media_type)
    if ask.purpose is Purpose.ATTACHMENT and not _is_file(ask, answer, media_type):
        reason = "a page under the name of a file"
        return Meaning(outcome=Outcome.BROKEN, reason=reason, media_type=media_type)
    return _of_page(ask, answer, media_type, home_text)


def _sent_home(ask: Ask, answer: Answer) -> bool:
    deep = ask.purpose is not Purpose.HOME and not is_home(ask.url)
    return answer.redirected and deep and is_home(answer.url)


def _of_file(body: bytes, media_type: str) -> Meaning:
    if looks_whole(body, media_type):
        return Meaning(outcome=Outcome.OK, media_type=media_type)
    reason = f"{media_type} without its end mark: cut short"
    return Meaning(outcome=Outcome.BROKEN, reason=reason, media_type=media_type, cut=True)


def _of_page(ask: Ask, answer: Answer, media_type: str, home_text: str | None) -> Meaning:
    text, _ = decode_page(answer.body, answer.headers)
    if damage(text) > UNREADABLE:
        return Meaning(
            outcome=Outcome.BROKEN, reason="text in no known encoding", media_type=media_type
        )
    deep = ask.purpose is not Purpose.HOME and not is_home(ask.url)
    if deep and home_text and media_type == HTML and take_apart(text).text == home_text:
        return Meaning(
            outcome=Outcome.SOFT_GONE, reason="the front page instead", media_type=media_type
        )
    return Meaning(outcome=Outcome.OK, media_type=media_type)


def _is_file(ask: Ask, answer: Answer, media_type: str) -> bool:
    """Tell whether what reads as a page is a file all the same.

    A text; Word's kind of HTML; or any HTML whose text is that of a report: systems write it under
    the name of a ``.doc``. What says that something is not there, or asks for a login, is none.
    """
    if media_type == TEXT:
        return ask.url.lower().endswith(".txt")
    if media_type != HTML:
        return False
    if any(mark in answer.body[:8192] for mark in _OFFICE_MARKS):
        return True
    text, _ = decode_page(answer.body, answer.headers)
    return _holds_report(take_apart(text))


def _holds_report(page: Markup) -> bool:
    """Tell the text of a report, on a page that leads nowhere, from a page of the site."""
    text = "".join(page.text.split())
    said = sum(1 for words in _REPORT_WORDS if words in text)
    alone = len(page.links) <= _FEW_LINKS and not page.frames
    return alone and len(text) >= _REPORT_TEXT and said >= _ENOUGH_WORDS
