"""Who gets what: the tables ``[[subscriptions]]`` of the settings, or the rows of a CSV file."""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from storage.crawler_settings import Section
from storage.telling_settings import Recipients

AgencyKindName = Literal[
    "government",
    "government_office",
    "department",
    "dispatched",
    "township",
    "vertical",
    "authorised",
]
OfficeEvent = Literal[
    "due_soon",
    "missing",
    "late",
    "on_time",
    "published",
    "rejected",
    "corrected",
    "changed",
    "removed",
    "returned",
    "backdated",
    "hijacked",
]
"""What happens to agencies and their reports."""
OperatorEvent = Literal[
    "portal_blocked",
    "portal_down",
    "column_lost",
    "crawler_suspect",
    "fixity_damage",
    "job_trouble",
    "mail_trouble",
    "outbox_stuck",
]
"""What goes wrong with the watching itself; the end of each is told to who was told of it."""
When = Literal["at_once", "daily", "weekly", "monthly"]
Audience = Literal["office", "operator"]

Texts = Annotated[tuple[str, ...], Field(strict=False)]
Divisions = Annotated[tuple[Annotated[str, Field(pattern=r"^\d{2,12}$")], ...], Field(strict=False)]


class SubscriptionSettings(Section):
    """Who is told of what, how, and when; every restriction that is empty means all."""

    to: Annotated[Recipients, Field(min_length=1)]
    name: str = ""
    """What it is for, as the operator calls it."""
    audience: Audience = "office"
    """``operator`` is told of trouble of the watching itself, ``office`` of agencies."""
    language: Literal["zh", "en"] | None = None
    """None means that of ``[mail]``."""
    divisions: Divisions = ()
    """Codes of divisions (GB/T 2260); each stands for its whole subtree: 431200 for 4312…."""
    portals: Texts = ()
    agencies: Texts = ()
    kinds: Annotated[tuple[AgencyKindName, ...], Field(strict=False)] = ()
    events: Annotated[tuple[Literal[OfficeEvent, OperatorEvent], ...], Field(strict=False)] = ()
    severity: Literal["error", "warning", "info"] = "warning"
    """The least grave findings that are told."""
    when: Annotated[tuple[When, ...], Field(strict=False, min_length=1)] = ("at_once", "weekly")
    """``at_once`` tells each event, the others are the digests to get."""
    approve: Annotated[bool, Field(strict=False)] = False
    """Whether an operator releases each message first, as with ``[mail] approve``."""

    @model_validator(mode="after")
    def _events_are_of_the_audience(self) -> "SubscriptionSettings":
        known = (OfficeEvent if self.audience == "office" else OperatorEvent).__args__  # type: ignore[attr-defined]
        wrong = [name for name in self.events if name not in known]
        if wrong:
            raise PydanticCustomError(
                "event_of_others",
                "not for this audience: {events}",
                {"events": ", ".join(wrong), "audience": self.audience},
            )
        return self
