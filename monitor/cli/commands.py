"""Which modules each command comes from, so that a run loads only those it needs.

The rulebook alone takes a second to load; ``nianbao audit verify`` need not wait for it.
"""

from collections.abc import Iterator, Sequence
from importlib import import_module

MODULES = {
    "alerts": ("telling",),
    "audit": (
        "audit",
        "audit_export",
        "audit_log",
        "audit_original",
        "audit_show",
        "audit_verify",
        "fixity",
        "history",
        "log_keys",
        "wacz",
    ),
    "backup": ("backup",),
    "check": ("check",),
    "crawl": ("crawl",),
    "demo": ("demo",),
    "digest": ("telling",),
    "feeds": ("feeds",),
    "findings": ("listing",),
    "init": ("init",),
    "judge": ("judge",),
    "notices": ("notices",),
    "outbox": ("outbox", "approving"),
    "portal": ("portal",),
    "read": ("read",),
    "registry": ("registry", "proposals"),
    "reports": ("crawl",),
    "restore": ("backup",),
    "retention": ("retention",),
    "rules": ("rules",),
    "schedule": ("schedule",),
    "status": ("status",),
    "subscriptions": ("subscriptions",),
    "triage": ("triage", "triage_view"),
}
"""By command, the modules of this package that register it, in the order of help."""
_TAKES_A_VALUE = ("--workspace", "--log-level", "--lang")
"""The global options whose value is a word of its own."""
_ENDS_HERE = ("--version",)


def load_commands(arguments: Sequence[str]) -> None:
    """Import what the command line asks for; everything where it names no command (help)."""
    word = command_word(arguments)
    for name in _modules(word):
        import_module(f"monitor.cli.{name}")


def command_word(arguments: Sequence[str]) -> str | None:
    """Return the first word that is neither a global option nor the value of one."""
    words: Iterator[str] = iter(arguments)
    for word in words:
        if word in _TAKES_A_VALUE:
            next(words, None)
        elif word in _ENDS_HERE or not word.startswith("-"):
            return word
    return None


def _modules(word: str | None) -> tuple[str, ...]:
    if word in _ENDS_HERE:
        return ()
    if word in MODULES:
        return MODULES[word]
    return tuple(dict.fromkeys(name for names in MODULES.values() for name in names))
