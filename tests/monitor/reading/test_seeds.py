"""Every cell of five real reports that were converted to text in different ways."""

from pathlib import Path

import pytest

from monitor.formats import load_format
from monitor.reading.model import Report
from monitor.reading.normalise import remove_blanks
from tests.monitor.reading.reading_of import cells, text_report

pytestmark = pytest.mark.corpus

KEYS = ["overview", "proactive_disclosure", "requests", "remedies", "problems", "other_matters"]
WHOLE = {
    "000": ("博爱县科技和工业信息化局", ("0", "0", "0")),
    "001": ("平湖市科学技术局", ("1", "1", "6")),
    "003": ("虎林市工业信息科技局", ("0", "0", "2")),
    "004": ("银川市兴庆区科学技术和工业信息化局", ("0", "0", "0")),
}


def read(corpus: Path, number: str) -> Report:
    (path,) = (corpus / "seeds").glob(f"{number}_*.txt")
    return text_report(path.read_bytes())


@pytest.mark.parametrize("number", WHOLE)
def test_every_cell_of_a_whole_seed_is_read(corpus: Path, number: str) -> None:
    tables = cells(read(corpus, number))
    form = load_format("v2021")
    for key in ("requests", "remedies"):
        assert tables[key] == {
            row.key: {column.key: "0" for column in row.columns} for row in form.tables[key].rows
        }
    issued, repealed, in_force = WHOLE[number][1]
    assert tables["proactive_disclosure"] == {
        "regulations": {"issued": "0", "repealed": "0", "in_force": "0"},
        "normative_docs": {"issued": issued, "repealed": repealed, "in_force": in_force},
        "licensing": {"decisions": "0"},
        "penalties": {"decisions": "0"},
        "coercion": {"decisions": "0"},
        "admin_fees": {"amount_wan": "0"},
    }


@pytest.mark.parametrize("number", WHOLE)
def test_a_whole_seed_has_its_sections_in_order_and_nothing_lost(corpus: Path, number: str) -> None:
    report = read(corpus, number)
    assert report.agency == WHOLE[number][0]
    assert report.fiscal_year == 2023
    assert report.format_found == "v2021"
    assert [section.key for section in report.sections] == KEYS
    assert [section.ordinal for section in report.sections] == [1, 2, 3, 4, 5, 6]
    assert report.damage == ()
    assert not any(table.unknown_rows for table in report.tables.values())
    for key in ("overview", "problems", "other_matters"):
        section = report.section(key)
        assert section is not None
        assert len(section.text) > 30
    for key in ("proactive_disclosure", "requests", "remedies"):
        section = report.section(key)
        assert section is not None
        assert section.text == ""


@pytest.mark.parametrize("number", WHOLE)
def test_every_printed_label_of_a_whole_seed_is_the_official_one(corpus: Path, number: str) -> None:
    report = read(corpus, number)
    for key, table in report.tables.items():
        spec = load_format("v2021").tables[key]
        if key == "remedies":
            continue
        assert [label.key for label in table.row_labels] == [row.key for row in spec.rows]
        assert set(table.value_counts.values()) <= {1, 3, 7}


def test_values_know_where_in_the_text_they_stand(corpus: Path) -> None:
    (path,) = (corpus / "seeds").glob("001_*.txt")
    text = path.read_text(encoding="utf-8")
    value = read(corpus, "001").tables["proactive_disclosure"].values["normative_docs"]["in_force"]
    assert value.place.offset is not None
    assert text[value.place.offset] == "6"


def test_residue_of_the_converter_is_kept_apart_from_the_labels(corpus: Path) -> None:
    report = read(corpus, "001")
    assert [cell.text for cell in report.residue] == ["[bookmark: _GoBack]本年处理决定数量"]
    labels = [label.text for label in report.tables["proactive_disclosure"].column_labels]
    assert "本年处理决定数量" in labels
    assert not any("bookmark" in label for label in labels)


def test_the_preamble_inside_section_one_stays_there(corpus: Path) -> None:
    report = read(corpus, "000")
    assert report.preamble == ""
    overview = report.section("overview")
    assert overview is not None
    assert "六部分组成" in overview.text


def test_link_text_of_an_attachment_at_the_end_is_no_prose(corpus: Path) -> None:
    other = read(corpus, "004").section("other_matters")
    assert other is not None
    assert other.text.endswith("查阅或下载。")


class TestTheTornSeed:
    """Whole pages of the third seed were lost in conversion."""

    @pytest.fixture
    def report(self, corpus: Path) -> Report:
        return read(corpus, "002")

    def test_what_is_left_is_read(self, report: Report) -> None:
        tables = cells(report)
        rows = [row.key for row in load_format("v2021").tables["requests"].rows][1:18]
        assert list(tables["requests"]) == rows
        assert all(set(row.values()) == {"0"} for row in tables["requests"].values())
        assert all(len(row) == 7 for row in tables["requests"].values())
        assert sum(len(group) for group in tables["remedies"].values()) == 15
        assert all(set(group.values()) == {"0"} for group in tables["remedies"].values())
        assert list(tables["proactive_disclosure"]) == [
            "regulations",
            "normative_docs",
            "licensing",
            "other_services",
        ]
        assert report.format_found == "v2019"

    def test_title_and_agency_stand_on_two_lines(self, report: Report) -> None:
        assert report.title == "清河县科技和工业信息化局2023年度政府信息公开工作报告"
        assert report.agency == "清河县科技和工业信息化局"
        assert report.preamble.startswith("根据《中华人民共和国政府信息公开条例》")

    def test_the_lost_headings_are_doubtful_and_the_others_are_not(self, report: Report) -> None:
        assert [section.key for section in report.sections] == [
            "overview",
            "proactive_disclosure",
            "problems",
            "other_matters",
        ]
        assert report.doubtful(section="requests")
        assert report.doubtful(section="remedies")
        for key in ("overview", "proactive_disclosure", "problems", "other_matters"):
            assert report.doubtful(section=key) is None

    def test_the_lost_rows_are_doubtful_and_the_others_are_not(self, report: Report) -> None:
        shown = cells(report)
        for key in ("requests", "proactive_disclosure"):
            for form in ("v2019", "v2021"):
                for row in load_format(form).tables[key].rows:
                    doubt = report.doubtful(table=key, row=row.key)
                    assert (doubt is None) == (row.key in shown[key]), row.key
        for group in ("review", "suit_direct", "suit_after"):
            assert report.doubtful(table="remedies", row=group) is None

    def test_labels_of_which_a_part_is_lost_are_not_taken_as_printed(self, report: Report) -> None:
        printed = {label.text for label in report.tables["requests"].row_labels}
        assert not {"请数量", "3.要求提供公"} & {remove_blanks(text) for text in printed}
