"""What came of one attempt to deliver, by whatever way."""

from dataclasses import dataclass
from enum import StrEnum


class Delivery(StrEnum):
    """What became of one attempt to deliver."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    SENDER_REFUSED = "sender_refused"
    """Nothing can be sent with these settings; no message is at fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The outcome of an attempt, and what the server or the network said."""

    delivery: Delivery
    detail: str = ""
