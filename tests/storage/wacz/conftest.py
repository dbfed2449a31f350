"""The scene of the evidence packs serves web archives too."""

from tests.storage.evidence.conftest import scene, template

__all__ = ["scene", "template"]
