"""Commands over the archive and its log."""
