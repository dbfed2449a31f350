"""The ways in which content systems and editors write a report as HTML."""

from dataclasses import dataclass, field, replace
from random import Random

from monitor.specimens.layouts import Shape

EDITORS = ("plain", "trs", "hanweb", "ueditor", "wang", "word", "pasted")
CELLS = (
    "{}",
    "<p>{}</p>",
    "<span>{}</span>",
    "<p style='text-align:center'><span style='font-size:14px;font-family:宋体'>{}</span></p>",
    "<div><font size='2'>{}</font></div>",
    "<p><strong><span><font>{}</font></span></strong></p>",
    "<div align='center'><div><p>{}<br/></p></div></div>",
    "\r\n\t\t<p>\r\n\t\t\t{}\r\n\t\t</p>\r\n",
    "&nbsp;{}&nbsp;",
    "<p>&nbsp;</p><p>{}</p>",
)
"""What surrounds a text in its cell."""
BLANKS = ("", "&nbsp;", "<br>", "<p></p>", "<p>&nbsp;</p>", "　")
"""What a blank cell holds."""
ENCODINGS = (
    ("utf-8", "utf-8"),
    ("utf-8", None),
    ("utf-8", "gb2312"),
    ("utf-8-sig", "utf-8"),
    ("gb18030", "gb2312"),
    ("gb18030", "gbk"),
    ("gb18030", None),
    ("gb18030", "utf-8"),
)
"""How the bytes are coded, and what the page says of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlLook:
    """How a report is written as HTML."""

    seed: int = 0
    """Decides where texts are shattered."""
    shape: Shape = field(default_factory=Shape)
    editor: str = "plain"
    """Whose markup: one of ``EDITORS``; ``word`` is Word's own export, ``pasted`` running text
    with line breaks in one element."""
    cell: str = "{}"
    blank: str = ""
    header_tag: str = "td"
    grouping: str = "none"
    """``none``, ``tbody``, ``thead`` (header lines in it)."""
    shattered: bool = False
    """Texts are cut into spans at any character, as editors leave them after corrections."""
    references: bool = False
    """Chinese characters are written as numeric character references."""
    broken_labels: bool = False
    """Labels hold line breaks and blanks for the sake of narrow columns."""
    wide_values: bool = False
    """Every value column takes two columns of the grid."""
    nested: bool = False
    """The report stands in a cell of an outer table, beside another one."""
    boxed: int = 0
    """So many divisions around each table."""
    title: str = "h1"
    """``h1``, ``p`` (a styled paragraph), ``div``, ``body`` (first paragraph of the text too)."""
    heading: str = "strong"
    """``strong``, ``h2``, ``h3``, ``span``, ``p``, ``split`` (number and wording in two spans)."""
    indent: str = "none"
    """``none``, ``css``, ``nbsp``, ``ideographic``."""
    furniture: bool = False
    """Whether navigation, related reports and a footer surround the text."""
    labels: bool = True
    """Whether the page bears the labels of the State Council's guideline (ArticleTitle …)."""
    encoding: str = "utf-8"
    declared: str | None = "utf-8"


PLAIN = HtmlLook()


def random_html_look(seed: int) -> HtmlLook:
    """Return one of the ways, the same for the same seed."""
    chance = Random(f"html {seed}")  # noqa: S311
    encoding, declared = chance.choice(ENCODINGS)
    look = HtmlLook(
        seed=seed,
        shape=random_shape(chance),
        editor=chance.choice(EDITORS),
        cell=chance.choice(CELLS),
        blank=chance.choice(BLANKS),
        header_tag=chance.choice(("td", "td", "th")),
        grouping=chance.choice(("none", "tbody", "tbody", "thead")),
        shattered=chance.random() < 0.3,
        references=chance.random() < 0.1,
        broken_labels=chance.random() < 0.25,
        wide_values=chance.random() < 0.1,
        nested=chance.random() < 0.2,
        boxed=chance.choice((0, 0, 1, 3)),
        title=chance.choice(("h1", "h1", "p", "div", "body")),
        heading=chance.choice(("strong", "h2", "h3", "span", "p", "split")),
        indent=chance.choice(("none", "css", "nbsp", "ideographic")),
        furniture=chance.random() < 0.7,
        labels=chance.random() < 0.7,
        encoding=encoding,
        declared=declared,
    )
    if look.wide_values and look.shape.spans == "padded":
        return replace(look, wide_values=False)
    return look


def random_shape(chance: Random) -> Shape:
    """Return a layout of the tables; most are that of the model."""
    if chance.random() < 0.4:
        return Shape()
    header = chance.choice(("full", "full", "full", "two", "flat", "none"))
    split = (chance.randint(1, 22),) if chance.random() < 0.3 else ()
    return Shape(
        spans=chance.choice(("merged", "merged", "padded", "bare")),
        header=header,
        corner=chance.random() < 0.85,
        split_after=split,
        repeat_header=chance.random() < 0.4,
        blocks_apart=chance.random() < 0.25,
        # Without its header a table of reviews could not be told from one of suits.
        suits_apart=header == "full" and chance.random() < 0.2,
    )
