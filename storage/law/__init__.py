"""Law and custom as data: due days, titles of reports, names of columns and page labels."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def load_law(name: str) -> dict[str, Any]:
    """Return the data file ``name`` (``deadlines``, ``portals`` or ``titles``) of this package."""
    text = resources.files("storage.law").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
