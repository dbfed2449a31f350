"""Whole counties of invented portals on loopback: every family, every trouble, truth and a clock.

The pages follow what was seen of the publishing systems, not what the crawler happens to read:
this package knows nothing of it. The same seed gives the same portals, to the byte.
"""
