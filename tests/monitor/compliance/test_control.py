"""The control of one agency: what must have been read before it may be called missing.

The portal is one where each agency has a column of its own (``hub_case``), unless said otherwise.
"""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.compliance import Case, ComplianceState, Ruling, judge_obligation
from monitor.compliance.control import control_of
from monitor.compliance.labels import PartEvidence
from monitor.compliance.model import Publishers
from storage.models import CrawlState
from storage.registry import AgencyName
from tests.monitor.compliance.building import (
    HUB,
    at,
    column,
    filing,
    hub_case,
    label,
    own_column,
    seen,
)

S = ComplianceState
AFTER = at(2, 10)
BAD = {"read_to_end": False, "control_passed": False}
OLD = {"control_passed": False, "reason": "all its rows are old"}


def judged(case: Case) -> Ruling:
    ruling = judge_obligation(case, AFTER, due_soon_days=10)
    crawl = case.portal.crawl
    assert crawl is not None
    if ruling.state is S.MISSING:
        assert control_of(case, crawl).passed, "nobody is missing without the control"
    else:
        assert ruling.reason is not None
    return ruling


def state(case: Case) -> ComplianceState:
    return judged(case).state


def test_a_column_of_another_that_was_never_read_must_lie_on_its_site() -> None:
    """What its page links to elsewhere may be the list of everybody."""
    nothing = {11: seen(reports=0)}
    below = hub_case(own_column("a"), own_column("b", **BAD), publishers=nothing)
    assert state(below) is S.MISSING
    elsewhere = own_column("b", label=label("b", below=False), **BAD)
    assert state(hub_case(own_column("a"), elsewhere, publishers=nothing)) is S.CRAWLER_SUSPECT
    assert state(hub_case(own_column("a"), elsewhere)) is S.MISSING, "it shows only its reports"


TROUBLES: dict[str, dict[str, Any]] = {
    "not read to its end": BAD,
    "all old": OLD,
    "not read": {"read_at": None, **BAD},
    "lost": {"lost_at": at(2, 5)},
    "emptied": {"found": 0, "control_passed": False},
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_the_trouble_of_another_agencys_own_column_is_not_that_of_this_one(trouble: str) -> None:
    others = own_column("b", **TROUBLES[trouble])
    assert state(hub_case(own_column("a"), others)) is S.MISSING


@pytest.mark.parametrize("trouble", TROUBLES)
def test_the_trouble_of_its_own_column_is(trouble: str) -> None:
    own = own_column("a", **TROUBLES[trouble])
    assert state(hub_case(own, own_column("b"), own_column("c"))) is not S.MISSING


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        (None, seen("b", "c")),
        (None, seen(reports=0)),
        (label(text="某县监察局"), seen(reports=0)),
        (label("a", "b", text="财政局"), seen("b")),
        (label("b"), seen("b", "c")),
        (label("b"), seen("b", nameless=1)),
        (label("b", text="教育局、财政局"), seen("b")),
        (label("gov"), seen(reports=0)),
        (label("b", below=False), seen(reports=0)),
        (None, seen("gov")),
    ],
)
def test_a_column_that_may_be_for_others_too_must_be_read(
    trouble: str, marked: Any, shown: Publishers
) -> None:
    """For many, of nobody knows whom, of an entry that may mean it, or of a government."""
    open_to_all = column(id=50, url="http://x.gov.cn/all/", label=marked, **TROUBLES[trouble])
    case = hub_case(own_column("a"), open_to_all, publishers={50: shown})
    assert state(case) is S.CRAWLER_SUSPECT


def test_a_column_without_entry_is_anothers_by_habit_only_beside_ones_own() -> None:
    unnamed = column(id=50, url="http://x.gov.cn/b/", **BAD)
    assert state(hub_case(own_column("a"), unnamed, publishers={50: seen("b")})) is S.MISSING
    once = hub_case(own_column("a"), unnamed, publishers={50: seen("b", reports=1)})
    assert state(once) is S.CRAWLER_SUSPECT
    without = hub_case(
        own_column("a"), unnamed, publishers={50: seen("b"), 10: seen("a", reports=1)}
    )
    assert state(without) is S.CRAWLER_SUSPECT


def test_a_column_of_an_unregistered_agency_is_so_by_its_reports_if_its_name_is_another() -> None:
    unread = column(id=50, url="http://x.gov.cn/x/", label=label(text="气象"), **BAD)
    for name, expected in (("某县气象局", S.MISSING), ("某县财政国资局", S.CRAWLER_SUSPECT)):
        case = hub_case(own_column("a"), unread, publishers={50: seen(name)})
        assert state(case) is expected


def test_the_column_of_a_government_is_its_own_after_a_habit_under_its_name() -> None:
    own = own_column("gov", **BAD)
    assert state(hub_case(own_column("a"), own)) is S.MISSING
    new = hub_case(own_column("a"), own, publishers={13: seen("gov", reports=1)})
    assert state(new) is S.CRAWLER_SUSPECT


def test_a_central_list_beside_own_columns_must_be_read_too() -> None:
    central = column(id=50, url="http://x.gov.cn/all/")
    shown = {50: seen("b", "c")}
    assert state(hub_case(own_column("a"), central, publishers=shown)) is S.MISSING
    unread = replace(central, read_to_end=False, control_passed=False)
    assert state(hub_case(own_column("a"), unread, publishers=shown)) is S.CRAWLER_SUSPECT
    in_it = hub_case(
        central, own_column("b", **BAD), publishers={50: seen("a", "c")},
    )  # fmt: skip
    assert state(in_it) is S.MISSING, "it publishes in the central list"


def test_a_list_that_the_portal_does_not_call_annual_reports_proves_no_absence() -> None:
    """News may repost reports of all agencies, year after year."""
    news = column(id=50, url="http://x.gov.cn/news/", named=False)
    for owners in (("a",), ("a", "b", "c"), ("b", "c")):
        assert state(hub_case(news, publishers={50: seen(*owners)})) is S.CRAWLER_SUSPECT
    named = replace(news, named=True)
    assert state(hub_case(named, publishers={50: seen("b", "c")})) is S.MISSING
    assert state(hub_case(news, own_column("a"), publishers={50: seen("a", "b")})) is S.MISSING


def test_an_agency_whose_own_column_was_never_found_is_not_accused() -> None:
    assert state(hub_case(own_column("b"), own_column("c"))) is S.CRAWLER_SUSPECT
    empty = hub_case(own_column("b"), publishers={11: seen("b", reports=0)})
    assert state(empty) is S.CRAWLER_SUSPECT
    reposting = hub_case(own_column("b"), publishers={11: seen("b", "gov")})
    assert state(reposting) is S.CRAWLER_SUSPECT, "an own column with reposts is not for many"


def test_a_column_called_its_own_that_shows_only_others_is_not_its_own() -> None:
    wrong = hub_case(own_column("a"), own_column("b"), publishers={10: seen("某新区财政局")})
    assert state(wrong) is S.CRAWLER_SUSPECT


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ((label("b"),), S.MISSING),
        ((label("b"), label("c")), S.MISSING),
        ((label("a"),), S.CRAWLER_SUSPECT),
        ((label("a", "b", text="局"),), S.CRAWLER_SUSPECT),
        ((label(text="某县新设局"),), S.CRAWLER_SUSPECT),
        ((label("gov"),), S.MISSING),
        (None, S.CRAWLER_SUSPECT),
        ((), S.CRAWLER_SUSPECT),
    ],
)
def test_what_a_search_left_concerns_whose_it_is_and_everybody_if_that_is_unknown(
    left: Any, expected: ComplianceState
) -> None:
    case = hub_case(
        own_column("a"), own_column("b"),
        unsearched=left, control_passed=False, state=CrawlState.PARTIAL,
    )  # fmt: skip
    assert state(case) is expected


def test_what_is_left_of_a_government_concerns_who_has_no_habit_of_its_own() -> None:
    case = hub_case(
        own_column("a"), publishers={10: seen("a", reports=1)},
        unsearched=(label("gov"),), control_passed=False,
    )  # fmt: skip
    assert state(case) is S.CRAWLER_SUSPECT


def test_a_control_that_failed_for_no_known_reason_failed_for_everybody() -> None:
    assert state(hub_case(own_column("a"), control_passed=False)) is S.CRAWLER_SUSPECT


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("某县教育局", S.MISSING),
        ("某县教育和财政局", S.CRAWLER_SUSPECT),
        ("某县国资中心（财政局）", S.CRAWLER_SUSPECT),
        ("某县经济开发区财政局", S.MISSING),
    ],
)
def test_who_reports_together_publishes_in_one_place(name: str, expected: ComplianceState) -> None:
    case = hub_case(own_column("a"), own_column("b", **BAD))
    joint = replace(case, neighbours={**case.neighbours, "b": AgencyName(id="b", name=name)})
    assert state(joint) is expected
    healthy = hub_case(own_column("a"), own_column("b"))
    told = replace(healthy, others=(filing(agency_id="b", agency_name=name),))
    assert state(told) is expected, "its own report may be meant"


def test_the_column_of_an_agency_that_it_came_from_or_became_is_not_anothers() -> None:
    case = hub_case(own_column("a"), own_column("b", **BAD), kin=frozenset({"a", "b"}))
    assert state(case) is S.CRAWLER_SUSPECT


@pytest.mark.parametrize(
    ("replaced", "found_at", "expected"),
    [
        (False, at(1, 5), S.MOVED),
        (False, at(2, 6), S.CRAWLER_SUSPECT),
        (True, at(2, 6), S.CRAWLER_SUSPECT),
    ],
)
def test_an_agency_whose_own_column_is_lost_is_not_missing_by_the_new_ones_of_others(
    replaced: bool, found_at: Any, expected: ComplianceState
) -> None:
    """Others were found again after the move; its own was not."""
    lost = own_column("a", lost_at=at(2, 5), replaced=replaced)
    found = [own_column(each, id=60 + n, found_at=found_at) for n, each in enumerate("bc")]
    case = hub_case(lost, *found, publishers={60: seen("b"), 61: seen("c")}, control_passed=True)
    assert state(case) is expected


def test_a_column_found_in_its_place_is_enough() -> None:
    lost = own_column("a", lost_at=at(2, 5), replaced=True)
    new = own_column("a", id=60, found_at=at(2, 5))
    for passed in (True, False):  # it was lost in the very crawl, or before
        case = hub_case(lost, new, publishers={10: seen(reports=0)}, control_passed=passed)
        assert state(case) is S.MISSING


def test_only_the_columns_that_count_must_have_been_read_after_the_due_instant() -> None:
    early = at(1, 20)
    assert state(hub_case(own_column("a"), own_column("b", read_at=early))) is S.MISSING
    assert state(hub_case(own_column("a", read_at=early), own_column("b"))) is S.NOT_CHECKED


def test_a_wall_before_the_host_of_another_is_not_before_its_own() -> None:
    elsewhere = own_column("b", url="http://jyj.x.gov.cn/nb/", **BAD)
    walled: dict[str, Any] = {"state": CrawlState.BLOCKED, "control_passed": False}
    assert state(hub_case(own_column("a"), elsewhere, **walled)) is S.MISSING
    assert state(hub_case(own_column("a"), own_column("b", **BAD), **walled)) is S.BLOCKED
    assert state(hub_case(own_column("a"), own_column("b"), **walled)) is S.BLOCKED


@pytest.mark.parametrize(
    "door", [CrawlState.UNREACHABLE, CrawlState.ROBOTS_DENIED, CrawlState.RUNNING]
)
def test_behind_a_closed_door_nothing_is_known_of_anybody(door: CrawlState) -> None:
    elsewhere = own_column("b", url="http://jyj.x.gov.cn/nb/", **BAD)
    assert state(hub_case(own_column("a"), elsewhere, state=door)) is not S.MISSING


EMPTY: dict[str, Any] = {
    "found": 0,
    "known_before": 0,
    "holders": frozenset(),
    "vacant": frozenset({"ul.list < div", "div.foot < body"}),
    "reason": "its layout is not understood",
    **BAD,
}
NONE = {"vacant": frozenset(), "read_to_end": True, "announced": 0}


def empty_case(own: dict[str, Any], siblings: dict[str, Any]) -> Case:
    others = [own_column(each, **{"announced": 3, **siblings}) for each in ("b", "c")]
    empty = own_column("a", **{**EMPTY, **own})
    return hub_case(empty, *others, publishers={10: seen(reports=0)})


@pytest.mark.parametrize("own", [{}, NONE])
def test_an_own_column_that_never_had_a_row_is_empty_if_its_siblings_show_how_it_would_look(
    own: dict[str, Any],
) -> None:
    assert state(empty_case(own, {})) is S.MISSING


@pytest.mark.parametrize(
    ("own", "siblings"),
    [
        ({"vacant": frozenset({"ol < div"})}, {}),
        ({"vacant": frozenset()}, {}),
        ({**NONE, "announced": None}, {}),
        ({**NONE, "announced": 2}, {}),
        ({**NONE, "read_to_end": False}, {}),
        (NONE, {"announced": None}),
        ({"found_at": at(2, 1)}, {}),
        ({"drifted": True}, {}),
        ({"known_before": 1}, {}),
        ({"found": 2}, {}),
        ({"read_at": None}, {}),
        ({"platform": "ucap"}, {}),
        ({"url": "http://czj.x.gov.cn/nb/"}, {}),
        ({"label": replace(label("a"), hub=f"{HUB}2")}, {}),
        ({}, {"known_before": 0}),
        ({}, OLD),
        ({}, {"lost_at": at(2, 5)}),
    ],
)
def test_else_an_empty_column_proves_nothing(own: dict[str, Any], siblings: dict[str, Any]) -> None:
    case = empty_case(own, siblings)
    assert state(case) is not S.MISSING


def test_one_sibling_is_not_enough_and_a_column_that_once_had_reports_was_emptied() -> None:
    empty = own_column("a", **EMPTY)
    alone = hub_case(empty, own_column("b"), publishers={10: seen(reports=0)})
    assert state(alone) is S.CRAWLER_SUSPECT
    emptied = hub_case(empty, own_column("b"), own_column("c"), publishers={10: seen("a")})
    assert state(emptied) is S.CRAWLER_SUSPECT


KINDS = st.sampled_from(["a", "b", "c", "gov", "open", "unknown"])
HEALTH = st.sampled_from([{}, {}, {}, *TROUBLES.values()])


@given(kinds=st.lists(st.tuples(KINDS, HEALTH), min_size=1, max_size=5))
def test_nobody_is_missing_whose_report_may_stand_in_a_column_that_was_not_read(
    kinds: list[tuple[str, dict[str, Any]]],
) -> None:
    """Whatever the columns and their troubles: only those of others may be in trouble."""
    columns, shown = [], {}
    for number, (kind, trouble) in enumerate(kinds, start=100):
        entry = {"open": None, "unknown": label(text="某新设局")}.get(kind, label(kind))
        own = own_column("a", id=number, url=f"{HUB}{number}/", label=entry, **trouble)
        columns.append(own)
        shown[number] = seen("b", "c") if kind == "open" else seen(
            *(() if kind == "unknown" else (kind,)), reports=0 if kind == "unknown" else 3
        )  # fmt: skip
    may_have = [c for c, (kind, _) in zip(columns, kinds, strict=True) if kind not in ("b", "c")]
    unread = [c for c in may_have if c.lost_at or not c.control_passed]
    ruling = judged(hub_case(*columns, publishers=shown))
    if ruling.state is S.MISSING:
        own_proved = any(c.label == label("a") and c.lost_at is None for c in columns)
        assert own_proved or any(c.label is None for c in columns)
        assert all(c.label == label("gov") for c in unread)


def part(*agencies: str, whole: bool = True, reports: int = 3) -> PartEvidence:
    return PartEvidence(label=label(*agencies), whole=whole, reports=reports)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((part("a"), part("b", whole=False)), S.MISSING),
        ((part("a", whole=False), part("b")), S.CRAWLER_SUSPECT),
        ((part("a", reports=0), part("b", whole=False)), S.CRAWLER_SUSPECT),
        ((part("c"), part("b", whole=False)), S.CRAWLER_SUSPECT),
        ((part("a"), part("gov", whole=False)), S.CRAWLER_SUSPECT),
        ((part("a"), part(whole=False)), S.CRAWLER_SUSPECT),
        ((), S.CRAWLER_SUSPECT),
    ],
    ids=["another's", "its own", "its own empty", "none its own", "all's", "nobody's", "unknown"],
)
def test_of_a_column_in_parts_only_those_that_may_hold_its_report_must_be_read(
    parts: tuple[PartEvidence, ...], expected: ComplianceState
) -> None:
    select = column(reason="part b is down", parts=parts, **BAD)
    case = hub_case(select, publishers={1: seen("a", "b", "c")}, control_passed=False)
    assert state(replace(case, known_columns=frozenset({1}))) is expected
