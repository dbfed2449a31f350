"""Whether two agencies of the registry may be one body, whose reports are no copies."""

import re
from collections.abc import Iterable
from itertools import product

from storage.models import Agency
from storage.registry import normalise_name, same_agency

_OFFICE = re.compile(r"(?:党政(?:综合)?|综合)?办公?[室厅]?$")


def may_be_one_body(one: Agency, other: Agency) -> bool:
    """Tell whether two entries are one agency, its earlier self, or a government and its office.

    Equal names are of one agency unless their divisions lie apart: every county has a 城关镇.
    """
    if one.id == other.id or _is_lineage(one, other):
        return True
    if lie_apart(one.division, other.division):
        return False
    names, others = ((item.name, *item.aliases) for item in (one, other))
    return any(_are_one(*pair) for pair in product(names, others))


def _is_lineage(one: Agency, other: Agency) -> bool:
    links = {one.merged_into, one.renamed_from}, {other.merged_into, other.renamed_from}
    heirs = one.merged_into is not None and one.merged_into == other.merged_into
    return other.id in links[0] or one.id in links[1] or heirs


def lie_apart(one: str, other: str) -> bool:
    """Tell whether neither of two administrative divisions (GB/T 2260) lies within the other."""
    ours, theirs = (re.sub(r"(?:00)+$", "", division) for division in (one, other))
    return not (ours.startswith(theirs) or theirs.startswith(ours))


def _are_one(one: str, other: str) -> bool:
    return any(
        same_agency(ours, theirs) for ours, theirs in product(_with_host(one), _with_host(other))
    )


def _with_host(name: str) -> Iterable[str]:
    """Yield a name and, if it is an office's, that of the body whose office it is."""
    yield name
    plain = normalise_name(name)
    host = _OFFICE.sub("", plain)
    if host != plain and re.search(r"(?:政府|委员会|管委会)$", host):
        yield host
