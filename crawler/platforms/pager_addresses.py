"""Addresses that further pages of a list may have, guessed from the address of one of them."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from crawler.platforms.addresses import canonical_url
from crawler.platforms.wording import WORDS

_PAGE_PARAMETERS = frozenset(WORDS["keys"]["page_parameters"])
_NUMBERED = re.compile(
    r"^(?P<stem>.*?)(?P<mark>[-_]|(?<=^index)|^)(?P<number>\d{1,4})(?P<extension>\.\w{1,6})$"
)
_FILE = re.compile(r"^(?P<stem>.+?)(?P<extension>\.\w{1,6})$")
_COUNTED_DOWN = re.compile(r"^(?P<stem>[\w-]+_\d{3,})_(?P<number>\d{1,5})(?P<extension>\.\w{1,6})$")
_LIST_NUMBER = re.compile(r"^(?P<stem>(?:list|page))1(?P<extension>\.\w{1,6})$", re.IGNORECASE)
_STATIC = re.compile(r"\.s?html?$", re.IGNORECASE)
_NAMES_BY_SIGN: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (entry["sign"], tuple(entry["names"])) for entry in WORDS["keys"]["page_parameter_of"]
)
_USUAL_PARAMETERS = ("page", "pageNo")
_MOST_PAGES = 5_000
_MOST_PLAUSIBLE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAddress:
    """A page's address taken apart at its page number."""

    before: str
    number: int | None
    after: str
    from_one: bool = False
    """True if the number is surely the page's own: in a parameter, or alone as the file's name."""


def split_address(url: str) -> PageAddress:
    """Take ``url`` apart where a page number stands or would stand."""
    parts = urlsplit(url)
    pairs = parts.query.split("&") if parts.query else []
    for place, pair in enumerate(pairs):
        name, _, value = pair.partition("=")
        if name.lower() in _PAGE_PARAMETERS and value.isdigit() and len(value) < 6:
            head = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
            before = "&".join([*pairs[:place], f"{name}="])
            after = "".join(f"&{rest}" for rest in pairs[place + 1 :])
            return PageAddress(
                before=f"{head}?{before}", number=int(value), after=after, from_one=True
            )
    return _split_path(url)


def _split_path(url: str) -> PageAddress:
    parts = urlsplit(url)
    folder, _, name = parts.path.rpartition("/")
    base = urlunsplit((parts.scheme, parts.netloc, f"{folder}/", "", ""))
    query = f"?{parts.query}" if parts.query else ""
    match = _NUMBERED.match(name)
    if match:
        return PageAddress(
            before=f"{base}{match['stem']}{match['mark']}",
            number=int(match["number"]),
            after=f"{match['extension']}{query}",
            from_one=match["stem"].lower() in ("", "page") or match["mark"] == "-",
        )
    return PageAddress(before=url, number=None, after="")


def is_first_file(url: str) -> bool:
    """Tell whether the address carries no page number, as a list's first page mostly does."""
    address = split_address(url)
    return (
        address.number is None or address.number > 999 or (address.from_one and address.number == 1)
    )


def number_in_address(url: str) -> int | None:
    """Return the page number that ``url`` says beyond doubt: in a parameter, or as ``…/1.html``."""
    address = split_address(url)
    return address.number if address.from_one and 0 < (address.number or 0) <= _MOST_PAGES else None


def is_lone_number(url: str) -> bool:
    """Tell whether a file is named by a number alone: ``2.html``, a page's number or a column's."""
    return re.search(r"/\d{1,4}\.\w{1,6}$", url) is not None


def guessed_addresses(
    url: str,
    *,
    number: int | None,
    pages: int | None = None,
    extension: str | None = None,
    parameter: str | None = None,
) -> tuple[str, ...]:
    """Return addresses that the page after ``url``, page ``number``, may have, likeliest first.

    Args:
        url: the address of the page at hand.
        number: its place in the list, from one.
        pages: how many pages there are.
        extension: the usual ending of addresses there.
        parameter: what the page calls the page number in addresses.
    """
    address = split_address(url)
    shown = address.number
    if shown is None or not _is_page_number(address, number, pages):
        if number not in (None, 1):
            return ()
        return _second_pages(url, pages, extension, parameter)
    steps = _steps(shown, number, pages if not _in_parameter(address) else None)
    return tuple(
        f"{address.before}{step}{address.after}" for step in dict.fromkeys(steps) if step >= 0
    )


def _steps(shown: int, number: int | None, pages: int | None) -> list[int]:
    """Return the file numbers that may follow ``shown``, which is page ``number`` of ``pages``."""
    if number is None or pages is None or shown not in (pages - number, pages - number + 1):
        return [shown + 1]
    down = [shown - 1, shown - 2]  # counted from the end
    return [shown + 1, *down] if shown in (number - 1, number) else [*down, shown + 1]


def _is_page_number(address: PageAddress, number: int | None, pages: int | None) -> bool:
    """Tell the number of a page from that of a column, as in ``Node-6059.html``."""
    shown = address.number or 0
    if _in_parameter(address):
        return True
    if number is None:
        return shown <= _MOST_PLAUSIBLE
    fitting = {number - 1, number} if number > 1 or address.from_one else {number - 1}
    counted_down = {pages - number, pages - number + 1} if pages and number > 1 else set()
    return shown in fitting | counted_down


def _in_parameter(address: PageAddress) -> bool:
    return "?" in address.before


def _second_pages(
    url: str, pages: int | None, extension: str | None, parameter: str | None
) -> tuple[str, ...]:
    """Return what the second page of a list at ``url`` may be called."""
    parts = urlsplit(url)
    if (parts.query and not _STATIC.search(parts.path)) or parameter:
        return _with_parameter(url, parameter)
    folder, _, name = parts.path.rpartition("/")
    match = _FILE.match(name)
    if name and not match:
        return (urlunsplit((parts.scheme, parts.netloc, f"{parts.path}/2", "", "")),)
    base = urlunsplit((parts.scheme, parts.netloc, f"{folder}/", "", ""))
    counted = _LIST_NUMBER.match(name)
    if counted:
        return (f"{base}{counted['stem']}2{counted['extension']}",)
    stem = match["stem"] if match else "index"
    end = match["extension"] if match else f".{(extension or 'html').lstrip('.')}"
    names = [f"{stem}_{number}" for number in (1, 2)]
    if pages and pages > 3:
        names.append(f"{stem}_{pages - 2}")
    if pages and stem == "index":
        names.append("index2")
    elif "-" in stem:
        names.append(f"{stem}-2")
    files = tuple(f"{base}{name}{end}" for name in dict.fromkeys(names))
    if not urlsplit(canonical_url(url)).query:
        return files
    # The query says which list of the page is shown: a file without it may be another one's.
    return (*(f"{url.partition('#')[0]}&{name}=2" for name in _USUAL_PARAMETERS), *files)


def _with_parameter(url: str, parameter: str | None) -> tuple[str, ...]:
    """Return ``url`` with the number 2 under the names that systems like its own use for it."""
    by_sign = next((names for sign, names in _NAMES_BY_SIGN if sign in url.lower()), ())
    names = (parameter,) if parameter else by_sign
    plain = url.partition("#")[0].rstrip("?&")
    joint = "&" if "?" in plain else "?"
    return tuple(f"{plain}{joint}{name}=2" for name in names)


def file_addresses(
    before: str, after: str, *, page: int, pages: int | None, from_one: bool = False
) -> tuple[str, ...]:
    """Return what ``page`` of a list may be called whose files differ by a number only.

    Each is tried before those that would skip a page if it were right: where files are counted from
    zero, the name of page 3 bears the number 2. So a pager that seems to count from one is not
    believed before the lower number was seen to bring nothing; ``from_one`` is for what is sure.
    """
    numbers = [page] if from_one else [page - 1, page]
    if pages and pages > page:
        inverted = [pages - page + 1, pages - page]  # counted down to 1, or to 0
        down_first = re.search(r"_\d{4,}_$", before) is not None
        numbers = inverted + numbers if down_first else numbers + inverted
    return tuple(f"{before}{number}{after}" for number in dict.fromkeys(numbers) if number >= 0)


def next_counted_down(url: str, linked: tuple[str, ...]) -> str | None:
    """Return the next page where files are numbered downward and linked out of sight.

    Such lists (``index_2603340_147.html``) name their older pages by falling numbers.
    """
    siblings = {
        int(match["number"]): address
        for address in linked
        if address.rpartition("/")[0] == url.rpartition("/")[0]
        and (match := _COUNTED_DOWN.match(urlsplit(address).path.rpartition("/")[2]))
    }
    own = _COUNTED_DOWN.match(urlsplit(url).path.rpartition("/")[2])
    below = [number for number in siblings if own is None or number < int(own["number"])]
    return siblings[max(below)] if below else None
