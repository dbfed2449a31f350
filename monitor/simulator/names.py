"""Invented places and their agencies, with the slugs and short names portals use for them."""

from random import Random

from monitor.simulator.model import Agency
from monitor.simulator.wording import DEPARTMENTS

_FIRST = "清临安永东宁武怀广万南金白龙凤云长太双青石柳梅松桐"
_SECOND = "源河平兴山远岭德泽全屏塘沙泉鸣阳乐江田陂浦埠畈墩"
_LEVELS = ("县", "县", "县", "区", "市", "自治县", "旗")


def place_names(chance: Random, count: int) -> list[str]:
    """Return so many names of counties; no two share their first two characters."""
    stems = [first + second for first in _FIRST for second in _SECOND]
    return [stem + chance.choice(_LEVELS) for stem in chance.sample(stems, count)]


def place_label(chance: Random) -> str:
    """Return the label of a place's domain, which nobody has registered."""
    return "mn-" + "".join(chance.choice("bcdfghjklmnpqrstwxyz") for _ in range(5))


def government(prefix: str, place: str) -> Agency:
    """Return the people's government of a county."""
    return Agency(
        id=f"{prefix}-zf", name=f"{place}人民政府", kind="government", slug="xzf",
        short=f"{_level(place)}政府", aliases=(f"{place}政府",),
    )  # fmt: skip


def city(chance: Random, place: str) -> Agency:
    """Return the people's government of the city above a county; no registry has it."""
    name = f"{chance.choice(_FIRST)}{chance.choice('州阳安城')}市"
    name = name if name[:2] != place[:2] else "昌州市"
    return Agency(
        id=None, name=f"{name}人民政府", kind="government", slug="szf", short="市政府",
        aliases=(f"{name}政府",),
    )  # fmt: skip


def government_office(prefix: str, place: str) -> Agency:
    """Return the office of a county government."""
    return Agency(
        id=f"{prefix}-zfb", name=f"{place}人民政府办公室", kind="government_office", slug="zfb",
        short=f"{_level(place)}政府办", aliases=(f"{place}政府办公室",),
    )  # fmt: skip


def departments(chance: Random, prefix: str, place: str, count: int) -> list[Agency]:
    """Return so many departments of a county."""
    level = _level(place)
    return [
        Agency(
            id=f"{prefix}-{slug}", name=place + name, kind="department", slug=slug,
            short=level + (alias or name), aliases=(place + alias,) if alias else (),
        )
        for name, slug, alias in chance.sample(DEPARTMENTS, count)
    ]  # fmt: skip


def townships(chance: Random, prefix: str, count: int) -> list[Agency]:
    """Return so many townships and street offices."""
    found = []
    for stem in place_names(chance, count):
        slug = "".join(chance.choice("bcdghjlmnpqstxyz") for _ in range(3))
        if chance.random() < 0.25:
            name, kind = f"{stem[:2]}街道办事处", "dispatched"
        else:
            name, kind = f"{stem[:2]}{chance.choice('镇镇乡')}人民政府", "township"
        short = name.removesuffix("人民政府").removesuffix("办事处")
        found.append(Agency(id=f"{prefix}-{slug}", name=name, kind=kind, slug=slug, short=short))
    return list({agency.slug: agency for agency in found}.values())


def zone(prefix: str, place: str) -> Agency:
    """Return the committee of a development zone."""
    return Agency(
        id=f"{prefix}-kfq", name=f"{place[:2]}经济开发区管理委员会", kind="dispatched", slug="kfq",
        short="经开区", aliases=(f"{place[:2]}经济开发区管委会",),
    )  # fmt: skip


def _level(place: str) -> str:
    return "旗" if place.endswith("旗") else place[-1]
