"""From a picture as it was stored to dark ink on white paper."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]

_SMALLER = 8
_AROUND = 21
"""Side (in pixels of the smaller copy) of the square whose median is the paper's level."""
_DARK_GROUND = 110
_RED_SHARE = 0.0003
_LEAST_SEAL = 0.06
"""Share of the longer side of a page: a seal is 38 to 45 mm wide, type at most 15."""
_RED_LEAD = 45
"""How much more red than green and blue the ink of a seal is, in grey levels."""


def grey(picture: Image.Image) -> tuple[Picture, Picture | None]:
    """Return the picture in grey, the red ink of seals taken away; and where that ink was (255).

    The second is None if there is no seal. Red type is no seal and stays.
    """
    if picture.mode in ("1", "L"):
        return np.asarray(picture.convert("L"), np.uint8), None
    colour = np.asarray(picture.convert("RGB"), np.uint8)
    plain = np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY), np.uint8)
    others = np.maximum(colour[:, :, 1], colour[:, :, 2])
    reddish = (cv2.subtract(colour[:, :, 0], others) > _RED_LEAD).astype(np.uint8)
    if reddish.mean() < _RED_SHARE:
        return plain, None
    seals = _seals(reddish)
    if seals is None:
        return plain, None
    # The edge of the seal is less red than its middle.
    reddish = np.asarray(cv2.dilate(reddish & seals, np.ones((5, 5), np.uint8)), np.uint8)
    # Where the seal alone is, there is paper.
    level = float(np.percentile(colour[:, :, 0][reddish > 0], 60))
    paper = float(np.percentile(plain[::4, ::4], 80))
    lifted = np.minimum(255, colour[:, :, 0] * (paper / max(1.0, level)))
    unsealed = np.where(reddish > 0, np.maximum(plain, lifted), plain)
    return unsealed.astype(np.uint8), reddish * 255


def _seals(reddish: Picture) -> Picture | None:
    """Return where seals are (1): red ink about as wide as high, and too big for type."""
    height, width = reddish.shape
    reach = max(3, max(height, width) // 150)
    near = cv2.dilate(reddish, np.ones((reach, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(near, np.uint8))
    found = np.zeros_like(reddish)
    for left, top, wide, high, _ in stats[1:]:
        round_enough = 0.6 < wide / high < 1.7
        if round_enough and min(wide, high) > _LEAST_SEAL * max(height, width):
            found[top : top + high, left : left + wide] = 1
    return found if found.any() else None


def on_white(page: Picture) -> Picture:
    """Return a grey page with its ink dark on white: shadows and tinted ground taken away.

    Light text on dark ground comes out dark on white too.
    """
    height, width = page.shape
    size = max(1, width // _SMALLER), max(1, height // _SMALLER)
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    ground = cv2.resize(
        cv2.medianBlur(small, _AROUND), (width, height), interpolation=cv2.INTER_LINEAR
    ).astype(np.float32)
    levels = page.astype(np.float32)
    dark = 255 * levels / np.maximum(ground, 1)
    light = 255 * (255 - levels) / np.maximum(255 - ground, 1)
    shown = np.where(ground < _DARK_GROUND, light, dark)
    return np.clip(shown, 0, 255).astype(np.uint8)


def ink_level(page: Picture) -> int:
    """Return the level below which a pixel on white is ink: two fifths as dark as the type."""
    darkness = 255 - page[::3, ::3].ravel()
    inked = darkness[darkness > 60]
    if not len(inked):
        return 128
    return int(255 - max(45.0, 0.4 * float(np.percentile(inked, 75))))
