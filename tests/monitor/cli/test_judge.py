"""The command ``nianbao judge``: after settings changed, the archive is judged by them."""

from pathlib import Path

from tests.monitor.cli.program import nianbao
from tests.monitor.scene import a_report, as_page, make_scene, with_cell

OVERLAY = """
name = "甲省口径"
author = "甲省政务公开办"
reason = "试行"
decided_on = 2025-01-10
[severity]
requests-row-total = "off"
requests-result-sum = "off"
requests-unbalanced = "off"
[[deadlines]]
month = 1
day = 10
notice = "甲政办函1号"
"""


def test_what_changed_settings_change_is_judged_again_and_shown(tmp_path: Path) -> None:
    scene = make_scene(tmp_path / "workspace")
    scene.portal()
    scene.agency("fin", "清河县财政局")
    scene.crawl()
    wrong = with_cell(a_report("清河县财政局"), "requests", "new", "total", "99")
    scene.filing("fin", as_page(wrong))
    scene.engine.dispose()
    place = scene.workspace.directory
    first = nianbao("judge", "--format", "jsonl", workspace=place)
    assert (first.code, first.objects()[0]["judged"]) == (1, 1)
    (place / "province.toml").write_text(OVERLAY, encoding="utf-8")
    (place / "nianbao.toml").write_text('[rules]\noverlays = ["province.toml"]\n')
    again = nianbao("judge", "--format", "jsonl", workspace=place)
    assert again.objects()[0]["findings"]["error"] == 0
    assert nianbao("judge", "--format", "jsonl", workspace=place).objects()[0]["unchanged"] == 1
    rows = nianbao("findings", "--format", "jsonl", workspace=place).objects()
    [late] = [row for row in rows if row["rule"] == "local-deadline-missed"]
    assert "甲省政务公开办" in late["overlay"]
    status = nianbao("status", "--fiscal-year", "2023", "--format", "jsonl", workspace=place)
    [row] = status.objects()
    assert (row["state"], row["local_due_on"]) == ("on_time", "2024-01-10")
    assert "甲省政务公开办" in row["overlay"]
