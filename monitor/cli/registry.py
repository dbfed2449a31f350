"""Commands over the registry."""
