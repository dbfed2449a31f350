"""What other programs subscribe to: Atom, iCalendar, CSV, JSON Lines, Prometheus."""
