"""Import and export of the registry as CSV files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from storage.database import create_database_engine, reading, transaction
from storage.models import Agency, AgencyKind, Base, Portal, PortalLevel
from storage.registry import FileKind, FileResult, Source, export_registry, import_files
from storage.registry.cells import credit_check_character, parse_credit_code
from storage.registry.problems import BadValueError

PORTALS = "portal,name,division,level,url\nqh,清河县人民政府,130534,county,http://www.qhx.gov.cn/\n"
AGENCIES = (
    "agency,name,kind,division,portal\n"
    "qh-gov,清河县人民政府,government,130534,qh\n"
    "qh-fin,清河县财政局,department,130534,qh\n"
)


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_database_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def source(text: str | bytes, file: str = "file.csv") -> Source:
    return Source(file=file, content=text if isinstance(text, bytes) else text.encode())


def take(session: Session, *texts: str | bytes) -> list[FileResult]:
    return import_files(
        session, [source(text, f"{number}.csv") for number, text in enumerate(texts, start=1)]
    )


def count(session: Session, model: type[Portal] | type[Agency]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_files_may_come_in_any_order_and_say_what_they_did(session: Session) -> None:
    agencies, portals = take(session, AGENCIES, PORTALS)
    assert (agencies.kind, agencies.added) == (FileKind.AGENCIES, ("qh-gov", "qh-fin"))
    assert (portals.kind, portals.added) == (FileKind.PORTALS, ("qh",))
    office = session.get_one(Agency, "qh-fin")
    assert (office.name, office.kind, office.aliases) == (
        "清河县财政局",
        AgencyKind.DEPARTMENT,
        [],
    )
    assert session.get_one(Portal, "qh").level is PortalLevel.COUNTY


def test_a_second_import_changes_what_differs_and_leaves_the_rest_alone(session: Session) -> None:
    take(session, PORTALS, AGENCIES)
    again, same = take(
        session,
        "agency,name,kind,division,portal,aliases\n"
        "qh-fin,清河县财政局,department,130534,qh,财政局|县财政局\n"
        "qh-edu,清河县教育局,department,130534,qh,\n",
        PORTALS,
    )
    assert (again.added, again.changed, again.unchanged) == (("qh-edu",), ("qh-fin",), ())
    assert same.unchanged == ("qh",)
    assert session.get_one(Agency, "qh-fin").aliases == ["财政局", "县财政局"]
    assert session.get_one(Agency, "qh-gov").name == "清河县人民政府"
    (third,) = take(session, AGENCIES)
    assert (third.changed, third.unchanged) == ((), ("qh-gov", "qh-fin"))
    assert session.get_one(Agency, "qh-fin").aliases == ["财政局", "县财政局"]


@pytest.mark.parametrize(
    "dress",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: b"\xef\xbb\xbf\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: (text + "\n,,,,\n\n").encode(),
        lambda text: text.replace("portal,", '"portal",').replace("qh,", '"qh",').encode(),
        lambda text: text.replace("portal,name", " Portal , NAME ").encode(),
    ],
)
def test_what_spreadsheets_do_to_a_file_does_not_matter(session: Session, dress: object) -> None:
    assert callable(dress)
    (result,) = take(session, dress(PORTALS))
    assert (result.problems, result.added) == ((), ("qh",))


def test_a_gbk_file_is_refused_by_name(session: Session) -> None:
    (result,) = take(session, PORTALS.encode("gbk"))
    assert count(session, Portal) == 0
    (problem,) = result.problems
    assert "GBK" in problem.in_english()
    assert "GBK" in problem.in_chinese()
    assert "line 2" in problem.en


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (PORTALS.encode("utf-16"), "UTF-16"),
        (b"\xff\x00\xff", "not UTF-8"),
        (b"agency;name;kind;division;portal\nx;x;x;x;x\n", "separated by ';'"),
        (b"portal\tname\tdivision\tlevel\turl\n", "separated by"),
        (b"a,b\n1,2\n", "neither kind"),
        (b"portal,name,division,level\n", "url"),
        (PORTALS.replace("url", "web").encode(), "web"),
        (PORTALS.replace("name", "portal").encode(), "twice"),
        (PORTALS.encode() + b'qx,"open', "CSV"),
        (PORTALS.encode() + b'qx,a"b"c,"x"y,county,http://a.gov.cn\n', "line 3"),
        (PORTALS.encode() + b"qx,name,130534,county\n", "line 3"),
        (PORTALS.encode() + b"qx,name,130534,county,http://a.gov.cn,more\n", "line 3"),
        (PORTALS.encode() + b"q\x00x,name,130534,county,http://a.gov.cn\n", "line 3"),
    ],
)
def test_a_file_of_bad_form_is_refused_with_the_reason(
    session: Session, content: bytes, said: str
) -> None:
    (result,) = take(session, content)
    assert any(said in problem.in_english() for problem in result.problems), result.problems
    assert count(session, Portal) == 0


BAD_PORTALS = [
    ("Qh,名,130534,county,http://a.gov.cn", "portal"),
    ("q h,名,130534,county,http://a.gov.cn", "portal"),
    (",名,130534,county,http://a.gov.cn", "portal"),
    ("qh,,130534,county,http://a.gov.cn", "name"),
    ("qh,名\x1b[31m,130534,county,http://a.gov.cn", "name"),
    ("qh,名\u202e,130534,county,http://a.gov.cn", "name"),
    (f"qh,{'名' * 201},130534,county,http://a.gov.cn", "name"),
    ("qh,名,13053,county,http://a.gov.cn", "division"),
    ("qh,名,１３０５３４,county,http://a.gov.cn", "division"),
    ("qh,名,130534,village,http://a.gov.cn", "level"),
    ("qh,名,130534,county,ftp://a.gov.cn", "url"),
    ("qh,名,130534,county,javascript:alert(1)", "url"),
    ("qh,名,130534,county,http://", "url"),
    ("qh,名,130534,county,http://a b.gov.cn/", "url"),
    ("qh,名,130534,county,http://u:p@a.gov.cn/", "url"),
    ("qh,名,130534,county,http://a.gov.cn:99999/", "url"),
    ("qh,名,130534,county,www.a.gov.cn", "url"),
]


@pytest.mark.parametrize(("row", "column"), BAD_PORTALS)
def test_a_bad_portal_is_named_with_line_and_column(
    session: Session, row: str, column: str
) -> None:
    good = "ok,好,130534,county,http://ok.gov.cn/\n"
    (result,) = take(session, f"portal,name,division,level,url\n{good}{row}\n")
    assert [(problem.line, problem.column) for problem in result.problems] == [(3, column)]
    assert result.problems[0].remedy_zh or column == "name"
    assert count(session, Portal) == 0, "all or nothing"


BAD_AGENCIES = [
    ("x/y,名,department,130534,qh,,,,", "agency"),
    (",名,department,130534,qh,,,,", "agency"),
    ("x,名,bureau,130534,qh,,,,", "kind"),
    ("x,名,department,1,qh,,,,", "division"),
    ("x,名,department,130534,nowhere,,,,", "portal"),
    ("x,名,department,130534,qh,a|b\x07,,,", "aliases"),
    ("x,名,department,130534,qh,,2024-02-30,,", "valid_from"),
    ("x,名,department,130534,qh,,去年,,", "valid_from"),
    ("x,名,department,130534,qh,,,31.1.2024,", "valid_to"),
    ("x,名,department,130534,qh,,2024-01-02,2024-01-01,", "valid_to"),
    ("x,名,department,130534,qh,,,,11341702486344515X", "credit_code"),
    ("x,名,department,130534,qh,,,,1134170248634451", "credit_code"),
    ("x,名,department,130534,qh,,,,I1341702486344515H", "credit_code"),
]


@pytest.mark.parametrize(("row", "column"), BAD_AGENCIES)
def test_a_bad_agency_is_named_with_line_and_column(
    session: Session, row: str, column: str
) -> None:
    header = "agency,name,kind,division,portal,aliases,valid_from,valid_to,credit_code\n"
    portals, result = take(session, PORTALS, header + row + "\n")
    assert [(problem.line, problem.column) for problem in result.problems] == [(2, column)]
    assert portals.added == ("qh",), "the good file is imported"
    assert count(session, Agency) == 0


def test_every_bad_row_is_named_at_once_and_lines_count_breaks_in_cells(session: Session) -> None:
    text = (
        "portal,name,division,level,url\n"
        'a,"x\n\ny",130534,county,http://a.gov.cn\n'
        "b,x,1,county,http://a.gov.cn\n"
        "c,x,130534,shire,nope\n"
    )
    (result,) = take(session, text)
    assert [(problem.line, problem.column) for problem in result.problems] == [
        (2, "name"),
        (5, "division"),
        (6, "level"),
        (6, "url"),
    ]


def test_an_id_that_stands_twice_is_refused_with_both_lines(session: Session) -> None:
    (result,) = take(session, PORTALS + "qh,另一个,130534,county,http://b.gov.cn/\n")
    (problem,) = result.problems
    assert (problem.line, problem.column) == (3, "portal")
    assert "2" in problem.en
    assert count(session, Portal) == 0


def test_one_bad_file_keeps_no_other_from_being_imported(session: Session) -> None:
    bad, good = take(session, "portal,name,division,level,url\nx,,1,y,z\n", PORTALS)
    assert len(bad.problems) == 4
    assert good.added == ("qh",)


def test_days_written_by_spreadsheets_and_lower_case_codes_are_understood(
    session: Session,
) -> None:
    take(
        session,
        PORTALS,
        "agency,name,kind,division,portal,valid_from,valid_to,credit_code\n"
        "x,名,department,130534103,qh,2019/1/5,2024-01-31,11341702486344515h\n",
    )
    found = session.get_one(Agency, "x")
    assert (str(found.valid_from), str(found.valid_to)) == ("2019-01-05", "2024-01-31")
    assert found.credit_code == "11341702486344515H"


@pytest.mark.parametrize(
    "code",
    [
        "11341702486344515H",
        "12620600MB0523338C",
        "11370812004339255B",
        "11341702003256079T",
        "113325000026455663",
    ],
)
def test_credit_codes_seen_on_pages_pass_and_a_slip_does_not(code: str) -> None:
    assert parse_credit_code(code) == code
    assert credit_check_character(code[:17]) == code[17]
    wrong = ("2" if code[3] != "2" else "3").join((code[:3], code[4:]))
    with pytest.raises(BadValueError):
        parse_credit_code(wrong)


LINEAGE = (
    "agency,name,kind,division,portal,valid_from,valid_to,merged_into,renamed_from\n"
    "old,卫生和计划生育局,department,130534,qh,,2019-01-15,,\n"
    "new,卫生健康局,department,130534,qh,2019-01-16,,,old\n"
    "gone,扶贫办,department,130534,qh,,2021-06-01,new,\n"
)


def test_lineage_may_point_forward_and_back_within_a_file(engine: Engine) -> None:
    with transaction(engine) as session:
        take(session, LINEAGE, PORTALS)
    with reading(engine) as session:
        assert session.get_one(Agency, "new").renamed_from == "old"
        assert session.get_one(Agency, "gone").merged_into == "new"


@pytest.mark.parametrize(
    ("cells", "said"),
    [("nobody,", "nobody"), (",nobody", "nobody"), ("new,", "itself")],
)
def test_lineage_to_nobody_or_to_itself_is_refused(session: Session, cells: str, said: str) -> None:
    (_, result) = take(
        session,
        PORTALS,
        "agency,name,kind,division,portal,merged_into,renamed_from\n"
        f"new,卫生健康局,department,130534,qh,{cells}\n",
    )
    assert [problem.line for problem in result.problems] == [2]
    assert said in result.problems[0].in_english()


def test_an_invented_division_is_taken_as_long_as_it_has_the_form_of_one(session: Session) -> None:
    """Demonstrations use codes that no place has; only the form is checked."""
    (result,) = take(session, PORTALS.replace("130534", "990101"))
    assert result.problems == ()


def test_agencies_of_two_files_of_one_call_may_name_each_other(session: Session) -> None:
    header = "agency,name,kind,division,portal,merged_into\n"
    first = header + "gone,扶贫办,department,130534,qh,farm\n"
    second = header + "farm,农业农村局,department,130534,qh,\n"
    results = take(session, first, second, PORTALS)
    assert [result.added for result in results] == [("gone",), ("farm",), ("qh",)]
    assert session.get_one(Agency, "gone").merged_into == "farm"


def test_a_file_that_leans_on_a_refused_one_is_refused_too(session: Session) -> None:
    header = "agency,name,kind,division,portal,merged_into\n"
    first = header + "gone,扶贫办,department,130534,qh,farm\n"
    second = header + "farm,农业农村局,department,130534,qh,nobody\n"
    third = header + "other,财政局,department,130534,qh,\n"
    results = take(session, PORTALS, first, second, third)
    assert [bool(result.problems) for result in results] == [False, True, True, False]
    assert count(session, Agency) == 1


def test_the_same_id_in_two_files_of_one_call_takes_the_later_row(session: Session) -> None:
    results = take(session, PORTALS, AGENCIES, AGENCIES.replace("财政局", "财政和国资局"))
    assert results[2].changed == ("qh-fin",)
    assert results[2].unchanged == ("qh-gov",)
    assert session.get_one(Agency, "qh-fin").name == "清河县财政和国资局"


def test_a_file_of_thousands_of_rows_is_imported_at_once(session: Session) -> None:
    rows = "".join(f"x{number},某县第{number}局,department,130534,qh\n" for number in range(5000))
    _, result = take(session, PORTALS, "agency,name,kind,division,portal\n" + rows)
    assert len(result.added) == 5000


def test_a_circle_of_mergers_is_refused(session: Session) -> None:
    (_, result) = take(
        session,
        PORTALS,
        "agency,name,kind,division,portal,merged_into\n"
        "a,甲局,department,130534,qh,b\nb,乙局,department,130534,qh,a\n",
    )
    assert [problem.line for problem in result.problems] == [2, 3]
    assert count(session, Agency) == 0


def test_hostile_names_are_data_and_go_out_as_they_came(session: Session) -> None:
    names = ["=cmd|'/C calc'!A0", '"><img src=x onerror=alert(1)>', "+1", "@SUM(A1)", "a,b\"c'"]
    rows = "".join(
        f'x{number},"{name.replace(chr(34), chr(34) * 2)}",department,130534,qh\n'
        for number, name in enumerate(names)
    )
    _, result = take(session, PORTALS, "agency,name,kind,division,portal\n" + rows)
    assert result.problems == ()
    exported = export_registry(session, FileKind.AGENCIES)
    (again,) = take(session, exported)
    assert again.unchanged == ("x0", "x1", "x2", "x3", "x4")
    assert [session.get_one(Agency, f"x{number}").name for number in range(5)] == names


def test_a_table_from_a_file_on_disk_is_named_as_given(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "门户.csv"
    path.write_bytes(b"portal\n")
    (result,) = import_files(session, [Source(file=str(path), content=path.read_bytes())])
    assert all(problem.in_chinese().startswith(str(path)) for problem in result.problems)


_TEXT = st.text(
    st.characters(
        blacklist_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"), max_codepoint=0xFFFF
    )
).map(str.strip)
_NAME = _TEXT.filter(lambda text: 0 < len(text) <= 200)
_ALIAS = _NAME.filter(lambda text: "|" not in text)
_ID = st.from_regex(r"[a-z0-9][a-z0-9-]{0,12}", fullmatch=True)
_DAY = st.none() | st.dates()


@st.composite
def _agencies(draw: st.DrawFn, portals: list[str]) -> dict[str, object]:
    first, last = draw(_DAY), draw(_DAY)
    if first and last and first > last:
        first, last = last, first
    return {
        "name": draw(_NAME),
        "kind": draw(st.sampled_from(AgencyKind)),
        "division": draw(st.sampled_from(["130534", "130534102", "640104"])),
        "portal_id": draw(st.sampled_from(portals)),
        "aliases": draw(st.lists(_ALIAS, max_size=3, unique=True)),
        "valid_from": first,
        "valid_to": last,
        "credit_code": draw(st.sampled_from([None, "11341702486344515H"])),
    }


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_export_imports_as_the_same_registry_and_the_same_bytes(data: st.DataObject) -> None:
    portals = data.draw(st.lists(_ID, min_size=1, max_size=3, unique=True))
    agencies = data.draw(st.dictionaries(_ID, _agencies(portals), max_size=4))
    first, second = (create_engine("sqlite://") for _ in range(2))
    for each in (first, second):
        Base.metadata.create_all(each)
    with Session(first) as session, Session(second) as other:
        for portal in portals:
            session.add(
                Portal(
                    id=portal,
                    name=data.draw(_NAME),
                    division="130534",
                    level=PortalLevel.COUNTY,
                    url="http://a.gov.cn/",
                    known_columns=data.draw(
                        st.lists(
                            st.sampled_from(["http://a.gov.cn/1", "https://b.gov.cn/?a=2"]),
                            unique=True,
                        )
                    ),
                )
            )
        session.add_all(Agency(id=key, **values) for key, values in agencies.items())
        session.flush()
        files = [export_registry(session, kind) for kind in FileKind]
        results = import_files(other, [source(text, "x") for text in reversed(files)])
        assert [result.problems for result in results] == [(), ()]
        assert [export_registry(other, kind) for kind in FileKind] == files
    first.dispose()
    second.dispose()
