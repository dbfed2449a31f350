"""Import of registry files: every file whole or not at all, and everything wrong named at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Agency, Portal
from storage.registry.problems import Problem
from storage.registry.references import reference_problems
from storage.registry.rows import Entry, Values, read_rows
from storage.registry.tables import FileKind, read_table

_DEFAULTS: dict[FileKind, Values] = {
    FileKind.PORTALS: {"known_columns": []},
    FileKind.AGENCIES: {"aliases": []},
}
_LINEAGE = frozenset({"merged_into", "renamed_from"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to import: the name to call it by in messages, and its bytes."""

    file: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What became of one file; with ``problems`` nothing of it was imported."""

    file: str
    kind: FileKind | None
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Draft:
    """A file on its way in."""

    file: str
    kind: FileKind | None
    entries: dict[str, Entry] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    def result(self) -> FileResult:
        """Return what became of it, problems in the order of lines."""
        return FileResult(
            file=self.file,
            kind=self.kind,
            added=tuple(self.added),
            changed=tuple(self.changed),
            unchanged=tuple(self.unchanged),
            problems=tuple(sorted(self.problems, key=lambda problem: problem.line or 0)),
        )


def import_files(session: Session, sources: Sequence[Source]) -> list[FileResult]:
    """Import portals and agencies from CSV files in any order.

    Portals go first, so that agencies may name portals of another file of the same call, and
    agencies of all files may name each other. A file with a problem is refused whole, the
    others are imported. Rows are added or brought up to date by id; what a file does not name
    (rows, optional columns) is left alone.

    Returns:
        One result per source, in the order given.
    """
    drafts = [_draft(source) for source in sources]
    _store(session, Portal, _sound(drafts, FileKind.PORTALS), _DEFAULTS[FileKind.PORTALS])
    _refuse_loose_ends(session, drafts)
    _store(session, Agency, _sound(drafts, FileKind.AGENCIES), _DEFAULTS[FileKind.AGENCIES])
    return [draft.result() for draft in drafts]


def _draft(source: Source) -> _Draft:
    table, problems = read_table(source.file, source.content)
    if table is None:
        return _Draft(file=source.file, kind=None, problems=problems)
    entries, wrong = read_rows(table)
    return _Draft(file=source.file, kind=table.kind, entries=entries, problems=problems + wrong)


def _sound(drafts: Iterable[_Draft], kind: FileKind) -> list[_Draft]:
    return [draft for draft in drafts if draft.kind is kind and not draft.problems]


def _refuse_loose_ends(session: Session, drafts: list[_Draft]) -> None:
    """Refuse files whose agencies name what is not there; again, as each refusal takes more away.

    Files refused already are looked at too, so that everything wrong is told at once.
    """
    portals = set(session.scalars(select(Portal.id)))
    stored = {agency.id: agency for agency in session.scalars(select(Agency))}
    agencies = [draft for draft in drafts if draft.kind is FileKind.AGENCIES]
    for draft in agencies:
        if draft.problems:
            own = set(stored) | set(draft.entries)
            draft.problems += reference_problems(draft.file, draft.entries, portals, own, stored)
    while True:
        sound = _sound(drafts, FileKind.AGENCIES)
        known = set(stored).union(*(draft.entries for draft in sound))
        for draft in sound:
            draft.problems += reference_problems(draft.file, draft.entries, portals, known, stored)
        if not any(draft.problems for draft in sound):
            return


def _store(
    session: Session, model: type[Portal] | type[Agency], drafts: list[_Draft], defaults: Values
) -> None:
    stored: list[Portal] | list[Agency] = list(session.scalars(select(model)))  # type: ignore[assignment]
    known: dict[str, Portal | Agency] = {row.id: row for row in stored}
    for draft in drafts:
        for row_id, entry in draft.entries.items():
            if row_id not in known:
                known[row_id] = _new_row(session, model, defaults | entry.values)
                draft.added.append(row_id)
    session.flush()  # before the lineage, which points from agency to agency
    for draft in drafts:
        new = frozenset(draft.added)
        for row_id, entry in draft.entries.items():
            differs = _bring_up_to_date(known[row_id], entry.values)
            if row_id not in new:
                (draft.changed if differs else draft.unchanged).append(row_id)
    session.flush()


def _new_row(
    session: Session, model: type[Portal] | type[Agency], values: Values
) -> Portal | Agency:
    row = model(**{name: value for name, value in values.items() if name not in _LINEAGE})
    session.add(row)
    return row


def _bring_up_to_date(row: Portal | Agency, values: Values) -> bool:
    """Set what differs, and tell whether anything did."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)
