"""The publishing systems of the simulator, by name."""

from collections.abc import Mapping

from monitor.simulator.families.aspnet import AspNet
from monitor.simulator.families.base import Family
from monitor.simulator.families.boda import Boda
from monitor.simulator.families.county_systems import Hebei, Openness, TrueCms
from monitor.simulator.families.dialects import DIALECTS, small
from monitor.simulator.families.epoint import Epoint
from monitor.simulator.families.guangdong import Gkmlpt, Nfcms
from monitor.simulator.families.hanweb import Hanweb, HanwebXxgk
from monitor.simulator.families.jpaas import Jpaas
from monitor.simulator.families.lonsun import Lonsun
from monitor.simulator.families.trs import Trs
from monitor.simulator.families.ucap import Ucap, UcapChannel, UcapItems, UcapNext

_LARGE: tuple[type[Family], ...] = (
    Trs, Ucap, Hanweb, Boda, Gkmlpt, Lonsun, Jpaas, Epoint, Nfcms, UcapChannel, HanwebXxgk,
    Openness,    UcapNext, Hebei, TrueCms, UcapItems, AspNet,
)  # fmt: skip
_SMALL = tuple(small(dialect) for dialect in DIALECTS)

FAMILIES: Mapping[str, type[Family]] = {family.name: family for family in (*_LARGE, *_SMALL)}
LARGE = tuple(family.name for family in _LARGE)
SMALL = tuple(family.name for family in _SMALL)
