"""Commands over the rulebook."""
