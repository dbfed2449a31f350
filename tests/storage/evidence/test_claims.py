"""What ``verify.py`` tells of the sentences of a pack by its records alone."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from storage.captures import archive_exchange
from storage.database import transaction
from storage.evidence import AbsenceNotProvedError
from storage.evidence.verify import FAIL, titles_like, verify
from storage.models import ColumnReading
from tests.storage.evidence.conftest import Sealed
from tests.storage.evidence.scene import LIST, Scene, name_pages, run_verify

Edit = Callable[[Path, Callable[[Any], object]], None]
NAMES = ("博爱县教育局", "博爱县教体局")
TITLE = "博爱县教育局2023年政府信息公开工作年度报告"


def failures(pack: Path, check: str) -> list[str]:
    return [each.message for each in verify(pack) if each.check == check and each.result == FAIL]


def replaced(old: str, new: str, fact: dict[str, Any]) -> Callable[[Any], object]:
    """Say something else in both languages, and in the facts: consistent, and false."""

    def change(claims: list[dict[str, Any]]) -> None:
        for claim in claims:
            if old in claim["zh"]:
                claim.update(zh=claim["zh"].replace(old, new), en=claim["en"].replace(old, new))
                claim["facts"].update(fact)

    return change


@pytest.mark.parametrize(
    ("which", "change", "message"),
    [
        ("year", replaced(" 200", " 404", {"status": 404}), "status is 404, its records say 200"),
        ("year", replaced("ndbg/2023.pdf", "ndbg/9.pdf", {"url": "http://www.boai.gov.cn/ndbg/9.pdf"}),
         "its records say 'http://www.boai.gov.cn/ndbg/2023.pdf'"),
        ("absence", replaced("30 条", "31 条", {"rows": 31}), "rows is 31, its records say 30"),
        ("absence", replaced("2023", "2022", {"fiscal_year": 2022}), "its records say 2023"),
    ],
)  # fmt: skip
def test_a_sentence_that_its_records_contradict_is_told(
    request: pytest.FixtureRequest, edit: Edit, which: str, change: Any, message: str
) -> None:
    pack = request.getfixturevalue({"year": "pack", "absence": "absence_pack"}[which])
    edit(pack / "data/claims.json", change)
    assert any(message in each for each in failures(pack, "claim")), failures(pack, "claim")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("old", "new"), [("04:00:01Z", "05:00:01Z"), ("12:00:01", "13:00:01")])
def test_languages_that_say_different_times_are_told(
    pack: Path, edit: Edit, language: str, old: str, new: str
) -> None:
    def change(claims: list[dict[str, Any]]) -> None:
        [claim] = [each for each in claims if old in each[language]]
        claim[language] = claim[language].replace(old, new)

    edit(pack / "data/claims.json", change)
    assert len(failures(pack, "claim")) == 1


def test_a_page_that_says_something_else_than_is_claimed_is_told(pack: Path) -> None:
    for name in ("README.html", "README.en.html", "README.txt"):
        content = (pack / name).read_text()
        (pack / name).write_text(content.replace("2024-01-20 12:00:01", "2024-01-31 12:00:01"))
        [message] = failures(pack, "page")
        assert "does not say" in message
        (pack / name).write_text(content)


def _change_original(change: dict[str, Any], found: Any) -> None:
    found[0]["originals"][0].update(change)


def test_an_original_is_that_of_its_record_in_every_respect(pack: Path, edit: Edit) -> None:
    for change in (
        {"url": "http://x/"},
        {"size": 1},
        {"fetched_at": "2024-01-01T00:00:00.000000Z"},
    ):
        content = (pack / "data/filings.json").read_bytes()
        edit(pack / "data/filings.json", partial(_change_original, change))
        assert len(failures(pack, "filing")) == 1
        (pack / "data/filings.json").write_bytes(content)


@pytest.mark.parametrize(
    "title",
    [
        TITLE,
        "  博爱县教育局 2023 年政府信息公开工作年度报告 ",
        "博爱县教体局２０２３年度信息公开年报",
        "2023年度博爱县教育局政府信息公开工作报告",
        "博爱县教育局二〇二三年政府信息公开年度报告",
        "博爱县教育局关于2023年政府信息公开工作情况的报告",
        "《博爱县教育局2023年政府信息公开工作年度报告》",
        "<font color=red>博爱县教育局</font>2023年政府信息公开工作年度报告",
        "博爱县教育局&nbsp;2023年政府信息公开工作年度报告",
    ],
)
def test_titles_that_are_plainly_those_of_the_report(title: str) -> None:
    link = f'<ul><li><a href="x.html">{title}</a><span>2024-01-20</span></li></ul>'
    assert len(titles_like(link.encode(), NAMES, 2023)[0]) == 1
    assert len(titles_like(link.encode("gb18030"), NAMES, 2023)[0]) == 1
    if "<" not in title:
        shown = json.dumps({"rows": [{"title": title, "id": 7}]}).encode()
        assert len(titles_like(shown, NAMES, 2023)[0]) == 1


@pytest.mark.parametrize(
    "title",
    [
        "博爱县教育局2022年政府信息公开工作年度报告",
        "博爱县教育局2022年政府信息公开工作年度报告 2023-01-20",
        "博爱县教育局办公室2023年政府信息公开工作年度报告",
        "修武县博爱县教育局2023年政府信息公开工作年度报告",
        "关于编制博爱县教育局2023年政府信息公开工作年度报告的通知",
        "博爱县教育局2023年政府信息公开工作年度报告解读",
        "一图读懂：博爱县教育局2023年政府信息公开工作年度报告",
        "博爱县教育局2023年法治政府建设年度报告",
    ],
)
def test_titles_of_something_else_are_left_to_eyes(title: str) -> None:
    assert titles_like(f"<a>{title}</a>".encode(), NAMES, 2023) == ([], [])


def test_a_title_that_names_nobody_is_told_as_such() -> None:
    page = "<a>2023年政府信息公开工作年度报告</a>".encode()
    assert titles_like(page, NAMES, 2023) == ([], ["2023年政府信息公开工作年度报告"])


def listed(scene: Scene, title: str) -> None:
    """Let the newest reading have a third list page, with a title on it."""
    name_pages(scene)
    url = f"{LIST}index_2.html"
    body = f'<a href="t1.html">{title}</a>'.encode()
    [capture] = archive_exchange(
        scene.engine, scene.archive, [scene.exchange(url, crawl_id=2, purpose="list", body=body)]
    )
    with transaction(scene.engine) as session:
        newest = session.query(ColumnReading).filter_by(crawl_id=2).one()
        assert newest.pages is not None
        last = {**newest.pages[-1], "url": url, "number": 3, "capture": capture, "body": capture}
        newest.pages = [*newest.pages, {**last, "rows": [f"{LIST}t1.html", f"{LIST}t2.html"]}]


def test_no_agency_is_accused_where_a_list_has_the_very_title(scene: Scene) -> None:
    listed(scene, TITLE)
    with pytest.raises(AbsenceNotProvedError, match=f"index_2.html: the title '{TITLE}'"):
        scene.absence()

    made = scene.absence(as_observed=True)

    assert made.proved is False
    assert TITLE in (made.directory / "README.html").read_text()
    done = run_verify(made.directory)
    assert done.returncode == 0
    assert "skip  列表中的标题 title" in done.stdout


def test_who_claims_an_absence_against_the_list_is_told(scene: Scene, edit: Edit) -> None:
    listed(scene, TITLE)
    pack = scene.absence(as_observed=True).directory
    edit(pack / "data/absence.json", lambda claim: claim.update(proved=True, doubts=[]))
    assert failures(pack, "title") == [f"the title {TITLE!r} is plainly that of the report"]


def test_rows_that_are_no_addresses_of_the_page_are_counted(scene: Scene) -> None:
    listed(scene, "2023年政府信息公开工作年度报告")
    done = run_verify(scene.absence().directory)
    assert done.returncode == 0
    assert "1 of 2 rows are not addresses in it" in done.stdout
    assert "It names nobody: for eyes to see" in done.stdout


def test_every_claim_of_a_whole_pack_is_checked(sealed: Sealed) -> None:
    for pack in (sealed.year, sealed.absence):
        claims = [each for each in verify(pack) if each.check == "claim"]
        assert len(claims) == len(json.loads((pack / "data/claims.json").read_text()))
        assert sum(each.result == "pass" for each in claims) >= len(claims) - 1
