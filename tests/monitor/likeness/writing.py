"""Invented prose, as long as that of real reports and as unlike another as theirs is."""

import tomllib
from pathlib import Path
from random import Random

_WORDS = {
    slot: words.split()
    for slot, words in tomllib.loads(
        Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
    ).items()
}


def invented(seed: int, sentences: int = 40) -> list[str]:
    """Return paragraphs of invented sentences; other seeds give others."""
    chance = Random(seed)
    told = [_sentence(chance) for _ in range(sentences)]
    return ["".join(told[i : i + 5]) for i in range(0, sentences, 5)]


def _sentence(chance: Random) -> str:
    parts = [
        "".join(chance.choice(_WORDS[slot]) for slot in ("when", "who", "how", "did", "what"))
        + f"{chance.randint(2, 90)}条"
        for _ in range(chance.randint(1, 3))
    ]
    return "，".join([*parts, chance.choice(_WORDS["aside"])]) + "。"


def with_other_digits(text: str) -> str:
    """Return a text with every digit another, as a copy brought up to date has."""
    return text.translate(str.maketrans("123456789", "234567891"))
