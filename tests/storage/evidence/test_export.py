import hashlib
import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from storage.archive import DamagedOriginal, DirectoryArchive, LostOriginal
from storage.captures import DamagedLog, archive_exchange, make_checkpoint
from storage.database import transaction
from storage.evidence import EvidenceError, Kind, NothingArchivedError, Wanted
from storage.models import (
    Capture,
    Checkpoint,
    ColumnReading,
    Crawl,
    Filing,
    FilingState,
)
from tests.storage.evidence.scene import (
    HOSTILE,
    LIST,
    NEXT_DAY,
    NOON,
    PAGE,
    PDF,
    Scene,
    add,
    files_of,
    run_verify,
)


def test_a_pack_verifies_with_nothing_but_python_and_sha256sum(pack: Path) -> None:
    done = run_verify(pack)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout
    assert done.stdout.splitlines()[-1].endswith("0 failed.")

    checked = set()
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        command = ["sha256sum", "-c", manifest]
        listed = subprocess.run(command, cwd=pack, capture_output=True, check=True)
        checked |= {line.split(": ")[0] for line in listed.stdout.decode().splitlines()}
    assert checked == set(files_of(pack)) - {"tagmanifest-sha256.txt"}


def test_a_pack_holds_every_version_and_the_list_pages_around_it(scene: Scene) -> None:
    pack = scene.export().directory

    def name(body: bytes, extension: str) -> str:
        return f"data/originals/{hashlib.sha256(body).hexdigest()}.{extension}"

    assert {each for each in files_of(pack) if each.startswith("data/originals/")} == {
        name(b"<p>old</p>", "html.txt"),  # no browser runs it
        name(b"<p>new</p>", "html.txt"),
        name(b"%PDF-1.7", "pdf"),
        name(b"<ul>more</ul>", "html.txt"),
        name(b"<ul>first list</ul>", "html.txt"),  # unchanged on the day it was last seen
    }
    records = [json.loads(line) for line in (pack / "data/captures.jsonl").read_text().splitlines()]
    assert [(each["url"], each["status"], each["run"]) for each in records] == [
        (PAGE, 200, "run-1"),
        (PDF, 200, "run-1"),
        (LIST, 200, "run-1"),
        (PAGE, 200, "run-2"),
        (PDF, 304, "run-2"),
        (LIST, 304, "run-2"),
        (LIST + "index_1.html", 200, "run-2"),
    ]


def test_a_pack_tells_the_filing_its_verdicts_and_how_the_column_was_read(pack: Path) -> None:
    about = json.loads((pack / "data/pack.json").read_text())
    [filing] = json.loads((pack / "data/filings.json").read_text())
    [judgement] = json.loads((pack / "data/judgements.json").read_text())
    [read] = json.loads((pack / "data/readings.json").read_text())

    assert about["agency"]["id"] == "boai-kjj"
    assert about["agency"]["name"] == HOSTILE
    assert about["fiscal_year"] == 2023
    assert filing["published_on"] == "2024-01-19"
    assert filing["first_seen_at"] == "2024-01-20T04:00:00.000000Z"
    assert [each["position"] for each in filing["originals"]] == [0, 3, 1]
    assert judgement["report"] == {"title": "报告"}
    assert judgement["verdicts"][0]["rule"] == "requests-unbalanced"
    assert (read["crawl"]["run_id"], read["read_to_end"]) == ("run-2", True)


def test_the_manifests_hash_tells_the_whole_pack(scene: Scene) -> None:
    made = scene.export()

    manifest = (made.directory / "manifest-sha256.txt").read_bytes()
    tags = (made.directory / "tagmanifest-sha256.txt").read_bytes()
    assert made.manifest_sha256 == hashlib.sha256(manifest).hexdigest()
    assert made.tagmanifest_sha256 == hashlib.sha256(tags).hexdigest()
    assert f"{made.manifest_sha256}  manifest-sha256.txt" in tags.decode()
    assert (made.filings, made.originals, made.captures) == (1, 5, 7)
    assert (made.kind, made.proved) == (Kind.AGENCY_YEAR, None)
    assert (made.directory / "data/checkpoint.txt").read_text() == made.checkpoint + "\n"
    assert scene.archive.checkpoints()[-1] == made.checkpoint


def test_a_pack_ties_the_checkpoints_since_its_first_capture_together(scene: Scene) -> None:
    archive_exchange(scene.engine, scene.archive, [scene.exchange(PAGE + "?")])
    make_checkpoint(scene.engine, scene.archive)
    archive_exchange(scene.engine, scene.archive, [scene.exchange(PAGE + "?")])

    pack = scene.export().directory

    proofs = [
        json.loads(line) for line in (pack / "data/consistency.jsonl").read_text().splitlines()
    ]
    lines = [each["checkpoint"] for each in proofs] + [
        (pack / "data/checkpoint.txt").read_text()[:-1]
    ]
    assert lines == scene.archive.checkpoints()
    assert [line.split(" ")[0] for line in lines] == ["3", "10", "11"]
    assert "consistency: " + lines[0] in run_verify(pack).stdout


def test_a_log_rewritten_under_an_older_checkpoint_is_never_exported(scene: Scene) -> None:
    scene.export()
    with transaction(scene.engine) as session:
        session.scalars(select(Checkpoint).order_by(Checkpoint.id)).first().root_hash = b"\0" * 32  # type: ignore[union-attr]
    scene.directory = scene.directory.with_name("again")

    with pytest.raises(DamagedLog, match="audit verify"):
        scene.export()


def test_an_agency_without_a_report_is_shown_with_the_last_lists(scene: Scene) -> None:
    made = scene.export(Wanted(agency="boai-jyj", fiscal_year=2023))

    assert run_verify(made.directory).returncode == 0
    records = (made.directory / "data/captures.jsonl").read_text().splitlines()
    seen = [(json.loads(line)["url"], json.loads(line)["status"]) for line in records]
    assert seen == [(LIST, 200), (LIST, 304), (LIST + "index_1.html", 200)]
    assert json.loads((made.directory / "data/filings.json").read_text()) == []
    assert "没有发现该机关该年度的年报" in (made.directory / "README.txt").read_text()


def test_a_pack_on_one_filing_has_nothing_of_its_neighbours(scene: Scene) -> None:
    made = scene.export(Wanted(filing_id=1))

    assert run_verify(made.directory).returncode == 0
    [filing] = json.loads((made.directory / "data/filings.json").read_text())
    assert (filing["number"], filing["url"]) == (1, PAGE)
    assert made.kind is Kind.FILING
    with pytest.raises(EvidenceError, match="no report with the number 7"):
        scene.export(Wanted(filing_id=7), anew=True)


def test_a_filing_that_is_gone_comes_with_the_lists_that_show_it(scene: Scene) -> None:
    add(
        scene.engine,
        Crawl(id=3, run_id="run-3", portal_id="boai", started_at=NEXT_DAY + timedelta(days=1)),
    )
    archive_exchange(
        scene.engine,
        scene.archive,
        [
            scene.exchange(LIST, crawl_id=3, purpose="list", body=b"<ul>without it</ul>"),
            scene.exchange(PAGE, crawl_id=3, status=404, body=b"gone"),
        ],
    )
    add(
        scene.engine,
        ColumnReading(
            crawl_id=3,
            column_id=1,
            read_at=NEXT_DAY + timedelta(days=1),
            pages_seen=1,
            found=29,
            reports=9,
            read_to_end=True,
            control_passed=True,
            known_before=10,
            found_again=9,
        ),
    )
    with transaction(scene.engine) as session:
        session.get_one(Filing, 1).state = FilingState.REMOVED

    pack = scene.export().directory

    assert run_verify(pack).returncode == 0
    records = [json.loads(line) for line in (pack / "data/captures.jsonl").read_text().splitlines()]
    last = [(each["url"], each["status"]) for each in records if each["run"] == "run-3"]
    assert last == [(LIST, 200), (PAGE, 404)]


def test_a_filing_that_appeared_comes_with_the_lists_that_did_not_show_it_yet(
    scene: Scene,
) -> None:
    with transaction(scene.engine) as session:
        filing = session.get_one(Filing, 1)
        filing.first_seen_at = NEXT_DAY
        filing.last_absent_at = NOON

    pack = scene.export().directory

    readings = json.loads((pack / "data/readings.json").read_text())
    assert [each["crawl"]["run_id"] for each in readings] == ["run-1", "run-2"]
    assert "2024-01-20 12:00:00" in (pack / "README.txt").read_text()


def test_absence_is_not_left_to_a_crawl_whose_control_failed(scene: Scene) -> None:
    later = NEXT_DAY + timedelta(days=1)
    add(scene.engine, Crawl(id=3, run_id="run-3", portal_id="boai", started_at=later))
    archive_exchange(
        scene.engine,
        scene.archive,
        [scene.exchange(LIST, crawl_id=3, purpose="list", status=502, body=b"bad gateway")],
    )
    add(
        scene.engine,
        ColumnReading(
            crawl_id=3,
            column_id=1,
            read_at=later,
            pages_seen=0,
            found=0,
            reports=0,
            read_to_end=False,
            control_passed=False,
            known_before=10,
            found_again=0,
        ),
    )

    pack = scene.export(Wanted(agency="boai-jyj", fiscal_year=2023)).directory

    readings = json.loads((pack / "data/readings.json").read_text())
    told = [(each["crawl"]["run_id"], each["control_passed"]) for each in readings]
    assert told == [("run-2", True), ("run-3", False)]
    records = (pack / "data/captures.jsonl").read_text().splitlines()
    assert 502 in [json.loads(line)["status"] for line in records]


def test_an_agency_may_be_named_by_its_name(scene: Scene) -> None:
    assert scene.export(Wanted(agency="博爱县教育局", fiscal_year=2023)).filings == 0


def test_an_unknown_agency_is_refused(scene: Scene) -> None:
    with pytest.raises(EvidenceError, match="no agency 'nobody'"):
        scene.export(Wanted(agency="nobody", fiscal_year=2023))
    assert not scene.directory.exists()


def test_a_year_of_which_nothing_is_archived_is_refused(scene: Scene) -> None:
    with scene.engine.begin() as connection:
        connection.execute(text("DELETE FROM column_readings"))

    with pytest.raises(NothingArchivedError, match="nothing is archived"):
        scene.export(Wanted(agency="boai-kjj", fiscal_year=2020))


@pytest.mark.parametrize("made", ["directory", "file"])
def test_a_place_that_is_taken_is_refused_and_left_alone(scene: Scene, made: str) -> None:
    scene.directory.parent.mkdir(parents=True)
    taken = scene.directory if made == "file" else scene.directory / "notes.txt"
    taken.parent.mkdir(exist_ok=True)
    taken.write_text("mine")

    with pytest.raises(EvidenceError, match="no empty directory"):
        scene.export()

    assert taken.read_text() == "mine"


def test_an_empty_directory_is_filled(scene: Scene) -> None:
    scene.directory.mkdir(parents=True)

    scene.export()

    assert run_verify(scene.directory).returncode == 0


def test_what_is_damaged_is_never_exported(scene: Scene) -> None:
    assert isinstance(scene.archive, DirectoryArchive)
    path = scene.archive.root / scene.archive.locate(hashlib.sha256(b"%PDF-1.7").hexdigest())
    path.chmod(0o644)
    path.write_bytes(b"%PDF-1.8")
    with pytest.raises(DamagedOriginal):
        scene.export()

    path.unlink()
    with pytest.raises(LostOriginal):
        scene.export()

    assert not scene.directory.exists()
    assert list(scene.directory.parent.iterdir()) == []


def test_a_record_that_is_not_what_was_logged_is_never_exported(scene: Scene) -> None:
    make_checkpoint(scene.engine, scene.archive)
    with transaction(scene.engine) as session:
        session.scalars(select(Capture).where(Capture.url == PAGE)).first().status = 404  # type: ignore[union-attr]

    with pytest.raises(DamagedLog, match="audit verify"):
        scene.export()


def test_a_report_of_which_the_agency_is_not_known_is_exported_too(scene: Scene) -> None:
    with transaction(scene.engine) as session:
        filing = session.get_one(Filing, 1)
        filing.agency_id = filing.fiscal_year = None
        filing.agency_name = "某局"

    made = scene.export(Wanted(filing_id=1))

    assert run_verify(made.directory).returncode == 0
    about = json.loads((made.directory / "data/pack.json").read_text())
    assert (about["agency"], about["fiscal_year"]) == (None, None)
    assert "年报证据包：某局" in (made.directory / "README.html").read_text()
