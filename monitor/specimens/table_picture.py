"""A table of a report alone as a picture, as agencies paste them into their pages."""

from dataclasses import replace

from monitor.specimens.model import Specimen
from monitor.specimens.pdf import pdf_file
from monitor.specimens.pdf_look import PdfLook
from monitor.specimens.scans import Wear, as_png, as_tall_picture, scanned_pages

_LOOK = PdfLook(table_font=9, embedded=True)
_WEAR = Wear(dpi=150)


def pictures_of(report: Specimen) -> dict[str, bytes]:
    """Return the pictures that stand for tables of a report, by their addresses in its page."""
    tables = (item.table for item in report.misprints if item.act == "picture")
    return {f"/images/{key}.png": table_picture(report, key) for key in tables}


def table_picture(report: Specimen, key: str) -> bytes:
    """Return one table of a report as PNG, nothing around it."""
    table = next(heading for heading in report.headings if heading.table == key)
    alone = replace(
        report,
        title="",
        preamble="",
        outline=(replace(table, text="", number=None),),
        texts={},
        below={},
        misprints=(),
    )
    return as_png(as_tall_picture(scanned_pages(pdf_file(alone, _LOOK), _WEAR, 0)))
