"""Commands that tell people: digest and outbox."""
