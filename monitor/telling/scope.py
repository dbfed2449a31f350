"""Whom and what a subscription is about. Pure."""

from dataclasses import dataclass
from typing import Protocol

from storage.models import Agency, AgencyKind, Portal
from storage.subscription_settings import SubscriptionSettings

_GRAVITY = {"error": 0, "warning": 1, "info": 2}
_COUNTY_DIGITS = 6


class Concerned(Protocol):
    """An agency as far as subscriptions ask, such as a ``Standing``."""

    @property
    def agency_id(self) -> str | None:
        """The agency's stable id, if it is known."""

    @property
    def kind(self) -> AgencyKind | None:
        """What it is, if that is known."""

    @property
    def division(self) -> str | None:
        """Its code of GB/T 2260, if it is known."""

    @property
    def portal_id(self) -> str:
        """Where it publishes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """The agency that something concerns, as far as it is known."""

    agency_id: str | None
    kind: AgencyKind | None
    division: str | None
    portal_id: str


def whom_of_agency(agency: Agency) -> Whom:
    """Return whom what is known of an agency concerns."""
    return Whom(
        agency_id=agency.id,
        kind=agency.kind,
        division=agency.division,
        portal_id=agency.portal_id,
    )


def whom_of_portal(portal: Portal) -> Whom:
    """Return whom what is known of a portal alone concerns: an agency that is not known."""
    return Whom(agency_id=None, kind=None, division=portal.division, portal_id=portal.id)


def covers(subscription: SubscriptionSettings, agency: Concerned) -> bool:
    """Tell whether an agency is one of those a subscription is about."""
    portals, agencies = subscription.portals, subscription.agencies
    return (
        (not portals or agency.portal_id in portals)
        and (not agencies or agency.agency_id in agencies)
        and (not subscription.kinds or agency.kind in subscription.kinds)
        and (not subscription.divisions or _is_below(agency.division, subscription.divisions))
    )


def wants_event(subscription: SubscriptionSettings, event: str) -> bool:
    """Tell whether a subscription to its audience's events takes in this kind of them."""
    return not subscription.events or event in subscription.events


def wants_finding(subscription: SubscriptionSettings, severity: str) -> bool:
    """Tell whether findings of a severity are grave enough for a subscription."""
    return _GRAVITY[severity] <= _GRAVITY[subscription.severity]


def subtree(division: str) -> str:
    """Return the digits with which every code below a division begins: 431200 gives 4312.

    Codes after GB/T 2260: two digits each for province, city and county, three more for a
    township; zeros stand for "all of it".
    """
    county, township = division[:_COUNTY_DIGITS], division[_COUNTY_DIGITS:]
    if township.strip("0"):
        return division
    return _ends_in_zeros(county)


def _ends_in_zeros(county: str) -> str:
    while len(county) > 2 and county.endswith("00"):
        county = county[:-2]
    return county


def _is_below(division: str | None, wanted: tuple[str, ...]) -> bool:
    return division is not None and any(division.startswith(subtree(code)) for code in wanted)
