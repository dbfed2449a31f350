"""In what a version differs from an earlier one, the most serious first. Pure.

Nothing is called a change of the report unless both versions were read whole and in the same way:
what differs else may come from the reading.
"""

from collections.abc import Iterator, Sequence

from monitor.history.cells import changed_cells
from monitor.history.contents import Content, telling_labels
from monitor.history.furniture import own_text
from monitor.history.model import (
    CellChange,
    Change,
    ChangeKind,
    FileChange,
    LabelChange,
    PartChange,
    Turn,
    VersionFile,
)
from monitor.history.prose import changed_parts
from monitor.history.states import bare_address
from monitor.language import Bilingual
from monitor.reading.model import Report
from monitor.rules.likeness import difference
from monitor.rules.masking import mask
from monitor.rules.quoting import flatten
from storage.models import OriginalRole

_MOST_CELLS = 100


def classify(before: Content, after: Content) -> Change:
    """Return in what ``after`` differs from ``before``."""
    files = tuple(changed_files(before, after))
    hijacked = after.injected and not before.injected
    if before.report is None or after.report is None:
        return _unreadable(before, after, files, hijacked=hijacked)
    return _compared(before, after, files, hijacked=hijacked)


def changed_files(before: Content, after: Content) -> Iterator[FileChange]:
    """Yield the files that came, went or have other bytes."""
    ours = {bare_address(file.url): file for file in before.files}
    theirs = {bare_address(file.url): file for file in after.files}
    linked = {bare_address(url) for url in before.links}
    for address in dict.fromkeys((*ours, *theirs)):
        old, new = ours.get(address), theirs.get(address)
        if old is None or new is None or old.sha256 != new.sha256:
            yield _file_change(old, new, had_late=old is None and address in linked)


def _file_change(old: VersionFile | None, new: VersionFile | None, *, had_late: bool) -> FileChange:
    file = new or old
    assert file is not None
    turn = Turn.REPLACED
    if old is None:
        turn = Turn.HAD if had_late else Turn.ADDED
    elif new is None:
        turn = Turn.REMOVED
    return FileChange(
        url=file.url,
        role=file.role,
        turn=turn,
        before=old.sha256 if old else None,
        after=new.sha256 if new else None,
        name=file.name,
    )


def _unreadable(
    before: Content, after: Content, files: tuple[FileChange, ...], *, hijacked: bool
) -> Change:
    """Say no more of versions without a report than that bytes differ, or that it is broken into.

    What intruders write is known by itself, whatever the report said.
    """
    was, is_now = _why_unread(before), _why_unread(after)
    zh = "；".join(
        text
        for text in (
            f"旧版本中未能读出年报（{was}）" if was else "",
            f"新版本中未能读出年报（{is_now}）" if is_now else "",
        )
        if text
    )
    en = "; ".join(
        text
        for text in (
            f"no report could be read in the earlier version ({was})" if was else "",
            f"no report could be read in the later version ({is_now})" if is_now else "",
        )
        if text
    )
    kinds = (ChangeKind.HIJACKED,) if hijacked else ()
    return Change(
        kind=ChangeKind.HIJACKED if hijacked else ChangeKind.INDETERMINATE,
        kinds=kinds,
        certain=hijacked,
        share=None,
        files=files,
        why=Bilingual(zh, en),
    )


def _why_unread(content: Content) -> str | None:
    return None if content.report is not None else content.error or "not-a-report"


def _compared(
    before: Content, after: Content, files: tuple[FileChange, ...], *, hijacked: bool
) -> Change:
    assert before.report is not None
    assert after.report is not None
    cells = list(changed_cells(before.report, after.report))
    parts = tuple(changed_parts(before.report, after.report))
    labels = tuple(_changed_labels(before.report, after.report))
    found = tuple(_kinds(cells, parts, labels, files, hijacked=hijacked))
    why = _doubt(before, after, differs=bool(cells or parts))
    kind = found[0] if found else ChangeKind.FURNITURE
    if why is not None and not hijacked:
        kind = ChangeKind.INDETERMINATE
    return Change(
        kind=kind,
        kinds=found or ((ChangeKind.FURNITURE,) if why is None else ()),
        certain=why is None or hijacked,
        share=difference(
            flatten(own_text(before.report.text)), flatten(own_text(after.report.text))
        ),
        cells=tuple(cells[:_MOST_CELLS]),
        cells_in_all=len(cells),
        parts=parts,
        labels=labels,
        files=files,
        why=why,
    )


def _kinds(
    cells: Sequence[CellChange],
    parts: Sequence[PartChange],
    labels: Sequence[LabelChange],
    files: Sequence[FileChange],
    *,
    hijacked: bool,
) -> Iterator[ChangeKind]:
    if hijacked:
        yield ChangeKind.HIJACKED
    if any(part.turn is not Turn.REPLACED for part in parts):
        yield ChangeKind.SECTION
    if cells:
        yield ChangeKind.NUMBER
    if any(part.turn is Turn.REPLACED for part in parts):
        yield ChangeKind.WORDING
    if labels:
        yield ChangeKind.METADATA
    if any(file.role is OriginalRole.ATTACHMENT and file.turn is not Turn.HAD for file in files):
        yield ChangeKind.ATTACHMENT


def _changed_labels(before: Report, after: Report) -> Iterator[LabelChange]:
    ours, theirs = telling_labels(before), telling_labels(after)
    for name in sorted({*ours, *theirs}):
        old, new = ours.get(name), theirs.get(name)
        if old is None or new is None or flatten(old) != flatten(new):
            yield LabelChange(name=name, before=_shown(old), after=_shown(new))


def _shown(text: str | None) -> str | None:
    return None if text is None else mask(text)


def _doubt(before: Content, after: Content, *, differs: bool) -> Bilingual | None:
    """Return why the comparison is not certain: read in part, or in two ways."""
    if not (before.whole and after.whole):
        which = [not before.whole, not after.whole]
        zh = "前后两个版本均" if all(which) else ("旧版本" if which[0] else "新版本")
        en = "both versions" if all(which) else f"the {'earlier' if which[0] else 'later'} version"
        return Bilingual(
            f"{zh}未能完整读取，差异可能来自读取",
            f"{en} could not be read whole; what differs may come of that",
        )
    assert before.report is not None
    assert after.report is not None
    if differs and before.report.method != after.report.method:
        return Bilingual(
            f"前后两个版本读取方式不同（{before.report.method}、{after.report.method}），"
            "差异可能来自读取",
            f"the versions were read in different ways ({before.report.method}, "
            f"{after.report.method}); what differs may come of that",
        )
    return None
