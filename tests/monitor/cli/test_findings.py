"""The command ``nianbao findings``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.monitor.cli.program import Done, nianbao
from tests.monitor.scene import HOSTILE, YEAR, Scene, make_scene


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.delenv("NIANBAO_DATABASE_URL", raising=False)
    scene = make_scene(tmp_path)
    scene.portal()
    scene.agency("fin", "清河县财政局")
    scene.agency("edu", HOSTILE)
    yield scene
    scene.engine.dispose()


def findings(scene: Scene, *options: str, lang: str = "en") -> Done:
    place = scene.workspace.directory
    return nianbao("--lang", lang, "findings", *options, workspace=place)


def test_nothing_found_ends_with_0_and_says_so(scene: Scene) -> None:
    done = findings(scene)
    assert (done.code, done.out) == (0, "error 0, warning 0, info 0\n")
    assert findings(scene, "--format", "jsonl").out == ""


def test_findings_are_listed_gravest_first_with_all_keys(scene: Scene) -> None:
    filing = scene.filing("fin")
    scene.finding(filing, "cell-blank", severity="warning")
    scene.finding(filing, "requests-unbalanced")
    done = findings(scene, "--format", "jsonl")
    assert done.code == 1
    first, second = done.objects()
    assert (first["rule"], second["rule"]) == ("requests-unbalanced", "cell-blank")
    assert set(first) == {
        *("agency", "agency_name", "fiscal_year", "severity", "rule", "message_zh", "message_en"),
        *("quotes", "basis", "url", "sha256", "judged_at", "fingerprint", "overlay"),
        "triage",
    }
    assert first["quotes"] == ["本年新收政府信息公开申请数量 12"]


def test_only_what_stands_now_is_listed(scene: Scene) -> None:
    filing = scene.filing("fin")
    scene.finding(filing, "passed", outcome="pass")
    scene.finding(filing, "unsure", outcome="indeterminate")
    scene.finding(filing, "requests-unbalanced")
    with scene.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE judgements SET current = 0")
    assert findings(scene).code == 0


def test_year_agency_and_severity_narrow_the_list(scene: Scene) -> None:
    scene.finding(scene.filing("fin"), "cell-blank", severity="warning")
    scene.finding(scene.filing("edu", year=YEAR - 1), "stat-period-missing", severity="info")

    def rules(*options: str) -> list[str]:
        return [row["rule"] for row in findings(scene, *options, "--format", "jsonl").objects()]

    assert rules("--fiscal-year", str(YEAR)) == ["cell-blank"]
    assert rules("--agency", "edu") == ["stat-period-missing"]
    assert rules("--severity", "warning") == ["cell-blank"]
    assert rules("--severity", "error") == []
    assert findings(scene, "--severity", "warning").code == 0, "a warning is no error"


def test_an_agency_that_is_not_registered_is_a_usage_error(scene: Scene) -> None:
    done = findings(scene, "--agency", "nobody")
    assert done.code == 2
    assert "nobody" in done.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_hostile_name_is_text_on_the_screen_and_in_json(scene: Scene, lang: str) -> None:
    scene.finding(scene.filing("edu"), message_zh=HOSTILE, message_en=HOSTILE, basis="[red]x[/red]")
    done = findings(scene, lang=lang)
    assert done.code == 1
    assert "[red]x[/red]" in done.out
    assert not set("\x1b\x9b\x85\u2028\x00\r") & set(done.out)
    lines = findings(scene, "--format", "jsonl")
    assert not set("\x1b\x9b\x85\u2028\x00\r") & set(lines.out)
    assert lines.objects()[0]["agency_name"] == HOSTILE
