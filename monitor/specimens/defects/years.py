"""This year's report does not follow on last year's."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from monitor.specimens.defects.editing import with_added, with_aspect, with_cells
from monitor.specimens.defects.likeness import is_compared
from monitor.specimens.defects.model import V2019, V2021, defect
from monitor.specimens.filings import Filing
from monitor.specimens.model import Specimen

_MUCH = 60
_ENDS = ("new", "carried_in", "handled_total", "carried_out")
"""Rows of which a total of requests may be made up."""


def _before(filing: Filing, *tables: str) -> Specimen | None:
    """Return last year's report if it has the tables."""
    before = filing.previous
    return before if before and all(key in before.tables for key in tables) else None


def _after(filing: Filing, before: Specimen) -> Filing:
    return replace(filing, previous=before)


@defect("history-carried-over", "error")
def less_carried_in_than_out(filing: Filing, chance: Random) -> Filing | None:
    """Last year carried out more requests than this year carries in."""
    before = _before(filing, "requests")
    if before is None:
        return None
    by = chance.randint(1, 3)
    changes = {("carried_out", column): by for column in ("natural", "total")}
    return _after(filing, with_added(before, "requests", changes))


@defect("history-carried-column", "warning")
def carried_in_another_column(filing: Filing, _chance: Random) -> Filing | None:
    """As many requests are carried in, but of other applicants."""
    before = _before(filing, "requests")
    if before is None or int(before.tables["requests"]["carried_out"]["natural"]) < 1:
        return None
    changes = {("carried_out", "natural"): -1, ("carried_out", "research"): 1}
    return _after(filing, with_added(before, "requests", changes))


@defect("history-in-force", "warning", formats=V2021)
def in_force_does_not_follow(filing: Filing, chance: Random) -> Filing | None:
    """The documents in force are not last year's and what was issued and repealed."""
    before = _before(filing, "proactive_disclosure")
    if before is None or before.table_formats.get("proactive_disclosure") != "v2021":
        return None
    changes = {("normative_docs", "in_force"): chance.randint(1, 9)}
    return _after(filing, with_added(before, "proactive_disclosure", changes))


@defect("history-previous-items", "warning", formats=V2019)
def items_do_not_follow(filing: Filing, _chance: Random) -> Filing | None:
    """上一年项目数量 is not last year's number and its change."""
    before = _before(filing, "proactive_disclosure")
    if before is None:
        return None
    changes = {("licensing", "prev_items"): 7}
    return _after(filing, with_added(before, "proactive_disclosure", changes))


@defect("history-pending-lost", "info")
def pending_reviews_lost(filing: Filing, _chance: Random) -> Filing | None:
    """More reviews were pending than this year has in all."""
    before = _before(filing, "remedies")
    if before is None:
        return None
    all_ = int(filing.report.tables["remedies"]["review"]["total"])
    old = before.tables["remedies"]["review"]
    by = all_ + 2 - int(old["pending"])
    changes = {("review", "pending"): by, ("review", "total"): by}
    return _after(filing, with_added(before, "remedies", changes))


@defect("history-outlier", "info", may="enforcement-zero")
def many_times_last_year(filing: Filing, _chance: Random) -> Filing | None:
    """There are many times the decisions of last year."""
    before = _before(filing, "proactive_disclosure")
    own = int(filing.report.tables["proactive_disclosure"]["licensing"]["decisions"])
    # the tables of 2019 and of 2021 cannot be compared
    if before is None or own < _MUCH or before.format_id != filing.report.format_id:
        return None
    changes = {("licensing", "decisions"): str(own // 20 or 1)}
    return _after(filing, with_cells(before, "proactive_disclosure", changes))


@defect("history-base-misquoted", "warning", may="narrative-percent")
def last_years_number_misquoted(filing: Filing, chance: Random) -> Filing | None:
    """The prose gives another number for last year than last year's report."""
    before, new = _before(filing, "requests"), filing.ledger.row("new")
    if before is None or not new:
        return None
    rows = before.tables["requests"]
    ends = [int(rows[key]["total"]) for key in _ENDS]
    right = {*ends, ends[0] + ends[1], ends[2] + ends[3], new}
    told = chance.choice([n for n in range(1, max(right) + 5) if n not in right])
    what = f"{'增加' if new > told else '减少'}{abs(new - told)}件"
    text = f"{filing.fiscal_year}年，新收政府信息公开申请{new}件，较上年的{told}件{what}。"
    report = with_aspect(filing.report, "on_request", text)
    return replace(filing, report=report) if report else None


def _this_year(texts: Mapping[str, str], year: int) -> dict[str, str]:
    """Return last year's words with the years moved on."""
    moved = {}
    for slot, text in texts.items():
        for old in (year, year - 1, year - 2):
            text = text.replace(f"{old}年", f"\0{old + 1}年")  # noqa: PLW2901
        moved[slot] = text.replace("\0", "")
    return moved


@defect(
    "similar-to-last-year",
    "error",
    may="problems-repeated narrative-requests narrative-results narrative-carried "
    "narrative-remedies narrative-normative narrative-enforcement narrative-percent "
    "narrative-all-done narrative-zero-contradiction narrative-fee-breakdown "
    "history-base-misquoted fee-row-conflict fee-charged-none-excessive",
)
def last_years_words(filing: Filing, _chance: Random) -> Filing | None:
    """The prose is last year's, the years changed."""
    before = _before(filing, "requests")
    if before is None or before.format_id != filing.report.format_id:
        return None
    report = replace(filing.report, texts=_this_year(before.texts, filing.fiscal_year))
    return replace(filing, report=report) if is_compared(report) else None


@defect("problems-repeated", "warning")
def last_years_problems(filing: Filing, _chance: Random) -> Filing | None:
    """Section five is last year's."""
    before = _before(filing, "requests")
    if before is None:
        return None
    problems = _this_year(before.texts, filing.fiscal_year)["problems"]
    texts = {**filing.report.texts, "problems": problems}
    return replace(filing, report=replace(filing.report, texts=texts))
