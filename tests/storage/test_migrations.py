import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from storage.database import create_database_engine, reading, transaction
from storage.models import Base, Portal, PortalLevel
from storage.schema import SchemaError, downgrade, require_current, upgrade


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Base.metadata))


def test_the_migrated_database_is_what_the_models_say(engine: Engine) -> None:
    assert differences(engine) == [], (
        "the models have changed: run python -m storage.migrations 'What changed'"
    )


def test_a_change_of_the_models_without_a_migration_would_be_seen(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE portals DROP COLUMN name"))
        connection.execute(text("DROP INDEX ix_captures_url"))

    kinds = {str(each[0]) for each in differences(engine)}  # type: ignore[index]

    assert kinds == {"add_column", "add_index"}


def test_a_migrated_database_can_be_taken_back_and_migrated_again(engine: Engine) -> None:
    downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}

    upgrade(engine)

    assert differences(engine) == []


def test_upgrading_twice_keeps_the_data(engine: Engine) -> None:
    with transaction(engine) as session:
        session.add(
            Portal(
                id="boai",
                name="博爱县人民政府",
                division="410822",
                level=PortalLevel.COUNTY,
                url="http://www.boai.gov.cn/",
                known_columns=["http://www.boai.gov.cn/年报"],
            )
        )

    upgrade(engine)

    with reading(engine) as session:
        portal = session.get_one(Portal, "boai")
        assert portal.known_columns == ["http://www.boai.gov.cn/年报"]


def test_a_current_database_is_accepted(engine: Engine) -> None:
    require_current(engine)


def test_an_empty_database_is_not_accepted_and_stays_empty(empty_url: str, tmp_path: Path) -> None:
    engine = create_database_engine(empty_url)

    with pytest.raises(SchemaError, match="nianbao init"):
        require_current(engine)

    if engine.dialect.name == "sqlite":
        assert not (tmp_path / "nianbao.db").exists()
    else:
        assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_database_that_is_newer_than_the_program_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    for check in (require_current, upgrade):
        with pytest.raises(SchemaError, match=r"9999.*newer than this program"):
            check(engine)


def test_a_foreign_database_with_tables_of_our_names_is_refused(empty_url: str) -> None:
    engine = create_database_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE portals (id INTEGER)"))

    with pytest.raises(SchemaError, match="portals"):
        upgrade(engine)

    assert inspect(engine).get_table_names() == ["portals"]
    engine.dispose()


UPGRADE_WHEN_TOLD = """
import sys
from storage.database import create_database_engine
from storage.schema import upgrade

engine = create_database_engine(sys.argv[1])
sys.stdin.readline()
upgrade(engine)
engine.dispose()
"""


def test_several_processes_may_upgrade_at_once(empty_url: str) -> None:
    command = [sys.executable, "-W", "error", "-c", UPGRADE_WHEN_TOLD, empty_url]
    children = [subprocess.Popen(command, stdin=subprocess.PIPE) for _ in range(4)]
    for child in children:
        assert child.stdin is not None
        child.stdin.write(b"now\n")
        child.stdin.close()

    assert [child.wait() for child in children] == [0, 0, 0, 0]
    engine = create_database_engine(empty_url)
    require_current(engine)
    engine.dispose()


def test_digests_of_before_frequencies_keep_their_numbers(engine: Engine) -> None:
    columns = "recipient, number, since, until, content_sha256"
    values = "'a@example.cn', 7, '2024-01-29 00:30:00', '2024-02-05 00:30:00', 'ab'"
    downgrade(engine, "0017")
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO digest_windows ({columns}) VALUES ({values})"))

    upgrade(engine)

    query = text("SELECT number, frequency, language, text_sha256, counts FROM digest_windows")
    with engine.begin() as connection:
        assert connection.execute(query).all() == [(7, "weekly", None, None, None)]
        connection.execute(
            text(
                f"INSERT INTO digest_windows (frequency, {columns}) VALUES ('daily', {values}), "
                f"('weekly', {values.replace('7', '8', 1)})"
            )
        )
    downgrade(engine, "0017")
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT number FROM digest_windows ORDER BY number"))
        assert kept.scalars().all() == [7, 8]
