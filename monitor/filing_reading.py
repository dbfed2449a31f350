"""A filing's report: out of its page, the files attached to it, and the pictures in the page."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from urllib.parse import unquote, urljoin, urlsplit
from zipfile import ZipFile

from monitor.reading.choosing import ANY, Wanted, holds_report, is_whole, without_body
from monitor.reading.isolation import DEFAULT_LIMITS, read_original
from monitor.reading.model import Beside, Image, PartSource, Report, Source, UnreadableError
from monitor.reading.pictured import MOST_PICTURES, SMALLEST_TABLE, is_icon
from monitor.reading.uniting import Reading, unite
from monitor.reading_store import ReadingStore, key_of, key_of_scan, store_of
from storage.archive import Archive, ArchiveError, open_archive
from storage.models import Original, OriginalRole
from storage.workspace import Workspace

__all__ = ["ARCHIVE_ERROR", "ReadFiling", "Reader", "holds_report", "without_body"]

ARCHIVE_ERROR = "archive"
"""The code of an original that the archive cannot give: lost, damaged, or not to be read now."""
_REPORTS_KEPT = 32
_TELLING_NAME = 8
"""Characters of a picture's file name that tell it from any other of the same page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFiling:
    """A filing's report and the original it was read from, or why there is none."""

    report: Report | None
    sha256: str | None
    error: UnreadableError | None

    @property
    def parts_elsewhere(self) -> tuple[PartSource, ...]:
        """The tables and sections that were read from other originals than ``sha256``."""
        return self.report.parts_elsewhere if self.report else ()

    @property
    def beside(self) -> tuple[Beside, ...]:
        """The other originals: in what they differ from the report, or why they were not read."""
        return self.report.beside if self.report else ()


class Reader:
    """Reads originals from the archive; remembers the last few, which neighbours ask for again.

    With a ``store``, what was read before is taken from there.
    """

    def __init__(self, archive: Archive, store: ReadingStore | None = None) -> None:
        self._archive = archive
        self._store = store
        self._known: OrderedDict[Hashable, Report | UnreadableError] = OrderedDict()

    def original(
        self, sha256: str, name: str | None, wanted: Wanted = ANY
    ) -> Report | UnreadableError:
        """Return the report that an original holds, or why it could not be read."""
        return self._read(sha256, name, wanted, {})

    def _read(
        self, sha256: str, name: str | None, wanted: Wanted, pictures: Mapping[str, str]
    ) -> Report | UnreadableError:
        key = (sha256, name, wanted, frozenset(pictures.items()))
        if key not in self._known:
            self._known[key] = self._read_anew(sha256, name, wanted, pictures)
        self._known.move_to_end(key)
        if len(self._known) > _REPORTS_KEPT:
            self._known.popitem(last=False)
        return self._known[key]

    def _read_anew(
        self, sha256: str, name: str | None, wanted: Wanted, pictures: Mapping[str, str]
    ) -> Report | UnreadableError:
        for asked in (None, wanted):
            kept = self._kept(key_of(sha256, name, asked, pictures))
            if kept is not None:
                return kept
        result = self._out_of_archive(sha256, name, wanted, pictures)
        if isinstance(result, Report):
            asked = None if result.bundle is None else wanted
            self._keep(key_of(sha256, name, asked, pictures), result)
        return result

    def _kept(self, key: str) -> Report | None:
        return self._store.get(key) if self._store is not None else None

    def _keep(self, key: str, report: Report) -> None:
        if self._store is not None:
            self._store.put(key, report)

    def _out_of_archive(
        self, sha256: str, name: str | None, wanted: Wanted, pictures: Mapping[str, str]
    ) -> Report | UnreadableError:
        try:
            return read_original(
                self._archive.get(sha256),
                name=name,
                pictures={source: self._archive.get(key) for source, key in pictures.items()},
                wanted=wanted,
            )
        except UnreadableError as error:
            return error
        except ArchiveError as error:
            return UnreadableError(ARCHIVE_ERROR, str(error))

    def filing(self, originals: Sequence[Original], wanted: Wanted = ANY) -> ReadFiling:
        """Return the report of a filing, from whichever originals hold it.

        The page and its attachments are one: parts that the fullest of them lacks are taken from
        the others, and where both have the same part they are compared. An attachment that cannot
        be read beside a page that holds no report leaves the filing unread: its report may stand
        there.
        """
        return self.together([item for item in originals if item.superseded_at is None], wanted)

    def together(self, originals: Sequence[Original], wanted: Wanted = ANY) -> ReadFiling:
        """Return what ``filing`` does of any originals, as of those of an earlier version."""
        current = _page_first(originals)
        pictures = [item for item in current if _is_picture(item)]
        shown: set[str] = set()
        readings = [
            self._reading(original, pictures, shown, wanted)
            for original in current
            if original not in pictures
        ]
        loose = [original for original in pictures if original.sha256 not in shown]
        if loose and not any(_is_whole(item.result) for item in readings):
            readings.append(self._scan(loose))
        return _united(readings, wanted, _page(current))

    def body(self, sha256: str) -> bytes:
        """Return the bytes of an original; none if the archive cannot give them."""
        try:
            return self._archive.get(sha256)
        except ArchiveError:
            return b""

    def _scan(self, pictures: Sequence[Original]) -> Reading:
        """Read pictures as the pages of one scan, in the order in which the page shows them.

        They go to the child together: sections and tables run on from page to page.
        """
        key = tuple(original.sha256 for original in pictures)
        if key not in self._known:
            self._known[key] = self._scan_anew(key)
        return Reading(source=Source(sha256=pictures[0].sha256), result=self._known[key])

    def _scan_anew(self, pictures: Sequence[str]) -> Report | UnreadableError:
        kept = self._kept(key_of_scan(pictures))
        if kept is not None:
            return kept
        stream = BytesIO()
        try:
            with ZipFile(stream, "w") as pages:
                for number, sha256 in enumerate(pictures):
                    pages.writestr(f"{number:04}", self._archive.get(sha256))
            report = read_original(stream.getvalue())
        except UnreadableError as error:
            return error
        except ArchiveError as error:
            return UnreadableError(ARCHIVE_ERROR, str(error))
        report = replace(report, bundle=None, source=Source())
        self._keep(key_of_scan(pictures), report)
        return report

    def _reading(
        self,
        original: Original,
        pictures: Sequence[Original],
        shown: set[str],
        wanted: Wanted,
    ) -> Reading:
        """Read an original, a second time with its pictures if it is a page that lacks something.

        What the pictures bring is left where it cannot be had: the first reading stands then.
        """
        result = self.original(original.sha256, original.name, wanted)
        if isinstance(result, Report):
            found = _pictures_of(result.images, original.url, pictures)
            shown |= set(found.values())
            if found and not is_whole(result):
                again = self._read(original.sha256, original.name, wanted, found)
                result = again if isinstance(again, Report) else result
        return Reading(source=Source(sha256=original.sha256), result=result)


def reader_of(workspace: Workspace) -> Reader:
    """Return a reader of a workspace's archive that keeps what it reads."""
    return Reader(open_archive(workspace.archive_url), store_of(workspace))


def _is_whole(result: Report | UnreadableError) -> bool:
    return isinstance(result, Report) and is_whole(result)


def _united(readings: Sequence[Reading], wanted: Wanted, page: Source | None) -> ReadFiling:
    try:
        report = unite(readings, wanted, page=page)
    except UnreadableError as error:
        if error.code == "missing" and not readings:
            error = UnreadableError("missing", "no original is archived")
        return ReadFiling(report=None, sha256=None, error=error)
    return ReadFiling(report=report, sha256=report.source.sha256, error=None)


def _page_first(originals: Sequence[Original]) -> list[Original]:
    return sorted(originals, key=lambda item: item.role is not OriginalRole.PAGE)


def _page(current: Sequence[Original]) -> Source | None:
    pages = (item.sha256 for item in current if item.role is OriginalRole.PAGE)
    return next((Source(sha256=sha256) for sha256 in pages), None)


def _is_picture(original: Original) -> bool:
    attached = original.role is OriginalRole.ATTACHMENT
    return attached and (original.media_type or "").startswith("image/")


def _pictures_of(images: Sequence[Image], url: str, pictures: Sequence[Original]) -> dict[str, str]:
    """Return the archived pictures that a page shows: its address of each, and the SHA-256.

    They are known by their whole address, else by a file name that no other has: pages may be
    relative to another address than their own.
    """
    found: dict[str, str] = {}
    room = DEFAULT_LIMITS.body_bytes
    for image in images:
        source = image.source or ""
        original = _archived(source, url, pictures)
        if original is None or image.recognised or is_icon(source):
            continue
        if original.size < SMALLEST_TABLE or original.size > room:
            continue
        room -= original.size
        found[source] = original.sha256
        if len(found) == MOST_PICTURES:
            break
    return found


def _archived(source: str, url: str, pictures: Sequence[Original]) -> Original | None:
    if not source or source.startswith("data:"):
        return None
    try:
        address = _without_scheme(urljoin(url, source))
    except ValueError:
        return None
    exact = [item for item in pictures if _without_scheme(item.url) == address]
    name = _file_name(source)
    named = [item for item in pictures if _file_name(item.url) == name]
    if not exact and len(name) >= _TELLING_NAME and len(named) == 1:
        return named[0]
    return exact[0] if exact else None


def _without_scheme(url: str) -> str:
    return unquote(url.partition("#")[0].partition("://")[2])


def _file_name(address: str) -> str:
    try:
        return unquote(urlsplit(address).path.rpartition("/")[2])
    except ValueError:
        return ""
