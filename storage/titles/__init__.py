"""What the title of an annual report says, and what only looks like one."""

from storage.titles.model import Title, TitleDefect, TitleKind
from storage.titles.parse import parse_title
from storage.titles.reissues import is_reissue
from storage.titles.wording import fold_text, without_blanks

__all__ = [
    "Title",
    "TitleDefect",
    "TitleKind",
    "fold_text",
    "is_reissue",
    "parse_title",
    "without_blanks",
]
