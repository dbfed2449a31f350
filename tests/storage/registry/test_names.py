"""Which agency a name means."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.registry import AgencyName, MatchHow, match_agency, near_names, same_agency


def agency(agency_id: str, name: str, *aliases: str, **more: object) -> AgencyName:
    return AgencyName(id=agency_id, name=name, aliases=aliases, **more)  # type: ignore[arg-type]


COUNTY = [
    agency("gov", "清河县人民政府"),
    agency("office", "清河县人民政府办公室"),
    agency("finance", "清河县财政局"),
    agency("audit", "清河县审计局"),
    agency("science", "清河县科学技术和工业信息化局", "清河县科工局"),
    agency("emergency", "清河县应急管理局"),
    agency("city", "清河县城市管理局"),
    agency("market", "清河县市场监督管理局"),
    agency("town", "油坊镇人民政府"),
    agency("street", "城关街道办事处"),
    agency("tax", "国家税务总局清河县税务局"),
    agency("zone", "清河县经济开发区管理委员会"),
]


@pytest.mark.parametrize(
    ("name", "wanted", "how"),
    [
        ("清河县财政局", "finance", MatchHow.EXACT),
        (" 清河县　财政局 ", "finance", MatchHow.EXACT),
        ("清河縣財政局", "finance", MatchHow.EXACT),
        ("清河县科工局", "science", MatchHow.ALIAS),
        ("清河县", "gov", MatchHow.GOVERNMENT),
        ("清河县政府", "gov", MatchHow.GOVERNMENT),
        ("清河县政府办", "office", MatchHow.GOVERNMENT),
        ("清河县政府办公室", "office", MatchHow.GOVERNMENT),
        ("清河县人民政府办公室", "office", MatchHow.EXACT),
        ("油坊镇", "town", MatchHow.GOVERNMENT),
        ("油坊镇政府", "town", MatchHow.GOVERNMENT),
        ("城关街道", "street", MatchHow.GOVERNMENT),
        ("城关街道办", "street", MatchHow.GOVERNMENT),
        ("清河县经济开发区管委会", "zone", MatchHow.GOVERNMENT),
        ("清河县经济开发区", "zone", MatchHow.GOVERNMENT),
        ("邢台市清河县财政局", "finance", MatchHow.PREFIX),
        ("河北省邢台市清河县人民政府", "gov", MatchHow.PREFIX),
        ("清河县油坊镇", "town", MatchHow.PREFIX),
        ("清河县油坊镇人民政府", "town", MatchHow.PREFIX),
        ("清河县城关街道办事处", "street", MatchHow.PREFIX),
        ("清河县税务局", "tax", MatchHow.PREFIX),
        ("财政局", "finance", MatchHow.SUFFIX),
        ("县财政局", "finance", MatchHow.SUFFIX),
        ("县人民政府", "gov", MatchHow.SUFFIX),
        ("县人民政府办公室", "office", MatchHow.SUFFIX),
        ("县科工局", "science", MatchHow.SUFFIX),
    ],
)
def test_a_name_is_matched_by_the_surest_likeness(name: str, wanted: str, how: MatchHow) -> None:
    match = match_agency(name, COUNTY)
    assert (match.agency_id, match.how) == (wanted, how)


@pytest.mark.parametrize(
    "name",
    [
        "清河县教育局",
        "市财政局",
        "威县财政局",
        "局",
        "",
        "  ",
        "管理局",
        "信息化局",
        "清河县人民政府办公室和财政局",
        "办公室",
        "税务",
        "清河县财政",
        "邢台市人民政府",
        "邢台市",
        "人民政府",
        "政府",
    ],
)
def test_a_name_that_is_nobodys_is_not_matched(name: str) -> None:
    assert match_agency(name, COUNTY).agency_id is None


def test_the_office_of_a_government_is_never_taken_for_the_government() -> None:
    only_government = [agency("gov", "清河县人民政府")]
    only_office = [agency("office", "清河县人民政府办公室")]
    for name in ("清河县人民政府办公室", "清河县政府办", "县政府办公室", "人民政府办公室"):
        assert match_agency(name, only_government).agency_id is None
    for name in ("清河县人民政府", "清河县", "县政府"):
        assert match_agency(name, only_office).agency_id is None


def test_a_name_without_its_place_is_not_guessed_among_two() -> None:
    two = [agency("a", "鼓楼区财政局"), agency("b", "云龙区财政局")]
    match = match_agency("财政局", two)
    assert (match.agency_id, match.candidates) == (None, ("a", "b"))


def test_a_shared_place_name_is_not_guessed_among_two_cities() -> None:
    two = [agency("nj", "南京市鼓楼区财政局"), agency("xz", "徐州市鼓楼区财政局")]
    assert match_agency("南京市鼓楼区财政局", two).agency_id == "nj"
    assert match_agency("鼓楼区财政局", two).candidates == ("nj", "xz")


def test_a_registered_name_without_place_matches_only_its_own_portals_place() -> None:
    bare = [agency("finance", "财政局")]
    assert match_agency("清河县财政局", bare).agency_id is None
    assert match_agency("清河县财政局", bare, places=["清河县"]).agency_id == "finance"
    assert match_agency("威县财政局", bare, places=["清河县"]).agency_id is None


OLD = agency("old", "清河县卫生和计划生育局", "清河县卫生局", valid_to=date(2019, 1, 15))
NEW = agency(
    "new", "清河县卫生健康局", "清河县卫生局", valid_from=date(2019, 1, 16), renamed_from="old"
)


@pytest.mark.parametrize(
    ("name", "year", "wanted"),
    [
        ("清河县卫生和计划生育局", 2018, "old"),
        ("清河县卫生健康局", 2018, "new"),
        ("清河县卫生健康局", 2023, "new"),
        ("清河县卫生局", 2017, "old"),
        ("清河县卫生局", 2023, "new"),
        ("清河县卫生健康局", 2015, "new"),
    ],
)
def test_a_renamed_agency_is_found_under_the_name_of_the_year(
    name: str, year: int, wanted: str
) -> None:
    assert match_agency(name, [OLD, NEW], fiscal_year=year).agency_id == wanted


def test_the_alias_of_a_body_that_had_ended_before_the_year_does_not_disturb() -> None:
    gone = agency("gone", "清河县文化局", "清河县文旅局", valid_to=date(2010, 1, 1))
    now = agency("now", "清河县文化广电和旅游局", "清河县文旅局")
    assert match_agency("清河县文旅局", [gone, now], fiscal_year=2023).agency_id == "now"
    assert match_agency("清河县文旅局", [gone, now]).candidates == ("gone", "now")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("银川市兴庆区科技局", "兴庆区科技局", True),
        ("兴庆区科技局", "宁夏回族自治区银川市兴庆区科技局", True),
        ("清河县", "清河县人民政府", True),
        ("清河县油坊镇", "油坊镇人民政府", True),
        ("财政局", "清河县财政局", False),
        ("清河县人民政府", "清河县人民政府办公室", False),
        ("清河县财政局", "威县财政局", False),
    ],
)
def test_two_names_are_of_one_agency_whatever_superior_place_is_written(
    one: str, other: str, same: bool
) -> None:
    assert same_agency(one, other) is same
    assert same_agency(other, one) is same


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("清河县科技工信局", {"science"}),
        ("科技和工业信息化局", {"science"}),
        ("清河县教育局", set()),
        ("清河县财政局", {"finance"}),
        ("油坊镇", {"town"}),
        ("清河县开发区管委会", {"zone"}),
        ("清河县城市管理综合执法局", {"city"}),
    ],
)
def test_near_names_are_told_and_a_common_county_makes_nobody_near(
    name: str, near: set[str]
) -> None:
    assert set(near_names(name, COUNTY)) == near


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=4))
def test_no_name_crashes_the_match(name: str, others: list[str]) -> None:
    candidates = [agency(str(number), other) for number, other in enumerate(others)]
    match = match_agency(name, candidates, fiscal_year=2023)
    assert match.agency_id is None or match.agency_id in {one.id for one in candidates}
    near_names(name, candidates)


@given(st.sampled_from(COUNTY))
def test_every_agency_is_found_by_its_own_name(own: AgencyName) -> None:
    assert match_agency(own.name, COUNTY).agency_id == own.id
    assert own.id in near_names(own.name, COUNTY)
