"""The text of a paragraph as printed: without field codes, deleted, moved-away and hidden text."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from monitor.reading.word.names import MC, WP, A, Element, R, V, local, switched_on, value, w
from monitor.reading.word.package import Relation
from monitor.reading.word.styles import Styles
from monitor.reading.word.symbols import read_symbol

_INSIDE = frozenset(
    (
        "hyperlink",
        "ins",
        "moveTo",
        "smartTag",
        "fldSimple",
        "dir",
        "bdo",
        "customXml",
        "sdtContent",
        "rubyBase",
    )
)
_PICTURES = (f"{{{A}}}blip", f"{{{V}}}imagedata", "}chart", "}relIds")
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_BETWEEN = {"f": "/", "sSup": "^", "sSub": "_", "sSubSup": "_", "nary": " ", "m": " "}
"""What parts of a formula are set apart by, so that no number is made of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture, chart or embedded object."""

    element: Element
    source: str | None
    alt: str | None


@dataclass(slots=True)
class Printed:
    """What a paragraph prints, and what hangs on it."""

    text: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    """Kind (``footnote`` or ``endnote``) and id."""
    boxes: list[Element] = field(default_factory=list)
    """Contents of text boxes."""
    pictures: list[Picture] = field(default_factory=list)
    lost: list[Element] = field(default_factory=list)
    """References to documents of their own, which are not read."""
    unknown: int = 0
    """Signs of picture fonts that stand for no character."""


@dataclass(slots=True)
class InlineReader:
    """Walks the runs of a document in order; a field may begin in one paragraph, end in another."""

    styles: Styles
    relations: dict[str, Relation]
    fields: list[bool] = field(default_factory=list)
    """For each open field, whether its code is still going on."""

    def read(self, paragraph: Element, printed: Printed) -> None:
        """Add what ``paragraph`` prints to ``printed``."""
        style = value(paragraph, "pPr", "pStyle") or self.styles.default_paragraph
        self._walk(paragraph, printed, hidden=self.styles.hidden(style))

    def _walk(self, element: Element, printed: Printed, *, hidden: bool) -> None:
        for child in element:
            name = local(child)
            if name == "r":
                self._run(child, printed, hidden=hidden)
            elif name in _INSIDE:
                self._walk(child, printed, hidden=hidden)
            elif name == "sdt":
                content = child.find(w("sdtContent"))
                if content is not None:
                    self._walk(content, printed, hidden=hidden)
            elif child.tag == f"{{{MC}}}AlternateContent":
                for chosen in alternatives(child):
                    self._walk(chosen, printed, hidden=hidden)
            elif name.startswith(_MATH) and not hidden:
                printed.text.append(_formula(child))
            elif name == "subDoc":
                printed.lost.append(child)

    def _run(self, run: Element, printed: Printed, *, hidden: bool) -> None:
        properties = run.find(w("rPr"))
        stated = switched_on(properties, "vanish")
        if stated is None:
            stated = hidden or self.styles.hidden(value(properties, "rStyle"))
        self._run_content(run, printed, hidden=stated)

    def _run_content(self, run: Element, printed: Printed, *, hidden: bool) -> None:
        for child in run:
            name = local(child)
            if name == "fldChar":
                self._field(child.get(w("fldCharType")))
            elif child.tag == f"{{{MC}}}AlternateContent":
                for chosen in alternatives(child):
                    self._run_content(chosen, printed, hidden=hidden)
            elif hidden or any(self.fields):
                continue
            elif name in _CHARACTERS:
                printed.text.append(_CHARACTERS[name](child))
            elif name == "sym":
                sign = read_symbol(child.get(w("font"), ""), child.get(w("char"), ""))
                printed.unknown += sign is None
                printed.text.append(sign or "")
            elif name in ("footnoteReference", "endnoteReference"):
                printed.notes.append((name.removesuffix("Reference"), child.get(w("id"), "")))
            elif name == "ruby":
                base = child.find(w("rubyBase"))
                if base is not None:
                    self._walk(base, printed, hidden=hidden)
            elif name in ("drawing", "pict", "object"):
                self._drawing(child, printed)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self.fields.append(True)
        elif kind == "separate" and self.fields:
            self.fields[-1] = False
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _drawing(self, drawing: Element, printed: Printed) -> None:
        named = next(drawing.iter(f"{{{WP}}}docPr"), None)
        alt = named.get("descr") or named.get("title") if named is not None else None
        found = list(_content(drawing))
        printed.boxes += [element for element in found if local(element) == "txbxContent"]
        pictures = [element for element in found if local(element) != "txbxContent"]
        for element in pictures[:1] if local(drawing) == "object" else pictures:
            printed.pictures.append(Picture(element=drawing, source=self._source(element), alt=alt))

    def _source(self, element: Element) -> str | None:
        for name in ("embed", "link", "id"):
            relation = self.relations.get(element.get(f"{{{R}}}{name}", ""))
            if relation is not None:
                return relation.target
        return None


def alternatives(element: Element) -> Iterator[Element]:
    """Yield the one branch of an ``AlternateContent`` that is shown."""
    choice = element.find(f"{{{MC}}}Choice")
    if choice is None or len(choice) == 0:
        choice = element.find(f"{{{MC}}}Fallback")
    if choice is not None:
        yield choice


def _content(element: Element) -> Iterator[Element]:
    """Yield the text boxes and pictures inside a drawing, each once."""
    for child in element:
        if child.tag == f"{{{MC}}}AlternateContent":
            for chosen in alternatives(child):
                yield from _content(chosen)
        elif local(child) == "txbxContent" or str(child.tag).endswith(_PICTURES):
            yield child
        else:
            yield from _content(child)


def _formula(element: Element) -> str:
    """Return a formula on one line: a fraction as 1/2, never as 12."""
    name = str(element.tag).removeprefix(_MATH)
    if name == "t":
        return element.text or ""
    parts = [_formula(child) for child in element]
    return _BETWEEN.get(name, "").join(part for part in parts if part)


_CHARACTERS: Mapping[str, Callable[[Element], str]] = {
    "t": lambda element: element.text or "",
    "tab": lambda _: "\t",
    "ptab": lambda _: "\t",
    "br": lambda _: "\n",
    "cr": lambda _: "\n",
    "noBreakHyphen": lambda _: "-",
}
"""What prints characters inside a run."""
