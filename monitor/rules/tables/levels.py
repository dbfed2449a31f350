"""At which level of government an agency stands: by its division code, else by its name.

References: GB/T 2260 (six digits: province, prefecture, county; nine for a township).
"""

import re
from enum import StrEnum

from monitor.rules.kinds import agency_name
from monitor.rules.model import Facts
from monitor.rules.quoting import flatten


class Level(StrEnum):
    """The levels of government."""

    NATION = "nation"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"


_COUNTY_CODE = 6
_NO_PLACES = re.compile(
    "国家税务总局|市场|市容|市政|城市|都市|区域|县域|乡村|城乡|城镇|村镇|乡镇|社区|园区|景区|联盟"
)
"""Words in the names of agencies that only look like those of places."""
_ZONES = re.compile(
    "新区|开发区|名胜区|风景区|旅游区|高新区|示范区|试验区|实验区|保税区|度假区|合作区|自贸区|经开区|地区"
)
_TOWNSHIP = re.compile(r"(?:镇|乡|苏木)(?:人民政府)?$|街道(?:办事处)?$")
_COUNTY = re.compile(r".(?:县|旗|(?<!自治)区)")
_PREFECTURE = re.compile(r".(?:自治州|盟)")
_PROVINCE = re.compile(r".(?:省|自治区)|^(?:北京|天津|上海|重庆)市")
_PLACE = re.compile(r".(?:省|市|州|盟|县|区|旗|镇|乡|街道)")
_OF_THE_NATION = re.compile(r"^(?:国家|中国|中华人民共和国|国务院)|^.{2,8}部$|^审计署$")


def level_of(facts: Facts) -> Level | None:
    """Return the level of the agency; None where neither code nor name tells it.

    A name such as 某市财政局 does not tell whether the city is one of a prefecture or of a county.
    """
    division = facts.agency.division if facts.agency is not None else None
    if division:
        return _by_code(division)
    name = agency_name(facts)
    return _by_name(flatten(name)) if name else None


def is_local(facts: Facts) -> bool | None:
    """Whether the agency is one of a place, not of the State Council; None if nothing tells."""
    level = level_of(facts)
    if level is not None:
        return level is not Level.NATION
    name = _NO_PLACES.sub("", flatten(agency_name(facts) or ""))
    return True if _PLACE.search(name) else None


def _by_code(code: str) -> Level | None:
    if not code.isdecimal() or len(code) < _COUNTY_CODE:
        return None
    if len(code) > _COUNTY_CODE:
        return Level.TOWNSHIP
    if code in ("000000", "100000"):
        return Level.NATION
    if code.endswith("0000"):
        return Level.PROVINCE
    return Level.PREFECTURE if code.endswith("00") else Level.COUNTY


def _by_name(printed: str) -> Level | None:
    name = _NO_PLACES.sub("", printed)
    if _ZONES.search(name):
        return None  # zones stand at any level
    if _TOWNSHIP.search(name):
        return Level.TOWNSHIP
    if _COUNTY.search(name):
        return Level.COUNTY
    if _PREFECTURE.search(name):
        return None if "市" in name else Level.PREFECTURE
    return _of_province_or_nation(name)


def _of_province_or_nation(name: str) -> Level | None:
    of_city = "市" in name
    if _PROVINCE.search(name) and (not of_city or name.index("市") == 2):
        return Level.PROVINCE
    if name.endswith("厅"):
        return Level.PREFECTURE if of_city else Level.PROVINCE
    if _OF_THE_NATION.match(name) and not _PLACE.search(name):
        return Level.NATION
    return None
