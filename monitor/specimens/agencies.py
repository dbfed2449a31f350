"""Invented agencies of every kind, and the titles their reports bear."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from random import Random

KINDS = (
    "government", "office", "department", "township", "street", "vertical", "dispatched",
)  # fmt: skip


TITLES = (
    "{agency}{year}年政府信息公开工作年度报告",
    "{agency}{year}年政府信息公开工作年度报告",
    "{agency}{year}年度政府信息公开工作年度报告",
    "{year}年{agency}政府信息公开工作年度报告",
    "{year}年度{agency}政府信息公开工作年度报告",
    "{agency}政府信息公开工作年度报告（{year}年）",
    "{agency}政府信息公开工作年度报告（{year}年度）",
    "{agency} {year} 年政府信息公开工作年度报告",
    "{agency}政府信息公开工作{year}年度报告",
    "{agency}\n{year}年政府信息公开工作年度报告",
    "{agency}\n政府信息公开工作年度报告\n（{year}年）",
    "{agency}{han}年政府信息公开工作年度报告",
)
"""Shapes of titles without a fault."""

FAULTY_TITLES = (
    "{agency}{year}年度政府信息公开工作报告",
    "{agency}{year}年政府信息公开年度报告",
    "{agency}{year}年政务公开工作年度报告",
    "{year}年度{agency}信息公开年度报告",
    "{agency}{year}年政府信息公开工作总结",
    "{agency}关于{year}年政府信息公开工作年度报告",
    "{year}年政府信息公开工作年度报告",
)
"""Shapes with one of the usual faults; the last names no agency."""

_HAN_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Named:
    """An agency, and how it speaks of itself."""

    name: str
    kind: str
    us: str
    area: str
    """Its place, as prose speaks of it: 全县, 全镇."""


def random_agency(chance: Random, kind: str) -> Named:
    """Return an invented agency of a kind."""
    parts = _parts()
    stem = chance.choice(parts["stems"])
    level = chance.choice(parts["counties"])
    place = chance.choice(parts["places"]) + stem + level
    area = f"全{level[-1]}"
    if kind == "government":
        return Named(f"{place}人民政府", kind, f"{level[-1]}政府", area)
    if kind == "office":
        return Named(place + chance.choice(parts["offices"]), kind, "本机关", area)
    if kind == "department":
        name = place + chance.choice(parts["departments"])
        return Named(name, kind, "我委" if name.endswith("委员会") else "我局", area)
    if kind == "township":
        town = (
            chance.choice(("", "", place))
            + chance.choice(parts["stems"])
            + chance.choice(parts["towns"])
        )
        return Named(f"{town}人民政府", kind, "我镇", "全镇")
    if kind == "street":
        street = chance.choice(("", place)) + chance.choice(parts["stems"])
        return Named(f"{street}街道办事处", kind, "本街道", "辖区")
    pattern = chance.choice(parts["vertical"] if kind == "vertical" else parts["dispatched"])
    return Named(pattern.format(place=place, stem=stem), kind, "我单位", "辖区")


@cache
def _parts() -> Mapping[str, list[str]]:
    text = (resources.files(__package__) / "agencies.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def random_title(chance: Random, agency: str, year: int, shapes: Sequence[str] = TITLES) -> str:
    """Return a title for the report of a year; line breaks part the lines of its print."""
    han = "".join(_HAN_DIGITS[int(digit)] for digit in str(year))
    return chance.choice(shapes).format(agency=agency, year=year, han=han)


def invented_names(chance: Random, count: int) -> list[str]:
    """Return the names of some invented departments."""
    return [random_agency(chance, "department").name for _ in range(count)]


def department_names(chance: Random, place: str, count: int) -> list[str]:
    """Return the names of some departments of one place."""
    return [place + part for part in chance.sample(_parts()["departments"], count)]
