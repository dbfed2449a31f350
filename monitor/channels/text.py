"""A message as a short text for a group or a webhook, within what each service takes."""

from urllib.parse import urlsplit

_MARGIN = 0.95
"""Of a limit, for what the services add."""
LONGEST = {
    "wecombot": 2048,
    "dingtalk": 18000,
    "feishu": 18000,
    "lark": 18000,
}
"""Bytes of a text: developer.work.weixin.qq.com/document/path/91770 (2,048 for texts); DingTalk and
Feishu take requests of 20,000 bytes, in which JSON may write some characters longer."""
LONGEST_ELSEWHERE = 30_000
_MENTIONS = frozenset(LONGEST)
"""Services in whose texts ``<at user_id="all">`` or ``<@name>`` calls people."""


def scheme_of(url: str) -> str:
    """Return the scheme of a channel's URL, by which the service is known."""
    return urlsplit(url).scheme.lower()


def short_text(url: str, title: str, text: str, pointer: str) -> str:
    """Return title and text as one message of the service that a URL names.

    Args:
        url: of the channel.
        title: one line.
        text: of any length; cut at the end of a line, or of a character if need be.
        pointer: what stands in the place of the rest, saying where that is.
    """
    scheme = scheme_of(url)
    whole = f"{title}\n\n{text.strip()}\n"
    if scheme in _MENTIONS:
        whole = whole.replace("<", "＜")  # nobody is called by an agency's name
    return cut(whole, int(LONGEST.get(scheme, LONGEST_ELSEWHERE) * _MARGIN), pointer)


def cut(text: str, longest: int, pointer: str) -> str:
    """Return a text of at most so many bytes as JSON has them, the pointer at its end if cut."""
    if _size(text) <= longest:
        return text
    ending = f"\n{pointer}\n"
    kept: list[str] = []
    left = longest - _size(ending)
    for line in text.splitlines(keepends=True):
        if _size(line) > left:
            if not kept:
                kept.append(_beginning(line, left))
            break
        kept.append(line)
        left -= _size(line)
    return "".join(kept).rstrip() + ending


def _size(text: str) -> int:
    """Return the bytes of a text in UTF-8."""
    return len(text.encode("utf-8", "replace"))


def _beginning(line: str, longest: int) -> str:
    return line.encode("utf-8", "replace")[: max(longest, 0)].decode("utf-8", "ignore")
