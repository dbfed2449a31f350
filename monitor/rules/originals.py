"""What a reading can prove, by the kind of original and by what of it was lost."""

from collections.abc import Iterator
from math import inf

from monitor.reading.model import NOWHERE, Damage, Place, Report
from monitor.rules.answers import damage_to_prose, doubtful, not_applicable
from monitor.rules.model import Finding

_KEEPS_CELLS = frozenset({"html", "docx"})
_BLURRING = frozenset({"cells-doubtful", "text-undecodable"})
_HIDING = frozenset({"pages-lost", "no-text-layer", "text-undecodable"})
_TEXT_SECTIONS = ("overview", "problems", "other_matters")


def keeps_cells(report: Report) -> bool:
    """Whether the original marks its cells, so that a cell not read is a cell not there."""
    return report.method in _KEEPS_CELLS


def is_converted(report: Report) -> bool:
    """Whether the file is a text that somebody converted, not the document as published."""
    return report.method == "text"


def letters_doubtful(report: Report, place: Place = NOWHERE) -> bool:
    """Whether single characters may be wrong there: recognised from a picture, or undecodable."""
    if "scan" in report.method:
        return True
    if place.path is not None and any(
        image.recognised and image.place.path == place.path for image in report.images
    ):
        return True
    return any(
        damage.code in _BLURRING
        and not damage.tables
        and (place.page is None or damage.place.page in (None, place.page))
        for damage in report.damage
    )


def page_lost(report: Report, key: str) -> Damage | None:
    """Return the damage to a page on which a table, or a part of it, may have stood.

    A page counts if it lies between the heading of the table's section and the next one.
    """
    first, last = _pages(report, key)
    for damage in report.damage:
        page = damage.place.page
        elsewhere = page is not None and not first <= page <= last
        if damage.code in _HIDING and not (damage.tables or damage.sections or elsewhere):
            return damage
    return None


def _pages(report: Report, key: str) -> tuple[float, float]:
    """Return the first and last page on which a section may stand, as far as they are known."""
    pages = [(section.key, section.place.page) for section in report.sections]
    index = next((i for i, (name, _) in enumerate(pages) if name == key), None)
    if index is None:
        return 0, inf
    first = pages[index][1]
    last = next((page for _, page in pages[index + 1 :] if page is not None), None)
    return 0 if first is None else first, inf if last is None else last


def prose_damage(report: Report) -> Damage | None:
    """Return the damage that may hide words of the preamble or of a section of text."""
    return damage_to_prose(report, *_TEXT_SECTIONS)


def nothing_found(report: Report, subject_zh: str, subject_en: str) -> Iterator[Finding]:
    """Answer for a rule that looked through the prose and found nothing wrong.

    Yields nothing, a pass, unless there was no prose or some of it was lost.
    """
    damage = prose_damage(report)
    if damage is not None:
        yield doubtful(subject_zh, subject_en, damage)
    elif not report.text.strip():
        yield not_applicable("没有正文文字。", "There is no prose.")
