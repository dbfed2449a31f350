"""Who owes a report for which year, until when."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.clock import SHANGHAI
from storage.lineage import RosterEntry
from storage.models import AgencyKind, PortalLevel
from storage.obligations import Duty, Obligation, due_day, obligations
from storage.settings import ObligationSettings

SETTINGS = ObligationSettings()


def entry(agency_id: str = "a", name: str = "某县财政局", **more: object) -> RosterEntry:
    values: dict[str, object] = {
        "kind": AgencyKind.DEPARTMENT,
        "portal_level": PortalLevel.COUNTY,
        **more,
    }
    return RosterEntry(id=agency_id, name=name, **values)  # type: ignore[arg-type]


def owed(
    *roster: RosterEntry,
    year: int = 2023,
    settings: ObligationSettings = SETTINGS,
    waived: dict[str, str] | None = None,
) -> dict[str, Obligation]:
    return {each.agency_id: each for each in obligations(roster, year, settings, waived)}


@pytest.mark.parametrize(
    ("kind", "year", "day"),
    [
        (AgencyKind.GOVERNMENT, 2023, date(2024, 3, 31)),
        (AgencyKind.GOVERNMENT_OFFICE, 2023, date(2024, 1, 31)),
        (AgencyKind.DEPARTMENT, 2023, date(2024, 1, 31)),
        (AgencyKind.DISPATCHED, 2023, date(2024, 1, 31)),
        (AgencyKind.AUTHORISED, 2023, date(2024, 1, 31)),
        (AgencyKind.TOWNSHIP, 2023, date(2024, 1, 31)),
        (AgencyKind.DEPARTMENT, 2019, date(2020, 1, 31)),
        (AgencyKind.DEPARTMENT, 2018, date(2019, 3, 31)),
        (AgencyKind.TOWNSHIP, 2018, date(2019, 3, 31)),
        (AgencyKind.GOVERNMENT, 2008, date(2009, 3, 31)),
    ],
)
def test_the_due_day_follows_the_kind_and_the_law_of_the_year(
    kind: AgencyKind, year: int, day: date
) -> None:
    found = owed(entry(kind=kind), year=year)["a"]
    assert found.due_on == due_day(kind, year) == day
    assert found.obliged
    assert ("492" in found.basis_zh) is (year <= 2018)


def test_nobody_owed_a_report_before_order_492() -> None:
    assert owed(entry(), year=2007) == {}
    assert due_day(AgencyKind.DEPARTMENT, 2007) is None


def test_the_due_instant_is_midnight_in_china_after_the_days_of_grace() -> None:
    strict = owed(entry())["a"]
    lenient = owed(entry(), settings=ObligationSettings(grace_days=3))["a"]
    assert strict.due_at < datetime(2024, 2, 1, tzinfo=SHANGHAI)
    assert strict.due_at >= datetime(2024, 1, 31, 23, 59, 59, tzinfo=SHANGHAI)
    assert lenient.due_on == strict.due_on
    assert lenient.due_at.date() == date(2024, 2, 3)


def test_townships_and_street_offices_weigh_less_and_can_be_switched_off() -> None:
    roster = (
        entry("town", "油坊镇人民政府", kind=AgencyKind.TOWNSHIP),
        entry("street", "城关街道办事处", kind=AgencyKind.DISPATCHED),
        entry("zone", "开发区管理委员会", kind=AgencyKind.DISPATCHED),
    )
    found = owed(*roster)
    assert [found[key].severity_cap for key in ("town", "street", "zone")] == [
        "warning",
        "warning",
        None,
    ]
    off = owed(*roster, settings=ObligationSettings(townships=False))
    assert [off[key].duty for key in ("town", "street", "zone")] == [
        Duty.NOT_OBLIGED,
        Duty.NOT_OBLIGED,
        Duty.OWED,
    ]


def test_a_vertical_system_owes_on_its_own_portal_only() -> None:
    tax = {"kind": AgencyKind.VERTICAL}
    on_county = owed(entry(**tax))["a"]
    on_own = owed(entry(**tax, portal_level=PortalLevel.DEPARTMENT))["a"]
    assert (on_county.duty, on_own.duty) == (Duty.NOT_OBLIGED, Duty.OWED)
    assert on_county.reason_zh
    assert on_own.due_on == date(2024, 1, 31)


def test_a_waiver_frees_with_its_reason() -> None:
    found = owed(entry(), waived={"a": "机构撤并（县政府办）"})["a"]
    assert found.duty is Duty.WAIVED
    assert "机构撤并" in (found.reason_zh or "")


@pytest.mark.parametrize(
    ("begun", "ended", "listed"),
    [
        (None, None, True),
        (date(2024, 1, 1), None, False),
        (date(2023, 12, 31), None, True),
        (None, date(2022, 12, 31), False),
        (None, date(2023, 1, 1), True),
    ],
)
def test_who_did_not_exist_in_the_year_owes_nothing(
    begun: date | None, ended: date | None, listed: bool
) -> None:
    assert ("a" in owed(entry(valid_from=begun, valid_to=ended))) is listed


def test_who_ended_before_the_due_day_owes_nothing_and_on_it_still_does() -> None:
    before = owed(entry(valid_to=date(2024, 1, 30)))["a"]
    on_the_day = owed(entry(valid_to=date(2024, 1, 31)))["a"]
    assert (before.duty, on_the_day.duty) == (Duty.NOT_OBLIGED, Duty.OWED)
    assert "撤销" in (before.reason_zh or "")


def test_a_rename_before_the_due_day_passes_the_duty_to_the_new_name() -> None:
    old = entry("old", "卫生和计划生育局", valid_to=date(2024, 1, 10))
    new = entry("new", "卫生健康局", valid_from=date(2024, 1, 11), renamed_from="old")
    found = owed(old, new)
    assert found["old"].duty is Duty.NOT_OBLIGED
    assert "卫生健康局" in (found["old"].reason_zh or "")
    assert found["new"].duty is Duty.OWED
    assert set(found["new"].counted) == {"new", "old"}
    assert "卫生和计划生育局" in (found["new"].reason_zh or "")
    assert "new" not in owed(old, new, year=2022)


def test_a_rename_after_the_due_day_leaves_the_duty_and_a_report_by_the_new_name_counts() -> None:
    old = entry("old", valid_to=date(2024, 2, 10))
    new = entry("new", valid_from=date(2024, 2, 11), renamed_from="old")
    found = owed(old, new)
    assert set(found) == {"old"}
    assert found["old"].duty is Duty.OWED
    assert set(found["old"].counted) == {"old", "new"}


def test_a_merger_into_a_body_that_reports_itself_does_not_lend_it_the_others_report() -> None:
    gone = entry("gone", "扶贫办", valid_to=date(2023, 6, 1), merged_into="farm")
    farm = entry("farm", "农业农村局")
    found = owed(gone, farm)
    assert found["gone"].duty is Duty.NOT_OBLIGED
    assert "农业农村局" in (found["gone"].reason_zh or "")
    assert found["farm"].counted == ("farm",)
    assert found["gone"].counted == ("gone",)


def test_a_duty_passes_along_a_chain_to_whoever_is_there_on_the_due_day() -> None:
    one = entry("one", valid_to=date(2023, 6, 1), merged_into="two")
    two = entry("two", valid_from=date(2023, 6, 2), valid_to=date(2024, 1, 5))
    three = entry("three", "三局", valid_from=date(2024, 1, 6), renamed_from="two")
    found = owed(one, two, three)
    assert [found[key].duty for key in ("one", "two", "three")] == [
        Duty.NOT_OBLIGED,
        Duty.NOT_OBLIGED,
        Duty.OWED,
    ]
    assert "三局" in (found["one"].reason_zh or "")
    assert set(found["three"].counted) == {"three", "one", "two"}


def test_a_report_under_either_name_is_the_report_of_a_renamed_body() -> None:
    old = entry("old", "卫生和计划生育局", valid_to=date(2023, 6, 1))
    new = entry("new", "卫生健康局", valid_from=date(2023, 6, 2), renamed_from="old")
    found = owed(old, new)
    assert [found[key].duty for key in ("old", "new")] == [Duty.NOT_OBLIGED, Duty.OWED]
    assert set(found["new"].counted) == {"new", "old"}


def test_a_rename_ends_the_old_name_even_if_its_last_day_was_not_written_down() -> None:
    old = entry("old", "卫生和计划生育局")
    new = entry("new", "卫生健康局", valid_from=date(2019, 1, 1), renamed_from="old")
    assert set(owed(old, new, year=2023)) == {"new"}
    assert set(owed(old, new, year=2017)) == {"old"}
    undated = entry("new", "卫生健康局", renamed_from="old")
    found = owed(old, undated)
    assert [found[key].duty for key in ("old", "new")] == [Duty.NOT_OBLIGED, Duty.OWED]
    assert "日期未登记" in (found["old"].reason_zh or "")


def test_who_was_merged_on_a_day_nobody_wrote_down_is_never_held_to_a_duty() -> None:
    gone = entry("gone", "扶贫办", merged_into="farm")
    found = owed(gone, entry("farm", "农业农村局"))
    assert [found[key].duty for key in ("gone", "farm")] == [Duty.NOT_OBLIGED, Duty.OWED]


@pytest.mark.parametrize(
    ("year", "said"),
    [(2024, "春节"), (2021, "春节"), (2025, "周末"), (2023, None)],
)
def test_a_due_day_in_a_holiday_is_remarked_and_not_put_off(year: int, said: str | None) -> None:
    found = owed(entry(), year=year)["a"]
    assert found.due_on == date(year + 1, 1, 31)
    assert (said in found.note_zh) if said and found.note_zh else found.note_zh is None


_ID = st.sampled_from(["a", "b", "c", "d"])
_DAY = st.none() | st.dates(date(2022, 6, 1), date(2024, 6, 1))


@given(
    st.dictionaries(
        _ID,
        st.tuples(st.sampled_from(AgencyKind), _DAY, _DAY, st.none() | _ID, st.none() | _ID),
        min_size=1,
    ),
    st.integers(2007, 2026),
)
def test_any_lineage_however_tangled_gives_each_agency_at_most_one_duty(
    roster: dict[str, tuple[AgencyKind, date | None, date | None, str | None, str | None]],
    year: int,
) -> None:
    entries = [
        entry(
            key, kind=kind, valid_from=begun, valid_to=ended, merged_into=into, renamed_from=former
        )
        for key, (kind, begun, ended, into, former) in roster.items()
    ]
    found = list(obligations(entries, year, SETTINGS))
    assert len({each.agency_id for each in found}) == len(found)
    assert all(each.agency_id in each.counted for each in found)
