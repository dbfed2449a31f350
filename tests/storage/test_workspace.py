"""Where a workspace keeps its things."""

from pathlib import Path

import pytest

from storage.archive import DirectoryArchive, open_archive
from storage.database import DatabaseUrlError, create_database_engine, without_password
from storage.workspace import open_workspace


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NIANBAO_DATABASE_URL", "NIANBAO_ARCHIVE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_database_and_archive_are_inside_unless_set(tmp_path: Path) -> None:
    place = tmp_path / "某 县%20"
    place.mkdir()
    workspace = open_workspace(place)
    assert workspace.database_url == f"sqlite:///{place}/nianbao.db"
    archive = open_archive(workspace.archive_url)
    assert isinstance(archive, DirectoryArchive)
    assert archive.root == place / "archive"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///data/x.db", "sqlite:///{place}/data/x.db"),
        ("sqlite:////srv/x.db", "sqlite:////srv/x.db"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("postgresql://u:p@db/nianbao", "postgresql://u:p@db/nianbao"),
    ],
)
def test_a_relative_database_begins_at_the_workspace(
    tmp_path: Path, url: str, expected: str
) -> None:
    (tmp_path / "nianbao.toml").write_text(f'[storage]\ndatabase_url = "{url}"\n')
    assert open_workspace(tmp_path).database_url == expected.format(place=tmp_path)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:geheim@db:5432/x", "postgresql://***@db:5432/x"),
        ("postgresql://u:geh@eim/@db/x", "postgresql://***@db/x"),
        ("postgresql://db/x?password=geheim", "postgresql://db/x"),
        ("sqlite:////srv/x.db", "sqlite:////srv/x.db"),
        ("geheim", "***"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, shown: str) -> None:
    assert without_password(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        *("", "x", "mysql://h/d", "sqlite+aiosqlite:///x.db", "postgresql+psycopg2://h/d"),
        *("postgresql://u:p@h:port/d", "postgresql://u:p@q@h/d", "oracle+x://h", "://"),
    ],
)
def test_a_url_of_no_database_that_can_be_used_is_refused_by_name(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match=r"storage\.database_url") as error:
        create_database_engine(url)
    assert "NIANBAO_DATABASE_URL" in error.value.zh
