"""Writes a specimen as OFD (GB/T 33190-2016): printed as a PDF, its pages written down anew.

The pages come from a real layout engine, so that page breaks fall wherever they fall.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import groupby, pairwise
from xml.sax.saxutils import escape, quoteattr

from monitor.specimens.model import Specimen
from monitor.specimens.ofd_look import SUWELL, OfdLook
from monitor.specimens.pdf import pdf_file
from monitor.specimens.printed import Point, PrintedChar, PrintedPage, PrintedPath, printed_pages

POINT = 25.4 / 72
"""Millimetres."""
_FONT_ID = 2
_UNIT_ID = 900_000
_TEMPLATE_ID = 800_000
_SEAL_SIDE = 38.0
_EPOCH = (2024, 1, 31, 9, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the file says about itself."""

    title: str
    author: str


def ofd_file(report: Specimen, look: OfdLook = SUWELL) -> bytes:
    """Return the report as OFD; the same look gives the same bytes."""
    facts = Facts(title=report.title.replace("\n", ""), author=report.agency)
    return ofd_from_pdf(pdf_file(report, look.pdf), facts, look)


def ofd_from_pdf(pdf: bytes, facts: Facts, look: OfdLook = SUWELL) -> bytes:
    """Return what a PDF prints (type and straight lines) as OFD."""
    writer = _Writer(look)
    pages = [writer.page(page) for page in printed_pages(pdf)]
    return writer.package(pages, facts)


@dataclass(frozen=True, slots=True)
class _Page:
    width: float
    height: float
    lines: str
    texts: str


class _Writer:
    """Writes the parts of one package; ids run through all of them."""

    def __init__(self, look: OfdLook) -> None:
        self.look = look
        self.last_id = 10
        self.units: list[str] = []

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    # The objects of a page

    def page(self, page: PrintedPage) -> _Page:
        width, height = page.width * POINT, page.height * POINT
        areas = "".join(self._area(path) for path in page.paths if path.filled)
        lines = "".join(self._lines([path for path in page.paths if not path.filled], page))
        texts = "".join(self._text(chars, page) for chars in _text_units(page.chars, self.look))
        if self.look.composite and lines:
            lines = self._composite(lines, width, height)
        return _Page(width, height, areas + lines, texts)

    def _lines(self, paths: Sequence[PrintedPath], page: PrintedPage) -> Iterator[str]:
        if self.look.lines == "one path":
            widest = max((path.width for path in paths), default=1.0)
            subpaths = tuple(subpath for path in paths for subpath in path.subpaths)
            if subpaths:
                merged = PrintedPath(
                    subpaths=subpaths, filled=False, width=widest, colour=(0, 0, 0)
                )
                yield self._path(merged, page)
            return
        for path in paths:
            if self.look.lines == "strokes":
                yield self._path(path, page)
                continue
            for subpath in path.subpaths:
                for start, end in pairwise(subpath):
                    bar = replace(path, subpaths=(_bar(start, end, path.width),), filled=True)
                    yield self._path(bar, page)

    def _area(self, path: PrintedPath) -> str:
        return self._path(path, None)

    def _path(self, path: PrintedPath, page: PrintedPage | None) -> str:
        xs = [x for subpath in path.subpaths for x, _ in subpath]
        ys = [y for subpath in path.subpaths for _, y in subpath]
        box = (min(xs), min(ys), max(xs), max(ys))
        place, scale, origin = self._place(box, page)
        data = " ".join(_moves(subpath, origin, scale) for subpath in path.subpaths)
        attributes = place
        if path.filled:
            attributes += ' Fill="true" Stroke="false"'
        else:
            attributes += f' LineWidth="{_number(path.width * scale)}"'
        colour = " ".join(map(str, path.colour))
        inner = self._tag("FillColor", f' Value="{colour}"') if path.filled else ""
        inner += self._tag("AbbreviatedData", "", data)
        return self._tag("PathObject", f' ID="{self.next_id()}"{attributes}', inner)

    def _place(
        self, box: tuple[float, float, float, float], page: PrintedPage | None
    ) -> tuple[str, float, Point]:
        """Return the attributes that place an object, the scale of its space, and its origin."""
        left, top, right, bottom = box
        how = self.look.place if page is not None else "boundary"
        if how == "shifted":
            assert page is not None
            whole = _numbers(0, 0, page.width * POINT, page.height * POINT)
            matrix = _numbers(1, 0, 0, 1, left * POINT, top * POINT)
            return f' Boundary="{whole}" CTM="{matrix}"', POINT, (left, top)
        width, height = (right - left) * POINT, (bottom - top) * POINT
        attributes = f' Boundary="{_numbers(left * POINT, top * POINT, width, height)}"'
        if how == "points":
            return f'{attributes} CTM="{POINT:.6f} 0 0 {POINT:.6f} 0 0"', 1.0, (left, top)
        return attributes, POINT, (left, top)

    def _text(self, chars: Sequence[PrintedChar], page: PrintedPage) -> str:
        first, last = chars[0], chars[-1]
        size = first.size
        box = (first.x, first.y - 0.9 * size, last.x + last.width, first.y + 0.2 * size)
        place, scale, (left, top) = self._place(box, page)
        text = "".join(char.text for char in chars)
        steps = [round((b.x - a.x) * scale, 4) for a, b in pairwise(chars)]
        code = f' X="{_number((first.x - left) * scale)}" Y="{_number((first.y - top) * scale)}"'
        if steps and self.look.deltas != "none":
            code += f' DeltaX="{_steps(steps, repeated=self.look.deltas == "repeated")}"'
        inner = self._tag("FillColor", ' Value="0 0 0"')
        if self.look.glyphs:
            glyphs = self._tag("Glyphs", "", " ".join(str(ord(sign) % 6000 + 3) for sign in text))
            count = f' CodePosition="0" CodeCount="{len(text)}" GlyphCount="{len(text)}"'
            inner += self._tag("CGTransform", count, glyphs)
        inner += self._tag("TextCode", code, escape(text))
        attributes = (
            f' ID="{self.next_id()}"{place} Font="{_FONT_ID}" Size="{_number(size * scale)}"'
        )
        return self._tag("TextObject", attributes, inner)

    def _composite(self, inner: str, width: float, height: float) -> str:
        key = _UNIT_ID + len(self.units)
        unit = f' ID="{key}" Width="{_number(width)}" Height="{_number(height)}"'
        self.units.append(self._tag("CompositeGraphicUnit", unit, self._tag("Content", "", inner)))
        box = _numbers(0, 0, width, height)
        place = f' ID="{self.next_id()}" Boundary="{box}" ResourceID="{key}"'
        return self._tag("CompositeObject", place)

    # The parts of the package

    def package(self, pages: Sequence[_Page], facts: Facts) -> bytes:
        members: dict[str, str | bytes] = {
            "OFD.xml": self._start(facts),
            "Doc_0/Document.xml": self._document(pages),
            "Doc_0/PublicRes.xml": self._resources(),
        }
        for index, page in enumerate(pages):
            members[f"Doc_0/Pages/Page_{index}/Content.xml"] = self._content(page)
        if self.look.template != "none":
            members["Doc_0/Tpls/Tpl_0/Content.xml"] = self._template(pages[0], facts)
        if self.look.sealed:
            members |= self._signatures(len(pages) - 1, pages[-1])
        return packed({name: _encoded(part) for name, part in members.items()})

    def _start(self, facts: Facts) -> str:
        key = hashlib.md5(facts.title.encode(), usedforsecurity=False).hexdigest()
        info = self._tag("DocID", "", key) + self._tag("Title", "", escape(facts.title))
        info += self._tag("Author", "", escape(facts.author))
        info += self._tag("CreationDate", "", "2024-01-31") + self._tag("Creator", "", "Specimen")
        custom = self._tag("CustomData", f" Name={quoteattr('发布机构')}", escape(facts.author))
        info += self._tag("CustomDatas", "", custom)
        body = self._tag("DocInfo", "", info)
        body += self._tag("DocRoot", "", self._location("Doc_0/Document.xml", ""))
        if self.look.sealed:
            body += self._tag("Signatures", "", self._location("Doc_0/Signs/Signatures.xml", ""))
        attributes = ' Version="1.0" DocType="OFD"'
        return self._root("OFD", self._tag("DocBody", "", body), attributes)

    def _location(self, member: str, folder: str) -> str:
        inside = member.removeprefix(folder)
        return {
            "relative": inside,
            "absolute": f"/{member}",
            "bare": member,
            "backslash": inside.replace("/", "\\"),
            "case": inside.upper(),
        }[self.look.locations]

    def _document(self, pages: Sequence[_Page]) -> str:
        box = _numbers(0, 0, pages[0].width, pages[0].height)
        area = self._tag("PageArea", "", self._tag("PhysicalBox", "", box))
        common = self._tag("MaxUnitID", "", str(self.last_id)) + area
        common += self._tag("PublicRes", "", self._location("Doc_0/PublicRes.xml", "Doc_0/"))
        if self.look.template != "none":
            place = self._location("Doc_0/Tpls/Tpl_0/Content.xml", "Doc_0/")
            common += self._tag("TemplatePage", f' ID="{_TEMPLATE_ID}" BaseLoc="{place}"')
        listed = "".join(
            self._tag("Page", f' ID="{index + 1}" BaseLoc="{self._page_location(index)}"')
            for index in range(len(pages))
        )
        return self._root(
            "Document", self._tag("CommonData", "", common) + self._tag("Pages", "", listed)
        )

    def _page_location(self, index: int) -> str:
        return self._location(f"Doc_0/Pages/Page_{index}/Content.xml", "Doc_0/")

    def _resources(self) -> str:
        font = self._tag("Font", f' ID="{_FONT_ID}" FontName="宋体" FamilyName="宋体"')
        inner = self._tag("Fonts", "", font)
        if self.units:
            inner += self._tag("CompositeGraphicUnits", "", "".join(self.units))
        return self._root("Res", inner, ' BaseLoc="Res"')

    def _content(self, page: _Page) -> str:
        box = _numbers(0, 0, page.width, page.height)
        inner = self._tag("Area", "", self._tag("PhysicalBox", "", box))
        if self.look.template != "none":
            order = "Foreground" if self.look.template == "above" else "Background"
            inner += self._tag("Template", f' TemplateID="{_TEMPLATE_ID}" ZOrder="{order}"')
        if self.look.layers:
            layers = self._layer(page.texts, "Body") + self._layer(page.lines, "Background")
        else:
            layers = self._layer(page.lines + page.texts, "Body")
        return self._root("Page", inner + self._tag("Content", "", layers))

    def _layer(self, inner: str, kind: str) -> str:
        for _ in range(self.look.depth):
            inner = self._tag("PageBlock", f' ID="{self.next_id()}"', inner)
        return self._tag("Layer", f' ID="{self.next_id()}" Type="{kind}"', inner)

    def _template(self, page: _Page, facts: Facts) -> str:
        size = 3.0
        steps = "" if len(facts.author) < 2 else f' DeltaX="g {len(facts.author) - 1} {size}"'
        code = self._tag("TextCode", f' X="0" Y="2.7"{steps}', escape(facts.author))
        box = _numbers(25, 6, size * len(facts.author), 1.2 * size)
        place = f' ID="{self.next_id()}" Boundary="{box}" Font="{_FONT_ID}" Size="{size}"'
        layer = self._tag("Layer", f' ID="{self.next_id()}"', self._tag("TextObject", place, code))
        box = self._tag("PhysicalBox", "", _numbers(0, 0, page.width, page.height))
        return self._root("Page", self._tag("Area", "", box) + self._tag("Content", "", layer))

    def _signatures(self, index: int, page: _Page) -> dict[str, str | bytes]:
        folder = "Doc_0/Signs/"
        place = self._location(f"{folder}Sign_0/Signature.xml", folder)
        listed = self._tag("MaxSignId", "", "1")
        listed += self._tag("Signature", f' ID="1" Type="Seal" BaseLoc="{place}"')
        side = _SEAL_SIDE
        box = _numbers(page.width - 20 - side, page.height - 30 - side, side, side)
        seal = self._location(f"{folder}Sign_0/Seal.esl", f"{folder}Sign_0/")
        info = self._tag("Provider", ' ProviderName="Specimen" Version="1.0"')
        info += self._tag("StampAnnot", f' ID="1" PageRef="{index + 1}" Boundary="{box}"')
        info += self._tag("Seal", "", self._tag("BaseLoc", "", seal))
        signed = self._tag("SignedInfo", "", info) + self._tag("SignedValue", "", "none.dat")
        return {
            f"{folder}Signatures.xml": self._root("Signatures", listed),
            f"{folder}Sign_0/Signature.xml": self._root("Signature", signed),
            f"{folder}Sign_0/Seal.esl": _seal(),
        }

    # Elements

    def _tag(self, name: str, attributes: str, inner: str = "") -> str:
        prefix = f"{self.look.prefix}:" if self.look.prefix else ""
        if not inner:
            return f"<{prefix}{name}{attributes}/>{self._break()}"
        begin = "" if "<" not in inner and name != "TextCode" else self._break()
        return f"<{prefix}{name}{attributes}>{begin}{inner}{begin}</{prefix}{name}>{self._break()}"

    def _break(self) -> str:
        return "\n  " if self.look.indented else ""

    def _root(self, name: str, inner: str, attributes: str = "") -> str:
        declared = "xmlns" + (f":{self.look.prefix}" if self.look.prefix else "")
        if self.look.namespace:
            attributes = f' {declared}="{self.look.namespace}"{attributes}'
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{self._tag(name, attributes, inner)}'


def packed(members: dict[str, bytes]) -> bytes:
    """Return a package of members, the same bytes for the same members."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def _encoded(part: str | bytes) -> bytes:
    return part if isinstance(part, bytes) else part.encode()


def _text_units(chars: Iterable[PrintedChar], look: OfdLook) -> Iterator[list[PrintedChar]]:
    """Yield the signs of each text object."""
    if look.text == "row":
        # What follows at one height is set in one go, over the columns of a table too.
        groups = groupby(chars, key=lambda char: (round(char.size, 1), round(char.y, 1)))
    else:
        groups = groupby(chars, key=lambda char: (char.run, round(char.y, 1)))
    for _, group in groups:
        unit = list(group)
        if look.text == "character":
            yield from ([char] for char in unit if char.text.strip())
        elif any(char.text.strip() for char in unit):
            yield unit


def _bar(start: Point, end: Point, width: float) -> tuple[Point, ...]:
    """Return the outline of a line along one axis."""
    half = width / 2
    left, right = min(start[0], end[0]) - half, max(start[0], end[0]) + half
    top, bottom = min(start[1], end[1]) - half, max(start[1], end[1]) + half
    return (left, top), (right, top), (right, bottom), (left, bottom), (left, top)


def _moves(subpath: Sequence[Point], origin: Point, scale: float) -> str:
    left, top = origin
    points = [_numbers((x - left) * scale, (y - top) * scale) for x, y in subpath]
    closed = len(points) > 2 and points[0] == points[-1]
    drawn = [f"M {points[0]}", *(f"L {point}" for point in points[1:-1])]
    return " ".join([*drawn, "C"] if closed else [*drawn, f"L {points[-1]}"])


def _steps(steps: Sequence[float], *, repeated: bool) -> str:
    if not repeated:
        return " ".join(map(_number, steps))
    parts = []
    for step, group in groupby(steps):
        count = len(list(group))
        parts.append(_number(step) if count == 1 else f"g {count} {_number(step)}")
    return " ".join(parts)


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def _numbers(*values: float) -> str:
    return " ".join(map(_number, values))


def _seal() -> bytes:
    """Return a seal: its picture in an octet string inside two sequences (GB/T 38540)."""
    from PIL import Image, ImageDraw  # noqa: PLC0415

    picture = Image.new("RGBA", (240, 240), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((6, 6, 233, 233), outline=(220, 0, 0, 200), width=10)
    pen.polygon([(120, 70), (165, 190), (60, 110), (180, 110), (75, 190)], fill=(220, 0, 0, 200))
    out = BytesIO()
    picture.save(out, "PNG")
    return _der(0x30, _der(0x16, b"png") + _der(0x30, _der(0x04, out.getvalue())))


def _der(tag: int, data: bytes) -> bytes:
    length = len(data)
    if length < 0x80:
        return bytes([tag, length]) + data
    size = length.to_bytes(3, "big")
    return bytes([tag, 0x83]) + size + data
