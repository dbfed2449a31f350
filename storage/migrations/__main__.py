"""For developers: write the migration from the newest one to the models as they are.

    python -m storage.migrations "Add the waivers' author"

The file is ``versions/<number>_<message>.py``; read it before you keep it.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from storage.database import create_database_engine
from storage.schema import configuration, upgrade

VERSIONS = Path(__file__).parent / "versions"


def write_migration(message: str) -> None:
    """Compare a database at the newest revision with the models and write the difference."""
    count = sum(1 for _ in ScriptDirectory.from_config(configuration()).walk_revisions())
    with tempfile.TemporaryDirectory() as directory:
        engine = create_database_engine(f"sqlite:///{directory}/empty.db")
        if count:
            upgrade(engine)
        with engine.begin() as connection:
            command.revision(
                configuration(connection), message, autogenerate=True, rev_id=f"{count + 1:04}"
            )
        engine.dispose()
    for tool in ("format", "check"):
        subprocess.run([sys.executable, "-m", "ruff", tool, "--quiet", VERSIONS], check=True)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    write_migration(sys.argv[1])
