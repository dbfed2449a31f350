"""A filing's report, from whichever of its archived originals holds it."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.reading.isolation import read_original
from monitor.reading.model import Report, UnreadableError
from storage.archive import Archive, ArchiveError
from storage.models import Original, OriginalRole

ARCHIVE_ERROR = "archive"
"""The code of an original that the archive cannot give: lost, damaged, or not to be read now."""
_ALL_PARTS = 6
_ENOUGH_PARTS = 3
_LONG_ENOUGH = 1000
"""Characters of prose that only a report has; one of before 2019 has no sections we know."""
_SHORTEST_BODY = 300
_REPORTS_KEPT = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFiling:
    """A filing's report and the original it was read from, or why there is none."""

    report: Report | None
    sha256: str | None
    error: UnreadableError | None


class Reader:
    """Reads originals from the archive; remembers the last few, which neighbours ask for again."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._known: OrderedDict[tuple[str, str | None], Report | UnreadableError] = OrderedDict()

    def original(self, sha256: str, name: str | None) -> Report | UnreadableError:
        """Return the report that an original holds, or why it could not be read."""
        key = (sha256, name)
        if key not in self._known:
            self._known[key] = self._read(sha256, name)
        self._known.move_to_end(key)
        if len(self._known) > _REPORTS_KEPT:
            self._known.popitem(last=False)
        return self._known[key]

    def _read(self, sha256: str, name: str | None) -> Report | UnreadableError:
        try:
            return read_original(self._archive.get(sha256), name=name)
        except UnreadableError as error:
            return error
        except ArchiveError as error:
            return UnreadableError(ARCHIVE_ERROR, str(error))

    def filing(self, originals: Sequence[Original]) -> ReadFiling:
        """Return the report of a filing: from its page, else from the fullest attachment.

        An attachment that cannot be read beside a page that holds no report leaves the filing
        unread: its report may stand there.
        """
        best: Report | None = None
        sha256: str | None = None
        errors: list[UnreadableError] = []
        for original in _page_first(originals):
            result = self.original(original.sha256, original.name)
            if isinstance(result, UnreadableError):
                errors.append(result)
            elif best is None or _fullness(result) > _fullness(best):
                best, sha256 = result, original.sha256
            if best is not None and _fullness(best)[0] == _ALL_PARTS:
                break
        error = _why_unread(best, errors)
        if error is not None:
            return ReadFiling(report=None, sha256=None, error=error)
        return ReadFiling(report=best, sha256=sha256, error=None)


def _why_unread(best: Report | None, errors: Sequence[UnreadableError]) -> UnreadableError | None:
    if best is not None and holds_report(best):
        return None
    if errors:
        return errors[0]
    if best is None:
        return UnreadableError("missing", "no original is archived")
    return without_body(best)


def _page_first(originals: Sequence[Original]) -> list[Original]:
    current = [original for original in originals if original.superseded_at is None]
    return sorted(current, key=lambda item: item.role is not OriginalRole.PAGE)


def holds_report(report: Report) -> bool:
    """Whether a reading shows the body of an annual report and not just a page around it."""
    return _fullness(report)[0] >= _ENOUGH_PARTS or _length(report) >= _LONG_ENOUGH


def without_body(report: Report) -> UnreadableError | None:
    """Return an error if a file shows nothing to judge: a shell around pictures or attachments.

    Where no section, no table and hardly a text was read, the report stands somewhere else; to
    say that its sections are missing would accuse the agency of what was not seen.
    """
    if _fullness(report)[0] or _length(report) >= _SHORTEST_BODY:
        return None
    return UnreadableError(
        "not-a-report", "the file shows no section, no table and hardly any text of a report"
    )


def _fullness(report: Report) -> tuple[int, int]:
    """Return how many parts of a report were read; where none was, its length decides."""
    parts = {section.key for section in report.sections if section.key} | set(report.tables)
    return len(parts), 0 if parts else _length(report)


def _length(report: Report) -> int:
    return len("".join(report.text.split()))
