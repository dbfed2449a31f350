"""The jpage lists on a Hanweb page: XML in a script, a record for each row."""

import html
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from crawler.platforms.markup import Markup, parse_fragment
from crawler.platforms.model import ListItem
from crawler.platforms.rows import read_rows, unique_items
from crawler.platforms.wording import is_report_title

HREF = re.compile(r"href\s*=\s*[\"'](?P<url>[^\"']+)[\"']", re.IGNORECASE)
NEXT_GROUP = re.compile(
    r"<nextgroup\b[^>]*>(?P<inner>[^<]*(?:<(?!/?nextgroup)[^<]*){0,20})", re.IGNORECASE
)
TOTAL = re.compile(r"<totalrecord>\s*(\d+)", re.IGNORECASE)

_STORE = re.compile(r"<datastore\b[^>]*>", re.IGNORECASE)
_RECORD = re.compile(r"<record\b[^>]*>", re.IGNORECASE)
_RECORD_END = re.compile(r"</record>", re.IGNORECASE)
_JPAGE = re.compile(
    r"\$\(\s*[\"']#(?P<unit>[\w-]+)[\"']\s*\)\s*\.jpage\s*\(\s*\{(?P<settings>.{0,3000}?)\}\s*\)",
    re.DOTALL,
)
_SETTING = re.compile(
    r"(?P<key>\w+)\s*:\s*(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<plain>[\w./-]+))"
)
_AJAX = re.compile(r"ajaxParam\s*:\s*\{(?P<inner>[^{}]*)\}", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One jpage list: its records as HTML and how to ask for more of them."""

    records: tuple[str, ...]
    proxy: str = ""
    """Address of the proxy, as written."""
    parameters: tuple[tuple[str, str], ...] = ()
    total: int | None = None
    size: int | None = None
    """Rows of one page as shown to readers."""

    def counts_for(self, column: str) -> tuple[bool, int, int, int]:
        """Return how well the unit fits a column: as its own, by addresses, titles and length."""
        own = sum(1 for record in self.records if f"art_{column}_" in record)
        reports = sum(1 for record in self.records if is_report_title(record))
        return own > 0, reports, own + (("columnid", column) in self.parameters), len(self.records)


def find_units(text: str) -> tuple[Unit, ...]:
    """Return the jpage lists of a column page."""
    settings = {match["unit"]: match["settings"] for match in _JPAGE.finditer(text)}
    return tuple(_unit(store, settings) for store in _STORE.split(text)[1:])


def _unit(store: str, settings: dict[str, str]) -> Unit:
    group = NEXT_GROUP.search(store)
    href = HREF.search(html.unescape(group["inner"])) if group else None
    written = href["url"] if href else ""
    query = dict(parse_qsl(urlsplit(written).query, keep_blank_values=True))
    drawn = settings.get(query.get("unitid", "")) or (
        next(iter(settings.values())) if len(settings) == 1 else ""
    )
    ajax = _AJAX.search(drawn)
    own = _settings(ajax["inner"]) if ajax else {}
    shown = _settings(_AJAX.sub("", drawn))
    parameters = {
        **{key: value for key, value in query.items() if key not in ("page", "perpage")},
        **own,
    }
    total = TOTAL.search(store)
    return Unit(
        records=split_records(store),
        proxy=shown.get("proxyUrl") or written.partition("?")[0],
        parameters=tuple(parameters.items()),
        total=whole_number(shown.get("totalRecord")) or (int(total[1]) if total else None),
        size=whole_number(shown.get("perPage")) or whole_number(query.get("perpage")),
    )


def _settings(text: str) -> dict[str, str]:
    return {
        match["key"]: next(
            value
            for value in (match["single"], match["double"], match["plain"], "")
            if value is not None
        )
        for match in _SETTING.finditer(text)
    }


def whole_number(text: str | None) -> int | None:
    """Return a plausible count; None for anything else."""
    return int(text) if text and text.isdigit() and 0 < int(text) < 10_000_000 else None


def split_records(text: str) -> tuple[str, ...]:
    """Return the records in ``text``, as HTML; one that is not closed was cut off."""
    opened = (_RECORD_END.split(part, maxsplit=1) for part in _RECORD.split(text)[1:])
    return tuple(_record(parts[0]) for parts in opened if len(parts) > 1)


def _record(inner: str) -> str:
    bare = inner.strip().removeprefix("<![CDATA[").removesuffix("]]>")
    return html.unescape(bare) if "<" not in bare else bare


def read_records(records: tuple[str, ...], base: str) -> tuple[ListItem, ...]:
    """Return the rows of records, each parsed alone so that a broken one spoils no other."""
    items = (_record_item(record, base) for record in records)
    return unique_items([item for item in items if item is not None])


def _record_item(record: str, base: str) -> ListItem | None:
    opened = (
        f"<table>{record}</table>" if record.lower().startswith("<tr") else f"<ul>{record}</ul>"
    )
    rows = read_rows(Markup(root=parse_fragment(opened), base=base, scripts=()))
    best = max(rows, key=lambda row: (row.is_report, row.item.day is not None), default=None)
    return best.item if best else None


def has_unread(records: tuple[str, ...], base: str) -> bool:
    """Tell whether a record with a link could not be read as a row: then rows are missing."""
    return any("<a" in record.lower() and _record_item(record, base) is None for record in records)
