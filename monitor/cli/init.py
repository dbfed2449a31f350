"""The command ``nianbao init``."""
