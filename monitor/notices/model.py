"""A notice as its page and its Word document are made of."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from monitor.language import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One finding that an agency is asked to put right."""

    rule: str
    title: Bilingual
    severity: str
    message: Bilingual
    quotes: tuple[str, ...]
    basis: str
    remedy: Bilingual
    fingerprint: str | None
    overlay: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the item as it is stored with the notice."""
        return asdict(self)

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "Item":
        """Return the item of what ``as_json`` gave."""
        return cls(
            **{
                **stored,
                "quotes": tuple(stored["quotes"]),
                **{name: Bilingual(**stored[name]) for name in ("title", "message", "remedy")},
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticedReport:
    """The archived report that a notice is about."""

    title: str
    url: str
    sha256: str | None
    """Of the original it was read from."""
    fetched_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Everything a notice says."""

    number: str
    """Such as ``2026-3``; empty for a draft."""
    agency_name: str
    fiscal_year: int
    issued_on: date
    answer_by: date
    issuer: str
    contact: str
    report: NoticedReport | None
    """None if none was found."""
    items: tuple[Item, ...]
    follows: str | None = None
    """The number of the notice that it reminds of."""
