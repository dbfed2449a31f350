"""The command ``nianbao schedule``."""
