"""Whether a URL's host is official, by the domain policy of government websites.

Reference: 国办发〔2017〕47号 《政府网站发展指引》: government websites use ``.gov.cn``. What stands
elsewhere is a copy until the settings or the registry say otherwise.
"""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

OFFICIAL_SUFFIX = "gov.cn"

_SECOND_LEVEL_OF_CN = re.compile(
    r"gov|com|org|net|edu|ac|mil|bj|sh|tj|cq|he|sx|nm|ln|jl|hl|js|zj|ah|fj|jx|sd|ha|hb|hn|gd|gx"
    r"|hi|sc|gz|yn|xz|sn|gs|qh|nx|xj|tw|hk|mo"
)
"""Labels below .cn under which names are given out: categories and provinces (CNNIC)."""


def host_of(url: str) -> str | None:
    """Return the host of an http or https URL in lower case ASCII, or None."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    return _ascii(host.rstrip("."))


def _ascii(host: str) -> str | None:
    try:
        return host.encode("idna").decode("ascii").lower() if not host.isascii() else host.lower()
    except UnicodeError:
        return None


def is_bare_address(host: str) -> bool:
    """Tell whether a host is an IP address instead of a name."""
    try:
        ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return False
    return True


def matches_host(host: str, pattern: str) -> bool:
    """Tell whether a host is the one of ``pattern``, or below it if that begins with ``*.``."""
    host, pattern = host.lower().rstrip("."), pattern.strip().lower().rstrip(".")
    if pattern.startswith("*."):
        return host == pattern[2:] or host.endswith(pattern[1:])
    return host == pattern


def is_official_host(host: str, patterns: Iterable[str] = ()) -> bool:
    """Tell whether a host is below .gov.cn, or one of the patterns of settings and registry."""
    host = host.lower().rstrip(".")
    if is_bare_address(host):
        return any(matches_host(host, pattern) for pattern in patterns)
    return host.endswith(f".{OFFICIAL_SUFFIX}") or any(
        matches_host(host, pattern) for pattern in patterns
    )


def is_official_url(url: str, patterns: Iterable[str] = ()) -> bool:
    """Tell whether a URL is http or https on an official host."""
    host = host_of(url)
    return host is not None and is_official_host(host, patterns)


def registrable_site(host: str) -> str:
    """Return the part of a host name that one owner registered: ``xm.gov.cn`` of ``gk.xm.gov.cn``.

    For names outside ``.cn`` the last two labels are taken. An address is its own site.
    """
    host = host.lower().rstrip(".")
    labels = host.split(".")
    if is_bare_address(host) or len(labels) <= 2:
        return host
    second_level = labels[-1] == "cn" and _SECOND_LEVEL_OF_CN.fullmatch(labels[-2])
    return ".".join(labels[-3:] if second_level else labels[-2:])


def same_site(one: str, other: str) -> bool:
    """Tell whether two hosts belong to one registrable site."""
    return registrable_site(one) == registrable_site(other)
