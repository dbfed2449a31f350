"""What operators are told of incidents: each of them of what is in their charge. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from monitor.compliance import Standing
from monitor.language import Bilingual
from monitor.telling.events import PORTAL_DOWN, PORTAL_RECOVERED
from monitor.telling.lines import Group, Line, recovered_line, trouble_line
from monitor.telling.scope import Concerned, covers, wants_event, whom_of_portal
from storage.models import Crawl, Portal
from storage.subscription_settings import SubscriptionSettings

_TROUBLE = Bilingual("网站抓取异常", "Portals in trouble")
_RECOVERED = Bilingual("网站已恢复", "Portals well again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """A portal whose last crawls failed."""

    portal: Portal
    crawl: Crawl
    """The last one."""
    kind: str

    @property
    def cause(self) -> str:
        """What is probably the matter: the host if nobody could reach it, else the portal."""
        if self.kind == PORTAL_DOWN:
            return (urlsplit(self.portal.url).hostname or self.portal.id).lower()
        return self.portal.id


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNews:
    """What is newly to be told of one cause."""

    kind: str
    """That of the event: of the trouble, or ``portal_recovered``."""
    of_kind: str
    """That of the trouble that it is, or was."""
    failing: tuple[Failing, ...] = ()
    recovered: tuple[Portal, ...] = ()
    again: int = 0
    """How often it was told before."""
    since: datetime
    hidden: Mapping[str, Sequence[Standing]]
    """By portal, the agencies that nothing can be said about."""
    behind: Mapping[str, Sequence[Standing]]
    """By portal, all agencies that publish there."""


def of_scope(
    news: IncidentNews, subscriptions: Collection[SubscriptionSettings]
) -> IncidentNews | None:
    """Return what of an incident concerns some subscriptions of operators; None if nothing does.

    A portal belongs to its own division and to those of the agencies that publish there: who
    watches over one of these has to know why nothing can be said about it.
    """

    def concerns(portal: Portal) -> bool:
        whom: list[Concerned] = [whom_of_portal(portal), *news.behind.get(portal.id, ())]
        return any(
            wants_event(one, news.of_kind) and any(covers(one, each) for each in whom)
            for one in subscriptions
        )

    failing = tuple(each for each in news.failing if concerns(each.portal))
    recovered = tuple(portal for portal in news.recovered if concerns(portal))
    if not failing and not recovered:
        return None
    return replace(news, failing=failing, recovered=recovered)


def lines_of(news: IncidentNews) -> list[Line]:
    """Return the lines that tell of it: trouble is one line, each recovery another."""
    lines = [recovered_line(portal) for portal in news.recovered]
    if news.failing:
        first = news.failing[0]
        ids = [each.portal.id for each in news.failing]
        hidden = [row.agency_name for key in ids for row in news.hidden.get(key, ())]
        others = [each.portal.name for each in news.failing[1:]]
        lines.append(
            trouble_line(
                first.portal,
                first.crawl,
                hidden,
                others=others,
                again=news.again,
                since=news.since,
            )
        )
    return lines


def incident_groups(news: Iterable[IncidentNews]) -> list[Group]:
    """Return the lines of an operators' mail: what is wrong first."""
    found = [(each.kind == PORTAL_RECOVERED, line) for each in news for line in lines_of(each)]
    wrong = [line for well, line in found if not well]
    right = [line for well, line in found if well]
    groups = (Group(heading=_TROUBLE, lines=wrong), Group(heading=_RECOVERED, lines=right))
    return [group for group in groups if group.lines]
