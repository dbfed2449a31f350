"""What is shown of the messages in the outbox."""

from collections.abc import Iterable

from storage.clock import iso_utc
from storage.models import MessageState, OutboxMessage, Settlement


def describe(message: OutboxMessage, settlements: Iterable[Settlement] = ()) -> dict[str, object]:
    """Return what ``nianbao outbox`` prints of a message."""
    return {
        "id": message.id,
        "kind": message.kind,
        "number": message.number,
        "recipient": message.recipient,
        "subject": message.subject,
        "state": message.state.value,
        "attempts": message.attempts,
        "created_at": iso_utc(message.created_at),
        "next_attempt_at": iso_utc(message.next_attempt_at)
        if message.state is MessageState.WAITING
        else None,
        "finished_at": iso_utc(message.finished_at) if message.finished_at else None,
        "last_error": message.last_error,
        "parts": message.parts,
        "parts_sent": message.parts_sent,
        "message_id": message.message_id,
        "settlements": [
            {
                "at": iso_utc(each.decided_at),
                "by": each.author,
                "was": each.was.value,
                "decision": each.decision.value,
                "note": each.note,
            }
            for each in settlements
        ],
    }
