"""From ``OFD.xml`` to the pages of the document that a reader shows.

Source: GB/T 33190-2016 §7.4 (OFD.xml), §7.5 (Document.xml), §7.6 (pages), §18 (versions).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.reading.model import UnreadableError
from monitor.reading.ofd.elements import (
    Element,
    Rect,
    attribute,
    child,
    children,
    content,
    flag,
    name_of,
    rect,
)
from monitor.reading.ofd.package import Package

A4: Rect = (0.0, 0.0, 210.0, 297.0)
"""The page of a file that states none (§7.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRef:
    """A page as ``Document.xml`` lists it."""

    id: str
    member: str | None
    """None if the package does not hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """One document of an OFD file."""

    member: str
    """The name of its ``Document.xml``."""
    box: Rect
    """The page box (millimetres) of pages that state none."""
    pages: tuple[PageRef, ...]
    templates: Mapping[str, tuple[str, str]]
    """Member and z-order of each template page by its id."""
    resources: tuple[str, ...]
    """Members that hold fonts, pictures and drawing parameters; public ones first."""
    annotations: Mapping[str, str]
    """The member with the annotations of each page, by the page's id."""
    signatures: str | None
    """The member that lists the signatures."""
    labels: Mapping[str, str]
    """What the file says about itself."""
    title: str | None


def read_structure(package: Package) -> tuple[Structure, int]:
    """Return the first document of a package, and how many others it holds.

    Raises:
        UnreadableError: ``damaged``, ``encrypted``, ``limits-exceeded``.
    """
    if package.encrypted:
        raise UnreadableError("encrypted", "the OFD asks for a password or a certificate")
    if package.start is None:
        raise UnreadableError("damaged", "the package holds no OFD.xml")
    root = package.xml(package.start)
    bodies = list(children(root, "docbody"))
    if name_of(root) != "ofd" or not bodies:
        raise UnreadableError("damaged", "OFD.xml lists no document")
    if child(root, "encryptions") is not None:
        raise UnreadableError("encrypted", "the OFD asks for a password or a certificate")
    return _document(package, bodies[0]), len(bodies) - 1


def _document(package: Package, body: Element) -> Structure:
    member = _current(package, body) or package.find(content(body, "docroot"), package.start or "")
    if member is None:
        raise UnreadableError("damaged", "the package does not hold the document it lists")
    root = package.xml(member)
    common = child(root, "commondata")
    stated = [package.find(_text(item), member) for item in children(common, "publicres")]
    stated += [package.find(_text(item), member) for item in children(common, "documentres")]
    labels = _labels(child(body, "docinfo"))
    return Structure(
        member=member,
        box=page_box(child(common, "pagearea")) or A4,
        pages=_pages(package, member, child(root, "pages")),
        templates=_templates(package, member, common),
        resources=tuple(name for name in stated if name is not None),
        annotations=_annotations(package, package.find(content(root, "annotations"), member)),
        signatures=package.find(content(body, "signatures"), package.start or ""),
        labels=labels,
        title=labels.get("ofd:title"),
    )


def page_box(area: Element | None) -> Rect | None:
    """Return the physical box of a page area, None if it states no usable one."""
    return rect(content(area, "physicalbox"))


def _text(element: Element) -> str:
    return "".join(str(part) for part in element.itertext()).strip()


def _current(package: Package, body: Element) -> str | None:
    """Return the ``Document.xml`` of the version marked as current, None if none is marked."""
    for version in children(child(body, "versions"), "version"):
        if flag(version, "Current", default=False):
            member = package.find(attribute(version, "BaseLoc"), package.start or "")
            if member is not None:
                return package.find(content(package.xml(member), "docroot"), member)
    return None


def _pages(package: Package, member: str, pages: Element | None) -> tuple[PageRef, ...]:
    return tuple(
        PageRef(
            id=(attribute(page, "ID") or "").strip(),
            member=package.find(attribute(page, "BaseLoc"), member),
        )
        for page in children(pages, "page")
    )


def _templates(package: Package, member: str, common: Element | None) -> dict[str, tuple[str, str]]:
    found = {}
    for item in children(common, "templatepage"):
        name = package.find(attribute(item, "BaseLoc"), member)
        if name is not None:
            order = (attribute(item, "ZOrder") or "background").strip().lower()
            found[(attribute(item, "ID") or "").strip()] = (name, order)
    return found


def _annotations(package: Package, member: str | None) -> dict[str, str]:
    if member is None:
        return {}
    try:
        root = package.xml(member)
    except UnreadableError:
        # Annotations are no part of what the pages say.
        return {}
    found = {}
    for page in children(root, "page"):
        name = package.find(content(page, "fileloc"), member)
        if name is not None:
            found[(attribute(page, "PageID") or "").strip()] = name
    return found


def _labels(info: Element | None) -> dict[str, str]:
    """Return what the file says about itself; its dates are those of making it, so left out."""
    kept = ("title", "author", "subject", "creator", "creatorversion")
    stated = {f"ofd:{name}": content(info, name) for name in kept}
    for item in children(child(info, "customdatas"), "customdata"):
        name = (attribute(item, "Name") or "").strip().lower()
        if name:
            stated.setdefault(f"ofd:{name}", _text(item))
    return {name: value[:1000] for name, value in stated.items() if value}
