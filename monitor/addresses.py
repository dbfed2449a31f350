"""Addresses as they are compared, and whether an exchange was sent to the front page instead."""

from urllib.parse import urlsplit, urlunsplit

from storage.models import Capture


def both_schemes(url: str) -> tuple[str, ...]:
    """Return an address with http and with https."""
    parts = urlsplit(url)
    return tuple(urlunsplit(parts._replace(scheme=scheme)) for scheme in ("http", "https"))


def is_home(capture: Capture, home: str) -> bool:
    """Tell whether an exchange ended on the portal's front page although it asked for another."""
    final = capture.final_url
    return final is not None and final != capture.url and final.rstrip("/") == home.rstrip("/")
