"""Notices: issued with numbers, followed until everything is put right."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest
from lxml import html

from storage.models import Judgement, StoredVerdict
from tests.monitor.cli.program import Done, nianbao
from tests.monitor.scene import HOSTILE, NOW, YEAR, Scene, at, make_scene

NAME = "3f2a9c01" + "ab" * 12
QUOTE = "联系人张三，电话13812345678，本年新收12件"


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.delenv("NIANBAO_DATABASE_URL", raising=False)
    monkeypatch.setenv("NIANBAO_NOW", at(3, 1).isoformat())
    scene = make_scene(tmp_path)
    scene.portal()
    scene.agency("fin", "清河县财政局")
    scene.agency("edu", HOSTILE)
    yield scene
    scene.engine.dispose()


def run(scene: Scene, *words: str) -> Done:
    return nianbao("--lang", "zh", "notices", *words, workspace=scene.workspace.directory)


def issue(scene: Scene, out: Path, *words: str) -> Done:
    return run(
        scene, "issue", "--fiscal-year", str(YEAR), "--answer-by", f"{YEAR + 1}-04-30",
        "--author", "王芳", "--issuer", "清河县政务公开办", "--out", str(out), *words,
    )  # fmt: skip


def judged(scene: Scene, filing: int, *verdicts: StoredVerdict, error: str | None = None) -> None:
    with scene.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE judgements SET current = 0")
    judgement = Judgement(
        filing_id=filing,
        judged_at=NOW,
        inputs_sha256="1" * 64,
        read_from=None,
        error={"code": error, "message": error} if error else None,
    )
    judgement.verdicts = list(verdicts)
    scene.rows(judgement)


def verdict(outcome: str, rule: str = "requests-unbalanced", name: str = NAME) -> StoredVerdict:
    return StoredVerdict(
        rule=rule,
        outcome=outcome,
        severity="error",
        message_zh="不平。",
        message_en="Unbalanced.",
        basis="国办公开办函〔2021〕30号",
        evidence=[{"quote": "12"}],
        fingerprint=name,
    )


def fates(scene: Scene) -> list[str]:
    rows = run(scene, "list", "--all", "--format", "jsonl").objects()
    return [item["fate"] for row in rows for item in row["items"]]


def test_a_notice_lists_findings_with_passage_basis_and_what_to_do(
    scene: Scene, tmp_path: Path
) -> None:
    scene.finding(scene.filing("fin"), fingerprint=NAME, evidence=[{"quote": QUOTE}])
    done = issue(scene, tmp_path / "out", "--agency", "fin")
    assert done.code == 0, done.err
    document = docx.Document(str(tmp_path / "out" / f"{YEAR + 1}-1-fin.docx"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    page = html.fromstring((tmp_path / "out" / f"{YEAR + 1}-1-fin.html").read_bytes())
    for shown in (text, "".join(str(part) for part in page.itertext())):
        for words in (
            f"第{YEAR + 1}-1号",
            "清河县财政局：",
            "申请情况勾稽不平",
            "国办公开办函〔2021〕30号",
            "对照申请登记台账核对四个数据",
            f"{YEAR + 1}年4月30日",
            "清河县政务公开办",
        ):
            assert words in shown
        assert "13812345678" not in shown


def test_hostile_names_are_text_and_files_have_plain_names(scene: Scene, tmp_path: Path) -> None:
    scene.finding(scene.filing("edu"), fingerprint=NAME, evidence=[{"quote": HOSTILE}])
    assert issue(scene, tmp_path / "out").code == 0
    page = (tmp_path / "out" / f"{YEAR + 1}-1-edu.html").read_text(encoding="utf-8")
    assert "<img" not in page
    assert "default-src 'none'" in page
    document = docx.Document(BytesIO((tmp_path / "out" / f"{YEAR + 1}-1-edu.docx").read_bytes()))
    assert any("<img src=x" in paragraph.text for paragraph in document.paragraphs)


def test_a_draft_is_recorded_nowhere(scene: Scene, tmp_path: Path) -> None:
    scene.finding(scene.filing("fin"), fingerprint=NAME)
    assert issue(scene, tmp_path / "out", "--draft", "--agency", "fin").code == 0
    assert (tmp_path / "out" / "draft-fin.docx").exists()
    assert fates(scene) == []


def test_nothing_to_put_right_makes_no_notice(scene: Scene, tmp_path: Path) -> None:
    scene.finding(scene.filing("fin"), fingerprint=NAME, severity="info")
    done = issue(scene, tmp_path / "out", "--agency", "fin")
    assert (done.code, "没有需要整改的问题" in done.err) == (0, True)


def test_it_is_followed_until_everything_is_put_right(scene: Scene, tmp_path: Path) -> None:
    filing = scene.filing("fin")
    scene.finding(filing, fingerprint=NAME)
    issue(scene, tmp_path / "out", "--agency", "fin")
    assert fates(scene) == ["standing"]
    judged(scene, filing, verdict("fail", name="cd" * 16))
    assert fates(scene) == ["similar"]
    judged(scene, filing, verdict("indeterminate"))
    assert fates(scene) == ["unknown"]
    judged(scene, filing, error="unreadable")
    assert fates(scene) == ["unknown"]
    judged(scene, filing, verdict("pass"))
    assert fates(scene) == ["corrected"]
    [row] = run(scene, "list", "--all", "--format", "jsonl").objects()
    assert row["closed_on"] is not None
    assert run(scene, "list", "--format", "jsonl").objects() == []


def test_a_report_that_is_gone_corrects_nothing(scene: Scene, tmp_path: Path) -> None:
    filing = scene.filing("fin")
    scene.finding(filing, fingerprint=NAME)
    issue(scene, tmp_path / "out", "--agency", "fin")
    judged(scene, filing)
    assert fates(scene) == ["unknown"]


def test_a_second_notice_reminds_of_the_first(scene: Scene, tmp_path: Path) -> None:
    scene.finding(scene.filing("fin"), fingerprint=NAME)
    issue(scene, tmp_path / "out", "--agency", "fin")
    issue(scene, tmp_path / "out", "--agency", "fin")
    page = (tmp_path / "out" / f"{YEAR + 1}-2-fin.html").read_text(encoding="utf-8")
    assert "再次限期整改" in page
    assert f"第{YEAR + 1}-1号" in page
    rows = run(scene, "list", "--format", "jsonl").objects()
    assert [row["number"] for row in rows] == [f"{YEAR + 1}-2"]


def test_a_new_fault_is_no_reminder_of_what_was_put_right(scene: Scene, tmp_path: Path) -> None:
    filing = scene.filing("fin")
    scene.finding(filing, fingerprint=NAME)
    issue(scene, tmp_path / "out", "--agency", "fin")
    other = verdict("fail", rule="cell-negative", name="cd" * 16)
    judged(scene, filing, verdict("pass"), other)
    issue(scene, tmp_path / "out", "--agency", "fin")
    page = (tmp_path / "out" / f"{YEAR + 1}-2-fin.html").read_text(encoding="utf-8")
    assert "再次" not in page
    assert "尚未全部整改" not in page


def test_nobody_is_overdue_or_reminded_with_what_cannot_be_told(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing = scene.filing("fin")
    scene.finding(filing, fingerprint=NAME)
    issue(scene, tmp_path / "out", "--agency", "fin")
    other = verdict("fail", rule="cell-negative", name="cd" * 16)
    judged(scene, filing, verdict("indeterminate"), other)
    monkeypatch.setenv("NIANBAO_NOW", at(5, 2).isoformat())
    assert run(scene, "list").code == 0
    monkeypatch.setenv("NIANBAO_NOW", at(4, 2).isoformat())
    issue(scene, tmp_path / "out", "--agency", "fin")
    page = (tmp_path / "out" / f"{YEAR + 1}-2-fin.html").read_text(encoding="utf-8")
    assert "尚未全部整改" not in page


def test_what_is_overdue_ends_with_1(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.finding(scene.filing("fin"), fingerprint=NAME)
    issue(scene, scene.workspace.directory / "out", "--agency", "fin")
    assert run(scene, "list").code == 0
    monkeypatch.setenv("NIANBAO_NOW", at(5, 2).isoformat())
    done = run(scene, "list")
    assert (done.code, "-2" in done.out) == (1, True)


def test_it_can_be_written_again_as_it_was(scene: Scene, tmp_path: Path) -> None:
    filing = scene.filing("fin")
    scene.finding(filing, fingerprint=NAME)
    issue(scene, tmp_path / "first", "--agency", "fin")
    judged(scene, filing, verdict("pass"))
    assert run(scene, "write", f"{YEAR + 1}-1", "--out", str(tmp_path / "again")).code == 0
    name = f"{YEAR + 1}-1-fin.html"
    assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--agency", "nobody"), "nobody"),
        (("--answer-by", "30.4."), "2026-03-31"),
        (("--answer-by", "2001-01-01"), "已过"),
        (("--author", " "), "--author"),
    ],
)
def test_mistakes_are_told(scene: Scene, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = issue(scene, tmp_path / "out", *words)
    assert (done.code, said in done.err) == (2, True), done.err


def test_whom_to_ask_can_be_read_and_nobody_else_and_an_address_is_no_passage(
    scene: Scene, tmp_path: Path
) -> None:
    scene.crawl()
    filing = scene.filing("edu")
    scene.finding(filing, fingerprint=NAME, evidence=[{"quote": QUOTE}])
    done = issue(scene, tmp_path / "n", "--draft", "--contact", "李四，13800138000")
    assert done.code == 0
    documents = [docx.Document(str(path)) for path in sorted((tmp_path / "n").glob("*.docx"))]
    texts = ["\n".join(line.text for line in each.paragraphs) for each in documents]
    texts += [path.read_text("utf-8") for path in (tmp_path / "n").glob("*.html")]
    assert len(texts) == 4
    for text in texts:
        assert "联系方式：李四，13800138000。" in text
        assert "13812345678" not in text
        assert "特此通知。" in text
        assert "“http" not in text


def test_an_agency_that_is_no_more_gets_no_notice_and_its_heir_is_named(
    scene: Scene, tmp_path: Path
) -> None:
    scene.agency("old", "清河县科技局", merged_into="edu", valid_to=date(YEAR, 12, 31))
    scene.finding(scene.filing("old"), fingerprint=NAME)
    done = issue(scene, tmp_path / "out", "--agency", "old", "--answer-by", f"{YEAR + 1}-05-01")
    assert done.code == 0, done.err
    assert "已于 2023-12-31 撤销，不发通知；承继机关：edu" in done.err
    assert f"{YEAR + 1}-05-06 以前收到的不作逾期" in done.err
    assert fates(scene) == []
