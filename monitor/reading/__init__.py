"""From the bytes of an original to one report, each part with its place in the original."""
