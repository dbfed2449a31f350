"""What must not be shown: personal data, and what intruders put into a page.

The rules that find such things and the masking of every quotation and message recognise them by
the same functions. Office telephones, fax numbers and addresses are lawful content of a report
(《政府信息公开条例》 art. 12) and stay, and so do the names of officials. Masking keeps the length
of a text, so that positions in it stay right.
"""

from collections.abc import Iterable
from functools import lru_cache

from monitor.rules.masking.injected import find_injected
from monitor.rules.masking.mailboxes import find_mailboxes
from monitor.rules.masking.numbers import (
    SEPARATORS,
    NumberKind,
    find_numbers,
    is_bank_card,
    is_id_number,
    plain_digits,
)
from monitor.rules.masking.persons import PersonKind, find_persons

__all__ = [
    "NumberKind",
    "PersonKind",
    "find_injected",
    "find_mailboxes",
    "find_numbers",
    "find_persons",
    "is_bank_card",
    "is_id_number",
    "mask",
    "plain_digits",
]

_SHOWN_FIRST, _SHOWN_LAST = 3, 2


@lru_cache(maxsize=512)
def mask(text: str) -> str:
    """Return the text with what must not be shown masked; the result has its length.

    Of a number the first three and last two digits stay, of a name the surname's first character,
    of a home the first three characters, of a personal mail address the first two, of what was
    injected nothing.
    """
    masked = list(text)
    for start, end, _ in find_numbers(text):
        digits = [at for at in range(start, end) if text[at] not in SEPARATORS]
        _hide(masked, digits[_SHOWN_FIRST:-_SHOWN_LAST])
    for start, end in find_mailboxes(text):
        _hide(masked, range(start + min(_SHOWN_LAST, (end - start) // 2), end))
    for start, end, kind in find_persons(text):
        _hide(masked, range(start + (1 if kind == "applicant" else _SHOWN_FIRST), end))
    for start, end in find_injected(text):
        _hide(masked, range(start, end))
    return "".join(masked)


def _hide(characters: list[str], positions: Iterable[int]) -> None:
    for at in positions:
        characters[at] = "*"
