"""A database of both kinds."""

from tests.storage.conftest import empty_url, engine, workspace

__all__ = ["empty_url", "engine", "workspace"]
