"""Bringing a database to the schema of this program, and refusing one that is not."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from storage.database import without_password
from storage.errors import StorageError
from storage.models import Base

MIGRATIONS = "storage:migrations"
MIGRATION_LOCK = 0x6E69616E62616F02
"""The PostgreSQL advisory lock that a migration holds (``nianbao``, 2)."""


class SchemaError(StorageError):
    """The database has not the schema of this program."""


class MissingDatabase(SchemaError):  # noqa: N818 - named by what happened
    """There is no database yet, or no longer."""


def upgrade(engine: Engine) -> None:
    """Bring a database, new or old, to the current schema; nothing if it is there.

    Safe when several processes start together: one migrates, the others wait. A migration that
    fails leaves the database as it was.

    Raises:
        SchemaError: if the database is newer than this program, or is not ours.
    """
    if _database_exists(engine) and _is_current(engine):
        return
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        if not _check_revision(connection):
            command.upgrade(configuration(connection), "head")


def downgrade(engine: Engine, revision: str) -> None:
    """Take a database back to an older revision (``base`` for none); data may be lost."""
    with engine.begin() as connection:
        command.downgrade(configuration(connection), revision)


def require_current(engine: Engine) -> None:
    """Make sure that a database has the schema of this program, without changing it.

    Raises:
        SchemaError: if it does not; the message says what to do.
    """
    place = without_password(engine.url.render_as_string(hide_password=True))
    if not (_database_exists(engine) and _is_made(engine)):
        raise MissingDatabase(
            f"数据库 {place} 尚未建立；请运行 nianbao init，或从备份恢复。",
            f"the database {place} has not been made; run 'nianbao init', "
            "or restore it from a backup.",
        )
    if not _is_current(engine):
        raise SchemaError(
            f"数据库 {place} 的版本较旧；请运行 nianbao init 升级。",
            f"the database {place} is of an older version; run 'nianbao init' to upgrade it.",
        )


def configuration(connection: Connection | None = None) -> Config:
    """Return the configuration of Alembic for this package and one connection."""
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    config.attributes["connection"] = connection
    return config


def _is_made(engine: Engine) -> bool:
    with engine.connect().execution_options(read_only=True) as connection:
        return MigrationContext.configure(connection).get_current_revision() is not None


def _is_current(engine: Engine) -> bool:
    with engine.connect().execution_options(read_only=True) as connection:
        return _check_revision(connection)


def _check_revision(connection: Connection) -> bool:
    """Say whether the schema is current; False if it is older or missing."""
    script = ScriptDirectory.from_config(configuration())
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        _refuse_strangers(connection)
        return False
    if found not in {revision.revision for revision in script.walk_revisions()}:
        raise SchemaError(
            f"数据库的版本（{found}）比本程序新；请安装更新的 nianbao。",
            f"the database (revision {found}) is newer than this program; install a newer nianbao.",
        )
    return found == script.get_current_head()


def _refuse_strangers(connection: Connection) -> None:
    """A database with tables of our names but no revision was not made by a migration."""
    taken = sorted(set(inspect(connection).get_table_names()) & set(Base.metadata.tables))
    if taken:
        raise SchemaError(
            f"数据库中已有表 {taken[0]}，但没有版本记录；它不是由 nianbao 建立的，请换一个数据库。",
            f"the database has a table {taken[0]} but no revision: nianbao did not make it; "
            "use another database.",
        )


def _database_exists(engine: Engine) -> bool:
    """Say whether there is anything to connect to; connecting would create a SQLite file."""
    name = engine.url.database
    in_file = engine.dialect.name == "sqlite" and name not in (None, "", ":memory:")
    return not in_file or Path(str(name)).exists()
