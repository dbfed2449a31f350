"""What passes between a process and its reading child arrives as it was sent."""

import io

from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.choosing import Wanted
from monitor.reading.entry import read_report
from monitor.reading.limits import Limits
from monitor.reading.messages import (
    Reply,
    Request,
    receive_reply,
    receive_request,
    send_reply,
    send_request,
)
from monitor.specimens.bundles import zip_file
from monitor.specimens.word import docx_file
from tests.monitor.scene import a_report, as_page, with_cell

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(
    body=st.binary(max_size=200),
    name=st.none() | TEXT,
    pictures=st.dictionaries(TEXT, st.binary(max_size=100), max_size=4),
    agencies=st.lists(TEXT, max_size=3),
    year=st.none() | st.integers(2008, 2100),
)
def test_a_request_arrives_whole(
    body: bytes,
    name: str | None,
    pictures: dict[str, bytes],
    agencies: list[str],
    year: int | None,
) -> None:
    wanted = Wanted(agencies=tuple(agencies), fiscal_year=year)
    request = Request(
        body=body, name=name, limits=Limits(pages=7), pictures=pictures, wanted=wanted
    )
    pipe = io.BytesIO()
    send_request(pipe, request)
    send_request(pipe, request)
    pipe.seek(0)
    assert receive_request(pipe) == request
    assert receive_request(pipe) == request
    assert receive_request(pipe) is None


def test_a_report_out_of_several_files_arrives_whole() -> None:
    specimen = a_report("清河县财政局")
    changed = with_cell(specimen, "requests", "new", "total", "77")
    files = [("a.docx", docx_file(specimen)), ("b.html", as_page(changed)), ("c.pdf", b"%PDF-1.4")]
    report = read_report(zip_file(files))
    assert len(report.beside) == 2
    pipe = io.BytesIO()
    send_reply(pipe, Reply(report=report, peak_bytes=1))
    pipe.seek(0)
    assert receive_reply(pipe).report == report
