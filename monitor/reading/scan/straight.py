"""Straightens a page: a sheet laid askew, or photographed from one side.

The ruling lines of its tables say how: their slope, and how it changes over the page. A page
without lines is turned so that its lines of text lie level.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Matrix = NDArray[np.float64]

_SIDE = 1500
"""Longer side (pixels) of the copy on which lines are looked for."""
_STEEPEST = 0.2
"""Slope up to which a line is taken for a level one that lies askew."""
_LEAST_LENGTH = 0.05
_ENOUGH = 0.6
"""Lines that together are as long as this share of the side say how the page lies."""
_SPREAD = 0.15
_TEXT_SIDE = 900
_MOST_TURN = 6.0


@dataclass(frozen=True, slots=True)
class _Slope:
    """The slope of lines as a function of where they stand: ``at_middle + change * distance``."""

    at_middle: float
    change: float


def straightening(page: Picture) -> Matrix:
    """Return the matrix (3x3) that maps pixels of ``page`` to those of the straight page.

    The middle stays where it is.
    """
    height, width = page.shape
    scale = min(1.0, _SIDE / max(height, width))
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    level, steep = _slopes(np.asarray(small, np.uint8))
    if level is None:
        level = _Slope(-steep.at_middle if steep else float(np.tan(_text_turn(page))), 0.0)
    if steep is None:
        steep = _Slope(-level.at_middle, 0.0)
    return _matrix(level, steep, width, height, 1 / scale)


def _slopes(small: Picture) -> tuple[_Slope | None, _Slope | None]:
    height, width = small.shape
    found: Any = cv2.createLineSegmentDetector().detect(small)[0]
    if found is None:
        return None, None
    ends = found.reshape(-1, 4).astype(np.float64)
    across, down = ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]
    length = np.hypot(across, down)
    kept = length > _LEAST_LENGTH * max(width, height)
    x, y = (ends[:, 0] + ends[:, 2]) / 2 - width / 2, (ends[:, 1] + ends[:, 3]) / 2 - height / 2
    flat = kept & (np.abs(down) < _STEEPEST * np.abs(across))
    upright = kept & (np.abs(across) < _STEEPEST * np.abs(down))
    level = _fitted(y[flat], down[flat] / across[flat], length[flat], width, height)
    steep = _fitted(x[upright], across[upright] / down[upright], length[upright], height, width)
    return level, steep


def _fitted(
    at: NDArray[np.float64],
    slope: NDArray[np.float64],
    length: NDArray[np.float64],
    along: int,
    over: int,
) -> _Slope | None:
    """Fit the slopes of lines by least squares, lines that do not fit left out step by step."""
    if length.sum() < _ENOUGH * along:
        return None
    kept = np.abs(slope - _weighted_median(slope, length)) < 0.06
    for within in (0.03, 0.01, 0.005):
        wide = len(at[kept]) > 3 and np.ptp(at[kept]) > _SPREAD * over
        design = np.stack([np.ones_like(at), at if wide else np.zeros_like(at)], axis=1)
        weight = np.sqrt(length * kept)
        found = np.linalg.lstsq(design * weight[:, None], slope * weight, rcond=None)[0]
        kept = np.abs(slope - design @ found) < within
        if length[kept].sum() < _ENOUGH / 2 * along:
            return None
    return _Slope(float(found[0]), float(found[1]))


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def _text_turn(page: Picture) -> float:
    """Return the angle (radians) of the lines of text, found where their profile is sharpest."""
    scale = min(1.0, _TEXT_SIDE / max(page.shape))
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = (255 - small).astype(np.float32)
    best = 0.0
    for step, reach in ((0.5, _MOST_TURN), (0.1, 0.5)):
        turns = np.arange(best - reach, best + reach + step / 2, step)
        best = float(max(turns, key=lambda turn: _sharpness(ink, float(turn))))
    return float(np.radians(best))


def _sharpness(ink: NDArray[np.float32], turn: float) -> float:
    height, width = ink.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1)
    profile = cv2.warpAffine(ink, matrix, (width, height)).sum(axis=1)
    return float((np.diff(profile) ** 2).sum())


def _matrix(level: _Slope, steep: _Slope, width: int, height: int, scale: float) -> Matrix:
    """Return the matrix that makes the lines around the page its edges."""
    corners = []
    for x in (-width / 2, width / 2):
        for y in (-height / 2, height / 2):
            slope = level.at_middle + level.change * y / scale
            lean = steep.at_middle + steep.change * x / scale
            # Where the level line through (0, y) meets the steep line through (x, 0).
            across = (x + lean * y) / (1 - lean * slope)
            corners.append((across + width / 2, y + slope * across + height / 2))
    straight = [(x, y) for x in (0, width) for y in (0, height)]
    return np.asarray(
        cv2.getPerspectiveTransform(np.array(corners, np.float32), np.array(straight, np.float32)),
        np.float64,
    )
