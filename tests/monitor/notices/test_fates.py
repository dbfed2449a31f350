"""What an accused agency may say against a notice, and what becomes of its points then."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.notices.composing import Terms, compose, issue, open_findings
from monitor.notices.days import last_day
from monitor.notices.following import Fate, Followed, follow, open_notices
from monitor.rules.settings import rulings_of
from monitor.triage import Decided, decide
from monitor.triage.subjects import find_subject
from storage.clock import SHANGHAI
from storage.database import reading, transaction
from storage.models import Agency, Filing, FilingState, Judgement, StoredVerdict, TriageAction
from tests.monitor.scene import NOW, YEAR, Scene, at, make_scene

NAME, OTHER = "3f2a9c01" + "ab" * 12, "3f2a9c01" + "cd" * 12
RULE = "requests-unbalanced"
ANSWER_BY = date(YEAR + 1, 4, 30)
AFTER = at(5, 20)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = make_scene(tmp_path)
    scene.portal()
    scene.agency("fin", "清河县财政局")
    yield scene
    scene.engine.dispose()


def noticed(scene: Scene, now: datetime = NOW, answer_by: date = ANSWER_BY) -> None:
    """Issue a notice to the finance bureau."""
    terms = Terms(answer_by=answer_by, author="王芳")
    rulings = rulings_of(scene.workspace)
    with transaction(scene.engine) as session:
        agency = session.get_one(Agency, "fin")
        found = open_findings(session, scene.settings, rulings, YEAR, now)["fin"]
        issue(session, agency, compose(session, agency, YEAR, found, terms, now), terms, now)


def followed(scene: Scene, now: datetime = AFTER) -> Followed:
    rulings = rulings_of(scene.workspace)
    with reading(scene.engine) as session:
        [one] = follow(session, scene.settings, rulings, open_notices(session), now)
        assert one.notice.agency.id == "fin"  # loaded while there is a session
        return one


def fates(scene: Scene, now: datetime = AFTER) -> list[Fate]:
    return [fate for _, fate in followed(scene, now).fates]


def is_overdue(scene: Scene, now: datetime = AFTER) -> bool:
    return followed(scene, now).overdue(now.astimezone(SHANGHAI).date())


def judged(scene: Scene, filing: int, *answers: tuple[str, str, str]) -> None:
    """Judge a filing anew: rule, outcome and name of the finding each."""
    with scene.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE judgements SET current = 0 WHERE filing_id = {filing}")
    judgement = Judgement(
        filing_id=filing, judged_at=NOW, inputs_sha256="1" * 64, read_from="cd" * 32
    )
    judgement.verdicts = [
        StoredVerdict(
            rule=rule, outcome=outcome, severity="error", message_zh="不平。",
            message_en="Unbalanced.", basis="x", evidence=[{"quote": "12"}], fingerprint=name,
        )
        for rule, outcome, name in answers
    ]  # fmt: skip
    scene.rows(judgement)


def change(scene: Scene, key: Any, model: type[Any] = Filing, **values: Any) -> None:
    with transaction(scene.engine) as session:
        for name, value in values.items():
            setattr(session.get_one(model, key), name, value)


def settle(scene: Scene, what: str, now: datetime = NOW) -> None:
    with transaction(scene.engine) as session:
        about = find_subject(session, what)
        why = Decided(action=TriageAction.DISMISS, author="李明", reason="图片中的表")
        decide(session, about.kind, about.key, about.facts, why, now)


@pytest.mark.parametrize(
    "gone", [{"state": FilingState.REMOVED, "gone_crawls": 3}, {"absent_crawls": 1}]
)
def test_a_corrected_report_under_another_address_has_corrected_it(
    scene: Scene, gone: dict[str, Any]
) -> None:
    """Taken down, or left where no list leads any more: nobody publishes the old one now."""
    old = scene.filing("fin")
    scene.finding(old, fingerprint=NAME)
    noticed(scene)
    new = scene.filing("fin", slug="corrected")
    judged(scene, new, (RULE, "pass", OTHER))
    assert fates(scene) == [Fate.STANDING], "both are published"
    change(scene, old, **gone)
    assert fates(scene) == [Fate.CORRECTED]
    judged(scene, new, (RULE, "fail", OTHER))
    assert fates(scene) == [Fate.SIMILAR]


def test_a_report_that_is_gone_is_replaced_by_none_that_is_gone_too(scene: Scene) -> None:
    old, new = scene.filing("fin"), scene.filing("fin", slug="corrected")
    scene.finding(old, fingerprint=NAME)
    noticed(scene)
    judged(scene, new, (RULE, "pass", OTHER))
    change(scene, old, absent_crawls=1)
    change(scene, new, absent_crawls=1)
    assert fates(scene) == [Fate.STANDING]


def test_what_was_dismissed_stays_so_when_it_is_found_no_more(scene: Scene) -> None:
    filing = scene.filing("fin")
    scene.finding(filing, fingerprint=NAME)
    noticed(scene)
    settle(scene, NAME)
    assert fates(scene) == [Fate.SETTLED]
    judged(scene, filing, (RULE, "indeterminate", OTHER))
    assert fates(scene) == [Fate.SETTLED]
    judged(scene, filing, (RULE, "fail", OTHER))
    assert fates(scene) == [Fate.SETTLED], "another place is no matter of this point"


def test_what_can_be_told_no_more_is_settled_by_who_looked(scene: Scene) -> None:
    filing = scene.filing("fin")
    scene.finding(filing, fingerprint=NAME)
    noticed(scene)
    judged(scene, filing, (RULE, "indeterminate", OTHER))
    assert fates(scene) == [Fate.UNKNOWN]
    settle(scene, NAME[:10])
    assert fates(scene) == [Fate.SETTLED]
    judged(scene, filing, (RULE, "fail", NAME))
    assert fates(scene) == [Fate.STANDING], "it is found again, and nobody decided about that"


def test_a_rule_that_was_switched_off_reproaches_nobody(scene: Scene) -> None:
    filing = scene.filing("fin")
    scene.finding(filing, fingerprint=NAME)
    noticed(scene)
    judged(scene, filing, ("cell-blank", "pass", OTHER))
    assert fates(scene) == [Fate.SETTLED]


def test_a_missing_report_that_is_owed_no_more_is_settled(scene: Scene) -> None:
    scene.crawl()
    noticed(scene)
    assert fates(scene, at(2, 6)) == [Fate.STANDING]
    with transaction(scene.engine) as session:
        about = find_subject(session, f"fin/{YEAR}")
        why = Decided(
            action=TriageAction.WAIVE, author="王芳", approver="李明", reason="机构撤并",
            until=at(12, 31).date(),
        )  # fmt: skip
        decide(session, about.kind, about.key, about.facts, why, NOW)
    assert fates(scene, at(2, 6)) == [Fate.SETTLED]


@pytest.mark.parametrize(
    ("answer_by", "due"),
    [
        (date(2024, 4, 30), date(2024, 4, 30)),
        (date(2024, 4, 27), date(2024, 4, 29)),
        (date(2024, 5, 1), date(2024, 5, 6)),
        (date(2024, 10, 1), date(2024, 10, 8)),
        (date(2023, 12, 30), date(2024, 1, 2)),
        (date(2025, 1, 31), date(2025, 2, 3)),
    ],
)
def test_an_answer_is_in_time_on_the_next_day_that_offices_are_open(
    answer_by: date, due: date
) -> None:
    assert last_day(answer_by) == due


def test_nobody_is_overdue_on_a_holiday(scene: Scene) -> None:
    scene.finding(scene.filing("fin"), fingerprint=NAME)
    noticed(scene, answer_by=date(2024, 5, 1))
    assert not is_overdue(scene, at(5, 6))
    assert is_overdue(scene, at(5, 7))


@pytest.mark.parametrize(
    ("ended", "overdue"), [(date(2024, 3, 31), False), (date(2024, 12, 31), True)]
)
def test_an_agency_that_is_no_more_owes_no_answer(scene: Scene, ended: date, overdue: bool) -> None:
    scene.finding(scene.filing("fin"), fingerprint=NAME)
    noticed(scene)
    change(scene, "fin", Agency, valid_to=ended)
    assert is_overdue(scene) is overdue
