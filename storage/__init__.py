"""What we know, and the originals that prove it.

The registry of portals and agencies, the database schema and its queries, the archive of
originals, the log of captures and the exports made from them. This package fetches nothing,
judges nothing and tells nobody.
"""
