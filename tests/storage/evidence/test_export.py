import hashlib
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from parsel import Selector
from sqlalchemy import Engine, select, text

from storage.archive import DamagedOriginal, DirectoryArchive, LostOriginal
from storage.captures import DamagedLog, archive_exchange, make_checkpoint
from storage.database import create_database_engine, reading, transaction
from storage.evidence import EvidenceError, NothingArchivedError
from storage.models import (
    Capture,
    Checkpoint,
    ColumnReading,
    Crawl,
    Filing,
    FilingState,
    Original,
)
from tests.storage.evidence.scene import (
    HOSTILE,
    LIST,
    NEXT_DAY,
    NOON,
    PAGE,
    PDF,
    MakeExchange,
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

    listed = subprocess.run(
        ["sha256sum", "-c", "manifest-sha256.txt"], cwd=pack, capture_output=True, check=True
    )
    checked = {line.split(": ")[0] for line in listed.stdout.decode().splitlines()}
    assert checked == set(files_of(pack)) - {"manifest-sha256.txt"}


def test_a_pack_holds_every_version_and_the_list_pages_around_it(pack: Path) -> None:
    def name(body: bytes, extension: str) -> str:
        return f"data/originals/{hashlib.sha256(body).hexdigest()}.{extension}"

    assert {each for each in files_of(pack) if each.startswith("data/")} == {
        name(b"<p>old</p>", "html"),
        name(b"<p>new</p>", "html"),
        name(b"%PDF-1.7", "pdf"),
        name(b"<ul>more</ul>", "html"),
        name(b"<ul>first list</ul>", "html"),  # unchanged on the day it was last seen
    }
    records = [json.loads(line) for line in (pack / "captures.jsonl").read_text().splitlines()]
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
    about = json.loads((pack / "pack.json").read_text())
    [filing] = json.loads((pack / "filings.json").read_text())
    [judgement] = json.loads((pack / "judgements.json").read_text())
    [read] = json.loads((pack / "readings.json").read_text())

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
    assert made.manifest_sha256 == hashlib.sha256(manifest).hexdigest()
    assert (made.filings, made.originals, made.captures) == (1, 5, 7)
    assert (made.directory / "checkpoint.txt").read_text() == made.checkpoint + "\n"
    assert scene.archive.checkpoints()[-1] == made.checkpoint


def test_a_pack_ties_the_checkpoints_since_its_first_capture_together(
    scene: Scene, exchange: MakeExchange
) -> None:
    archive_exchange(scene.engine, scene.archive, [exchange()])
    make_checkpoint(scene.engine, scene.archive)
    archive_exchange(scene.engine, scene.archive, [exchange()])

    pack = scene.export().directory

    proofs = [json.loads(line) for line in (pack / "consistency.jsonl").read_text().splitlines()]
    lines = [each["checkpoint"] for each in proofs] + [(pack / "checkpoint.txt").read_text()[:-1]]
    assert lines == scene.archive.checkpoints()
    assert [line.split(" ")[0] for line in lines] == ["3", "9", "10"]
    assert "consistency: " + lines[0] in run_verify(pack).stdout


def test_a_log_rewritten_under_an_older_checkpoint_is_never_exported(scene: Scene) -> None:
    scene.export()
    with transaction(scene.engine) as session:
        session.scalars(select(Checkpoint).order_by(Checkpoint.id)).first().root_hash = b"\0" * 32  # type: ignore[union-attr]
    scene.directory = scene.directory.with_name("again")

    with pytest.raises(DamagedLog, match="audit verify"):
        scene.export()


def test_hostile_names_are_harmless_everywhere(pack: Path) -> None:
    for name in files_of(pack):
        assert name.isprintable()
        assert "img" not in name
    page = Selector((pack / "README.html").read_text())
    assert page.xpath("//img | //script | //a | //*[@onerror]") == []
    assert HOSTILE.partition("\x1b")[0] in page.xpath("string()").get("")
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv]/@content").get("")
    for readme in ("README.html", "README.txt"):
        content = (pack / readme).read_text()
        assert "\x1b" not in content
        assert "49" not in content.split("onerror")[1][:60]
    done = run_verify(pack)
    assert "\x1b" not in done.stdout


def test_the_explanation_says_in_both_languages_what_is_and_is_not_proved(pack: Path) -> None:
    for readme in ("README.html", "README.txt"):
        content = (pack / readme).read_text()
        for heading in ("证明了什么", "没有证明什么", "What is proved", "What is not proved"):
            assert heading in content
        assert (pack / "checkpoint.txt").read_text().split(" ")[1] in content.replace("&#43;", "+")


def test_absence_is_shown_by_the_list_pages_of_the_last_crawl(scene: Scene) -> None:
    made = scene.export(agency="boai-jyj")

    assert run_verify(made.directory).returncode == 0
    records = (made.directory / "captures.jsonl").read_text().splitlines()
    seen = [(json.loads(line)["url"], json.loads(line)["status"]) for line in records]
    assert seen == [(LIST, 200), (LIST, 304), (LIST + "index_1.html", 200)]
    assert json.loads((made.directory / "filings.json").read_text()) == []
    assert "没有发现该机关该年度的年报" in (made.directory / "README.txt").read_text()


def test_a_filing_that_is_gone_comes_with_the_lists_that_show_it(
    scene: Scene, exchange: MakeExchange
) -> None:
    add(
        scene.engine,
        Crawl(id=3, run_id="run-3", portal_id="boai", started_at=NEXT_DAY + timedelta(days=1)),
    )
    archive_exchange(
        scene.engine,
        scene.archive,
        [
            exchange(LIST, crawl_id=3, purpose="list", body=b"<ul>without it</ul>"),
            exchange(PAGE, crawl_id=3, status=404, body=b"gone"),
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
    records = [json.loads(line) for line in (pack / "captures.jsonl").read_text().splitlines()]
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

    readings = json.loads((pack / "readings.json").read_text())
    assert [each["crawl"]["run_id"] for each in readings] == ["run-1", "run-2"]
    assert "2024-01-20 12:00:00" in (pack / "README.txt").read_text()


def test_absence_is_not_left_to_a_crawl_whose_control_failed(
    scene: Scene, exchange: MakeExchange
) -> None:
    later = NEXT_DAY + timedelta(days=1)
    add(scene.engine, Crawl(id=3, run_id="run-3", portal_id="boai", started_at=later))
    archive_exchange(
        scene.engine,
        scene.archive,
        [exchange(LIST, crawl_id=3, purpose="list", status=502, body=b"bad gateway")],
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

    pack = scene.export(agency="boai-jyj").directory

    readings = json.loads((pack / "readings.json").read_text())
    told = [(each["crawl"]["run_id"], each["control_passed"]) for each in readings]
    assert told == [("run-2", True), ("run-3", False)]
    records = (pack / "captures.jsonl").read_text().splitlines()
    assert 502 in [json.loads(line)["status"] for line in records]


def test_an_agency_may_be_named_by_its_name(scene: Scene) -> None:
    assert scene.export(agency="博爱县教育局").filings == 0


def test_an_unknown_agency_is_refused(scene: Scene) -> None:
    with pytest.raises(EvidenceError, match="no agency 'nobody'"):
        scene.export(agency="nobody")
    assert not scene.directory.exists()


def test_a_year_of_which_nothing_is_archived_is_refused(engine: Engine, scene: Scene) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM column_readings"))

    with pytest.raises(NothingArchivedError, match="nothing is archived"):
        scene.export(fiscal_year=2020)


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


WRITE_ON = """
import sys
from datetime import UTC, datetime
from storage.archive import open_archive
from storage.captures import Exchange, archive_exchange
from storage.database import create_database_engine

engine, archive = create_database_engine(sys.argv[1]), open_archive(sys.argv[2])
number = 0
while True:
    now, number = datetime.now(UTC), number + 1
    archive_exchange(engine, archive, [
        Exchange(url=sys.argv[3], crawl_id=2, purpose="list", requested_at=now, fetched_at=now,
                 status=200, body=str(number).encode())
    ])
    print(number, flush=True)
"""


def test_a_pack_can_be_made_while_a_crawl_goes_on(scene: Scene) -> None:
    assert isinstance(scene.archive, DirectoryArchive)
    url = scene.engine.url.render_as_string(hide_password=False)
    arguments = [url, scene.archive.root.as_uri(), LIST]
    crawl = subprocess.Popen([sys.executable, "-c", WRITE_ON, *arguments], stdout=subprocess.PIPE)
    assert crawl.stdout is not None
    crawl.stdout.readline()

    for number in range(3):
        scene.directory = scene.directory.with_name(f"pack-{number}")
        scene.export()
        assert run_verify(scene.directory).returncode == 0

    crawl.kill()
    crawl.communicate()
    with reading(scene.engine) as session:
        assert session.scalars(select(Original.id)).all()


def test_an_engine_of_its_own_reads_the_same(scene: Scene) -> None:
    other = create_database_engine(scene.engine.url.render_as_string(hide_password=False))
    scene.engine = other

    first = scene.export().manifest_sha256

    scene.directory = scene.directory.with_name("again")
    assert scene.export().manifest_sha256 == first, "the same state gives the same pack"
    other.dispose()


def test_absence_is_shown_by_exactly_the_pages_that_its_reading_names(scene: Scene) -> None:
    """Among them one of an earlier day that was carried over, and none of another column."""
    with reading(scene.engine) as session:
        captures = {(each.crawl_id, each.url): each.id for each in session.scalars(select(Capture))}
    first, unchanged = captures[1, LIST], captures[2, LIST]
    second = captures[2, LIST + "index_1.html"]
    with transaction(scene.engine) as session:
        newest = session.scalars(select(ColumnReading).where(ColumnReading.crawl_id == 2)).one()
        newest.pages = [
            {"url": LIST, "number": 1, "how": "unchanged", "capture": unchanged, "body": first},
            {"url": LIST + "index_1.html", "number": 2, "how": "read", "capture": second,
             "body": second},
        ]  # fmt: skip
        newest.control = {"found": [PAGE], "missing": []}

    pack = scene.export(agency="boai-jyj").directory

    assert run_verify(pack).returncode == 0
    records = [json.loads(line) for line in (pack / "captures.jsonl").read_text().splitlines()]
    assert [each["url"] for each in records] == [LIST, LIST, LIST + "index_1.html"]
    [told] = json.loads((pack / "readings.json").read_text())
    assert told["control"] == {"found": [PAGE], "missing": []}
    proofs = (pack / "proofs.jsonl").read_text().splitlines()
    positions = [json.loads(line)["position"] for line in proofs]
    assert [(p["how"], p["body"], p["capture"]) for p in told["pages"]] == [
        ("unchanged", positions[0], positions[1]),
        ("read", positions[2], positions[2]),
    ]
