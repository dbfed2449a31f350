"""Places in names of agencies: 宁夏回族自治区银川市兴庆区 before 科学技术局.

Recognised by their generic ends only; there is no gazetteer here.
"""

import re
from functools import lru_cache

_STEM = r"[\u3400-\u9fff]"
_ENDS = r"(?:特别行政区|自治区|自治州|自治县|自治旗|省|市|地区|州|盟|县|区|旗)"
_NOT_IN_PLACES = re.compile(r"[局委厅办]")
_LEADING = re.compile(rf"{_STEM}{{1,10}}?{_ENDS}")
_CHAIN = re.compile(rf"{_STEM}{{1,40}}(?:{_ENDS}|镇|乡|苏木|街道)")
_NO_PLACE = re.compile(r"(?:开发|技术|社|小|园|景|军|灾|林|牧|校|辖)区$|(?:城|超|股|都|菜|夜)市$")
_SYSTEM = re.compile(r"^国家税务总局(?=.)")


def without_system(name: str) -> str:
    """Drop the head of a vertical system before a place: 国家税务总局清河县税务局."""
    return _SYSTEM.sub("", name)


def is_place_chain(text: str) -> bool:
    """Tell whether ``text`` reads as places only, one within the other."""
    return bool(_CHAIN.fullmatch(text)) and not (
        _NO_PLACE.search(text) or _NOT_IN_PLACES.search(text)
    )


@lru_cache(maxsize=1024)
def leading_places(name: str) -> tuple[str, ...]:
    """Return the places a name begins with: 银川市兴庆区科技局 → 银川市, 兴庆区.

    The cut may be wrong where a stem holds a generic character (沙市区 → 沙市), so the result
    only says how names may be compared, never what a place is called.
    """
    places: list[str] = []
    rest = without_system(name)
    while (found := _LEADING.match(rest)) and is_place_chain(found[0]):
        places.append(found[0])
        rest = rest[found.end() :]
    return tuple(places)
