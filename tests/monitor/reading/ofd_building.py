"""Small OFD packages written by hand, for what no producer should write and some do."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from monitor.specimens.ofd import packed

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
ROWS = [["规章", "1", "2", "3"], ["行政规范性文件", "44", "55", "66"], ["行政许可", "7", "8", "9"]]


def text(
    x: float,
    y: float,
    content: str,
    changes: Mapping[str, str] | None = None,
    *,
    code: str | None = None,
    inner: str = "",
    size: float = 4,
    **more: str,
) -> str:
    """A text object with its baseline at y; ``code`` and ``inner`` change what is inside."""
    code = text_code(content, size) if code is None else code
    wide = size * len(content) + 1
    attributes = {
        "Boundary": f"{x} {y - 0.9 * size} {wide} {1.3 * size}",
        "Font": "1",
        "Size": str(size),
        **(changes or {}),
        **more,
    }
    written = " ".join(f'{k}="{v}"' for k, v in attributes.items())
    return f"<ofd:TextObject {written}>{inner}{code}</ofd:TextObject>"


def text_code(content: str, size: float = 4, y: float | None = None) -> str:
    steps = " ".join(str(size * (0.5 if sign.isascii() else 1)) for sign in content[:-1])
    delta = f' DeltaX="{steps}"' if steps else ""
    return f'<ofd:TextCode X="0" Y="{y or 0.9 * size}"{delta}>{escape(content)}</ofd:TextCode>'


def path(
    data: str, *, boundary: str = "0 0 210 297", inner: str = "", **attributes: str | None
) -> str:
    written = " ".join(f'{k}="{v}"' for k, v in attributes.items() if v is not None)
    return (
        f'<ofd:PathObject Boundary="{boundary}" {written}>{inner}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def box(left: float, top: float, right: float, bottom: float) -> str:
    return f"M {left} {top} L {right} {top} L {right} {bottom} L {left} {bottom} C"


def filled(
    left: float, top: float, right: float, bottom: float, colour: str = "255 255 255", **more: str
) -> str:
    inner = f'<ofd:FillColor Value="{colour}"/>'
    return path(box(left, top, right, bottom), inner=inner, Fill="true", Stroke="false", **more)


def table(
    rows: Sequence[Sequence[str]] = ROWS,
    *,
    left: float = 25,
    top: float = 60,
    widths: Sequence[float] = (50, 25, 25, 25),
    height: float = 8,
) -> str:
    return table_lines(len(rows), left, top, widths, height) + table_texts(
        rows, left, top, widths, height
    )


def table_lines(rows: int, left: float, top: float, widths: Sequence[float], height: float) -> str:
    right, bottom = left + sum(widths), top + rows * height
    parts = [
        path(f"M {left} {top + i * height} L {right} {top + i * height}") for i in range(rows + 1)
    ]
    edges = [left + sum(widths[:i]) for i in range(len(widths) + 1)]
    return "".join([*parts, *(path(f"M {x} {top} L {x} {bottom}") for x in edges)])


def table_texts(
    rows: Sequence[Sequence[str]],
    left: float,
    top: float,
    widths: Sequence[float],
    height: float,
) -> str:
    return "".join(
        text(left + sum(widths[:j]) + 2, top + i * height + 5.5, content)
        for i, row in enumerate(rows)
        for j, content in enumerate(row)
        if content
    )


def page(*layers: str, extra: str = "", area: str = "") -> str:
    inside = "".join(
        layer if layer.startswith("<ofd:Layer") else f"<ofd:Layer>{layer}</ofd:Layer>"
        for layer in layers
    )
    return f"<ofd:Page {NS}>{area}{extra}<ofd:Content>{inside}</ofd:Content></ofd:Page>"


def ofd(
    *pages: str,
    start: str = "",
    document: str = "",
    common: str = "",
    resources: str = "",
    members: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A package of pages; the rest goes into ``OFD.xml``, ``Document.xml``, ``PublicRes.xml``."""
    return packed(ofd_members(*pages, start=start, document=document, common=common,
                              resources=resources, members=members))  # fmt: skip


def ofd_members(
    *pages: str,
    start: str = "",
    document: str = "",
    common: str = "",
    resources: str = "",
    members: Mapping[str, str | bytes] | None = None,
) -> dict[str, bytes]:
    listed = "".join(
        f'<ofd:Page ID="{n}" BaseLoc="Pages/{n}.xml"/>' for n in range(1, len(pages) + 1)
    )
    parts: dict[str, str | bytes] = {
        "OFD.xml": (
            f'<ofd:OFD {NS} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:Title>题名'
            "</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
            f"</ofd:DocBody>{start}</ofd:OFD>"
        ),
        "Doc_0/Document.xml": (
            f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
            "</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
            f"{common}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>{document}</ofd:Document>"
        ),
        "Doc_0/PublicRes.xml": (
            f'<ofd:Res {NS} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="1" FontName="宋体"/></ofd:Fonts>'
            f"{resources}</ofd:Res>"
        ),
        **{f"Doc_0/Pages/{n}.xml": content for n, content in enumerate(pages, 1)},
        **(members or {}),
    }
    return {
        name: part if isinstance(part, bytes) else part.encode() for name, part in parts.items()
    }
