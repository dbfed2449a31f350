"""The command ``nianbao triage``, and what its decisions change elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.monitor.cli.program import Done, nianbao
from tests.monitor.scene import YEAR, Scene, at, make_scene

NAME = "3f2a9c01" + "ab" * 12
OTHER = "3f2a9c01" + "cd" * 12
AFTER = "2026-12-31"


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.delenv("NIANBAO_DATABASE_URL", raising=False)
    monkeypatch.setenv("NIANBAO_NOW", at(5, 1).isoformat())
    scene = make_scene(tmp_path)
    scene.portal()
    scene.agency("fin", "清河县财政局")
    yield scene
    scene.engine.dispose()


def run(scene: Scene, *words: str, lang: str = "en") -> Done:
    return nianbao("--lang", lang, *words, workspace=scene.workspace.directory)


def triage(scene: Scene, *words: str) -> Done:
    return run(scene, "triage", *words)


def listed(scene: Scene, *words: str) -> list[dict[str, object]]:
    return triage(scene, *words, "--format", "jsonl").objects()


def test_a_dismissed_finding_is_counted_and_listed_no_more(scene: Scene) -> None:
    scene.finding(scene.filing("fin"), fingerprint=NAME)
    assert run(scene, "findings").code == 1
    done = triage(scene, "dismiss", NAME[:8], "--author", "李明", "--reason", "图片中的表")
    assert done.code == 0, done.err
    assert "清河县财政局" in done.err
    assert run(scene, "findings").code == 0
    [row] = run(scene, "findings", "--all", "--format", "jsonl").objects()
    assert (row["triage"]["action"], row["triage"]["reason"]) == ("dismiss", "图片中的表")
    [state] = run(scene, "status", "--fiscal-year", str(YEAR), "--format", "jsonl").objects()
    assert state["findings"]["error"] == 0
    [record] = listed(scene, "rules")
    assert (record["rule"], record["dismissed"]) == ("requests-unbalanced", 1)


def test_it_comes_back_when_the_report_says_something_else(scene: Scene) -> None:
    filing = scene.filing("fin")
    scene.finding(filing, fingerprint=NAME)
    triage(scene, "dismiss", NAME, "--author", "李明", "--reason", "图片中的表")
    with scene.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE judgements SET current = 0")
    scene.finding(filing, fingerprint=NAME, evidence=[{"quote": "13", "table": "requests"}])
    assert run(scene, "findings").code == 1
    assert listed(scene, "list") == []
    actions = [(row["action"], row["author"]) for row in listed(scene, "history", NAME)]
    assert actions == [("dismiss", "李明"), ("reopen", "nianbao")]


def test_a_waived_report_is_owed_no_more_until_the_day(scene: Scene) -> None:
    done = triage(
        scene, "waive", f"fin/{YEAR}", "--author", "王芳", "--approver", "李明",
        "--reason", "机构撤并", "--until", f"{YEAR + 1}-06-30",
    )  # fmt: skip
    assert done.code == 0, done.err
    year = ("status", "--fiscal-year", str(YEAR), "--format", "jsonl")
    assert run(scene, *year).objects()[0]["state"] == "waived"
    later = run(scene, *year, "--as-of", f"{YEAR + 1}-07-02").objects()[0]
    assert later["state"] != "waived"


def test_nothing_is_changed_or_lost_in_the_history(scene: Scene) -> None:
    scene.finding(scene.filing("fin"), fingerprint=NAME)
    triage(scene, "acknowledge", NAME, "--author", "王芳")
    triage(scene, "confirm", NAME, "--author", "王芳")
    triage(scene, "reopen", NAME, "--author", "李明", "--reason", "另有说法")
    history = listed(scene, "history", NAME)
    assert [row["action"] for row in history] == ["acknowledge", "confirm", "reopen"]
    assert [row["id"] for row in history] == [1, 2, 3]
    assert listed(scene, "list") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("waive", f"fin/{YEAR}", "--author", "王芳", "--approver", "王芳", "--reason", "x",
          "--until", "2099-01-01"), "somebody else"),
        (("snooze", f"fin/{YEAR}", "--author", "王芳", "--until", "2001-01-01"), "has passed"),
        (("snooze", f"fin/{YEAR}", "--author", "王芳", "--until", "31.3."), "2026-03-31"),
        (("dismiss", f"fin/{YEAR}", "--author", "王芳", "--reason", "x"), "only findings"),
        (("dismiss", NAME, "--author", "  ", "--reason", "x"), "--author"),
        (("dismiss", NAME, "--author", "王芳", "--reason", " "), "--reason"),
        (("acknowledge", "nobody/2025", "--author", "王芳"), "AGENCY/YEAR"),
        (("acknowledge", "portal:none", "--author", "王芳"), "portal:ID"),
        (("acknowledge", "3f2a9c01", "--author", "王芳"), "several findings"),
        (("acknowledge", "ffffffff", "--author", "王芳"), "no finding that stands"),
    ],
)  # fmt: skip
def test_a_decision_nobody_answers_for_is_refused(
    scene: Scene, words: tuple[str, ...], said: str
) -> None:
    filing = scene.filing("fin")
    scene.finding(filing, fingerprint=NAME)
    scene.finding(filing, "cell-blank", fingerprint=OTHER)
    done = triage(scene, *words)
    assert (done.code, said in done.err) == (2, True), done.err
    assert listed(scene, "list", "--all") == []


def test_trouble_of_a_portal_can_be_put_off(scene: Scene) -> None:
    done = triage(scene, "snooze", "portal:qh", "--author", "王芳", "--until", f"{YEAR + 1}-05-20")
    assert done.code == 0, done.err
    [row] = listed(scene, "list")
    assert (row["kind"], row["subject"], row["until"]) == ("portal", "qh", f"{YEAR + 1}-05-20")


def test_hostile_reasons_act_on_no_terminal(scene: Scene) -> None:
    scene.finding(scene.filing("fin"), fingerprint=NAME)
    triage(scene, "dismiss", NAME, "--author", "\x1b[31m[b]x", "--reason", "\x1b]0;t\x07")
    for lang in ("zh", "en"):
        assert "\x1b" not in run(scene, "triage", "list", lang=lang).out


def stray(scene: Scene) -> int:
    scene.crawl()
    return scene.filing(None, slug="stray", agency_name=None)


def state(scene: Scene) -> dict[str, object]:
    year = ("status", "--fiscal-year", str(YEAR), "--format", "jsonl")
    [row] = run(scene, *year).objects()
    return row


def test_a_doubt_about_a_report_is_settled_by_who_looked_at_it(scene: Scene) -> None:
    filing = stray(scene)
    assert state(scene)["state"] == "crawler_suspect"
    shown = run(scene, "status", "--fiscal-year", str(YEAR)).out
    assert f"rule-out fin/{YEAR} {filing}" in " ".join(shown.split())
    said = ("--author", "李明", "--reason", "是事业单位的")
    done = triage(scene, "rule-out", f"fin/{YEAR}", str(filing), *said)
    assert done.code == 0, done.err
    assert "stray.html" in done.err
    assert state(scene)["state"] == "missing"
    assert triage(scene, "reopen", f"fin/{YEAR}#{filing}", *said).code == 0
    address = "http://www.qh.gov.cn/nb/stray.html"
    assert triage(scene, "assign", f"fin/{YEAR}", address, *said).code == 0
    assert (state(scene)["state"], state(scene)["report_url"]) == ("on_time", address)
    actions = [row["action"] for row in listed(scene, "history", f"fin/{YEAR}#{filing}")]
    assert actions == ["rule_out", "reopen", "assign"]
    [held] = listed(scene, "list")
    assert (held["kind"], held["subject"]) == ("report", f"fin/{YEAR}#{filing}")


def test_mistakes_about_reports_are_told(scene: Scene) -> None:
    stray(scene)
    for words, said in (
        (("rule-out", f"fin/{YEAR}", "999"), "no report '999'"),
        (("assign", f"nobody/{YEAR}", "1"), "AGENCY/YEAR"),
        (("acknowledge", f"fin/{YEAR}#1"), "decide nothing else"),
        (("reopen", f"fin/{YEAR}#77"), "AGENCY/YEAR#REPORT"),
    ):
        done = triage(scene, *words, "--author", "王芳", "--reason", "x")
        assert (done.code, said in " ".join(done.err.split())) == (2, True), done.err


def test_a_waiver_settles_what_is_found_about_the_duty_at_once(scene: Scene) -> None:
    filing = scene.filing("fin")
    scene.finding(filing, "published-late", fingerprint=NAME)
    waiver = (
        "--author", "王芳", "--approver", "李明", "--reason", "机构撤并",
        "--until", f"{YEAR + 1}-06-30",
    )  # fmt: skip
    assert triage(scene, "waive", f"fin/{YEAR}", *waiver).code == 0
    assert run(scene, "findings").code == 0
    assert state(scene)["findings"] == {"error": 0, "warning": 0, "info": 0}
    [row] = run(scene, "findings", "--all", "--format", "jsonl").objects()
    assert row["triage"]["action"] == "waive"
    scene.finding(filing, fingerprint=OTHER)
    with scene.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE judgements SET current = (id = 2)")
    assert run(scene, "findings").code == 1, "a wrong sum is no matter of the duty"
