"""Telling people: events, the mails made from them, the outbox they wait in."""
