"""One spelling for what people write in many: width, blanks, script."""

import re
import unicodedata
from functools import lru_cache

from storage.law import load_law

_SCRIPT = load_law("titles")["script"]
_SIMPLIFIED = str.maketrans(_SCRIPT["traditional"], _SCRIPT["simplified"])
_BLANKS = re.compile(r"\s+")


def _is_visible(character: str) -> bool:
    """Tell text from control, format (zero width), surrogate, private-use and unassigned ones."""
    return character.isspace() or unicodedata.category(character)[0] != "C"


@lru_cache(maxsize=1024)
def fold_text(text: str) -> str:
    """Return ``text`` in NFKC and simplified script, without invisible characters.

    Runs of blanks become one space. Only the traditional characters that occur in titles and
    names of agencies are known (``storage/law/titles.toml``).
    """
    folded = unicodedata.normalize("NFKC", text)
    visible = folded
    if not folded.isprintable():  # what can be printed has no invisible character
        visible = "".join(character for character in folded if _is_visible(character))
    return _BLANKS.sub(" ", visible).strip().translate(_SIMPLIFIED)


def without_blanks(text: str) -> str:
    """Return ``fold_text(text)`` with every blank taken out: the form in which titles compare."""
    return fold_text(text).replace(" ", "")
