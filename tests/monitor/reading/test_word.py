"""Word documents as Word prints them, with what no text of the file holds."""

import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.reading.entry import read_report
from monitor.reading.model import Document, Image, Paragraph, UnreadableError
from monitor.reading.word import pictures, pictures_of, read_docx
from monitor.reading.word.numbering import chinese, format_number
from monitor.specimens.chance import Wish, random_specimen
from monitor.specimens.layouts import Shape
from monitor.specimens.scoring import score_report as score_specimen
from monitor.specimens.word import docx_file
from monitor.specimens.word_look import random_word_look
from tests.monitor.reading.measuring import grids, rows_of, score_document, score_report, texts
from tests.monitor.reading.printing import Look, report_docx, true_report

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def word_file(body: str, **parts: str) -> bytes:
    """A DOCX with this body; ``parts`` are the contents of styles, numbering, footnotes."""
    relations = "".join(
        f'<Relationship Id="r{name}" Type="{OFFICE}/{name}" Target="{name}.xml"/>' for name in parts
    )
    relations += (
        f'<Relationship Id="rPicture" Type="{OFFICE}/image" Target="media/image1.png"/>'
        f'<Relationship Id="rChunk" Type="{OFFICE}/aFChunk" Target="chunk.html"/>'
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" '
            f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{package}">{relations}</Relationships>',
        )
        archive.writestr(
            "word/document.xml",
            f"<w:document {NAMESPACES}><w:body>{body}<w:sectPr/></w:body></w:document>",
        )
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {NAMESPACES}>{content}</w:{name}>")
    return out.getvalue()


def p(text: str = "", properties: str = "") -> str:
    run = f"<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>" if text else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run}</w:p>"


def tc(content: str, properties: str = "") -> str:
    inner = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def read(body: str, **parts: str) -> Document:
    return read_docx(word_file(body, **parts))


# Whole reports


def test_every_number_of_a_word_report_is_read() -> None:
    true = true_report(5)
    body = report_docx(true, Look())
    score = score_document(read_docx(body), true)
    assert (score.right, score.wrong, score.unread) == (200, [], 0)
    report = read_report(body)
    assert score_report(report, true).right == 200
    assert report.title == true.title
    assert report.complete


def test_the_blank_model_comes_out_whole(corpus: Path) -> None:
    body = (corpus / "reports" / "model-2021-blank.docx").read_bytes()
    assert [(grid.rows, grid.columns) for grid in grids(read_docx(body))] == [
        (14, 4),
        (28, 10),
        (4, 15),
    ]
    values = [
        value.text
        for table in read_report(body).tables.values()
        for row in table.values.values()
        for value in row.values()
    ]
    assert len(values) == 200
    assert set(values) == {""}


# Tables


def test_merged_cells_span_what_they_cover() -> None:
    document = read(
        tbl(
            tr(tc("组", '<w:vMerge w:val="restart"/>'), tc("宽", '<w:gridSpan w:val="2"/>')),
            tr(tc("看不见", "<w:vMerge/>"), tc("一"), tc("二")),
            tr(tc("", "<w:vMerge/>"), tc("三"), tc("四")),
        )
    )
    (grid,) = grids(document)
    spans = {cell.text: (cell.row_span, cell.column_span) for cell in grid.cells}
    assert spans == {
        "组": (3, 1),
        "宽": (1, 2),
        "一": (1, 1),
        "二": (1, 1),
        "三": (1, 1),
        "四": (1, 1),
    }
    assert (grid.rows, grid.columns) == (3, 3)


def test_two_merged_cells_under_each_other_stay_two() -> None:
    restart = '<w:vMerge w:val="restart"/>'
    document = read(
        tbl(
            tr(tc("甲", restart), tc("1")),
            tr(tc("", "<w:vMerge/>"), tc("2")),
            tr(tc("乙", restart), tc("3")),
            tr(tc("", "<w:vMerge/>"), tc("4")),
        )
    )
    assert rows_of(grids(document)[0]) == [["甲", "1"], ["2"], ["乙", "3"], ["4"]]


def test_rows_whose_columns_are_counted_wrongly_are_placed_by_their_widths() -> None:
    def wide(text: str, width: int) -> str:
        return tc(text, f'<w:tcW w:w="{width}" w:type="dxa"/>')

    document = read(
        tbl(
            tr(wide("标签", 1000), wide("左", 1000), wide("右", 1000)),
            tr(wide("行政许可", 1000), wide("7", 2000)),
        )
    )
    cell = next(cell for cell in grids(document)[0].cells if cell.text == "7")
    assert (cell.column, cell.column_span) == (1, 2)


def test_a_row_that_does_not_fill_its_table_is_doubtful() -> None:
    document = read(tbl(tr(tc("标签"), tc("左"), tc("右")), tr(tc("行政许可"), tc("7"))))
    assert rows_of(grids(document)[0]) == [["标签", "左", "右"], ["?", "?"]]


def test_a_table_with_one_column_is_a_frame_around_text() -> None:
    document = read(tbl(tr(tc(p("一、总体情况") + tbl(tr(tc("规章"), tc("1")))))))
    assert texts(document) == ["一、总体情况"]
    assert rows_of(grids(document)[0]) == [["规章", "1"]]


def test_a_table_inside_a_cell_follows_the_table_it_is_in() -> None:
    document = read(tbl(tr(tc("外"), tc(p("里") + tbl(tr(tc("1"), tc("2")))))))
    assert [rows_of(grid) for grid in grids(document)] == [[["外", "里"]], [["1", "2"]]]


def test_deleted_rows_are_gone_and_rows_in_content_controls_are_there() -> None:
    kept = f"<w:sdt><w:sdtContent>{tr(tc('留'), tc('1'))}</w:sdtContent></w:sdt>"
    document = read(tbl(tr(tc("头"), tc("数")), tr(tc("删"), tc("9"), properties="<w:del/>"), kept))
    assert rows_of(grids(document)[0]) == [["头", "数"], ["留", "1"]]


# Text as printed


def test_tracked_changes_are_read_as_accepted() -> None:
    document = read(
        "<w:p><w:r><w:t>共</w:t></w:r><w:del><w:r><w:delText>12</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>15</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>"
        "<w:r><w:t>件</w:t></w:r></w:p>"
    )
    assert texts(document) == ["共15件"]


def test_a_deleted_paragraph_end_joins_the_paragraphs() -> None:
    document = read(p("前半", "<w:rPr><w:del/></w:rPr>") + p("后半"))
    assert texts(document) == ["前半后半"]


def test_field_codes_are_left_out_and_their_results_kept() -> None:
    def field(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    document = read(
        f"<w:p>{field('begin')}<w:r><w:instrText>PAGE</w:instrText><w:t>代码</w:t></w:r>"
        f"{field('separate')}<w:r><w:t>结果</w:t></w:r>{field('end')}"
        '<w:fldSimple w:instr="X"><w:r><w:t>之二</w:t></w:r></w:fldSimple></w:p>'
    )
    assert texts(document) == ["结果之二"]


def test_hidden_text_is_left_out_whether_the_run_or_its_style_hides_it() -> None:
    document = read(
        "<w:p><w:r><w:t>看得见</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见</w:t></w:r>"
        '<w:r><w:rPr><w:rStyle w:val="h"/></w:rPr><w:t>也看不见</w:t></w:r>'
        '<w:r><w:rPr><w:rStyle w:val="h"/><w:vanish w:val="0"/></w:rPr><w:t>也看得见</w:t></w:r>'
        "</w:p>",
        styles='<w:style w:styleId="h" w:type="character"><w:rPr><w:vanish/></w:rPr></w:style>',
    )
    assert texts(document) == ["看得见也看得见"]


def test_bookmarks_breaks_tabs_and_links_are_read_as_printed() -> None:
    document = read(
        '<w:p><w:bookmarkStart w:id="0" w:name="_GoBack"/><w:r><w:t>一行</w:t><w:br/>'
        "<w:t>两行</w:t><w:tab/><w:noBreakHyphen/></w:r><w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink></w:p>"
    )
    assert texts(document) == ["一行", "两行\t-链接"]


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{p('框中文字')}</w:txbxContent>"
    document = read(
        "<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:drawing>"
        f"<wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}"
        "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert texts(document) == ["正文", "框中文字"]


def test_pictures_are_named_with_where_they_are_and_what_they_are_called() -> None:
    document = read(
        '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" descr="表格截图"/>'
        '<a:blip r:embed="rPicture"/></wp:inline></w:drawing></w:r></w:p>'
    )
    (image,) = document.blocks
    assert isinstance(image, Image)
    assert (image.source, image.alt) == ("word/media/image1.png", "表格截图")
    assert image.place.path is not None


def test_footnotes_follow_the_paragraph_that_refers_to_them() -> None:
    document = read(
        '<w:p><w:r><w:t>收费</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
        + p("后文"),
        footnotes=f'<w:footnote w:id="2">{p("见附注")}</w:footnote>',
    )
    assert texts(document) == ["收费", "见附注", "后文"]


def test_an_embedded_document_that_is_not_read_is_named_as_lost() -> None:
    document = read(p("文") + '<w:altChunk r:id="rChunk"/>')
    assert [damage.code for damage in document.damage] == ["pages-lost"]


def test_headings_keep_their_level_and_the_title_style_gives_the_title() -> None:
    document = read(
        p("年度报告", '<w:pStyle w:val="T"/>')
        + p("一、总体情况", '<w:pStyle w:val="H"/>')
        + p("（一）主动公开", '<w:outlineLvl w:val="1"/>')
        + p("正文"),
        styles='<w:style w:styleId="T" w:type="paragraph"><w:name w:val="Title"/></w:style>'
        '<w:style w:styleId="B" w:type="paragraph"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="H" w:type="paragraph"><w:name w:val="x"/><w:basedOn w:val="B"/>'
        "</w:style>",
    )
    levels = [block.level for block in document.blocks if isinstance(block, Paragraph)]
    assert levels == [None, 1, 2, None]
    assert document.title == "年度报告"


# Numbers that Word prints


def level(index: int, kind: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


LISTS = (
    '<w:abstractNum w:abstractNumId="7">'
    + level(0, "chineseCounting", "%1、")
    + level(1, "chineseCounting", "（%2）")
    + level(2, "decimal", "%3.")
    + level(3, "decimal", "%1.%4", "<w:isLgl/>")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="8">'
    + level(0, "bullet", "\uf0b7")
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="7"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
)


def item(text: str, list_id: int, index: int = 0) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{index}"/><w:numId w:val="{list_id}"/></w:numPr>')


def test_numbers_of_lists_stand_in_front_of_the_text() -> None:
    document = read(
        item("总体情况", 1)
        + item("主动公开", 1, 1)
        + item("依申请公开", 1, 1)
        + item("甲", 1, 2)
        + item("主动公开政府信息情况", 1)
        + item("又从一数起", 1, 1)
        + item("照数字写", 1, 3)
        + item("圆点", 2)
        + item("不编号", 0)
        + item("从五数起", 3),
        numbering=LISTS,
    )
    assert texts(document) == [
        "一、总体情况",
        "（一）主动公开",
        "（二）依申请公开",
        "1.甲",
        "二、主动公开政府信息情况",
        "（一）又从一数起",
        "2.1 照数字写",
        "圆点",
        "不编号",
        "五、从五数起",
    ]


def test_a_style_may_number_its_paragraphs_and_cells_are_numbered_too() -> None:
    document = read(
        tbl(tr(tc(p("属于国家秘密", '<w:pStyle w:val="N"/>')), tc("1")))
        + p("其他", '<w:pStyle w:val="N"/>'),
        numbering=LISTS,
        styles='<w:style w:styleId="N" w:type="paragraph"><w:pPr><w:numPr><w:ilvl w:val="2"/>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>',
    )
    assert rows_of(grids(document)[0]) == [["1.属于国家秘密", "1"]]
    assert texts(document) == ["2.其他"]


def test_a_list_whose_definition_is_missing_is_named_as_lost() -> None:
    document = read(item("总体情况", 1) + item("主动公开", 1))
    assert texts(document) == ["总体情况", "主动公开"]
    assert [damage.code for damage in document.damage] == ["numbering-lost"]


@pytest.mark.parametrize(
    ("count", "printed"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (99, "九十九"),
        (103, "一百零三"),
        (110, "一百一十"),
    ],
)
def test_chinese_numbers_are_counted_as_word_does(count: int, printed: str) -> None:
    assert chinese(count) == printed


@pytest.mark.parametrize(
    ("style", "printed"),
    [
        ("chineseLegalSimplified", "肆"),
        ("decimalEnclosedCircle", "④"),
        ("decimalEnclosedParen", "⑷"),
        ("decimalFullWidth", "４"),
        ("upperRoman", "IV"),
        ("lowerLetter", "d"),
        ("ideographTraditional", "丁"),
        ("unheard-of", "4"),
    ],
)
def test_number_formats(style: str, printed: str) -> None:
    assert format_number(4, style) == printed


# What Word and WPS write besides


def box(content: str) -> str:
    inside = f"<w:txbxContent>{content}</w:txbxContent>"
    return f"<w:r><w:pict><v:textbox>{inside}</v:textbox></w:pict></w:r>"


def test_notes_boxes_and_pictures_in_a_cell_follow_the_table_and_are_no_part_of_its_text() -> None:
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    picture = '<w:r><w:drawing><a:blip r:embed="rPicture"/></w:drawing></w:r>'
    cell = f"<w:p><w:r><w:t>7</w:t></w:r>{reference}{picture}{box(p('框'))}</w:p>"
    inner = tbl(tr(tc("内"), tc(cell.replace("7", "8"))))
    document = read(
        tbl(tr(tc("规章"), tc(cell)), tr(tc("罚款"), tc(p("9") + inner))) + p("后"),
        footnotes=f'<w:footnote w:id="2">{p("含结转")}</w:footnote>',
    )
    assert [rows_of(grid) for grid in grids(document)] == [
        [["规章", "7"], ["罚款", "9"]],
        [["内", "8"]],
    ]
    assert texts(document) == ["框", "含结转", "框", "含结转", "后"]
    assert sum(isinstance(block, Image) for block in document.blocks) == 2


def test_in_a_frame_around_the_text_everything_stays_in_its_order() -> None:
    picture = '<w:p><w:r><w:drawing><a:blip r:embed="rPicture"/></w:drawing></w:r></w:p>'
    document = read(tbl(tr(tc(p("前") + picture + p("后")))))
    assert [type(block).__name__ for block in document.blocks] == [
        "Paragraph",
        "Image",
        "Paragraph",
    ]


def test_a_cell_whose_text_stands_in_a_box_is_doubtful() -> None:
    document = read(tbl(tr(tc("规章"), tc(f"<w:p>{box(p('7'))}</w:p>"))))
    assert rows_of(grids(document)[0]) == [["规章", "?"]]


@pytest.mark.parametrize(
    ("font", "code", "shown"),
    [
        ("Symbol", "F037", "7"),
        ("Wingdings", "F0FC", "√"),
        ("Wingdings 2", "0050", "√"),
        ("宋体", "221A", "√"),
        ("Wingdings", "F082", "②"),
    ],
)
def test_signs_that_stand_for_characters_are_read(font: str, code: str, shown: str) -> None:
    sign = f'<w:p><w:r><w:sym w:font="{font}" w:char="{code}"/></w:r></w:p>'
    assert rows_of(grids(read(tbl(tr(tc("规章"), tc(sign)))))[0]) == [["规章", shown]]


@pytest.mark.parametrize("code", ["F04A", "E001", "x", "", "D800", "110000"])
def test_a_cell_with_a_sign_that_nobody_can_read_is_doubtful_not_blank(code: str) -> None:
    sign = f'<w:p><w:r><w:sym w:font="Webdings" w:char="{code}"/><w:t>1</w:t></w:r></w:p>'
    (grid,) = grids(read(tbl(tr(tc("规章"), tc(sign)), tr(tc("罚款"), tc("2")))))
    assert [cell.doubtful is None for cell in grid.cells] == [True, False, True, True]


def test_formulas_are_read_in_one_line_and_fractions_are_no_numbers() -> None:
    def m(text: str) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    fraction = f"<m:f><m:num>{m('1')}</m:num><m:den>{m('2')}</m:den></m:f>"
    power = f"<m:sSup><m:e>{m('10')}</m:e><m:sup>{m('3')}</m:sup></m:sSup>"
    document = read(f"<w:p><m:oMath>{m('23')}{m('4')}</m:oMath></w:p>")
    assert texts(document) == ["234"]
    document = read(f"<w:p><m:oMathPara><m:oMath>{fraction}{power}</m:oMath></m:oMathPara></w:p>")
    assert texts(document) == ["1/210^3"]


def test_cells_that_were_deleted_with_changes_tracked_are_gone() -> None:
    rows = [tr(tc("规章"), tc("9", "<w:cellDel/>"), tc("1")), tr(tc("罚款"), tc("2"))]
    assert rows_of(grids(read(tbl(*rows)))[0]) == [["规章", "1"], ["罚款", "2"]]


def test_old_merges_to_the_left_and_blank_space_before_and_after_rows() -> None:
    restart, goes_on = '<w:hMerge w:val="restart"/>', '<w:hMerge w:val="continue"/>'
    document = read(
        tbl(
            tr(tc("标签"), tc("左"), tc("右")),
            tr(tc("宽", restart), tc("", goes_on), tc("1")),
            tr(tc("2"), tc("3"), properties='<w:gridBefore w:val="1"/>'),
            tr(tc("4"), tc("5"), properties='<w:gridAfter w:val="1"/>'),
        )
    )
    (grid,) = grids(document)
    assert [(c.text, c.column, c.column_span) for c in grid.cells[3:]] == [
        ("宽", 0, 2),
        ("1", 2, 1),
        ("2", 1, 1),
        ("3", 2, 1),
        ("4", 0, 1),
        ("5", 1, 1),
    ]
    assert all(cell.doubtful is None for cell in grid.cells)


def test_columns_of_no_width_that_rounding_made_are_none() -> None:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in (900, 1, 900, 900))
    wide = '<w:gridSpan w:val="2"/>'
    document = read(
        f"<w:tbl><w:tblGrid>{columns}</w:tblGrid>"
        + tr(tc("组", wide + '<w:vMerge w:val="restart"/>'), tc("1"), tc("2"))
        + tr(tc("", "<w:vMerge/>"), tc("3", wide), tc("4"))
        + "</w:tbl>"
    )
    (grid,) = grids(document)
    assert grid.columns == 3
    assert [(c.text, c.row_span, c.column) for c in grid.cells] == [
        ("组", 2, 0),
        ("1", 1, 1),
        ("2", 1, 2),
        ("3", 1, 1),
        ("4", 1, 2),
    ]


def test_a_list_of_contents_has_no_levels_and_a_part_of_a_master_document_is_lost() -> None:
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{k}"/></w:r>' for k in ("begin", "end"))
    code = (
        '<w:r><w:instrText> TOC \\o "1-3" </w:instrText><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    style = '<w:pStyle w:val="C"/>'
    document = read(
        f"<w:p><w:pPr>{style}</w:pPr>{begin}{code}<w:r><w:t>一、总体情况</w:t><w:tab/><w:t>1</w:t>"
        f"</w:r></w:p><w:p>{end}</w:p><w:p><w:subDoc r:id='rChunk'/></w:p>",
        styles='<w:style w:styleId="C" w:type="paragraph"><w:name w:val="toc 1"/></w:style>',
    )
    (line,) = (block for block in document.blocks if isinstance(block, Paragraph))
    assert (line.text, line.level) == ("一、总体情况\t1", None)
    assert [damage.code for damage in document.damage] == ["pages-lost"]


def test_what_page_headers_show_is_no_part_of_the_text() -> None:
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "某县年度报告"
    word.add_paragraph("一、总体情况")
    out = BytesIO()
    word.save(out)
    assert texts(read_docx(out.getvalue())) == ["一、总体情况"]


def test_the_strict_kind_is_read_like_the_usual_one() -> None:
    usual = report_docx(true_report(3))
    strict = BytesIO()
    names = (
        ("wordprocessingml/2006/main", "wordprocessingml/main"),
        ("officeDocument/2006/relationships", "officeDocument/relationships"),
        ("drawingml/2006/main", "drawingml/main"),
    )
    with zipfile.ZipFile(BytesIO(usual)) as old, zipfile.ZipFile(strict, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for plain, other in names:
                plain_name = f"http://schemas.openxmlformats.org/{plain}".encode()
                content = content.replace(
                    plain_name, f"http://purl.oclc.org/ooxml/{other}".encode()
                )
            new.writestr(name, content)
    assert read_docx(strict.getvalue()) == read_docx(usual)


def with_pictures(*sizes: int) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
        archive.writestr("word/media/drawing.emf", b"x")
        for number, size in enumerate(sizes):
            archive.writestr(f"word/media/image{number}.PNG", b"p" * size)
    return out.getvalue()


def test_pictures_are_given_by_the_names_that_blocks_give_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert pictures_of(with_pictures(3, 2)) == {
        "word/media/image0.PNG": b"ppp",
        "word/media/image1.PNG": b"pp",
    }
    monkeypatch.setattr(pictures, "MAX_ALL_PICTURES", 4)
    assert list(pictures_of(with_pictures(3, 2, 1))) == [
        "word/media/image0.PNG",
        "word/media/image2.PNG",
    ]
    with pytest.raises(UnreadableError):
        pictures_of(b"PK\x03\x04")


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**9), look=st.integers(0, 10**9))
def test_every_report_in_every_look_of_a_word_file_is_read_without_a_wrong_cell(
    seed: int, look: int
) -> None:
    specimen = random_specimen(seed)
    report = read_report(docx_file(specimen, random_word_look(look)))
    score = score_specimen(report, specimen)
    assert score.wrong == []
    # What a reading leaves out it must be able to name.
    assert all(
        value.reason
        for table in report.tables.values()
        for row in table.values.values()
        for value in row.values()
        if value.text is None
    )


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**9), look=st.integers(0, 10**9))
def test_no_number_of_a_report_of_usual_shape_goes_unread(seed: int, look: int) -> None:
    specimen = random_specimen(seed, Wish(form="v2021", figures="differing", plain=True))
    shape = Shape(spans="merged")
    body = docx_file(specimen, replace(random_word_look(look), shape=shape))
    score = score_specimen(read_report(body), specimen)
    assert (score.right, score.wrong) == (score.cells, [])


# Files that are wrong


def code_of(body: bytes) -> str:
    with pytest.raises(UnreadableError) as error:
        read_docx(body)
    return error.value.code


def test_a_file_cut_short_is_damaged() -> None:
    body = report_docx(true_report(1))
    assert code_of(body[: len(body) // 2]) == "damaged"


def test_a_flipped_byte_in_the_text_is_damaged_not_misread() -> None:
    body = bytearray(word_file(p("一、总体情况" * 200)))
    at = body.index(b"word/document.xml") + 40
    body[at] ^= 0xFF
    assert code_of(bytes(body)) == "damaged"


def test_a_zip_bomb_is_refused() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (40 * 2**20))
    assert code_of(out.getvalue()) == "limits-exceeded"


def test_too_many_members_are_refused() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for index in range(5_001):
            archive.writestr(f"word/{index}", b"")
    assert code_of(out.getvalue()) == "limits-exceeded"


def test_a_name_that_leads_out_of_the_zip_is_refused() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../etc/passwd", b"x")
    assert code_of(out.getvalue()) == "damaged"


def test_entities_are_neither_fetched_nor_unfolded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("机密")
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f'<!DOCTYPE d [<!ENTITY e SYSTEM "file://{secret}"><!ENTITY f "ffff">]>'
            f"<w:document {NAMESPACES}><w:body><w:p><w:r><w:t>前&e;&f;后</w:t></w:r></w:p>"
            "</w:body></w:document>",
        )
    assert "机密" not in "".join(texts(read_docx(out.getvalue())))


def test_elements_nested_without_end_are_refused() -> None:
    body = "<w:sdt><w:sdtContent>" * 5_000 + p("深") + "</w:sdtContent></w:sdt>" * 5_000
    assert code_of(word_file(body)) == "damaged"
