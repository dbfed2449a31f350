"""Reads one page of an OFD document: its marks, or what is recognised from its picture."""

from dataclasses import dataclass, field, replace

from monitor.reading import scan
from monitor.reading.layout.marks import Marks
from monitor.reading.layout.page import Page, lay_out, picture_page, text_loss, unreadable_page
from monitor.reading.model import Damage, Place, UnreadableError
from monitor.reading.ofd.drawing import paint_pictures
from monitor.reading.ofd.items import PictureItem
from monitor.reading.ofd.marks import lost_details, page_marks
from monitor.reading.ofd.pictures import is_opaque, open_picture
from monitor.reading.ofd.second import DrawnCells
from monitor.reading.ofd.sheet import Sheet, draw_sheet
from monitor.reading.ofd.source import Source
from monitor.reading.ofd.structure import PageRef

READABLE = "the extra “ocr” would read it"


@dataclass(slots=True, kw_only=True)
class Reading:
    """The reading of one document, page after page."""

    source: Source
    scan_pages: int
    """How many more pages may be recognised from their pictures."""
    recognised: int = 0
    """How many were."""
    objects: int = 0
    """How many objects the pages draw."""
    damage: list[Damage] = field(default_factory=list)


def read_page(reading: Reading, ref: PageRef, number: int) -> Page:
    """Read a page, counted from one; what is lost is added to the damage.

    A page that is a picture, or whose text a recognition program made, is recognised from its
    picture where the model is installed.
    """
    try:
        sheet = draw_sheet(reading.source, ref, number)
    except UnreadableError as error:
        return unreadable_page(number, f"page {number}: {error}", reading.damage)
    reading.objects += sheet.drawn.objects + sheet.over.objects
    if sheet.drawn.lost:
        detail = f"page {number}: {lost_details(sheet.drawn)}"
        reading.damage.append(Damage(code="rows-lost", detail=detail, place=Place(page=number)))
    marks = page_marks(sheet, lambda item: is_opaque(reading.source.package, item))
    return _laid_out(reading, sheet, marks)


def _laid_out(reading: Reading, sheet: Sheet, marks: Marks) -> Page:
    loss = text_loss(marks)
    if loss is None and not marks.recognised:
        return lay_out(marks, lambda: DrawnCells(marks), reading.damage)
    seen, reason = _recognised(reading, sheet)
    if seen is not None and text_loss(seen) is None:
        return scan.lay_out_recognised(seen, reading.damage)
    if loss is None:
        return lay_out(marks, lambda: DrawnCells(marks), reading.damage)
    if loss.code == "no-text-layer":
        why = "nothing was recognised" if seen is not None else reason
        loss = replace(loss, detail=f"{loss.detail}; {why}" if why else loss.detail)
    return picture_page(marks, loss, reading.damage)


def _recognised(reading: Reading, sheet: Sheet) -> tuple[Marks | None, str]:
    """Return the marks recognised from the pictures of a page, else why there are none."""
    package = reading.source.package
    items = [item for item in sheet.drawn.items if isinstance(item, PictureItem)]
    if not items:
        return None, ""
    try:
        for item in items:
            open_picture(package, item).close()
        if not scan.can_recognise():
            return None, READABLE
        if reading.scan_pages <= 0:
            return None, "too many pages to recognise"
        reading.scan_pages -= 1
        picture = paint_pictures(package, sheet, items)
        seen = scan.picture_marks(picture, sheet.number, sheet.width, sheet.height)
    except UnreadableError as error:
        return None, str(error)
    reading.recognised += 1
    return seen, ""
