"""Each command is loaded when its word is given, and all of them for the help."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

import monitor.cli
from monitor.cli.base import app
from monitor.cli.commands import MODULES, command_word, load_commands

_REGISTERS = re.compile(r"^@\w+\.command\(|\.add_typer\(|^@\w+\.callback\(", re.MULTILINE)
_LOADED_ALONE = (
    "import sys; from monitor.cli.commands import load_commands; load_commands(['audit']); "
    "print(*sorted(sys.modules))"
)


def test_the_commands_are_those_of_the_table() -> None:
    load_commands([])
    assert set(typer.main.get_group(app).commands) == set(MODULES)


def test_every_module_that_registers_a_command_is_loaded_by_some_word() -> None:
    directory = Path(monitor.cli.__file__).parent
    registering = {
        path.stem
        for path in directory.glob("*.py")
        if _REGISTERS.search(path.read_text(encoding="utf-8"))
    }
    listed = {name for names in MODULES.values() for name in names}
    assert registering - {"app"} <= listed
    assert all((directory / f"{name}.py").exists() for name in listed)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("audit verify", "audit"),
        ("--workspace audit status", "status"),
        ("--workspace=audit status", "status"),
        ("--lang zh --log-level info check a.pdf", "check"),
        ("--help", None),
        ("-h", None),
        ("--version check", "--version"),
        ("", None),
        ("--workspace", None),
        ("chek", "chek"),
    ],
)
def test_the_command_is_the_first_word_that_belongs_to_no_option(
    line: str, word: str | None
) -> None:
    assert command_word(line.split()) == word


def test_verifying_does_not_wait_for_the_rulebook() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED_ALONE], capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert "monitor.cli.audit" in loaded
    assert "monitor.rules.catalogue" not in loaded
