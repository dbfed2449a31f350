"""Whom a subscription is about."""

from dataclasses import dataclass

import pytest

from monitor.telling.scope import covers, subtree, wants_event, wants_finding
from storage.models import AgencyKind
from storage.subscription_settings import SubscriptionSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    agency_id: str = "hc-kjj"
    kind: AgencyKind = AgencyKind.DEPARTMENT
    division: str = "431202"
    portal_id: str = "hecheng"


def subscription(**restrictions: object) -> SubscriptionSettings:
    return SubscriptionSettings.model_validate({"to": ["a@b.cn"], **restrictions})


@pytest.mark.parametrize(
    ("code", "begins"),
    [
        ("430000", "43"),
        ("431200", "4312"),
        ("431202", "431202"),
        ("43", "43"),
        ("4312", "4312"),
        ("431202001", "431202001"),
        ("431202000", "431202"),
        ("110000", "11"),
        ("659000", "6590"),
    ],
)
def test_zeros_stand_for_the_whole_subtree(code: str, begins: str) -> None:
    assert subtree(code) == begins


@pytest.mark.parametrize(
    ("restrictions", "covered"),
    [
        ({}, True),
        ({"divisions": ["430000"]}, True),
        ({"divisions": ["431200"]}, True),
        ({"divisions": ["431202"]}, True),
        ({"divisions": ["431203"]}, False),
        ({"divisions": ["431203", "4312"]}, True),
        ({"portals": ["hecheng"]}, True),
        ({"portals": ["other"]}, False),
        ({"agencies": ["hc-kjj"], "divisions": ["44"]}, False),
        ({"kinds": ["department"]}, True),
        ({"kinds": ["township", "government"]}, False),
    ],
)
def test_every_restriction_must_hold(restrictions: dict[str, object], covered: bool) -> None:
    assert covers(subscription(**restrictions), Agency()) is covered


def test_no_events_named_means_all() -> None:
    assert wants_event(subscription(), "missing")
    assert wants_event(subscription(events=["late"]), "late")
    assert not wants_event(subscription(events=["late"]), "missing")


def test_findings_of_lesser_weight_are_left_out() -> None:
    assert wants_finding(subscription(), "error")
    assert wants_finding(subscription(), "warning")
    assert not wants_finding(subscription(), "info")
    assert wants_finding(subscription(severity="info"), "info")
