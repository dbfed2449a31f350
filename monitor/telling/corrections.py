"""Reports whose new files no longer have findings that the former ones had."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.language import Bilingual
from monitor.rules.catalogue import rulebook
from monitor.rules.model import Outcome
from monitor.telling.events import CORRECTED
from monitor.telling.report_news import ReportNews, name_of
from storage.captures import CHUNK
from storage.models import Filing, FilingVersion, Judgement

_ABOUT_TEXT = frozenset({"document", "report", "outline"})
_GRAVE = frozenset({"error", "warning"})


def corrections(
    session: Session, filings: Mapping[int, tuple[Filing, str | None]]
) -> Iterator[ReportNews]:
    """Yield the reports whose new files no longer have findings that the former ones had."""
    for filing_id, judgements in _judgements(session, list(filings)).items():
        now, before = judgements[-1], _of_other_files(judgements)
        if before is None or now.read_from is None or not _is_comparable(before, now):
            continue
        gone = sorted(_grave(before) - _of_rules(before, _undecided(now)) - _failing(now))
        if gone:
            filing, name = filings[filing_id]
            yield _correction(filing, name, now.read_from, gone)


def _correction(
    filing: Filing, name: str | None, read_from: str, gone: Collection[tuple[str, str]]
) -> ReportNews:
    titles = {rule: rulebook()[rule].title for rule, _ in gone}
    zh = "、".join(title.zh for title in titles.values())
    en = ", ".join(title.en for title in titles.values())
    return ReportNews(
        kind=CORRECTED,
        filing=filing,
        name=name_of(filing, name),
        message=Bilingual(
            f"年报修改后，此前发现的 {len(gone)} 个问题已不存在：{zh}。",
            f"Since the report was changed, {len(gone)} findings are gone: {en}.",
        ),
        fingerprint=f"{CORRECTED}|{filing.id}|{read_from}",
    )


def _judgements(session: Session, filing_ids: Sequence[int]) -> dict[int, list[Judgement]]:
    """Return the judgements of the filings with several versions, oldest first."""
    found: dict[int, list[Judgement]] = {}
    for start in range(0, len(filing_ids), CHUNK):
        chunk = filing_ids[start : start + CHUNK]
        several = select(FilingVersion.filing_id).where(
            FilingVersion.number > 1, FilingVersion.filing_id.in_(chunk)
        )
        query = select(Judgement).where(Judgement.filing_id.in_(several)).order_by(Judgement.id)
        for judgement in session.scalars(query):
            found.setdefault(judgement.filing_id, []).append(judgement)
    return found


def _of_other_files(judgements: Sequence[Judgement]) -> Judgement | None:
    now = judgements[-1]
    others = (each for each in reversed(judgements) if each.read_from not in (None, now.read_from))
    return next(others, None)


def _is_comparable(before: Judgement, now: Judgement) -> bool:
    """Tell whether the same reader and the same rules judged both: else they are what changed."""
    return (before.reading_version, before.settings_sha256) == (
        now.reading_version,
        now.settings_sha256,
    )


def _grave(judgement: Judgement) -> set[tuple[str, str]]:
    """Return the findings about the text, by rule and name."""
    return {
        (each.rule, each.fingerprint or "")
        for each in judgement.verdicts
        if each.outcome == Outcome.FAIL.value
        and each.severity in _GRAVE
        and each.rule in rulebook()
        and rulebook()[each.rule].needs & _ABOUT_TEXT
        and each.rule_version == rulebook()[each.rule].version
    }


def _failing(judgement: Judgement) -> set[tuple[str, str]]:
    return {
        (each.rule, each.fingerprint or "")
        for each in judgement.verdicts
        if each.outcome == Outcome.FAIL.value
    }


def _undecided(judgement: Judgement) -> set[str]:
    """Return the rules that cannot tell any more, or were not asked."""
    decided = {Outcome.FAIL.value, Outcome.PASS.value}
    asked = {each.rule for each in judgement.verdicts if each.outcome in decided}
    return set(rulebook()) - asked


def _of_rules(judgement: Judgement, rules: Collection[str]) -> set[tuple[str, str]]:
    return {(rule, name) for rule, name in _failing(judgement) if rule in rules}
