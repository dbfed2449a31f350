"""The writer of OFD: the same bytes for the same look, and what the PDF prints."""

import zipfile
from io import BytesIO

import pytest
from lxml import etree

from monitor.specimens.chance import Wish, random_specimen
from monitor.specimens.ofd import Facts, ofd_file, ofd_from_pdf
from monitor.specimens.ofd_look import PRODUCERS, SUWELL, OfdLook, random_ofd_look
from monitor.specimens.pdf import pdf_file
from monitor.specimens.printed import printed_pages

REPORT = random_specimen(5, Wish(form="v2021", plain=True))
PDF = pdf_file(REPORT)
FACTS = Facts(title="题名", author="某局")


def members(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def parsed(part: bytes) -> etree._Element:
    return etree.fromstring(part)


def pages(body: bytes) -> list[etree._Element]:
    parts = members(body)
    names = sorted(name for name in parts if "/Pages/" in name)
    return [parsed(parts[name]) for name in names]


def local(root: etree._Element, name: str) -> list[etree._Element]:
    return [item for item in root.iter() if etree.QName(item).localname == name]


def test_the_same_look_gives_the_same_bytes() -> None:
    for seed in range(3):
        look = random_ofd_look(seed)
        assert ofd_file(REPORT, look) == ofd_file(REPORT, look)


@pytest.mark.parametrize("look", PRODUCERS.values(), ids=PRODUCERS.keys())
def test_every_part_is_well_formed_and_holds_every_printed_sign(look: OfdLook) -> None:
    body = ofd_from_pdf(PDF, FACTS, look)
    for name, part in members(body).items():
        if name.endswith(".xml"):
            parsed(part)
    for root, printed in zip(pages(body), printed_pages(PDF), strict=True):
        written = "".join(code.text or "" for code in local(root, "TextCode"))
        expected = "".join(char.text for char in printed.chars)
        assert sorted(written.replace(" ", "")) == sorted(expected.replace(" ", ""))


def test_steps_sum_up_to_where_the_last_sign_stands() -> None:
    (root, *_), (printed, *_) = pages(ofd_from_pdf(PDF, FACTS, SUWELL)), printed_pages(PDF)
    item = max(local(root, "TextObject"), key=lambda x: len(local(x, "TextCode")[0].text or ""))
    (code,) = local(item, "TextCode")
    tokens = str(code.get("DeltaX")).split()
    steps = []
    while tokens:
        head = tokens.pop(0)
        count, value = (int(tokens.pop(0)), tokens.pop(0)) if head == "g" else (1, head)
        steps += [float(value)] * count
    assert len(steps) == len(code.text or "") - 1
    end = float(str(item.get("Boundary")).split()[0]) + sum(steps)
    text = code.text or ""
    last = next(
        char for n, char in enumerate(printed.chars)
        if "".join(c.text for c in printed.chars[max(0, n - len(text) + 1) : n + 1]) == text
    )  # fmt: skip
    assert end == pytest.approx(last.x * 25.4 / 72, abs=0.02)


def test_ids_occur_once() -> None:
    for look in PRODUCERS.values():
        ids = [
            item.get("ID")
            for root in pages(ofd_from_pdf(PDF, FACTS, look))
            for item in root.iter()
            if item.get("ID")
        ]
        assert len(ids) == len(set(ids))


def test_looks_write_what_they_say() -> None:
    suwell, foxit, wps = (ofd_from_pdf(PDF, FACTS, look) for look in PRODUCERS.values())
    assert b'DeltaX="g ' in members(suwell)["Doc_0/Pages/Page_0/Content.xml"]
    assert "Doc_0/Signs/Sign_0/Seal.esl" in members(suwell)
    assert local(pages(foxit)[0], "CGTransform")
    codes = local(pages(wps)[0], "TextCode")
    assert {len(code.text or "") for code in codes} == {1}
    below = members(ofd_from_pdf(PDF, FACTS, OfdLook(template="below", prefix="", indented=True)))
    assert "某局".encode() in below["Doc_0/Tpls/Tpl_0/Content.xml"]
    assert b"<ofd:" not in below["Doc_0/Document.xml"]
    unit = members(ofd_from_pdf(PDF, FACTS, OfdLook(composite=True)))
    assert b"CompositeGraphicUnit" in unit["Doc_0/PublicRes.xml"]
