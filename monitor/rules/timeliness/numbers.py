"""How messages count things in English."""


def counted(count: int, thing: str) -> str:
    """Return a number with what it counts: 1 day, 2 days."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
