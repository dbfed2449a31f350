"""A workspace: a directory with settings, database and archive."""

from dataclasses import dataclass
from pathlib import Path

from storage.settings import SETTINGS_FILE, Settings, load_settings

DATABASE_FILE = "nianbao.db"
ARCHIVE_DIRECTORY = "archive"
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A directory and the settings read from it."""

    directory: Path
    settings: Settings

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the database; SQLite inside the workspace unless set.

        A relative path of SQLite begins at the workspace, wherever the program is started.
        """
        url = self.settings.storage.database_url or f"{_SQLITE}{DATABASE_FILE}"
        path = url.removeprefix(_SQLITE)
        if path == url or path in ("", ":memory:"):
            return url
        return f"{_SQLITE}{self.directory / path}"

    @property
    def archive_url(self) -> str:
        """The URL of the archive; a directory inside the workspace unless set."""
        return self.settings.storage.archive_url or (self.directory / ARCHIVE_DIRECTORY).as_uri()

    @property
    def second_copy_url(self) -> str | None:
        """The URL of the archive that has everything a second time; None if there is none."""
        return self.settings.storage.second_copy or None


def open_workspace(directory: Path) -> Workspace:
    """Read the settings of a workspace directory.

    Raises:
        SettingsError: if the settings file is wrong.
    """
    directory = directory.resolve()
    return Workspace(directory=directory, settings=load_settings(directory / SETTINGS_FILE))
