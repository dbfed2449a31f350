"""Addresses: what belongs to one site, what is its front page."""

import re
from urllib.parse import urlsplit, urlunsplit

from crawler.platforms.addresses import canonical_url
from storage.hosts import is_bare_address, registrable_site

_HOME_PATH = re.compile(
    r"/*(?:(?:index|default|home|main)\.(?:s?html?|jsp|aspx?|php|do)|404\.s?html?)?", re.IGNORECASE
)


def host_of(url: str) -> str:
    """Return the host name of an address, lower case; empty if it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def same_site(one: str, other: str) -> bool:
    """Tell whether two addresses belong to one registrable site.

    Of bare IP addresses each port is a site of its own: there are hosts with a portal on each.
    """
    here, there = host_of(one), host_of(other)
    if is_bare_address(here) or is_bare_address(there):
        return urlsplit(one).netloc == urlsplit(other).netloc
    return bool(here) and registrable_site(here) == registrable_site(there)


def other_scheme(url: str) -> str:
    """Return the address under the other one of http and https."""
    parts = urlsplit(url)
    scheme = "http" if parts.scheme == "https" else "https"
    return urlunsplit(parts._replace(scheme=scheme))


def same_page_urls(url: str) -> tuple[str, ...]:
    """Return the addresses that are one page on any server: both schemes, with and without www."""
    bare = urlsplit(url)._replace(netloc=urlsplit(url).netloc.removeprefix("www."))
    hosts = (bare.netloc,) if is_bare_address(host_of(url)) else (bare.netloc, f"www.{bare.netloc}")
    return tuple(
        urlunsplit(bare._replace(scheme=scheme, netloc=host))
        for scheme in ("http", "https")
        for host in hosts
    )


def is_home(url: str) -> bool:
    """Tell whether an address is the front page of its host, or its page for what is gone."""
    parts = urlsplit(url)
    return bool(_HOME_PATH.fullmatch(parts.path)) and not parts.query


def directory_of(url: str) -> str:
    """Return the address up to and with the last slash of its path."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rpartition("/")[0] + "/", "", ""))


def is_within(url: str, portal_url: str) -> bool:
    """Tell whether an address lies on a portal's host and, if it has one, in its directory.

    ``www.`` makes no other host: many portals answer with and without it.
    """
    own = directory_of(portal_url)
    same_host = _bare_netloc(url) == _bare_netloc(own)
    return same_host and urlsplit(url).path.startswith(urlsplit(own).path)


def _bare_netloc(url: str) -> str:
    return urlsplit(canonical_url(url)).netloc.removeprefix("www.")
