"""What kind of agency a report is of: as the registry says, else by the agency's name."""

import re
from functools import lru_cache

from monitor.rules.model import Facts
from storage.models import AgencyKind

_ZONE = (
    "开发区|高新区|新区|园区|示范区|度假区|风景区|景区|名胜区|试验区|实验区|保税区|自贸区|经开区"
)
_BY_NAME: tuple[tuple[re.Pattern[str], AgencyKind | None], ...] = (
    (re.compile(r"(?:人民)?政府办公[厅室]$|[县市区州]政府办$"), AgencyKind.GOVERNMENT_OFFICE),
    (re.compile(r"街道(?:办事处)?$"), AgencyKind.DISPATCHED),
    (re.compile(r"(?:镇|乡|苏木)(?:人民政府)?$"), AgencyKind.TOWNSHIP),
    (
        re.compile(
            r"^国家税务总局|税务局$|海关$|气象局$|烟草专卖局|^国家统计局.*调查队$|消防救援"
            r"|金融监管(?:分)?局$|金融监督管理总局|邮政管理局$|通信管理局$|海事局$"
        ),
        AgencyKind.VERTICAL,
    ),
    (re.compile(r"人民政府$"), AgencyKind.GOVERNMENT),
    # a zone's committee may report for itself or, like a government, for its whole zone
    (re.compile(rf"(?:{_ZONE})(?:党工委)?(?:管理委员会|管委会)?$|管委会$"), None),
    (re.compile(r"[^\s]{2,}(?:省|市|县|区|旗|自治州|盟)$"), AgencyKind.GOVERNMENT),
    (
        re.compile(
            r"(?:局|委|厅|署|委员会|总队|支队|大队|中心|办公室|院|馆|站|所|处|队|办)"
            r"(?:[(（][^)）]*[)）])?$"
        ),
        AgencyKind.DEPARTMENT,
    ),
)


def kind_of(facts: Facts) -> AgencyKind | None:
    """Return the kind the registry or the command line gives, else the one the name tells."""
    if facts.agency is not None and facts.agency.kind is not None:
        return AgencyKind(facts.agency.kind)
    if facts.obligation is not None:
        return AgencyKind(facts.obligation.kind)
    name = agency_name(facts)
    return kind_by_name(name) if name else None


@lru_cache(maxsize=256)
def kind_by_name(name: str) -> AgencyKind | None:
    """Return the kind that a full name tells by its ending; None if it tells none."""
    compact = "".join(name.split())
    return next((kind for pattern, kind in _BY_NAME if pattern.search(compact)), None)


def agency_name(facts: Facts) -> str | None:
    """Return the name the report is filed under, else the one the report itself gives."""
    if facts.agency is not None:
        return facts.agency.name
    return facts.report.agency if facts.report is not None else None
