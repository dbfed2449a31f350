"""Which two entries of a registry may be one body."""

from typing import Any

import pytest

from monitor.likeness.bodies import lie_apart, may_be_one_body
from storage.models import Agency, AgencyKind


def an_agency(key: str, name: str, division: str = "130534", **more: Any) -> Agency:
    values = {"kind": AgencyKind.DEPARTMENT, "portal_id": "qh", "aliases": [], **more}
    return Agency(id=key, name=name, division=division, **values)


FINANCE = an_agency("fin", "清河县财政局")


@pytest.mark.parametrize(
    "other",
    [
        an_agency("fin", "清河县财政局"),
        an_agency("x", "邢台市清河县财政局"),
        an_agency("x", "清河县财政和国资局", renamed_from="fin"),
        an_agency("x", "清河县综合局", aliases=["清河县财政局"]),
        an_agency("x", "邢台市清河县财政局", division="130500"),
    ],
)
def test_the_same_agency_under_another_name_or_portal_is_one(other: Agency) -> None:
    assert may_be_one_body(FINANCE, other)
    assert may_be_one_body(other, FINANCE)


def test_agencies_merged_into_one_are_one() -> None:
    both = [an_agency(key, f"清河县{key}局", merged_into="new") for key in ("甲", "乙")]
    assert may_be_one_body(*both)


@pytest.mark.parametrize(
    ("body", "office"),
    [
        ("清河县人民政府", "清河县人民政府办公室"),
        ("河北省人民政府", "河北省人民政府办公厅"),
        ("清河县城关镇人民政府", "清河县城关镇人民政府党政综合办公室"),
        ("清河县政府", "清河县政府办"),
        ("清河经济开发区管理委员会", "清河经济开发区管委会办公室"),
    ],
)
def test_a_government_and_its_office_are_one(body: str, office: str) -> None:
    assert may_be_one_body(an_agency("a", body), an_agency("b", office))
    assert may_be_one_body(an_agency("b", office), an_agency("a", body))


@pytest.mark.parametrize(
    "other",
    [
        an_agency("edu", "清河县教育局"),
        an_agency("far", "威县财政局", "130533"),
        an_agency("city", "邢台市财政局", "130500"),
        an_agency("gov", "清河县人民政府"),
    ],
)
def test_other_agencies_are_others(other: Agency) -> None:
    assert not may_be_one_body(FINANCE, other)


def test_towns_of_one_name_in_two_counties_are_two() -> None:
    towns = [an_agency(d, "城关镇人民政府", d) for d in ("130534", "130533")]
    assert not may_be_one_body(*towns)
    assert may_be_one_body(towns[0], an_agency("again", "城关镇人民政府"))


def test_divisions_lie_within_one_another() -> None:
    assert not lie_apart("130500", "130534")
    assert not lie_apart("130534", "130534102000")
    assert lie_apart("130533", "130534")
