"""One adapter per family of content management systems, as pure functions over pages."""

from crawler.platforms.boda import BODA
from crawler.platforms.epoint import EPOINT
from crawler.platforms.generic import GENERIC
from crawler.platforms.gkmlpt import GKMLPT
from crawler.platforms.hanweb import HANWEB
from crawler.platforms.hanweb_xxgk import HANWEB_XXGK
from crawler.platforms.hebei import HEBEI
from crawler.platforms.jpaas import JPAAS
from crawler.platforms.lonsun import LONSUN
from crawler.platforms.model import Page, Platform
from crawler.platforms.nfcms import NFCMS
from crawler.platforms.openness import OPENNESS
from crawler.platforms.trs import TRS
from crawler.platforms.truecms import TRUECMS
from crawler.platforms.ucap import UCAP

PLATFORMS: tuple[Platform, ...] = (
    TRS,
    UCAP,
    HANWEB,
    HANWEB_XXGK,
    JPAAS,
    GKMLPT,
    LONSUN,
    TRUECMS,
    EPOINT,
    BODA,
    NFCMS,
    OPENNESS,
    HEBEI,
    GENERIC,
)
"""Every adapter, one line each; the generic one reads what no other recognises."""

_SURE_ENOUGH = 0.5


def choose_platform(page: Page) -> Platform:
    """Return the adapter that recognises ``page`` best; the generic one if none is sure enough."""
    sureness, best = max(
        ((platform.recognises(page), platform) for platform in PLATFORMS), key=lambda pair: pair[0]
    )
    return best if sureness >= _SURE_ENOUGH else GENERIC


def platform_named(name: str) -> Platform:
    """Return the adapter of that name.

    Raises:
        KeyError: if there is none.
    """
    for platform in PLATFORMS:
        if platform.name == name:
            return platform
    raise KeyError(name)
