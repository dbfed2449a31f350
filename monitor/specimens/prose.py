"""Prose as agencies write it: sentences from a stock, filled with numbers of many kinds."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from random import Random
from typing import Any

from monitor.specimens.agencies import Named
from monitor.specimens.model import HAN

ASPECTS = (
    ("主动公开", "proactive"),
    ("依申请公开", "on_request"),
    ("政府信息管理", "management"),
    ("政府信息公开平台建设", "platform"),
    ("监督保障", "supervision"),
)
"""The five aspects of section one (国办公开办函〔2021〕30号), each with its stock of sentences."""
LISTINGS = ("paren", "arabic", "dots", "words", "none")
"""How items of a section are numbered: （一） / 1. / 1、 / 一是 / not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who speaks of which year, and how."""

    agency: Named
    year: int
    listing: str = "paren"
    least: int = 1
    most: int = 3
    """Sentences per item."""


@cache
def stock() -> Mapping[str, Any]:
    """Return the stock of sentences, outlines and headings."""
    text = (resources.files(__package__) / "sentences.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def sentence(chance: Random, voice: Voice, topic: str) -> str:
    """Return one sentence on a topic."""
    return _filled(chance.choice(stock()[topic]), chance, voice)


def passage(chance: Random, voice: Voice, topic: str) -> str:
    """Return some sentences on a topic, none of them twice."""
    known: Sequence[str] = stock()[topic]
    count = min(len(known), chance.randint(voice.least, voice.most))
    return "".join(_filled(text, chance, voice) for text in chance.sample(known, count))


def overview(chance: Random, voice: Voice) -> str:
    """Return section one: an opening and its five aspects."""
    lines = [sentence(chance, voice, "opening")]
    for number, (label, topic) in enumerate(ASPECTS, start=1):
        title = label + chance.choice(("", "情况", "方面"))
        text = passage(chance, voice, topic)
        if chance.random() < 0.25:
            lines += [item_number(number, voice.listing) + title, text]
        else:
            lines.append(f"{item_number(number, voice.listing)}{title}。{text}")
    return "\n".join(lines)


def items(chance: Random, voice: Voice, topic: str, count: int) -> str:
    """Return a section of some numbered items on one topic."""
    known: Sequence[str] = stock()[topic]
    texts = chance.sample(known, min(count, len(known)))
    return "\n".join(
        item_number(number, voice.listing) + _filled(text, chance, voice)
        for number, text in enumerate(texts, start=1)
    )


def item_number(number: int, listing: str) -> str:
    """Return the number of an item inside a section as printed."""
    han = HAN[number - 1]
    shapes = {
        "paren": f"（{han}）",
        "arabic": f"{number}.",
        "dots": f"{number}、",
        "words": f"{han}是",
    }
    return shapes.get(listing, "")


def _filled(text: str, chance: Random, voice: Voice) -> str:
    thousands = chance.randint(1_000, 9_999_999)
    return text.format(
        agency=voice.agency.name,
        us=voice.agency.us,
        area=voice.agency.area,
        year=voice.year,
        last=voice.year - 1,
        next=voice.year + 1,
        n=chance.randint(1, 19),
        m=chance.randint(2, 260),
        k=chance.randint(1, 9),
        big=chance.randint(100, 98_765),
        thousands=f"{thousands:,}" if chance.random() < 0.5 else f"{thousands / 10_000:.2f}万",
        percent=f"{chance.randint(0, 100)}.{chance.randint(0, 99)}%",
        money=f"{chance.randint(0, 4000)}.{chance.randint(0, 9999):04d}",
        day=f"{voice.year}年{chance.randint(1, 12)}月{chance.randint(1, 28)}日",
        doc=f"{chance.choice('东江河清')}政办发〔{voice.year}〕{chance.randint(1, 99)}号",
        phone=f"0{chance.randint(310, 998)}-{chance.randint(2_000_000, 8_999_999)}",
        name=f"{voice.agency.name[:2]}{chance.choice(('发布', '在线', '微政务'))}",
    )
