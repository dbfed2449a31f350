"""Reports of which a part stands elsewhere, for tests of putting files together."""

from collections.abc import Iterable

from lxml import html as markup

from monitor.reading.html import read_html
from monitor.reading.model import Block, Damage, Grid, Place
from monitor.reading.pictured import Recogniser
from monitor.specimens.model import Specimen
from tests.monitor.scene import as_page

TABLES = ("proactive_disclosure", "requests", "remedies")


def page_without(
    specimen: Specimen, tables: Iterable[str], instead: str = "<p>（详见附件）</p>"
) -> bytes:
    """Return a report's page without some of its tables, with other markup in their places."""
    root = markup.fromstring(as_page(specimen).decode())
    found = root.findall(".//table")
    for key in tables:
        table = found[TABLES.index(key)]
        put = markup.fromstring(instead.format(key=key))
        parent = table.getparent()
        assert parent is not None
        parent.replace(table, put)
    return bytes(markup.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>"))


def table_page(specimen: Specimen, key: str) -> bytes:
    """Return a page that holds one table and says of nobody whose it is."""
    root = markup.fromstring(as_page(specimen).decode())
    table = markup.tostring(root.findall(".//table")[TABLES.index(key)], encoding="unicode")
    return f"<html><meta charset='utf-8'><body>{table}</body></html>".encode()


def table_blocks(specimen: Specimen, key: str) -> tuple[Block, ...]:
    """Return the blocks that recognition makes of a picture of a table."""
    blocks = read_html(table_page(specimen, key)).blocks
    return tuple(block for block in blocks if isinstance(block, Grid))


def recogniser(shown: dict[bytes, tuple[Block, ...]]) -> Recogniser:
    """Return a recogniser that knows some pictures; whatever else it is shown shows nothing."""

    def recognise(
        body: bytes, place: Place, _limits: object
    ) -> tuple[tuple[Block, ...], tuple[Damage, ...]]:
        return shown.get(body, ()), ()

    return recognise
