"""Portals that cannot be read on some days: those after the due days, when everybody looks."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta

from monitor.simulator.server import DROPPED, Answer, Request, Site, page
from storage.clock import local_date

_DUE = ((1, 31), (3, 31))
_LASTS = timedelta(days=3)
_NOTICE = (
    "<html><head><title>网站维护公告</title></head><body><h1>网站维护公告</h1>"
    "<p>因系统升级，本网站暂停服务，由此带来的不便敬请谅解。</p></body></html>"
)
_CHALLENGE = Answer(
    status=412,
    body=b'<!DOCTYPE html><html><head><meta charset="utf-8"><meta id="9Dhefwq" content="{}" '
    b"r='m'><script r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=53478;</script>"
    b"</head><body></body></html>",
    headers={"Content-Type": "text/html", "Set-Cookie": "FSSBBIl1UgzbN7N80S=x; Path=/"},
)
_GATEWAY = Answer(
    status=502,
    body=b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
    headers={"Content-Type": "text/html"},
)


def is_down(at: datetime) -> bool:
    """Tell whether portals with an outage are down: on a due day and for three days."""
    day = local_date(at)
    return any(date(day.year, *due) <= day < date(day.year, *due) + _LASTS for due in _DUE)


def down_at(troubles: Collection[str], at: datetime) -> bool:
    """Tell whether a portal with these troubles is down."""
    return is_down(at) and any(trouble in OUTAGES for trouble in troubles)


def _instead(answer: Answer) -> Callable[[Site], Site]:
    def wrap(site: Site) -> Site:
        def answered(request: Request) -> Answer:
            return answer if is_down(request.at) else site(request)

        return answered

    return wrap


OUTAGES: Mapping[str, Callable[[Site], Site]] = {
    "down": _instead(DROPPED),
    "down-gateway": _instead(_GATEWAY),
    "down-notice": _instead(page(_NOTICE)),
    "down-challenge": _instead(_CHALLENGE),
}
"""What answers every address while the portal is down, ``robots.txt`` too."""
