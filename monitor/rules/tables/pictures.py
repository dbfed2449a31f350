"""The rule about tables that are published as pictures."""

from collections.abc import Iterator

from monitor.formats.naming import table_name
from monitor.reading.model import NOWHERE, Image, Place, Report
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.publication.known import RECOGNISED
from monitor.rules.quoting import heading_evidence, quote

_UNREAD = frozenset({"picture-unread", "no-text-layer"})
_FROM_PICTURES = "+ocr"


@rule(
    "table-as-image",
    zh="表格为图片",
    en="a table is a picture",
    severity=Severity.ERROR,
    formats=NEW,
    basis="《政府信息公开条例》第二十四条（检索、查阅、下载）；国办公开办函〔2021〕30号表格要求",
    basis_2019="《政府信息公开条例》第二十四条（检索、查阅、下载）；国办公开办函〔2019〕60号表格要求",
)
def table_as_image(facts: Facts) -> Iterator[Finding]:
    """One of the three tables is a picture of a table.

    What it does: Names each table that was only found by recognising a picture in the text. A text
        version in another file is enough; where a picture was not read and the table is not there,
        it says that it cannot tell. Whole scans are a matter of scan-only.
    Why it matters: Figures in a picture cannot be searched, copied, added up or read aloud.
    Legal basis: 《政府信息公开条例》第二十四条; 国办公开办函〔2021〕30号 prints tables as tables.
    Example that fails: Under 三、… a picture that shows the table of requests.
    Example that passes: The table as text, with an infographic beside it.
    How to put it right: Publish the table itself instead of its picture.
    """
    report, form = facts.report, facts.format
    assert report is not None
    assert form is not None
    if report.method in RECOGNISED:
        yield not_applicable(
            "年报整体为扫描件或图片，另行认定。", "The whole report is a scan (see scan-only)."
        )
        return
    for key in form.tables:
        yield from _of_table(facts, report, key)


def _of_table(facts: Facts, report: Report, key: str) -> Iterator[Finding]:
    name = table_name(key)
    if key not in report.tables:
        places = [
            damage.place
            for damage in report.damage
            if damage.code in _UNREAD and key in damage.tables
        ]
        if places:
            yield indeterminate(
                f"该处有未能识别的图片，可能是{name.zh}。",
                f"A picture that was not read may be the {name.en}.",
                *_evidence(report, key, places[0]),
            )
        return
    image = _picture_of(report, key)
    if image is None or _is_from_elsewhere(report, key):
        return
    text_version = _text_beside(facts, report, key)
    if text_version:
        return
    if text_version is None:
        yield indeterminate(
            f"{name.zh}在正文中是图片，另一文件中也有该表，是否为文字不明。",
            f"The {name.en} is a picture; another file has it too, as text or not.",
            *_evidence(report, key, image.place),
        )
        return
    yield fail(
        f"{name.zh}是图片，没有可以检索和复制的表格。",
        f"The {name.en} is a picture and not a table.",
        *_evidence(report, key, image.place),
    )


def _picture_of(report: Report, key: str) -> Image | None:
    """Return the picture that a table was recognised from: what it shows stands in its place."""
    place = report.tables[key].place
    if place == NOWHERE:
        return None
    found = (
        image for image in report.images if image.recognised and _stands_in(place, image.place)
    )
    return next(found, None)


def _stands_in(place: Place, picture: Place) -> bool:
    """Tell whether a place is that of a picture; boxes within a page's picture are its own."""
    if place == picture:
        return True
    return picture.path is not None and (place.path, place.page) == (picture.path, picture.page)


def _is_from_elsewhere(report: Report, key: str) -> bool:
    return any(item.part == f"table:{key}" for item in report.parts_elsewhere)


def _text_beside(facts: Facts, report: Report, key: str) -> bool | None:
    """Tell whether another file has the table as text; None if it has it, read nobody knows how."""
    known = facts.publication.originals if facts.publication else ()
    methods = {item.sha256: item.method for item in known}
    found: list[bool | None] = []
    for beside in report.beside:
        if beside.differences is None or f"table:{key}" in beside.differences.only_here:
            continue
        method = methods.get(beside.source.sha256)
        recognised = method is not None and (
            method in RECOGNISED or method.endswith(_FROM_PICTURES)
        )
        found.append(None if method is None else not recognised)
    if True in found:
        return True
    return None if None in found else False


def _evidence(report: Report, key: str, place: Place) -> Iterator[Evidence]:
    section = report.section(key)
    if section is not None:
        yield heading_evidence(section)
    image = next((item for item in report.images if item.place == place), None)
    words = (image.alt or image.source or "") if image is not None else ""
    yield Evidence(quote=quote(words), section=key, table=key, place=place)
