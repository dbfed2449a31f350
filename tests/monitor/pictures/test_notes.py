from monitor.pictures.notes import SpotKind, notes_of
from monitor.reading.model import Report
from tests.monitor.building import a_report, with_cell, with_damage


def texts(report: Report) -> list[str]:
    return [note.text for note in notes_of(report, "en")]


def test_every_value_of_every_table_stands_in_a_note() -> None:
    report = a_report()
    spots = [spot for note in notes_of(report, "zh") for spot in note.spots]
    values = [spot for spot in spots if spot.kind in (SpotKind.VALUE, SpotKind.BLANK)]
    cells = sum(len(row) for table in report.tables.values() for row in table.values.values())
    assert len(values) == cells


def test_an_unread_cell_is_marked_with_its_reason_and_never_with_a_number() -> None:
    report = with_cell(a_report(), "requests", "granted", "natural", None)
    note = next(note for note in notes_of(report, "en") if note.text.startswith("3 granted"))
    assert note.kind is SpotKind.UNREAD
    assert note.text.split(": ")[1].startswith("? ")


def test_rows_are_named_in_the_language_of_the_reader() -> None:
    chinese = [note.text for note in notes_of(a_report(), "zh")]
    assert any(text.startswith("13 本机关不掌握相关政府信息: ") for text in chinese)
    assert any(text.startswith("13 unable_not_held: ") for text in texts(a_report()))


def test_damage_is_told() -> None:
    assert any(
        text.startswith("! pages are lost") for text in texts(with_damage(a_report(), "pages-lost"))
    )
