"""The command ``nianbao demo``."""
