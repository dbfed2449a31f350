"""The lines of a digest, each with its evidence, its law, the original and the live page. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.compliance import ComplianceState, Standing
from monitor.findings.standing import FindingRow
from monitor.language import Bilingual
from monitor.notices.composing import number_of
from monitor.notices.following import DONE, Followed
from monitor.rules.catalogue import rulebook
from monitor.telling.lines import Line, agency_line
from monitor.triage.naming import told

INJECTED = "seo-injection"
"""Of what others have put into a page mails say only that it is there, and where."""
_NOT_QUOTED = frozenset({INJECTED})
GROUP_FROM = 6
"""So many findings of one rule and severity are one entry."""
MEMBERS_SHOWN = 12
_FIRST = ("tables", "arithmetic", "citation")
"""Families of rules whose errors come first: those of tables and citations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One agency of an entry that is about several."""

    name: str
    fiscal_year: int | None
    quote: str
    url: str | None
    original: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a digest."""

    name: str
    """Of the agency or portal; empty if it is about the members."""
    fiscal_year: int | None
    message: Bilingual
    title: Bilingual | None = None
    severity: str = ""
    quotes: tuple[str, ...] = ()
    basis: Bilingual | None = None
    notes: tuple[Bilingual, ...] = ()
    url: str | None = None
    """The live page."""
    original: str | None = None
    """SHA-256 of the archived original."""
    members: tuple[Member, ...] = ()
    stands_for: int = 1

    @property
    def unnamed(self) -> int:
        """How many it is about beyond the members it names."""
        return self.stands_for - len(self.members) if self.members else 0


def of_line(line: Line) -> Entry:
    """Return a line of an alert as an entry."""
    return Entry(
        name=line.name,
        fiscal_year=line.fiscal_year,
        message=line.message,
        basis=line.basis,
        notes=tuple(note for note in (line.proof, line.local) if note is not None),
        url=line.url,
        stands_for=line.stands_for,
    )


def standing_entry(
    row: Standing, lateness: FindingRow | None, originals: Mapping[str, str]
) -> Entry:
    """Return the entry about an agency and its year.

    ``lateness`` is what was found about the day of its report; ``originals`` are hashes by
    address: of reports by their page, of columns by theirs.
    """
    entry = of_line(agency_line(row))
    if row.state is ComplianceState.MISSING:
        column = row.columns[0] if row.columns else None
        return replace(entry, url=column, original=originals.get(column or ""))
    original = originals.get(row.report_url or "") or (lateness.sha256 if lateness else None)
    return replace(entry, original=original, quotes=lateness.quotes if lateness else ())


def finding_entry(row: FindingRow) -> Entry:
    """Return the entry about one finding."""
    ruling = row.overlay and Bilingual(f"本地口径：{row.overlay}", f"Local ruling: {row.overlay}")
    return Entry(
        name=row.agency_name,
        fiscal_year=row.fiscal_year,
        title=rule_title(row.rule),
        severity=row.severity,
        message=row.message,
        quotes=_quotes(row)[:2],
        basis=Bilingual(row.basis, row.basis),
        notes=tuple(
            note for note in (ruling or None, told(row.decision) if row.decision else None) if note
        ),
        url=row.url,
        original=row.sha256,
    )


def finding_entries(rows: Iterable[FindingRow]) -> list[Entry]:
    """Return findings by urgency: those of tables and citations first, many of a kind as one."""
    by_rule: dict[tuple[str, str], list[FindingRow]] = {}
    for row in rows:
        by_rule.setdefault((row.severity, row.rule), []).append(row)
    entries = []
    for _, rule in sorted(by_rule, key=lambda key: (not _is_first(key[1]), key[1], key[0])):
        for severity in ("error", "warning", "info"):
            alike = by_rule.pop((severity, rule), [])
            many = len(alike) >= GROUP_FROM
            entries += [_group(alike)] if many else [finding_entry(row) for row in alike]
    return entries


def _group(alike: Sequence[FindingRow]) -> Entry:
    first = alike[0]
    count = len(alike)
    return Entry(
        name="",
        fiscal_year=None,
        title=rule_title(first.rule),
        severity=first.severity,
        message=Bilingual(f"共 {count} 处，例如：{first.message.zh}", _many(count, first)),
        basis=Bilingual(first.basis, first.basis),
        members=tuple(
            Member(
                name=row.agency_name,
                fiscal_year=row.fiscal_year,
                quote=next(iter(_quotes(row)), ""),
                url=row.url,
                original=row.sha256,
            )
            for row in alike[:MEMBERS_SHOWN]
        ),
        stands_for=count,
    )


def _many(count: int, first: FindingRow) -> str:
    return f"{count} of them, such as: {first.message.en}"


def decision_entry(row: FindingRow) -> Entry:
    """Return the entry about a finding that was waived or dismissed: who, until when, why."""
    assert row.decision is not None
    return replace(finding_entry(row), message=told(row.decision), quotes=(), notes=())


def notice_entry(followed: Followed) -> Entry:
    """Return the entry about a notice whose day has passed with something left."""
    notice = followed.notice
    left = [item for item, fate in followed.fates if fate not in DONE]
    day, number, of = notice.answer_by, number_of(notice), len(followed.fates)
    zh = "、".join(dict.fromkeys(item.title.zh for item in left))
    en = ", ".join(dict.fromkeys(item.title.en for item in left))
    return Entry(
        name=notice.agency.name,
        fiscal_year=notice.fiscal_year,
        message=Bilingual(
            f"第{number}号整改通知应于{day}前答复，{of}项中尚有{len(left)}项未整改或无法判断：{zh}。",
            f"Notice No. {number} was to be answered by {day}; {len(left)} of {of} are not put "
            f"right or not known to be: {en}.",
        ),
        url=notice.report.get("url"),
        original=notice.report.get("sha256"),
    )


def rule_title(rule: str) -> Bilingual:
    """Return what a rule is called; a local rule has only its id."""
    known = rulebook().get(rule)
    return known.title if known is not None else Bilingual(rule, rule)


def _is_first(rule: str) -> bool:
    known = rulebook().get(rule)
    if known is None:
        return False
    return any(f".rules.{family}." in f"{known.judge.__module__}." for family in _FIRST)


def _quotes(row: FindingRow) -> tuple[str, ...]:
    return () if row.rule in _NOT_QUOTED else row.quotes
