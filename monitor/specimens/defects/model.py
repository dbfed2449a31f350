"""What a defect is, and the list of all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from monitor.specimens.filings import Filing

NEW = frozenset({"v2019", "v2021"})
V2021 = frozenset({"v2021"})
V2019 = frozenset({"v2019"})
V2008 = frozenset({"v2008"})
ALL = NEW | V2008
ANYTHING = "*"
"""In ``may``: so much is wrong that any rule may say so."""

Inject = Callable[[Filing, Random], Filing | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One fault. ``inject`` is pure and gives None where a filing cannot have it."""

    name: str
    must: frozenset[str]
    """The ids of the rules that must fail."""
    severity: str
    """Of the first of them, as it must be found."""
    may: frozenset[str]
    """Other rules that the fault concerns as well."""
    formats: frozenset[str]
    """The formats due for which it is one."""
    forms: frozenset[str] | None
    """The forms of file that can show it; None for all of them."""
    in_header: bool
    """Whether only a file whose tables have their column titles can show it."""
    inject: Inject


_DEFECTS: dict[str, Defect] = {}


def defect(
    rules: str,
    severity: str,
    *,
    may: str = "",
    formats: frozenset[str] = NEW,
    forms: str = "",
    in_header: bool = False,
) -> Callable[[Inject], Inject]:
    """Register a function as a defect; ``rules``, ``may`` and ``forms`` are parted by blanks."""

    def register(inject: Inject) -> Inject:
        name = getattr(inject, "__name__", "").replace("_", "-")
        if name in _DEFECTS:
            msg = f"defect {name} is defined twice"
            raise ValueError(msg)
        _DEFECTS[name] = Defect(
            name=name,
            must=frozenset(rules.split()),
            severity=severity,
            may=frozenset(may.split()),
            formats=formats,
            forms=frozenset(forms.split()) or None,
            in_header=in_header,
            inject=inject,
        )
        return inject

    return register


def all_defects() -> tuple[Defect, ...]:
    """Return every defect, by name."""
    return tuple(sorted(_DEFECTS.values(), key=lambda item: item.name))
