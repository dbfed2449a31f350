"""The readable pages of an evidence pack: what is proved by it, on what assumptions, what not."""

import base64
import hashlib
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from storage.captures import checkpoint_line
from storage.evidence.claims import Claim, shanghai, utc
from storage.evidence.holders import TIME_AUTHORITY, Holder, earliest
from storage.evidence.model import Selection
from storage.evidence.verify import KEYS
from storage.models import Checkpoint

LANGUAGES = {"zh": "README.html", "en": "README.en.html"}
_TEMPLATES = resources.files("storage.evidence").joinpath("templates")

_environment = Environment(
    loader=PackageLoader("storage.evidence", "templates"),
    autoescape=select_autoescape(("html.j2",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A key of the log, for people."""

    origin: str
    """The name of the log."""
    line: str


def legible(value: object) -> str:
    """Return a text on one line, without characters that a terminal or a page would obey."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each)[0] == "C" else each
        for each in str(value)
    )


_environment.filters["legible"] = legible
_environment.filters["shanghai"] = lambda instant: "—" if instant is None else shanghai(instant)
_environment.filters["utc"] = lambda instant: "—" if instant is None else utc(instant)
_environment.filters["from_iso"] = datetime.fromisoformat


def render_readme(
    selection: Selection,
    claims: Sequence[Claim],
    absence: Mapping[str, Any] | None,
    checkpoint: Checkpoint,
    signatures: Mapping[str, bytes],
    holders: Sequence[Holder],
    originals: Mapping[str, str],
    signed_by: str | None,
) -> Mapping[str, str]:
    """Return the pages in Chinese and in English, and both as plain text.

    Args:
        selection: what the pack holds.
        claims: what it proves.
        absence: the claim of absence as the pack keeps it; None without one.
        checkpoint: that all is proved under.
        signatures: the files about who signed, by name.
        holders: who holds a checkpoint that has some of it under it.
        originals: the names of the files, by hash.
        signed_by: the key that is to sign the pack as a whole; None without one.
    """
    style = _TEMPLATES.joinpath("page.css").read_text(encoding="utf-8")
    values = {
        "pack": selection,
        "claims": claims,
        "absence": absence,
        "proved": None if absence is None else absence["proved"],
        "checkpoint": checkpoint_line(checkpoint).split(" "),
        "size": checkpoint.tree_size,
        "keys": _keys(signatures),
        "stamps": [each for each in holders if each.kind == TIME_AUTHORITY],
        "holders": earliest(holders),
        "last": selection.captures[-1].position,
        "originals": originals,
        "signed_by": signed_by,
        "mask": selection.told.mask,
        "style": style,
        "style_hash": base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    }
    said = tomllib.loads(_TEMPLATES.joinpath("explanation.toml").read_text(encoding="utf-8"))
    pages = {
        name: _environment.get_template("README.html.j2").render(
            say=said[language], language=language, **values
        )
        for language, name in LANGUAGES.items()
    }
    text = _environment.get_template("README.txt.j2").render(
        languages=[(language, said[language]) for language in LANGUAGES], **values
    )
    return pages | {"README.txt": text}


def _keys(signatures: Mapping[str, bytes]) -> list[Signer]:
    lines = signatures.get(KEYS, b"").decode().splitlines()
    return [Signer(origin=line.split("+")[0], line=line) for line in lines]
