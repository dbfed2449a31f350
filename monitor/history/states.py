"""Which files a filing was made of, when: told from its originals and the captures of them. Pure.

What changes in one crawl is one change: a page and the files it links are fetched one after the
other. A page whose article is what it was is kept as a capture only, and makes no version; neither
does a file that is there again as it was.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.history.model import VersionFile
from storage.models import OriginalRole

NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """An original of a filing."""

    url: str
    sha256: str
    role: OriginalRole
    name: str | None
    media_type: str
    size: int
    capture_id: int
    fetched_at: datetime
    superseded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A capture of an address of a filing, whatever came of it."""

    capture_id: int
    crawl_id: int | None
    url: str
    at: datetime
    status: int | None
    error: str | None
    sha256: str | None
    to_home: bool = False
    """True if it ended on the portal's front page instead."""

    @property
    def shows(self) -> bool:
        """Whether the server gave what was asked for, or said that it had not changed."""
        if self.error is not None or self.to_home:
            return False
        answered = self.status is not None and 200 <= self.status < 300
        return self.status == NOT_MODIFIED or (self.sha256 is not None and answered)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The files of a filing between two changes."""

    seen_from: datetime
    seen_until: datetime
    current: bool
    files: tuple[VersionFile, ...]

    @property
    def bytes_sha256(self) -> str:
        """The hash of the addresses and hashes of the files."""
        return bytes_hash((each.url, each.sha256) for each in self.files)


def bytes_hash(files: Iterable[tuple[str, str]]) -> str:
    """Return the hash over addresses and hashes of files, whatever their order."""
    lines = sorted(f"{url} {sha256}\n" for url, sha256 in files)
    return hashlib.sha256("".join(lines).encode(errors="backslashreplace")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A file that is another from here on; None: it is no longer part of the filing."""

    at: datetime
    crawl: int | None
    address: str
    file: VersionFile | None


def states_of(files: Sequence[KeptFile], sightings: Iterable[Sighting]) -> tuple[State, ...]:
    """Return the states of a filing, the first archived first; none if nothing was archived."""
    seen: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sorted(sightings, key=lambda each: (each.at, each.capture_id)):
        if sighting.shows:
            seen[bare_address(sighting.url)].append(sighting)
    by_address: dict[str, list[KeptFile]] = defaultdict(list)
    for file in files:
        by_address[bare_address(file.url)].append(file)
    steps = [
        step
        for address, versions in by_address.items()
        for step in _steps(address, versions, seen[address])
    ]
    steps.sort(key=lambda each: (each.at, each.file.capture_id if each.file else 0))
    last = {address: seen[address] for address in by_address}
    return tuple(_states(_groups(steps), last))


def bare_address(url: str) -> str:
    """Return an address as it is compared: http and https are one."""
    return url.partition("#")[0].partition("://")[2]


def _steps(
    address: str, versions: Sequence[KeptFile], sightings: Sequence[Sighting]
) -> Iterator[_Step]:
    """Yield which of its versions a file was from when on, and when it was dropped."""
    known = {file.sha256: file for file in versions}
    now: KeptFile | None = None
    crawls = {each.capture_id: each.crawl_id for each in sightings}
    told = [
        (each.at, each.capture_id, known[each.sha256])
        for each in sightings
        if each.sha256 in known and each.at >= known[each.sha256].fetched_at
    ]
    told += [(file.fetched_at, file.capture_id, file) for file in versions]
    for at, capture_id, file in sorted(told, key=lambda each: each[:2]):
        if now is not None and now.sha256 == file.sha256:
            continue
        now = file
        crawl = crawls.get(capture_id)
        yield _Step(at=at, crawl=crawl, address=address, file=_version_file(file, capture_id))
    ends = [file.superseded_at for file in versions if file.superseded_at is not None]
    if len(ends) == len(versions):
        yield _Step(at=max(ends), crawl=None, address=address, file=None)


def _version_file(file: KeptFile, capture_id: int) -> VersionFile:
    return VersionFile(
        url=file.url,
        sha256=file.sha256,
        role=file.role,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        capture_id=capture_id,
    )


def _groups(steps: Sequence[_Step]) -> Iterator[list[_Step]]:
    """Put the steps of one crawl together; a file that changes twice in it begins another."""
    group: list[_Step] = []
    for step in steps:
        if group and not _belongs(step, group):
            yield group
            group = []
        group.append(step)
    if group:
        yield group


def _belongs(step: _Step, group: Sequence[_Step]) -> bool:
    if any(each.address == step.address for each in group):
        return False
    crawls = {each.crawl for each in group} - {None}
    if step.crawl is None:  # dropped, or kept outside a crawl: then the instant tells
        return any(each.at == step.at for each in group)
    return crawls <= {step.crawl} and (bool(crawls) or group[-1].at == step.at)


def _states(
    groups: Iterable[Sequence[_Step]], seen: Mapping[str, Sequence[Sighting]]
) -> Iterator[State]:
    files: dict[str, VersionFile] = {}
    found: list[tuple[datetime, datetime, dict[str, VersionFile]]] = []
    for group in groups:
        after = dict(files)
        for step in group:
            after.pop(step.address, None)
            if step.file is not None:
                after[step.address] = step.file
        if _hashes(after) != _hashes(files) and after:
            found.append((group[0].at, group[-1].at, after))
            files = after
    for number, (_, whole_at, members) in enumerate(found):
        ends = found[number + 1][0] if number + 1 < len(found) else None
        yield State(
            seen_from=whole_at,
            seen_until=_last_seen(members, seen, whole_at, ends),
            current=ends is None,
            files=tuple(sorted(members.values(), key=_page_first)),
        )


def _hashes(files: Mapping[str, VersionFile]) -> dict[str, str]:
    return {address: file.sha256 for address, file in files.items()}


def _page_first(file: VersionFile) -> tuple[bool, int]:
    return file.role is not OriginalRole.PAGE, file.capture_id


def _last_seen(
    members: Mapping[str, VersionFile],
    seen: Mapping[str, Sequence[Sighting]],
    since: datetime,
    before: datetime | None,
) -> datetime:
    """Return when a page of a state was last seen; of files alone, when one of them was."""
    pages = [key for key, file in members.items() if file.role is OriginalRole.PAGE]
    times = [
        each.at
        for address in pages or members
        for each in seen.get(address, ())
        if before is None or each.at < before
    ]
    return max((since, *times))
