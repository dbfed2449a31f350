"""Cases of the rules about the files of a filing: whether they open, what they hold and how."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.reading.model import (
    Beside,
    CellDifference,
    Damage,
    Differences,
    Image,
    PartSource,
    Place,
    Report,
    Source,
    TextDifference,
)
from monitor.rules.model import Address, ColumnFacts, FailedFile, OriginalFacts
from tests.monitor.building import without_table
from tests.monitor.rules.cases.case import CLEAN, Case
from tests.monitor.rules.cases.columns import SITE, URL, published

FIRST = datetime(2024, 2, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE = OriginalFacts(
    url=URL, role="page", media_type="text/html", size=40_000, sha256="a" * 64,
    method="html", prose=2400, holds_report=True,
)  # fmt: skip
SHELL = replace(PAGE, prose=30, holds_report=False)
PDF = OriginalFacts(
    url=f"{SITE}/P020.pdf", role="attachment", media_type="application/pdf", size=90_000,
    name="附件：年度报告.pdf", sha256="b" * 64, method="pdf-text", prose=2400, holds_report=True,
)  # fmt: skip
SCAN = replace(PDF, method="pdf-scan")
PICTURE = replace(PDF, url=f"{SITE}/1.png", media_type="image/png", name="1.png", method=None)
FROM_PAGE = replace(CLEAN, source=Source(sha256=PAGE.sha256))
FROM_PDF = replace(CLEAN, method="pdf-text", source=Source(sha256=PDF.sha256))
SCANNED = replace(CLEAN, method="pdf-scan", source=Source(sha256=PDF.sha256))


def _failed(*days: int, **more: Any) -> FailedFile:
    values: dict[str, Any] = {
        "url": PDF.url,
        "name": "附件：年度报告.pdf",
        "outcome": "gone",
        "status": 404,
        "size": 120,
        "media_type": "text/html",
        "at": tuple(FIRST + day * DAY for day in days),
    }
    return FailedFile(**{**values, **more})


def _broken(name: str, outcome: str, *failed: FailedFile, **more: Any) -> Case:
    originals = more.pop("originals", (PAGE,))
    facts = published(failed_files=failed, originals=originals, **more.pop("known", {}))
    return Case(name=name, rule="attachment-broken", outcome=outcome, facts=facts, **more)


def _named(name: str, media_type: str, outcome: str, url: str = f"{SITE}/x") -> Case:
    file = replace(PDF, name=name, url=url, media_type=media_type)
    return _broken(f"{name} {url} {media_type}", outcome, originals=(PAGE, file))


BROKEN = (
    _broken(
        "not there on two days", "fail", _failed(0, 1),
        severity="error", quote="HTTP 404", says="2024-02-01至2024-02-02",
    ),
    _broken("nothing could be read of it", "fail", _failed(0, 1), report=None),
    _broken("a server's error", "fail", _failed(0, 1, 2, status=500, outcome="unreachable")),
    _broken("an empty file", "fail", _failed(0, 1, status=200, outcome="broken", size=0),
            says="空文件"),
    _broken("a page in its place", "fail", _failed(0, 1, status=200, outcome="broken")),
    _broken("sent to the front page", "fail", _failed(0, 1, status=200)),
    _broken("each file by itself", "fail", _failed(0, 1), _failed(0, 1, url=URL), count=2),
    _broken("once", "indeterminate", _failed(0)),
    _broken("twice on one day", "indeterminate", _failed(0, 0)),
    _broken("a firewall", "indeterminate", _failed(0, 3, status=412, outcome="blocked")),
    _broken("forbidden", "indeterminate", _failed(0, 3, status=403, outcome="broken")),
    _broken("too busy", "indeterminate", _failed(0, 3, status=503, outcome="unreachable")),
    _broken("no answer in time", "indeterminate",
            _failed(0, 3, status=None, outcome="unreachable", size=None)),
    _broken("cut short on its way", "indeterminate",
            _failed(0, 3, status=200, outcome="broken", media_type="application/pdf")),
    _broken("it opens", "pass", originals=(PAGE, PDF)),
    _broken("the page itself is gone", "not_applicable", _failed(0, 1),
            known={"removed_crawls": 3}),
    _broken("nothing is attached", "not_applicable"),
    _named("报告.pdf", WORD, "fail"),
    _named("报告", "application/zip", "fail", f"{SITE}/P020.pdf?id=1"),
    _named("报告.docx", WORD, "pass", f"{SITE}/P020.pdf"),
    _named("报告.doc", WORD, "pass"),
    _named("报告.doc", "text/html", "pass"),
    _named("报告.wps", "application/x-ole-storage", "pass"),
    _named("报告.ofd", "application/zip", "pass"),
    _named("报告.xls", "text/html", "pass"),
    _named("报告", "application/pdf", "pass", f"{SITE}/download?id=3"),
    Case(name="a file alone", rule="attachment-broken", outcome="not_applicable"),
)  # fmt: skip


def _stands_in(name: str, rule: str, outcome: str, *files: OriginalFacts, **more: Any) -> Case:
    report = more.pop("report", FROM_PDF)
    known = more.pop("known", {})
    facts = published(originals=files, **known)
    return Case(name=name, rule=rule, outcome=outcome, report=report, facts=facts, **more)


ONLY = (
    _stands_in("a page with a link", "attachment-only", "fail", SHELL, PDF,
               severity="warning", says="年度报告.pdf", quote=URL),
    _stands_in("an empty page", "attachment-only", "fail",
               replace(SHELL, method=None, error="empty", prose=0), PDF),
    _stands_in("names of files are no text", "attachment-only", "fail",
               replace(SHELL, prose=101), PDF),
    _stands_in("text and file", "attachment-only", "pass", PAGE, PDF, report=FROM_PAGE),
    _stands_in("a page with some text", "attachment-only", "pass", replace(SHELL, prose=200), PDF),
    _stands_in("pictures may show it", "attachment-only", "indeterminate", SHELL, PDF, PICTURE),
    _stands_in("the list links to the file", "attachment-only", "not_applicable",
               replace(PDF, role="page")),
    _stands_in("a page that was not read", "attachment-only", "not_applicable",
               replace(SHELL, prose=None, error="damaged"), PDF),
    Case(name="a file alone", rule="attachment-only", outcome="not_applicable"),
)  # fmt: skip

DOWNLOAD = (
    _stands_in("a page alone", "no-download", "fail", PAGE, report=FROM_PAGE, severity="info"),
    _stands_in("pictures are no file", "no-download", "fail", PAGE, PICTURE, report=FROM_PAGE),
    _stands_in("a file beside it", "no-download", "pass", PAGE, PDF, report=FROM_PAGE),
    _stands_in("a file that could not be had", "no-download", "pass", PAGE, report=FROM_PAGE,
               known={"failed_files": (_failed(0),)}),
    _stands_in("the list links to the file", "no-download", "pass", replace(PDF, role="page")),
    _stands_in("not crawled", "no-download", "not_applicable"),
    Case(name="a file alone", rule="no-download", outcome="not_applicable"),
)  # fmt: skip

DRAWN = replace(
    CLEAN, method="html+ocr", source=Source(sha256=PAGE.sha256),
    images=(Image(source="1.png", recognised=True),),
)  # fmt: skip
SCANS = (
    _stands_in("a scanned PDF", "scan-only", "fail", SHELL, SCAN, report=SCANNED,
               severity="error"),
    _stands_in("pictures in the page", "scan-only", "fail", SHELL, PICTURE, report=DRAWN,
               quote="1.png"),
    _stands_in("a signed scan beside the text", "scan-only", "pass", PAGE, SCAN, report=SCANNED),
    _stands_in("a PDF with text", "scan-only", "pass", SHELL, PDF),
    _stands_in("text beside the pictures of the tables", "scan-only", "pass", PAGE, PICTURE,
               report=DRAWN),
    _stands_in("some of its pages are scans", "scan-only", "pass", SHELL, SCAN,
               report=replace(SCANNED, method="pdf-text+scan")),
    _stands_in("a file that was not read may be the text", "scan-only", "indeterminate",
               SHELL, SCAN, replace(PDF, name="报告.doc", method=None, error="no-converter"),
               report=SCANNED, quote="报告.doc"),
    Case(name="a file alone may lie beside its text", rule="scan-only", outcome="indeterminate",
         report=replace(CLEAN, method="scan")),
    Case(name="nothing to read", rule="scan-only", outcome="not_applicable", report=None,
         facts={"fiscal_year": 2023}),
)  # fmt: skip

CELL = CellDifference(table="requests", row="new", column="total", text="12", other="21")
WORDS = TextDifference(section="overview", text="公开信息86条", other="公开信息68条", alike=0.995)
OTHER_WORDS = replace(WORDS, alike=0.4)


def _compared(name: str, outcome: str, differences: Differences | None, **more: Any) -> Case:
    source = more.pop("source", Source(sha256=PDF.sha256))
    report = replace(
        more.pop("report", FROM_PAGE), beside=(Beside(source=source, differences=differences),)
    )
    facts = published(originals=more.pop("files", (PAGE, PDF)))
    return Case(
        name=name, rule="attachment-differs", outcome=outcome, report=report, facts=facts, **more
    )


COUNTED = Differences(cells=(CELL,), cells_in_all=1, compared=200)
DIFFERENT = (
    _compared("a figure", "fail", COUNTED, severity="warning", quote="21",
              says="1 个表格数据不同"),
    _compared("another text", "fail", Differences(texts=(OTHER_WORDS,), compared=9),
              quote="公开信息68条"),
    _compared("the same", "pass", Differences(compared=206)),
    _compared("numbers of pages", "pass", Differences(texts=(WORDS,), compared=9)),
    _compared("a blank and a zero", "pass",
              Differences(cells=(replace(CELL, text="", other="0"),), cells_in_all=1, compared=9)),
    _compared("a number printed otherwise", "pass",
              Differences(cells=(replace(CELL, text="12", other="12.0"),), compared=9)),
    _compared("a scan may be misread", "indeterminate", COUNTED, files=(PAGE, SCAN)),
    _compared("so may pictures in the page", "indeterminate", COUNTED, report=DRAWN),
    _compared("a picture in a bundle", "indeterminate", COUNTED,
              source=Source(member="报告/1.PNG")),
    _compared("nothing certain to compare", "indeterminate", Differences()),
    _compared("another report beside it", "not_applicable", None),
    Case(name="nothing beside it", rule="attachment-differs", outcome="not_applicable"),
)  # fmt: skip

LIST = ColumnFacts(url=f"{SITE}/nb/", name="年报", rendered=True)
SCRIPTS = (
    _stands_in("the list", "render-required", "fail", PAGE, known={"column": LIST},
               severity="info", says="列表"),
    _stands_in("the page", "render-required", "fail", replace(PAGE, rendered=True), says="页面"),
    _stands_in("neither", "render-required", "pass", PAGE,
               known={"column": replace(LIST, rendered=False)}),
    _stands_in("not crawled", "render-required", "not_applicable"),
    Case(name="a file alone", rule="render-required", outcome="not_applicable"),
)  # fmt: skip


def _answer(day: int, status: int | None = 500, **more: Any) -> Address:
    values = {"at": FIRST + day * DAY, "status": status, "final_url": URL, "host_fine": True}
    return Address(**{**values, **more})


def _reached(name: str, outcome: str, *failures: Address, **more: Any) -> Case:
    facts = published(failures=failures, first_seen_at=FIRST, originals=more.pop("originals", ()))
    return Case(
        name=name,
        rule="page-unreachable",
        outcome=outcome,
        report=None,
        facts={**facts, "fiscal_year": 2023},
        **more,
    )


SLOW = "Getting https://www.example.gov.cn/1.html took longer than 60.0 seconds"
THREE = tuple(_answer(day) for day in range(3))
REACH = (
    _reached("three crawls of three days", "fail", *THREE, severity="error", quote="HTTP 500",
             says="连续 3 次"),
    _reached("never there", "fail", *(replace(item, status=404) for item in THREE)),
    _reached("no answer in time", "fail",
             *(replace(item, status=None, error=SLOW) for item in THREE), says="超时"),
    _reached("it was read before", "fail", *THREE, originals=(PAGE,)),
    _reached("it opens", "pass"),
    _reached("two crawls", "indeterminate", *THREE[:2]),
    _reached("three within a day", "indeterminate",
             *(replace(item, at=FIRST + n * timedelta(hours=8)) for n, item in enumerate(THREE))),
    _reached("the whole site was down", "indeterminate", *THREE[:2],
             replace(THREE[2], host_fine=False)),
    _reached("a firewall", "indeterminate", *(replace(item, status=403) for item in THREE)),
    _reached("a firewall at first", "indeterminate", replace(THREE[0], status=412), *THREE[1:]),
    _reached("the connection was reset", "indeterminate",
             *(replace(item, status=None, error="connection lost") for item in THREE)),
    _reached("a page that says there is none", "indeterminate",
             *(replace(item, status=200, error="空壳脚本页 (script stub)") for item in THREE)),
    _reached("taken down is another matter", "not_applicable",
             *(replace(item, status=404) for item in THREE), originals=(PAGE,)),
    Case(name="not crawled", rule="page-unreachable", outcome="not_applicable",
         facts=published()),
    Case(name="a file alone", rule="page-unreachable", outcome="not_applicable"),
)  # fmt: skip


def _pictured(report: Report = CLEAN, *keys: str) -> Report:
    """A page in which some tables were recognised from pictures."""
    tables = dict(report.tables)
    images = []
    for key in keys or ("requests",):
        place = Place(path=f"/html/body/p[{key}]/img")
        tables[key] = replace(tables[key], place=place)
        images.append(Image(place=place, source=f"{key}.png", recognised=True))
    return replace(
        report, method="html+ocr", tables=tables, images=tuple(images),
        source=Source(sha256=PAGE.sha256),
    )  # fmt: skip


SAME = Beside(source=Source(sha256=PDF.sha256), differences=Differences(compared=200))
UNREAD = Damage(code="picture-unread", detail="", tables=frozenset({"requests"}))


def _table(name: str, outcome: str, report: Report, **more: Any) -> Case:
    facts = more.pop("facts", published(originals=(PAGE, PDF)))
    return Case(
        name=name, rule="table-as-image", outcome=outcome, report=report, facts=facts, **more
    )


TABLES = (
    _table("a picture of a table", "fail", _pictured(), severity="error", says="申请情况表",
           quote="三、"),
    _table("each of them", "fail", _pictured(CLEAN, "requests", "remedies"), count=2),
    _table("of a file alone", "fail", _pictured(), facts={}),
    _table("an infographic beside the table", "pass",
           replace(CLEAN, images=(Image(place=Place(path="/p/img"), recognised=True),))),
    _table("a picture that was not looked at", "pass",
           replace(CLEAN, images=(Image(place=Place(path="/p/img")),))),
    _table("no table and no picture is another matter", "pass", without_table(CLEAN, "requests")),
    _table("the table as text in the file", "pass", replace(_pictured(), beside=(SAME,))),
    _table("the table from the file", "pass",
           replace(_pictured(), parts_elsewhere=(
               PartSource(part="table:requests", source=Source(sha256=PDF.sha256)),))),
    _table("the file has it as a scan", "fail", replace(_pictured(), beside=(SAME,)),
           facts=published(originals=(PAGE, SCAN))),
    _table("the file lacks it as well", "fail", replace(_pictured(), beside=(
        replace(SAME, differences=Differences(compared=9, only_here=("table:requests",))),))),
    _table("the file has it, nobody knows how", "indeterminate",
           replace(_pictured(), beside=(SAME,)), facts={}),
    _table("a picture that could not be read", "indeterminate",
           replace(without_table(CLEAN, "requests"), damage=(UNREAD,))),
    _table("a whole scan is another matter", "not_applicable", SCANNED),
    _table("a picture on 2016", "not_applicable", CLEAN, facts={"fiscal_year": 2016}),
)  # fmt: skip

ALL = (*BROKEN, *ONLY, *DOWNLOAD, *SCANS, *DIFFERENT, *SCRIPTS, *REACH)
"""Without those of the family of tables."""
