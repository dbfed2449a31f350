"""What bytes and pages say about themselves, as pure functions: kind, text, obstacles, shells."""
