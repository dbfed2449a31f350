"""The command ``nianbao check``."""
