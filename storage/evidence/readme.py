"""The explanation in an evidence pack: what is proved by it, and what is not."""

import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from storage.clock import SHANGHAI
from storage.evidence.selection import Selection

_environment = Environment(
    loader=PackageLoader("storage.evidence", "templates"),
    autoescape=select_autoescape(("html.j2",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def legible(value: object) -> str:
    """Return a text on one line, without characters that a terminal or a page would obey."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each)[0] == "C" else each
        for each in str(value)
    )


def local_time(instant: datetime | None) -> str:
    """Return an instant as people in China read it."""
    return "—" if instant is None else instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


_environment.filters["legible"] = legible
_environment.filters["local_time"] = local_time


def render_readme(selection: Selection, checkpoint: str) -> Mapping[str, str]:
    """Return README.html and README.txt, each in Chinese and English."""
    template = resources.files("storage.evidence").joinpath("templates/explanation.toml")
    explanation = tomllib.loads(template.read_text(encoding="utf-8"))
    languages = [{"language": name, **say} for name, say in explanation.items()]
    return {
        name: _environment.get_template(f"{name}.j2").render(
            pack=selection,
            agency=selection.agency,
            checkpoint=checkpoint.split(" "),
            languages=languages,
        )
        for name in ("README.html", "README.txt")
    }
