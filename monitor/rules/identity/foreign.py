"""The rule about another agency's name that was left in a report."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from monitor.reading.statements import NameRole
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.identity.agency import is_name_doubtful, is_same_agency
from monitor.rules.identity.own import Naming, namings, own_agency, plain_name
from monitor.rules.kinds import kind_by_name
from monitor.rules.model import AgencyFacts, Evidence, Facts, Finding, Severity
from monitor.rules.originals import letters_doubtful, nothing_found
from monitor.rules.quoting import Passage, passages
from storage.models import AgencyKind
from storage.registry.names import normalise_name
from storage.registry.places import leading_places

_BUREAU = re.compile(r"(?:局|委|委员会|厅|办公室|办|署)$")
_SAME_KIND = frozenset({AgencyKind.DEPARTMENT, AgencyKind.TOWNSHIP, AgencyKind.DISPATCHED})
_CLAUSE = re.compile(r"[,;:。]")
_TITLES = re.compile(r"《[^《》]{0,300}》")


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """Another agency as the subject of a sentence about disclosure."""

    name: str
    severity: Severity
    passage: Passage
    start: int
    end: int


@rule(
    "foreign-agency-name",
    zh="混入其他机关名称",
    en="another agency's name",
    severity=Severity.WARNING,
    formats=ALL,
    basis="《政府信息公开条例》第四十九条；国办公开办函〔2021〕30号（内容准确、避免雷同）",
    basis_2019="《政府信息公开条例》第四十九条",
    basis_2008="国务院令第492号第三十一条（年度报告）",
)
def foreign_agency_name(facts: Facts) -> Iterator[Finding]:
    """A sentence about the report's own work has another agency of the same kind as its subject.

    What it does: Looks for agencies of the registry, else bureaus of the same place, as subject of
        disclosing, receiving requests or following the Regulation, and in the report's own title
        (an error). Partners, superiors, lists, branches, 《》, reorganised agencies are left alone.
    Why it matters: The sentence was copied from another agency's report.
    Legal basis: 《政府信息公开条例》第四十九条: every agency reports on itself.
    Example that fails: 某县科技局's report: 某县教育局认真贯彻《条例》，推进政府信息公开工作。
    Example that passes: 会同某县教育局开展培训；某县教育局转来申请1件。
    How to put it right: Write the agency's own name, and check the figures of the sentence.
    """
    report, agency = facts.report, own_agency(facts)
    assert report is not None
    if agency is None:
        yield not_applicable("机关名称不明。", "The agency's name is not known.")
        return
    answers = [*_own_titles(facts, agency), *_subjects(facts, agency)]
    yield from answers
    if not answers:
        yield from nothing_found(report, "是否混入其他机关名称", "whether other agencies are named")


def _own_titles(facts: Facts, agency: AgencyFacts) -> Iterator[Finding]:
    report = facts.report
    assert report is not None
    found = list(namings(report))
    in_title = {plain_name(item.name) for item in found if item.passage is None}
    for naming in found:
        other = plain_name(naming.name)
        if naming.passage is None or other in in_title or is_same_agency(naming.name, agency):
            continue
        if is_name_doubtful(naming.name, agency) or not _is_separate(other, agency):
            continue
        yield _title_answer(facts, agency, naming)


def _title_answer(facts: Facts, agency: AgencyFacts, naming: Naming) -> Finding:
    report = facts.report
    assert report is not None
    assert naming.passage is not None
    if letters_doubtful(report, naming.passage.place):
        return _doubtful(naming.name, naming.evidence)
    return fail(
        f"{agency.name}的年报{naming.part_zh}把本报告写作“{naming.name}”的年报。",
        f"The report of {agency.name} calls itself that of {naming.name} in its {naming.part_en}.",
        *naming.evidence,
        severity=Severity.ERROR,
    )


def _subjects(facts: Facts, agency: AgencyFacts) -> Iterator[Finding]:
    report = facts.report
    assert report is not None
    for item in _foreign_subjects(facts, agency):
        evidence = (item.passage.evidence(item.start, item.end),)
        if agency.reorganised or letters_doubtful(report, item.passage.place):
            yield _doubtful(item.name, evidence)
            continue
        yield fail(
            f"{agency.name}的年报以“{item.name}”为主语叙述公开工作，疑为照搬其他机关年报。",
            f"The report of {agency.name} tells of its work with {item.name} as the subject.",
            *evidence,
            severity=item.severity,
        )


def _doubtful(name: str, evidence: tuple[Evidence, ...]) -> Finding:
    return indeterminate(
        f"文中出现“{name}”，但机关曾调整或者文字读取存疑，请核对。",
        f"{name} is named, but the agency was reorganised or it was not read for certain.",
        *evidence,
    )


def _foreign_subjects(facts: Facts, agency: AgencyFacts) -> Iterator[Foreign]:
    kind = kind_by_name(agency.name)
    if kind not in _SAME_KIND or (
        kind is AgencyKind.DEPARTMENT and not _BUREAU.search(agency.name)
    ):
        return
    roster = _roster(facts.known_agencies, agency.name, agency.aliases)
    report = facts.report
    assert report is not None
    for item in passages(report):
        text = _TITLES.sub(lambda match: "\u25a1" * len(match[0]), item.flat)
        spans = {match.span(): match[0] for match in roster.finditer(text)} if roster else {}
        for (start, end), name in spans.items():
            severity = _as_subject(text, start, end)
            if severity is not None:
                yield Foreign(name=name, severity=severity, passage=item, start=start, end=end)
    if roster is None:
        yield from _without_roster(facts, agency)


def _without_roster(facts: Facts, agency: AgencyFacts) -> Iterator[Foreign]:
    """Yield bureaus of the agency's own place; whether they report themselves is not known."""
    statements, report = facts.statements, facts.report
    assert statements is not None
    assert report is not None
    names = {
        name.text
        for name in statements.names
        if name.kind == "agency"
        and name.certain
        and not name.in_title
        and name.role in (NameRole.ACTOR, NameRole.UNKNOWN)
        and _is_other(name.text, agency)
        and _last_place(name.text) is not None
    }
    for item in passages(report) if names else ():
        text = _TITLES.sub(lambda match: "\u25a1" * len(match[0]), item.flat)
        for match in _any_of(tuple(sorted(names, key=len, reverse=True))).finditer(text):
            if _as_subject(text, *match.span()) is not None:
                yield Foreign(
                    name=match[0],
                    severity=Severity.WARNING,
                    passage=item,
                    start=match.start(),
                    end=match.end(),
                )


def _as_subject(text: str, start: int, end: int) -> Severity | None:
    """Return how grave it is that the name is the subject of its sentence; None if it is not."""
    words = _words()
    left = max(text.rfind(sign, 0, start) for sign in "。;!?") + 1
    right = min((at for sign in "。;!?" if (at := text.find(sign, end)) >= 0), default=len(text))
    sentence, before, after = text[left:right], text[left:start], text[end:right][:120]
    begins = re.fullmatch(words["before"], _CLAUSE.split(before)[-1])
    earlier = _CLAUSE.split(before)[:-1]
    if begins is None or any(not re.fullmatch(words["before"], clause) for clause in earlier):
        return None
    if re.match(words["not_subject"], after) or re.search(words["other_part"], sentence):
        return None
    if re.match(words["adverbs"] + words["result"], after):
        return Severity.ERROR
    if re.match(words["adverbs"] + words["work"], after):
        ours = re.search(words["ourselves"], sentence) is not None
        return Severity.ERROR if ours else Severity.WARNING
    return None


@lru_cache(maxsize=64)
def _roster(names: tuple[str, ...], own: str, aliases: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return a pattern for the other agencies of the kind, with and without superior places."""
    agency = AgencyFacts(name=own, aliases=aliases)
    forms = {form for name in names if _is_other(name, agency) for form in _forms(name)}
    return _any_of(tuple(sorted(forms, key=len, reverse=True))) if forms else None


@lru_cache(maxsize=64)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, names)))


def _forms(name: str) -> Iterator[str]:
    rest = normalise_name(name)
    yield rest
    for place in leading_places(rest)[:-1]:
        rest = rest.removeprefix(place)
        yield rest


def _is_other(name: str, agency: AgencyFacts) -> bool:
    """Whether a name is of a body of the same kind and place that is surely another one."""
    other = normalise_name(name)
    if kind_by_name(other) is not kind_by_name(agency.name) or is_same_agency(name, agency):
        return False
    if kind_by_name(other) is AgencyKind.DEPARTMENT and not _BUREAU.search(other):
        return False
    if re.search(_words()["of_whole_area"], other) or not _is_separate(other, agency):
        return False
    places = {_last_place(other), _last_place(normalise_name(agency.name))}
    return None in places or len(places) == 1


def _is_separate(other: str, agency: AgencyFacts) -> bool:
    """Whether neither name is part of the other, as that of a branch is of its bureau."""
    names = [normalise_name(name) for name in (agency.name, *agency.aliases)]
    cores = [name[sum(map(len, leading_places(name))) :] for name in names]
    return not any(name in other or other in name for name in (*names, *filter(None, cores)))


def _last_place(name: str) -> str | None:
    places = leading_places(name)
    return places[-1] if places else None


@cache
def _words() -> Mapping[str, str]:
    file = resources.files(__package__ or "") / "foreign.toml"
    words: Mapping[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))["agency"]
    return words
