"""The history of a filing for people: as lines of text and as a page without scripts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import metadata

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.filing_facts import wanted_of
from monitor.filing_reading import Reader
from monitor.history.classify import classify
from monitor.history.loading import SeenFiling
from monitor.history.model import Change, Proof, Timeline, Turn, Version
from monitor.history.wording import (
    HAPPENINGS,
    KINDS,
    cell_name,
    change_lines,
    happening_line,
    part_name,
    said_of_change,
)
from monitor.history.work import content_of_state
from monitor.language import Bilingual, Language
from monitor.plain import plain
from monitor.rules.masking import mask
from storage.clock import SHANGHAI


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """In what one version of a filing differs from another, by their numbers."""

    before: int
    after: int
    change: Change


class NoVersionError(LookupError):
    """A filing has no version of a number; ``count`` is how many it has."""

    def __init__(self, number: int, count: int) -> None:
        super().__init__(f"no version {number} of {count}")
        self.number, self.count = number, count


def differences_of(timeline: Timeline) -> tuple[Difference, ...]:
    """Return in what each version differs from the one before, as told when it was judged."""
    return tuple(
        Difference(before=version.number - 1, after=version.number, change=version.change)
        for version in timeline.versions
        if version.change is not None
    )


def difference_between(seen: SeenFiling, reader: Reader, before: int, after: int) -> Difference:
    """Read two versions of a filing, as far as they were not read before, and compare them.

    Raises:
        NoVersionError: if there is no version of such a number.
    """
    states = seen.states
    for number in (before, after):
        if not 1 <= number <= len(states):
            raise NoVersionError(number, len(states))
    one, other = states[before - 1], states[after - 1]
    wanted = wanted_of(seen.filing)
    change = classify(
        content_of_state(one, reader, wanted, other.files), content_of_state(other, reader, wanted)
    )
    return Difference(before=before, after=after, change=change)


def text_lines(
    timeline: Timeline, differences: Sequence[Difference], language: Language
) -> Iterator[str]:
    """Yield the history of a filing as lines for a terminal."""
    for line in _lines(timeline, differences):
        yield plain(line.in_language(language)).rstrip()


def _lines(timeline: Timeline, differences: Sequence[Difference]) -> Iterator[Bilingual]:
    name, year = timeline.agency_name or "-", timeline.fiscal_year or "-"
    head = f"[{timeline.filing_id}] {name} {year} {mask(timeline.title)}"
    yield Bilingual(head, head)
    yield Bilingual(f"  {timeline.url}", f"  {timeline.url}")
    for happening in timeline.happenings:
        line = happening_line(happening)
        yield Bilingual(f"  {line.zh}", f"  {line.en}")
        for proof in happening.proofs:
            shown = proof_line(proof)
            yield Bilingual(f"      {shown.zh}", f"      {shown.en}")
    for version in timeline.versions:
        yield from _version_lines(version)
    for each in differences:
        said = said_of_change(each.change)
        yield Bilingual(
            f"  第 {each.before} 版 → 第 {each.after} 版：{said.zh}",
            f"  version {each.before} → {each.after}: {said.en}",
        )
        for line in change_lines(each.change):
            yield Bilingual(f"      {line.zh}", f"      {line.en}")


def _version_lines(version: Version) -> Iterator[Bilingual]:
    since, until = moment(version.seen_from), moment(version.seen_until)
    zh = "现行" if version.current else f"最后见于 {until}"
    en = "stands" if version.current else f"last seen {until}"
    unread = f" ({version.error})" if version.error else ""
    whole = Bilingual("", "") if version.whole else Bilingual("，未能完整读取", ", not read whole")
    yield Bilingual(
        f"  第 {version.number} 版：{since} 起，{zh}{whole.zh}{unread}",
        f"  version {version.number}: from {since}, {en}{whole.en}{unread}",
    )
    for file in version.files:
        yield Bilingual(f"      {file.sha256} {file.url}", f"      {file.sha256} {file.url}")


def proof_line(proof: Proof) -> Bilingual:
    """Return a capture in one line: when, with what status, where it is in the log."""
    result = proof.error if proof.status is None else str(proof.status)
    zh = f"日志第 {proof.position} 条" if proof.position is not None else "不在日志中"
    en = f"log position {proof.position}" if proof.position is not None else "not in the log"
    rest = f"{moment(proof.fetched_at)} {result} {proof.url} {proof.sha256 or ''}"
    return Bilingual(
        f"采集 {proof.capture_id}（{zh}）{rest}", f"capture {proof.capture_id} ({en}) {rest}"
    )


def moment(at: datetime) -> str:
    """Return an instant as people in China write it."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def history_page(
    histories: Sequence[tuple[Timeline, Sequence[Difference]]], language: Language, now: datetime
) -> str:
    """Return the history of filings as one HTML page in both languages, ``language`` first."""
    return (
        _environment()
        .get_template("history.html.j2")
        .render(
            zh=language == "zh",
            histories=histories,
            version=metadata.version("nianbao"),
            shown_at=moment(now),
            both=lambda text: _both(text, language),
            moment=moment,
            plain=plain,
            mask=mask,
            kinds=KINDS,
            happenings=HAPPENINGS,
            said=said_of_change,
            proof_line=proof_line,
            cell_name=cell_name,
            part_name=part_name,
            replaced=Turn.REPLACED,
            turns={
                Turn.ADDED: Bilingual("新增", "added"),
                Turn.REMOVED: Bilingual("删除", "removed"),
                Turn.REPLACED: Bilingual("改动", "changed"),
                Turn.HAD: Bilingual(
                    "此前已有链接，现在才取得", "linked before, only now to be had"
                ),
            },
            bilingual=Bilingual,
        )
    )


def _both(text: Bilingual, language: Language) -> str:
    """Return a text in both languages, once where they are the same."""
    first, second = (text.zh, text.en) if language == "zh" else (text.en, text.zh)
    return plain(first if first == second else f"{first} / {second}")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("monitor.history"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
