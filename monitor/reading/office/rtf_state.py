"""What holds in a group of an RTF file, and what its control words stand for.

Source: Rich Text Format specification 1.9.1 (destinations, fonts, character and paragraph marks).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from monitor.reading.office.second import OddFileError

SKIPPED = frozenset(
    b"colortbl stylesheet info pict header headerl headerr headerf footer footerl footerr footerf "
    b"footnote nonshppict objdata template filetbl listtable listoverridetable "
    b"nonesttables tc xe private ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn annotation bxe rxe "
    b"txe sp sn sv comment generator pgdsctbl userprops xmlnstbl".split()
)
"""Groups that print nothing where they stand."""
KEPT = frozenset(b"nesttableprops ud shppict".split())
"""Groups marked as “skip if unknown” that are known."""
CHARSETS = {
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    238: "cp1250",
}
DOUBLE = frozenset(("cp932", "cp949", "gb18030", "cp950"))
SIGNS = {
    b"tab": "\t",
    b"line": "\n",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"emdash": "—",
    b"endash": "–",
    b"bullet": "•",
    b"emspace": "\u2003",
    b"enspace": "\u2002",
}
MERGED = frozenset((b"clmrg", b"clvmrg"))
HIGH = 0x80


@dataclass(frozen=True, slots=True)
class State:
    """What holds in a group."""

    skipped: bool = False
    twofold: bool | None = None
    """In a text given twice (``\\upr``), whether the group around it was skipped."""
    listed: bool = False
    """Whether this is the number of a list paragraph, as the writer rendered it."""
    inner: bool = False
    """Whether this defines a row of a table inside a cell."""
    fonts: bool = False
    """Whether this is the table of fonts."""
    hidden: bool = False
    deleted: bool = False
    in_table: bool = False
    depth: int | None = None
    font: int = -1
    """-1: the default one."""
    double_font: int | None = None
    fallback: int = 1
    """How many characters stand for those that follow a ``\\u``."""

    @property
    def level(self) -> int:
        """How many tables the text is inside of."""
        return self.depth if self.depth is not None else int(self.in_table)

    @property
    def printed(self) -> bool:
        """Whether text in this state is printed."""
        return not (self.skipped or self.fonts or self.hidden or self.deleted)


def codepage_name(number: int) -> str:
    """Return the encoding of a Windows code page.

    Raises:
        OddFileError: if there is none of this number.
    """
    name = "gb18030" if number == 936 else f"cp{number}"
    try:
        "".encode(name)
    except LookupError as error:
        raise OddFileError(f"its code page {number} is unknown") from error
    return name


def _plain_paragraph(state: State, _number: int | None) -> State:
    return replace(state, in_table=False, depth=None)


def _plain_characters(state: State, _number: int | None) -> State:
    return replace(state, hidden=False, deleted=False, font=-1, double_font=None)


STATES: Mapping[bytes, Callable[[State, int | None], State]] = {
    b"pard": _plain_paragraph,
    b"plain": _plain_characters,
    b"intbl": lambda state, _: replace(state, in_table=True),
    b"itap": lambda state, number: replace(state, depth=max(0, min(number or 0, 50))),
    b"v": lambda state, number: replace(state, hidden=number != 0),
    b"deleted": lambda state, number: replace(state, deleted=number != 0),
    b"uc": lambda state, number: replace(state, fallback=max(0, min(number or 0, 8))),
    b"af": lambda state, number: replace(state, double_font=number),
}
"""Control words that change what holds in the group."""
