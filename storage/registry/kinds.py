"""What kind of agency a name sounds like: a guess for people to correct."""

import re

from storage.models import AgencyKind
from storage.registry.names import full_forms, normalise_name

_KINDS: tuple[tuple[AgencyKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (AgencyKind.GOVERNMENT_OFFICE, r"人民政府办公[厅室]$"),
        (
            AgencyKind.VERTICAL,
            r"^国家税务总局|海关$|气象局$|烟草专卖局$|^国家统计局.*调查队$|消防救援|金融监督?管理?.*[局支]",
        ),
        (AgencyKind.DISPATCHED, r"街道办事处$|(?:管理委员会|管委会|派出所|行政公署)$|地区行署$"),
        (AgencyKind.TOWNSHIP, r"(?:镇|乡|苏木)人民政府$"),
        (AgencyKind.GOVERNMENT, r"人民政府$"),
    )
)


def kind_of_name(name: str) -> AgencyKind:
    """Return the kind that a name sounds like; a department if it sounds like nothing else.

    The office of a government is asked for before the government (reference 6.2).
    """
    forms = sorted(full_forms(normalise_name(name)), key=len, reverse=True)
    for kind, pattern in _KINDS:
        if any(pattern.search(form) for form in forms):
            return kind
    return AgencyKind.DEPARTMENT
