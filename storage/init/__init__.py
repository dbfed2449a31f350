"""What a new workspace begins with."""

from importlib import resources


def settings_template() -> str:
    """Return the text of a new ``nianbao.toml``: every setting, explained, at its default."""
    return resources.files("storage.init").joinpath("nianbao.toml").read_text(encoding="utf-8")
