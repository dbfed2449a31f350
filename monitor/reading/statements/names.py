"""The bodies and places that the prose names, each with the part it appears in.

There is no gazetteer here: names are known by their endings, and by the words before them. A name
whose beginning is not marked by a sign or such a word is not certain.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from monitor.reading.statements.flat import Flat
from monitor.reading.statements.model import Name, NameRole
from storage.registry.places import is_place_chain, leading_places
from storage.titles.wording import without_blanks

_SELF = re.compile(
    r"(?:我|本)(?:行政)?(?:局|委|办|厅|院|镇|乡|街道|单位|机关|部门|中心|站|处|大队|支队|分局|管委会|县|市|区|省|州|旗)(?!级)"
)
_AGENCY_END = re.compile(
    r"人民政府办公[厅室]|人民政府|政府办公[厅室]|管理委员会|管委会|街道办事处|委员会|管理局|监督管理局|办公[厅室]|分局|支队|大队"
    r"|局(?!长|党|面|部|势|限|域|机|领|内|班|网|属)|厅(?!长)|税务总局"
)
_PLACE_END = re.compile(r"(?:自治区|自治州|自治县|省|市|县|区|州|盟|旗|镇|乡|街道)")
_STEM = re.compile(r"[\u4e00-\u9fff]{1,24}$")
_BEGIN = re.compile(
    r"根据|按照|依据|落实|贯彻|执行|转发|印发|会同|配合|联合|协同|协助|参加|接受|学习|借鉴|来自|通过|利用"
    r"|在|由|向|与|和|及|以及|同|跟|经|为|对|将|使|被|从|自|把|于|是|即|等|现|报|送|了|的|年|度|日|共|均|请|各|确保|完善|推动|推进|加强|县内|以|并"
)
_ROLES = (
    (re.compile(r"(?:与|会同|配合|联合|协同|协助|和|及|同|跟|学习|借鉴)$"), NameRole.PARTNER),
    (re.compile(r"(?:根据|按照|依据|落实|贯彻|执行|接受|参加|向|报|按|在)$"), NameRole.SUPERIOR),
    (re.compile(r"(?:转发|印发|来自|自|由)$"), NameRole.ORIGIN),
)
_SUPERIOR_AFTER = re.compile(r"^(?:的)?(?:统一|部署|要求|领导|指导|印发|关于|安排|的通知)")
_ACTS_AFTER = re.compile(
    r"^(?:20\d\d年度?)?(?:,)?(?:认真|积极|严格|扎实|切实|持续|不断|共|高度|坚持|深入|始终|充分|继续|努力|收到|受理|公开|发布|开展|推进|组织|加强|未|没有|办公室|进一步|成立|制定)"
)
_NO_PLACE = re.compile(
    r"^(?:全|各|本|我|县|市|区|省|镇|乡|州|旗|城|社|园|地|景|辖|小|新|老|超|股|灾|军|校|林|牧|库|山|片|开发|高新|商|工业|功能)*"
    r"(?:省|市|县|区|州|盟|旗|镇|乡|街道)$|(?:社|小|园|景|辖|开发|高新|工业园|灾|专)区$|(?:城|超|股|都|菜|夜)市$"
)
_TITLE = re.compile(r"《[^《》]{0,300}》")
_SHORTEST_PLACE = 3
_FIRM = re.compile(
    r"国务院|国家|中共|财政部|司法部|[省市县区州旗镇乡](?:人民)?(?:政府|[委局办厅教科财民司人自生住交水农商文卫应审退市统医信行数城])"
)
_OFFICE = "国务院办公厅政府信息"
_OFFICE_OF_30 = re.compile(r"国务院办公厅政府信息(?:公开)?与政务公开办公室")
"""Its name has a word within it that begins names elsewhere."""
_HAN = re.compile(r"[^\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class OwnNames:
    """The agency's own name, with and without its superior places, the longest first.

    A pattern would find the same, but takes longer to compile than a report to be looked through.
    """

    names: tuple[str, ...]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where any of the names stands in a text, none within another."""
        there = [name for name in self.names if name in text]
        found: list[tuple[int, int]] = []
        at = 0
        while there:
            places = [(text.find(name, at), -len(name)) for name in there]
            start, size = min((item for item in places if item[0] >= 0), default=(-1, 0))
            if start < 0:
                break
            at = start - size
            found.append((start, at))
        return found


@lru_cache(maxsize=1024)
def own_names(agency: str | None) -> OwnNames | None:
    """Return the agency's own name, with and without its superior places; None if none is known."""
    if not agency:
        return None
    name = re.sub(r"\s", "", without_blanks(agency))[:80]
    names = {name}
    rest = name
    for place in leading_places(name):
        rest = rest.removeprefix(place)
        # without its place it would be found in the name of every other government
        if len(rest) >= 4 and not rest.startswith(("人民政府", "政府办")):
            names.add(rest)
        if len(rest) >= 4:
            names.add(place + rest)
    longest_first = sorted((n for n in names if len(n) >= 3), key=len, reverse=True)
    return OwnNames(tuple(longest_first)) if longest_first else None


def find_names(flat: Flat, own: OwnNames | None) -> Iterator[Name]:
    """Yield the names of a sentence in printed order."""
    titles = [match.span() for match in _TITLE.finditer(flat.text)] if "《" in flat.text else []
    found = [*_selves(flat), *_agencies(flat, own, titles), *_places(flat, titles)]
    yield from sorted(found, key=lambda name: (name.quotation.start, -name.quotation.end))


def _selves(flat: Flat) -> Iterator[Name]:
    for match in _SELF.finditer(flat.text):
        yield Name(
            text=match[0],
            kind="self",
            role=NameRole.OWN,
            in_title=False,
            within_agency=False,
            certain=True,
            quotation=flat.quote(match.start(), match.end()),
        )


def _agencies(flat: Flat, own: OwnNames | None, titles: list[tuple[int, int]]) -> Iterator[Name]:
    owned = own.spans(flat.text) if own is not None else []
    for start, end in owned[:]:
        yield from _agency(flat, start, end, titles, NameRole.OWN, certain=True)
    for match in _OFFICE_OF_30.finditer(flat.text) if _OFFICE in flat.text else ():
        owned.append(match.span())
        yield from _agency(
            flat, match.start(), match.end(), titles, NameRole.SUPERIOR, certain=True
        )
    for end_match in _AGENCY_END.finditer(flat.text):
        end = end_match.end()
        if _within(end - 1, owned):
            continue
        start, certain = _beginning(flat.text, end_match.start())
        name = flat.text[start:end]
        if end_match.start() - start < 1 or _SELF.search(name) or name.startswith(("局", "大局")):
            continue
        certain = certain and bool(leading_places(name) or _FIRM.match(name))
        yield from _agency(flat, start, end, titles, _role(flat.text, start, end), certain=certain)


def _agency(
    flat: Flat,
    start: int,
    end: int,
    titles: list[tuple[int, int]],
    role: NameRole,
    *,
    certain: bool,
) -> Iterator[Name]:
    name = flat.text[start:end]
    in_title = _within(start, titles)
    yield Name(
        text=name,
        kind="agency",
        role=NameRole.IN_TITLE if in_title and role is not NameRole.OWN else role,
        in_title=in_title,
        within_agency=False,
        certain=certain,
        quotation=flat.quote(start, end),
    )
    at = start
    for place in leading_places(name):
        if flat.text.startswith(place, at) and len(place) >= _SHORTEST_PLACE:
            yield Name(
                text=place,
                kind="place",
                role=role,
                in_title=in_title,
                within_agency=True,
                certain=certain,
                quotation=flat.quote(at, at + len(place)),
            )
        at += len(place)


def _places(flat: Flat, titles: list[tuple[int, int]]) -> Iterator[Name]:
    """Yield places that stand alone: a name between signs or marking words."""
    for match in _PLACE_END.finditer(flat.text):
        start, certain = _beginning(flat.text, match.start())
        end = match.end()
        name = flat.text[start:end]
        if not _SHORTEST_PLACE <= len(name) <= 12 or _NO_PLACE.search(name):
            continue
        if not is_place_chain(name) or re.match(r"[\u4e00-\u9fff]", flat.text[end : end + 1]):
            continue
        in_title = _within(start, titles)
        yield Name(
            text=name,
            kind="place",
            role=NameRole.IN_TITLE if in_title else _role(flat.text, start, end),
            in_title=in_title,
            within_agency=False,
            certain=certain,
            quotation=flat.quote(start, end),
        )


def _beginning(text: str, end: int) -> tuple[int, bool]:
    """Return where a name that goes on to ``end`` begins, and whether a sign or word marks that."""
    first = max(0, end - 24)
    run = text[first:end]
    signs = [match.end() for match in _HAN.finditer(run)]
    start = signs[-1] if signs else 0
    marked = bool(signs) or first == 0
    for match in _BEGIN.finditer(run, start):
        if match.end() < len(run):
            start, marked = match.end(), True
    return first + start, marked


def _role(text: str, start: int, end: int) -> NameRole:
    before, after = text[max(0, start - 4) : start], text[end : end + 12]
    for pattern, role in _ROLES:
        if pattern.search(before):
            return role
    if _SUPERIOR_AFTER.match(after):
        return NameRole.SUPERIOR
    return NameRole.ACTOR if _ACTS_AFTER.match(after) else NameRole.UNKNOWN


def _within(position: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)
