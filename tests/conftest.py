"""Fixtures that every part of the tests may use."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import postgresql

__all__ = ["postgresql"]

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"

# A run must neither fail because the machine is busy nor by the luck of the draw: by itself
# Hypothesis draws the same examples each time. `make hunt` draws others.
_PATIENT = settings(deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", _PATIENT, derandomize=True, database=None)
settings.register_profile("hunting", _PATIENT)
settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process is left with them at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The shared corpus of real documents, which lives beside the project and is not part of it."""
    if not CORPUS.is_dir():
        pytest.skip(f"the corpus of real documents is not at {CORPUS}")
    return CORPUS
