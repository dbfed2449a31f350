"""The numbers of a digest: of everybody, of each division, and how they changed. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.compliance import ComplianceState, Standing
from monitor.language import Bilingual
from monitor.telling.charts import LATE, MISSING, NOT_DUE, ON_TIME, UNKNOWN
from monitor.telling.lines import UNSURE
from storage.models import Portal

WITH_ERRORS = "with_errors"
OBLIGED = "obliged"
NAMES: Mapping[str, Bilingual] = {
    OBLIGED: Bilingual("应报", "obliged"),
    ON_TIME: Bilingual("按时", "on time"),
    LATE: Bilingual("逾期", "late"),
    MISSING: Bilingual("未公布", "missing"),
    UNKNOWN: Bilingual("无法判断", "unknown"),
    NOT_DUE: Bilingual("尚未到期", "not due yet"),
    WITH_ERRORS: Bilingual("年报有错误", "with errors"),
}
"""What is counted, in the order in which it is shown."""
TONES = {ON_TIME: "good", LATE: "bad", MISSING: "bad", UNKNOWN: "care", WITH_ERRORS: "care"}
WHOLE = Bilingual("全部", "All")
MOST_DIVISIONS = 30
"""Divisions that a digest lists one by one; more are put together by cities."""
_STATES = {
    **dict.fromkeys(UNSURE, UNKNOWN),
    ComplianceState.ON_TIME: ON_TIME,
    ComplianceState.LATE: LATE,
    ComplianceState.MISSING: MISSING,
    ComplianceState.NOT_DUE: NOT_DUE,
    ComplianceState.DUE_SOON: NOT_DUE,
}
_COUNTY, _CITY = 6, 4
_SEAT = "人民政府"

Counts = Mapping[str, int]
"""By the keys of ``NAMES``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionRow:
    """The numbers of one division, or of all."""

    number: int | None
    """Its bar in the picture; None for all."""
    code: str
    name: Bilingual
    counts: Counts


def counts_of(rows: Iterable[Standing], faulty: Collection[str]) -> dict[str, int]:
    """Count agencies by how they stand.

    ``faulty`` are those whose report has errors, as ``monitor.findings.faulty`` has it.
    Who owes nothing, or is waived, is not counted.
    """
    counts = dict.fromkeys(NAMES, 0)
    for row in rows:
        name = _STATES.get(row.state)
        if name is not None:
            counts[OBLIGED] += 1
            counts[name] += 1
        counts[WITH_ERRORS] += row.agency_id in faulty
    return counts


def division_rows(
    rows: Sequence[Standing],
    faulty: Collection[str],
    governments: Mapping[str, str],
    portals: Iterable[Portal],
    most: int | None = MOST_DIVISIONS,
) -> list[DivisionRow]:
    """Return the numbers of all and of each division, most trouble first; none if there is one.

    More than ``most`` divisions are put together by cities; None means however many.
    """
    parts = _by_code(rows, _COUNTY)
    if most is not None and len(parts) > most:
        parts = _by_code(rows, _CITY)
    if len(parts) < 2:
        return []
    names = _names(governments, portals)
    counted = {code: counts_of(part, faulty) for code, part in parts.items()}
    return [
        DivisionRow(number=None, code="", name=WHOLE, counts=counts_of(rows, faulty)),
        *(
            DivisionRow(number=number, code=code, name=_named(code, names), counts=counted[code])
            for number, code in enumerate(sorted(counted, key=lambda c: _trouble(counted[c], c)), 1)
        ),
    ]


def _by_code(rows: Iterable[Standing], digits: int) -> dict[str, list[Standing]]:
    parts: dict[str, list[Standing]] = {}
    for row in rows:
        code = (row.division or "")[:digits].ljust(_COUNTY, "0") if row.division else ""
        parts.setdefault(code, []).append(row)
    return parts


def _trouble(counts: Counts, code: str) -> tuple[int, int, int, int, str]:
    """Order divisions: most missing, then most late, with errors, unknown."""
    worst = (counts[MISSING], counts[LATE], counts[WITH_ERRORS], counts[UNKNOWN])
    return (-worst[0], -worst[1], -worst[2], -worst[3], code)


def _names(governments: Mapping[str, str], portals: Iterable[Portal]) -> dict[str, str]:
    of_portals = {portal.division: portal.name for portal in portals if _SEAT in portal.name}
    return {**of_portals, **governments}


def _named(code: str, names: Mapping[str, str]) -> Bilingual:
    if not code:
        return Bilingual("区划不明", "Division not known")
    name = names.get(code) or names.get(code.rstrip("0")) or code
    name = name.partition(_SEAT)[0] or name
    return Bilingual(name, name)


def change(now: Counts, before: Mapping[str, object] | None, year: int) -> dict[str, int]:
    """Return by how much each number differs from those kept with the last digest of the series.

    Nothing is compared with the numbers of another fiscal year.
    """
    if not before or before.get("fiscal_year") != year:
        return {}
    return {
        name: count - old for name, count in now.items() if isinstance(old := before.get(name), int)
    }
