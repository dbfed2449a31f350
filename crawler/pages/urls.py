"""Addresses: their canonical form, and what belongs to one site."""

import re
from urllib.parse import urlsplit, urlunsplit

from storage.hosts import is_bare_address, registrable_site

_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
_INERT = frozenset({"ismobile", "xxgkhide", "_", "random", "rnd", "jsessionid"})
"""Query names that change the address and not the page: view switches, cache busters, sessions."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOME_PATH = re.compile(
    r"/*(?:(?:index|default|home|main)\.(?:s?html?|jsp|aspx?|php|do)|404\.s?html?)?", re.IGNORECASE
)


def clean_url(url: str) -> str:
    """Return the canonical form of an absolute address.

    Scheme and host in lower case, default port, trailing dot of the host, fragment, session ids
    and inert query names left out, slashes of the path single. Case of the path and the order of
    the query are kept: servers care for both. What is no address comes back as it is.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    path = re.sub(r"/{2,}", "/", _SESSION.sub("", parts.path)) or "/"
    query = "&".join(
        pair
        for pair in parts.query.split("&")
        if pair and pair.split("=", 1)[0].lower() not in _INERT
    )
    return urlunsplit((parts.scheme.lower(), _netloc(parts.scheme, url), path, query, ""))


def _netloc(scheme: str, url: str) -> str:
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    try:
        port = parts.port
    except ValueError:
        return parts.netloc.lower()
    return host if port in (None, _DEFAULT_PORTS.get(scheme.lower())) else f"{host}:{port}"


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
    return urlsplit(clean_url(url)).netloc.removeprefix("www.")
