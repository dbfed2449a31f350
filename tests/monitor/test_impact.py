"""What changed rules would change: told before they are adopted."""

from dataclasses import replace
from pathlib import Path

from monitor.impact import compare
from monitor.rules.model import Severity, Verdict
from tests.monitor.cli.program import nianbao
from tests.monitor.findings.judging import judged
from tests.monitor.scene import a_report, as_page, with_cell

OVERLAY = """
name = "甲省口径"
author = "甲省政务公开办"
reason = "试行"
decided_on = 2025-01-10
[severity]
requests-row-total = "off"
requests-result-sum = "warning"
requests-unbalanced = "off"
"""


def verdicts() -> tuple[Verdict, ...]:
    return judged().verdicts


def test_the_same_verdicts_change_nothing() -> None:
    impact = compare("a", "甲局", 2023, verdicts(), verdicts())
    assert (impact.changes, impact.flips) == ((), False)
    assert impact.errors_before == impact.errors_after > 0


def test_a_finding_that_goes_comes_or_weighs_otherwise_is_named() -> None:
    before = verdicts()
    lighter = {"requests-unbalanced": Severity.INFO}
    after = tuple(
        replace(verdict, severity=lighter.get(verdict.rule, verdict.severity))
        for verdict in before
        if verdict.rule != "requests-row-total"
    )
    changes = {
        change.rule: (change.before, change.after)
        for change in compare("a", "甲局", 2023, before, after).changes
    }
    assert changes == {
        "requests-row-total": (Severity.ERROR, None),
        "requests-unbalanced": (Severity.ERROR, Severity.INFO),
    }


def test_a_report_that_loses_its_last_error_flips() -> None:
    harmless = tuple(replace(verdict, severity=Severity.INFO) for verdict in verdicts())
    assert compare("a", "甲局", 2023, verdicts(), harmless).flips


def test_files_are_judged_with_the_overlay_and_without(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    wrong = with_cell(a_report("清河县财政局"), "requests", "new", "total", "99")
    (reports / "wrong.html").write_bytes(as_page(wrong))
    (reports / "clean.html").write_bytes(as_page(a_report("清河县民政局")))
    (reports / "broken.pdf").write_bytes(b"%PDF-1.7")
    overlay = tmp_path / "overlay.toml"
    overlay.write_text(OVERLAY, encoding="utf-8")
    done = nianbao("rules", "impact", reports, "--overlay", overlay, "--format", "jsonl")
    [found] = done.objects()
    assert (done.code, found["flips"]) == (0, True)
    assert "requests-row-total" in {change["rule"] for change in found["changes"]}
    assert "broken.pdf" in done.err
    shown = nianbao("--lang", "en", "rules", "impact", reports, "--overlay", overlay)
    assert "2 reports, 1 change, 1 get" in shown.out
