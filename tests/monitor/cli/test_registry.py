"""The commands ``nianbao registry import`` and ``export``."""

from pathlib import Path

import pytest

from tests.monitor.cli.program import nianbao

PORTALS = "portal,name,division,level,url\nqh,清河县,130534,county,http://q.gov.cn/\n"
AGENCIES = "agency,name,kind,division,portal\nfin,清河县财政局,department,130534,qh\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    place = tmp_path / "workspace"
    assert nianbao("init", workspace=place).code == 0
    (tmp_path / "portals.csv").write_text(PORTALS)
    (tmp_path / "agencies.csv").write_text(AGENCIES)
    return place


def test_import_says_what_it_added_changed_and_left_alone(workspace: Path, tmp_path: Path) -> None:
    files = (tmp_path / "agencies.csv", tmp_path / "portals.csv")
    first = nianbao("--lang", "en", "registry", "import", *files, workspace=workspace)
    assert first.code == 0
    assert "1 added" in first.out
    assert "added: fin" in first.out
    files[0].write_text(AGENCIES.replace("财政局", "财政和国资局"))
    second = nianbao("registry", "import", *files, "--format", "jsonl", workspace=workspace)
    agencies, portals = second.objects()
    assert (agencies["changed"], portals["unchanged"]) == (["fin"], ["qh"])


def test_a_bad_file_is_refused_with_every_row_named_and_the_good_one_imported(
    workspace: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(AGENCIES + "x,,department,130534,qh\ny,名,department,13,qh\n")
    done = nianbao(
        "--lang", "zh", "registry", "import", bad, tmp_path / "portals.csv", workspace=workspace
    )
    assert done.code == 2
    assert f"{bad}：第 3 行，name 列" in done.err
    assert f"{bad}：第 4 行，division 列" in done.err
    exported = nianbao("registry", "export", "--kind", "agencies", workspace=workspace)
    assert "fin" not in exported.out
    assert "qh" in nianbao("registry", "export", "--kind", "portals", workspace=workspace).out


@pytest.mark.parametrize("name", ["nowhere.csv", "."])
def test_a_file_that_is_not_there_is_a_usage_error(
    workspace: Path, tmp_path: Path, name: str
) -> None:
    assert nianbao("registry", "import", tmp_path / name, workspace=workspace).code == 2


def test_export_writes_what_import_reads_back_unchanged(workspace: Path, tmp_path: Path) -> None:
    files = (tmp_path / "portals.csv", tmp_path / "agencies.csv")
    nianbao("registry", "import", *files, workspace=workspace)
    out = tmp_path / "out"
    assert nianbao("registry", "export", "--out", out, workspace=workspace).code == 0
    assert sorted(path.name for path in out.iterdir()) == ["agencies.csv", "portals.csv"]
    before = [(out / name).read_bytes() for name in ("portals.csv", "agencies.csv")]
    again = nianbao(
        "registry",
        "import",
        out / "agencies.csv",
        out / "portals.csv",
        "--format",
        "jsonl",
        workspace=workspace,
    )
    assert [row["unchanged"] for row in again.objects()] == [["fin"], ["qh"]]
    nianbao("registry", "export", "--out", out, workspace=workspace)
    assert [(out / name).read_bytes() for name in ("portals.csv", "agencies.csv")] == before


def test_an_escape_code_never_reaches_the_terminal(workspace: Path, tmp_path: Path) -> None:
    evil = tmp_path / "evil\x1b[31m.csv"
    evil.write_text(PORTALS.replace("清河县", "清\x1b[2J河"))
    done = nianbao("registry", "import", evil, workspace=workspace)
    assert done.code == 2
    assert "\x1b" not in done.out + done.err
    assert "U+001B" in done.err


def test_without_a_workspace_the_command_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "portals.csv").write_text(PORTALS)
    done = nianbao("registry", "import", tmp_path / "portals.csv", workspace=tmp_path)
    assert done.code == 2
    assert "nianbao init" in done.err
