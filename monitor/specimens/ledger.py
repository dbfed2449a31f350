"""The counts of an agency year by year, from which its tables and its prose are both written.

What one year carries out the next carries in, and what is in force follows from the year before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from monitor.formats import TABLE_KEYS, TableSpec, load_format
from monitor.specimens.model import Cells

APPLICANTS = (
    "natural", "commercial", "research", "public_welfare", "legal_service", "other_organisation",
)  # fmt: skip
OUTCOMES = ("upheld", "corrected", "other", "pending")
GROUPS = ("review", "suit_direct", "suit_after")
_ENDS = frozenset({"new", "carried_in", "handled_total", "carried_out"})
_FREQUENT = (
    "granted",
    "granted",
    "partial",
    "deny_process",
    "deny_internal_affairs",
    "unable_not_held",
    "unable_must_create",
    "refuse_petition",
    "refuse_repeat",
)
_UNPAID = "other_fee_unpaid"
_MOST_CARRIED = 30
"""Requests of one kind of applicant that are carried over: the next year need have none."""
_FREE = 10
"""Requests a year below which no fee is asked: ten a month are free (国办函〔2020〕109号)."""

Numbers = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How busy an agency is."""

    requests: int = 0
    """About so many requests a year."""
    decisions: int = 0
    """About so many decisions a year; 0 for an agency that enforces nothing."""
    documents: int = 0
    """About so many normative documents in force."""
    items: int = 200
    fees: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What happened in one year."""

    fiscal_year: int
    requests: Numbers
    """Rows and columns of the table of requests without its totals, as keys of v2021."""
    remedies: Numbers
    documents: Mapping[str, int]
    """Normative documents ``issued``, ``repealed``, ``in_force``."""
    decisions: Mapping[str, int]
    """``licensing``, ``penalties``, ``coercion``."""
    fees: str
    items: int
    """Items of information published."""
    notices: int = 0
    """Notices that ask for the processing fee."""
    charged: int = 0
    """Yuan."""

    def row(self, *keys: str) -> int:
        """Return how many requests some rows have for all applicants."""
        return sum(sum(self.requests.get(key, {}).values()) for key in keys)

    def rows(self, prefix: str) -> int:
        """Return how many requests all rows have whose keys begin so."""
        return self.row(*(key for key in self.requests if key.startswith(prefix)))

    def cases(self, *groups: str) -> int:
        """Return how many reviews or suits there were."""
        return sum(sum(self.remedies[group].values()) for group in groups)

    def outcomes(self, outcome: str, *groups: str) -> int:
        """Return how many reviews or suits ended so."""
        return sum(self.remedies[group][outcome] for group in groups)


def next_ledger(
    chance: Random, size: Size, fiscal_year: int, before: Ledger | None = None
) -> Ledger:
    """Return a year's counts, such as may follow on those of the year before."""
    requests = _requests(chance, size, before)
    total = sum(requests["new"].values())
    notices = chance.choice((0, 0, 0, chance.randint(1, 3))) if total > _FREE * 2 else 0
    issued, repealed = chance.randint(0, size.documents // 6), chance.randint(0, 2)
    held = before.documents["in_force"] if before else size.documents
    repealed = min(repealed, held + issued)
    return Ledger(
        fiscal_year=fiscal_year,
        requests=requests,
        remedies=_remedies(chance, total, fiscal_year, before),
        documents={
            "issued": issued, "repealed": repealed, "in_force": held + issued - repealed
        },
        decisions={
            key: _near(chance, before.decisions[key] if before else None, most)
            for key, most in (
                ("licensing", size.decisions),
                ("penalties", size.decisions // 8),
                ("coercion", size.decisions // 40),
            )
        },
        fees=_fees(chance, before) if size.fees else "0",
        items=_near(chance, before.items if before else None, size.items),
        notices=notices,
        charged=sum(chance.choice((100, 200, 300, 400)) for _ in range(notices)),
    )  # fmt: skip


def _near(chance: Random, before: int | None, most: int) -> int:
    """Return a count of this year: of the order of last year's."""
    if not most:
        return 0
    if before is None:
        return chance.randint(most // 2, most) or 1
    return max(1, round(before * chance.uniform(0.7, 1.4)))


def _fees(chance: Random, before: Ledger | None) -> str:
    last = float(before.fees) if before and before.fees != "0" else chance.uniform(5, 900)
    return f"{last * chance.uniform(0.8, 1.25):.{chance.choice((0, 1, 2, 4))}f}"


def _requests(chance: Random, size: Size, before: Ledger | None) -> dict[str, dict[str, int]]:
    spec = load_format("v2021").tables["requests"]
    rows: dict[str, dict[str, int]] = {row.key: dict.fromkeys(APPLICANTS, 0) for row in spec.rows}
    results = [key for key in rows if key not in _ENDS and key != _UNPAID]
    for applicant in APPLICANTS:
        last = before.requests["carried_out"][applicant] if before else None
        column = _column(chance, results, _share(chance, size.requests, applicant), last)
        for key, number in column.items():
            rows[key][applicant] = number
    return rows


def _share(chance: Random, requests: int, applicant: str) -> int:
    if applicant == "natural":
        return requests
    if applicant == "commercial":
        return requests // 6
    return requests // 20 if chance.random() < 0.3 else 0


def _column(
    chance: Random, results: Sequence[str], most: int, carried_in: int | None
) -> dict[str, int]:
    column = dict.fromkeys(results, 0)
    for _ in range(chance.randint(most // 2, most) if most else 0):
        column[chance.choice(_FREQUENT if chance.random() < 0.85 else results)] += 1
    handled = sum(column.values())
    left = min(handled // 8, _MOST_CARRIED)
    carried_out = chance.randint(0, left + 1) if handled and chance.random() < 0.5 else 0
    if carried_in is None:
        carried_in = chance.randint(0, left) if chance.random() < 0.5 else 0
    new = handled + carried_out - carried_in
    if new < 0:
        column["granted"] -= new
        handled, new = handled - new, 0
    ends = {"new": new, "carried_in": carried_in, "handled_total": handled}
    return {**column, **ends, "carried_out": carried_out}


def _remedies(chance: Random, requests: int, year: int, before: Ledger | None) -> Numbers:
    most = min(12, requests // 12)
    groups: dict[str, dict[str, int]] = {}
    for group in GROUPS:
        pending = before.remedies[group]["pending"] if before else 0
        # suits without a review are seldom since the law of 2023
        top = min(most, 1) if group == "suit_direct" and year > 2023 else most
        counts = {key: chance.randint(0, top) if chance.random() < 0.4 else 0 for key in OUTCOMES}
        counts["pending"] = min(counts["pending"], 2)
        counts["upheld"] += max(0, pending - sum(counts.values()))
        groups[group] = counts
    return groups


# The tables


def cells_of(ledger: Ledger, tables: Mapping[str, TableSpec]) -> dict[str, Cells]:
    """Return the three tables of a year in the format of ``tables``."""
    disclosure, requests, remedies = (tables[key] for key in TABLE_KEYS)
    return {
        disclosure.key: _disclosure_cells(ledger, disclosure),
        requests.key: {
            row.key: _with_total(
                ledger.requests[row.key]
                if row.key in ledger.requests
                else _others(ledger)
            )
            for row in requests.rows
        },
        remedies.key: {row.key: _with_total(ledger.remedies[row.key]) for row in remedies.rows},
    }  # fmt: skip


def _others(ledger: Ledger) -> Mapping[str, int]:
    """Return the one row of 2019 under （六）其他处理."""
    rows = [cells for key, cells in ledger.requests.items() if key.startswith("other_")]
    return {applicant: sum(row[applicant] for row in rows) for applicant in APPLICANTS}


def _with_total(numbers: Mapping[str, int]) -> dict[str, str]:
    return {key: str(number) for key, number in numbers.items()} | {
        "total": str(sum(numbers.values()))
    }


def _disclosure_cells(ledger: Ledger, spec: TableSpec) -> Cells:
    documents, decisions = ledger.documents, ledger.decisions
    known: dict[str, dict[str, str]] = {
        "normative_docs": {key: str(number) for key, number in documents.items()}
        | {
            "made_new": str(documents["issued"]),
            "disclosed_new": str(documents["issued"]),
            "disclosed_total": str(documents["in_force"] + documents["repealed"]),
        },
        "admin_fees": {"amount_wan": ledger.fees},
    }
    for row, number in decisions.items():
        items = 20 + 3 * len(row)
        known[row] = {"decisions": str(number), "prev_items": str(items if number else 0)}
    cells = {}
    for line in spec.rows:
        numbers = known.get(line.key, {})
        cells[line.key] = {column.key: numbers.get(column.key, "0") for column in line.columns}
    return cells
