"""Portals of every family, and a way of asking them without a server."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from urllib.parse import parse_qsl, urlsplit

import pytest

from monitor.simulator.county import Choice, build_portal
from monitor.simulator.model import Portal
from monitor.simulator.server import Answer, Request
from monitor.simulator.site import PortalSite
from storage.clock import SHANGHAI

LATER = datetime(2026, 9, 1, 12, tzinfo=SHANGHAI)
"""When the whole season is over."""

Ask = Callable[..., Answer]
Make = Callable[..., PortalSite]


@cache
def _portal(family: str, role: str, layout: str, troubles: tuple[str, ...], seed: str) -> Portal:
    choice = Choice(role=role, family=family, layout=layout, troubles=troubles)
    return build_portal(f"{seed}-{family}", 7, "清源县", choice)


@pytest.fixture
def make() -> Make:
    """Return a function that gives the site of a portal."""

    def site(
        family: str,
        layout: str = "mixed",
        *,
        role: str = "county",
        troubles: tuple[str, ...] = (),
        seed: str = "test",
    ) -> PortalSite:
        return PortalSite(_portal(family, role, layout, troubles, seed))

    return site


@pytest.fixture
def ask() -> Ask:
    """Return a function that asks a site for an address."""

    def asked(
        site: PortalSite,
        target: str,
        at: datetime = LATER,
        *,
        method: str = "GET",
        form: dict[str, str] | None = None,
        body: bytes = b"",
        **headers: str,
    ) -> Answer:
        address = urlsplit(target.partition("#")[0])
        return site(
            Request(
                method=method,
                host=site.portal.host,
                path=address.path,
                query=dict(parse_qsl(address.query, keep_blank_values=True)),
                form=form or {},
                headers={"referer": site.portal.url, **headers},
                at=at,
                target=address._replace(scheme="", netloc="").geturl(),
                body=body,
            )
        )

    return asked
