"""What one version of a filing says, and the hashes by which versions are told apart."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from monitor.filing_reading import ReadFiling
from monitor.history.cells import UNREAD, typed_cells
from monitor.history.model import VersionFile
from monitor.history.prose import parts_of_text
from monitor.reading.choosing import holds_report
from monitor.reading.model import Report
from monitor.rules.masking import find_injected
from monitor.rules.quoting import flatten
from storage.law import load_law


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A version as read."""

    files: tuple[VersionFile, ...]
    report: Report | None
    error: str | None = None
    """The code of the error without a report."""
    page: Report | None = None
    """What its page says by itself, where no report could be read."""
    links: frozenset[str] = frozenset()
    """The files of the next version that its pages link already."""

    @property
    def whole(self) -> bool:
        """Whether the report was read without any loss or doubt, every cell of it."""
        report = self.report
        return report is not None and report.complete and UNREAD not in typed_cells(report).values()

    @property
    def injected(self) -> bool:
        """Whether it shows what only somebody who broke in puts into a page."""
        shown = self.report or self.page
        return shown is not None and _is_injected(shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The hashes of what a version says; None and nothing where no report was read."""

    text_sha256: str | None
    cells_sha256: str | None
    sections: Mapping[str, str]


def content_of(
    files: tuple[VersionFile, ...],
    read: ReadFiling,
    page: Report | None = None,
    links: frozenset[str] = frozenset(),
) -> Content:
    """Return a version as read; a page around a report that is not in it is no report."""
    report = read.report if read.report is not None and holds_report(read.report) else None
    error = read.error.code if read.error is not None else None
    if report is None and error is None:
        error, page = "not-a-report", read.report
    return Content(files=files, report=report, error=error, page=page, links=links)


def digest_of(report: Report | None) -> Digest:
    """Return the hashes of what a report says: equal if the readings say the same."""
    if report is None:
        return Digest(text_sha256=None, cells_sha256=None, sections={})
    sections = {part: _hash(flatten(text)) for part, (_, text) in parts_of_text(report).items()}
    cells = {"/".join(key): str(value) for key, (value, _) in typed_cells(report).items()}
    both = json.dumps([sorted(cells.items()), sorted(sections.items())], ensure_ascii=False)
    return Digest(
        text_sha256=_hash(flatten(report.text)), cells_sha256=_hash(both), sections=sections
    )


def telling_labels(report: Report) -> dict[str, str]:
    """Return title, day stated and page labels; systems put tokens of the visit into others."""
    labels = {
        f"label:{name}": value for name, value in report.labels.items() if name in _label_names()
    }
    if report.title:
        labels["title"] = report.title
    if report.published_on is not None:
        labels["published_on"] = report.published_on.isoformat()
    return labels


@cache
def _label_names() -> frozenset[str]:
    known = load_law("portals")["page_meta"]
    return frozenset(
        item["name"].lower() for kind in ("site", "column", "article") for item in known[kind]
    )


def _is_injected(report: Report) -> bool:
    texts = (report.title or "", *report.labels.values(), *report.text.splitlines())
    return any(next(find_injected(flatten(text)), None) is not None for text in texts)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()
