"""What the robots of groups take: requests of WeCom, DingTalk and Feishu. Pure.

WeCom and DingTalk get Markdown, Feishu its rich text. Nothing of a message can call people, show
pictures from elsewhere or be taken for markup: names of agencies and titles are other people's.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

_URL = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_MARKUP = str.maketrans({"*": "＊", "[": "［", "]": "］", "`": "｀", "<": "＜", "~": "～"})
_CODED = str.maketrans({sign: f"%{ord(sign):X}" for sign in "()[]*<>"})
_LEADING = re.compile(r"^(?:#+|>|\+|\d+\.)(?=\s)")
_ENTRY, _BELOW = "- ", "  "

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One post: a message, or one of the numbered parts of it."""

    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """How one kind of robot is asked, and how much it takes."""

    payload: Callable[[Part], Payload]
    longest: int
    """Bytes, UTF-8: of the text for WeCom, of the whole request for the others."""
    text_of: Callable[[Payload], str] | None = None
    """What of the request is counted; None means all of it."""

    def takes(self, part: Part) -> bool:
        """Tell whether a part is short enough."""
        payload = self.payload(part)
        counted = request_of(payload) if self.text_of is None else self.text_of(payload).encode()
        return len(counted) <= self.longest


def group_of(url: str) -> Group | None:
    """Return how the robot that a URL names is asked; None if it names none."""
    split = urlsplit(url)
    if split.scheme.lower() == "wecombot" and parse_qs(split.query).get("format") == ["text"]:
        return _WECOM_TEXT
    return GROUPS.get(split.scheme.lower())


def request_of(payload: Payload) -> bytes:
    """Return the body of a request."""
    return json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")


def _wecom(part: Part) -> Payload:
    content = f"**{_escaped(part.title)}**\n{_markdown(part.body)}"
    return {"msgtype": "markdown", "markdown": {"content": content}}


def _wecom_text(part: Part) -> Payload:
    content = _literal(f"{part.title}\n\n{part.body}")
    return {"msgtype": "text", "text": {"content": content}}


def _dingtalk(part: Part) -> Payload:
    title = _escaped(part.title)
    # a line ends there only after two blanks
    text = f"**{title}**\n\n{_markdown(part.body)}".replace("\n", "  \n")
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}


def _feishu(part: Part) -> Payload:
    content = [_nodes(line) for line in part.body.splitlines()]
    return {
        "msg_type": "post",
        "content": {"post": {"zh_cn": {"title": _literal(part.title), "content": content}}},
    }


GROUPS: Mapping[str, Group] = {
    "wecombot": Group(
        payload=_wecom, longest=4096, text_of=lambda asked: str(asked["markdown"]["content"])
    ),
    "dingtalk": Group(payload=_dingtalk, longest=19_500),
    "feishu": Group(payload=_feishu, longest=19_500),
    "lark": Group(payload=_feishu, longest=19_500),
}
"""By scheme. WeCom (developer.work.weixin.qq.com/document/path/91770): 4,096 bytes of Markdown, or
2,048 of text; DingTalk refuses requests above 20,000 bytes (errcode 460101); Feishu's manual of
custom robots names 20 KB for a request, and its servers refuse 30 KB (code 19036)."""
_WECOM_TEXT = Group(
    payload=_wecom_text, longest=2048, text_of=lambda asked: str(asked["text"]["content"])
)


def _markdown(text: str) -> str:
    lines = text.strip("\n").splitlines()
    following = [*lines[1:], ""][: len(lines)]
    return "\n".join(_marked(line, after) for line, after in zip(lines, following, strict=True))


def _marked(line: str, after: str) -> str:
    """Return a line of a mail as Markdown: headings bold, what is below an entry quoted."""
    if line.startswith(_BELOW):
        return f"> {_linked(line.strip().removeprefix('> '))}"
    if line.startswith(_ENTRY):
        return f"{_ENTRY}{_linked(line.removeprefix(_ENTRY))}"
    if after.startswith(_ENTRY) and line:
        return f"**{_linked(line)}**"
    return _linked(line)


def _linked(text: str) -> str:
    done, at = "", 0
    for url in _URL.finditer(text):
        done += f"{_escaped(text[at : url.start()])}[{_host(url[0])}]({_in_brackets(url[0])})"
        at = url.end()
    return done + _escaped(text[at:])


def _in_brackets(url: str) -> str:
    return url.translate(_CODED)


def _host(url: str) -> str:
    return _escaped(re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]) or "…"


def _escaped(text: str) -> str:
    wide = text.translate(_MARKUP)
    return _LEADING.sub(lambda sign: "＃" if sign[0].startswith("#") else f"\u200a{sign[0]}", wide)


def _nodes(line: str) -> list[Mapping[str, str]]:
    nodes: list[Mapping[str, str]] = []
    at = 0
    for url in _URL.finditer(line):
        if line[at : url.start()]:
            nodes.append(_text_node(line[at : url.start()]))
        nodes.append({"tag": "a", "text": url[0], "href": url[0]})
        at = url.end()
    if line[at:] or not nodes:
        nodes.append(_text_node(line[at:]))
    return nodes


def _text_node(text: str) -> Mapping[str, str]:
    return {"tag": "text", "text": _literal(text)}


def _literal(text: str) -> str:
    return text.replace("<", "＜")
