"""Agencies and portals of which nobody would be told, whatever happened there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.telling.scope import Concerned, covers, whom_of_agency, whom_of_portal
from storage.models import Agency, Portal
from storage.subscription_settings import Audience, SubscriptionSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """What no subscription is about; ids in the order of the registry."""

    agencies: tuple[str, ...]
    """Of their reports no office is told."""
    portals: tuple[str, ...]
    """Of their trouble no operator is told."""


def unheard(session: Session, subscriptions: Collection[SubscriptionSettings]) -> Unheard:
    """Return which agencies and portals are in nobody's charge.

    Restrictions to events or gravity are choices of the reader and not counted.
    """
    offices, operators = (_of(subscriptions, each) for each in ("office", "operator"))
    agencies = session.scalars(select(Agency).order_by(Agency.id)).all()
    behind: dict[str, list[Concerned]] = {}
    for agency in agencies:
        behind.setdefault(agency.portal_id, []).append(whom_of_agency(agency))
    portals = session.scalars(select(Portal).order_by(Portal.id))
    return Unheard(
        agencies=tuple(
            agency.id for agency in agencies if not _anybody(offices, [whom_of_agency(agency)])
        ),
        portals=tuple(
            portal.id
            for portal in portals
            if not _anybody(operators, [whom_of_portal(portal), *behind.get(portal.id, ())])
        ),
    )


def _of(
    subscriptions: Iterable[SubscriptionSettings], audience: Audience
) -> list[SubscriptionSettings]:
    return [each for each in subscriptions if each.audience == audience]


def _anybody(subscriptions: Iterable[SubscriptionSettings], whom: Collection[Concerned]) -> bool:
    return any(covers(one, each) for one in subscriptions for each in whom)
