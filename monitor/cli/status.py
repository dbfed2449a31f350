"""The command ``nianbao status``."""
