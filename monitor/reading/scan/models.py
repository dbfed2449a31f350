"""The two models that ship in the wheel of ``rapidocr``: finding lines of text, and reading one.

They are run straight by ONNX Runtime, from files on this disk. Nothing of rapidocr is imported:
its own code would look for models on the net if one were missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from monitor.reading.limits import RECOGNITION_THREADS

Picture = NDArray[np.uint8]

_DETECTION = "PP-OCRv6_det_small.onnx"
_RECOGNITION = "PP-OCRv6_rec_small.onnx"
_HEIGHT = 48
"""Height in pixels of the lines that the recognition model takes."""
_STEP = 8
"""Width in pixels of one of its steps."""
_NARROWEST = 48
_WIDEST = 2400
_BATCH_WIDTH = 1600
"""Pixels read in one go; memory grows with it."""
_DETECTION_SIDE = 1280
_LIKELY_TEXT = 0.3
_SURE_TEXT = 0.5
_UNCLIP = 1.6
_LEAST_BOX = 5


@dataclass(frozen=True, slots=True)
class Sign:
    """A character read, how sure the model is (0 to 1), and where: its share of the width."""

    text: str
    sure: float
    at: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What one line of text says."""

    signs: tuple[Sign, ...]

    @property
    def text(self) -> str:
        """The text without blanks at its ends."""
        return "".join(sign.text for sign in self.signs).strip()

    @property
    def sure(self) -> float:
        """How sure the least sure character is; 0 if nothing was read."""
        return min((sign.sure for sign in self.signs), default=0.0)


def model_files() -> tuple[Path, Path] | None:
    """Return the files of the models for finding and reading text, None if not installed."""
    spec = find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "models"
    files = folder / _DETECTION, folder / _RECOGNITION
    return files if all(file.is_file() for file in files) else None


@cache
def _session(index: int) -> Any:
    """Return one of the models, loaded once per process."""
    import onnxruntime  # noqa: PLC0415 - takes a fifth of a second, and is loaded once only

    files = model_files()
    assert files is not None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = RECOGNITION_THREADS
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    # Threads that wait by spinning take the processor from other readings.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        str(files[index]), options, providers=["CPUExecutionProvider"]
    )


@cache
def _alphabet() -> tuple[str, ...]:
    stated = _session(1).get_modelmeta().custom_metadata_map["character"]
    return ("", *stated.splitlines(), " ")


def read_lines(lines: Sequence[Picture]) -> list[Reading]:
    """Read pictures of single lines of text, grey, dark on light."""
    scaled = [_scaled(line) for line in lines]
    order = sorted(range(len(scaled)), key=lambda index: scaled[index].shape[1])
    readings: dict[int, Reading] = {}
    while order:
        width = scaled[order[0]].shape[1]
        batch = [order.pop(0)]
        while order and (len(batch) + 1) * scaled[order[0]].shape[1] <= max(width, _BATCH_WIDTH):
            width = scaled[order[0]].shape[1]
            batch.append(order.pop(0))
        readings |= zip(batch, _read([scaled[i] for i in batch], width), strict=True)
    return [readings[index] for index in range(len(lines))]


def _scaled(line: Picture) -> Picture:
    height, width = line.shape
    wanted = min(_WIDEST, max(1, round(width * _HEIGHT / height)))
    way = cv2.INTER_AREA if height > _HEIGHT else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(line, (wanted, _HEIGHT), interpolation=way), np.uint8)


def _read(lines: Sequence[Picture], width: int) -> list[Reading]:
    width = max(_NARROWEST, -(-width // _STEP) * _STEP)
    batch = np.ones((len(lines), 3, _HEIGHT, width), np.float32)
    for index, line in enumerate(lines):
        batch[index, :, :, : line.shape[1]] = line.astype(np.float32) / 127.5 - 1
    model = _session(1)
    (shares,) = model.run(None, {model.get_inputs()[0].name: batch})
    return [_decoded(item, width / line.shape[1]) for item, line in zip(shares, lines, strict=True)]


def _decoded(shares: NDArray[np.float32], padding: float) -> Reading:
    """Return the best characters, repeated and empty steps left out (CTC, greedy)."""
    alphabet = _alphabet()
    best = shares.argmax(axis=1)
    signs = []
    start = 0
    for step in range(1, len(best) + 1):
        if step < len(best) and best[step] == best[start]:
            continue
        if best[start]:
            sure = float(shares[start:step, best[start]].max())
            at = min(1.0, (start + step) / 2 / len(best) * padding)
            signs.append(Sign(alphabet[best[start]], sure, at))
        start = step
    return Reading(tuple(signs))


def find_lines(page: Picture, side: int = _DETECTION_SIDE) -> list[tuple[int, int, int, int]]:
    """Return where lines of text stand on a page: left, top, right, bottom in pixels.

    It is looked at on a copy whose longer side is ``side``.
    """
    height, width = page.shape
    scale = min(1.0, side / max(height, width))
    size = [max(32, round(side * scale / 32) * 32) for side in (width, height)]
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    batch = np.repeat((small / 127.5 - 1)[None, None], 3, axis=1)
    model = _session(0)
    (found,) = model.run(None, {model.get_inputs()[0].name: batch})
    shares = found[0, 0]
    likely = cv2.dilate((shares > _LIKELY_TEXT).astype(np.uint8), np.ones((2, 2), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(likely)
    across, down = width / size[0], height / size[1]
    boxes = []
    for label in range(1, len(stats)):
        left, top, wide, high = (int(value) for value in stats[label, :4])
        inside = labels[top : top + high, left : left + wide] == label
        text = shares[top : top + high, left : left + wide][inside]
        if min(wide, high) < _LEAST_BOX - 2 or text.mean() < _SURE_TEXT:
            continue
        grown = wide * high * _UNCLIP / (2 * (wide + high))
        box = (left - grown, top - grown, left + wide + grown, top + high + grown)
        boxes.append(
            (
                max(0, round(box[0] * across)),
                max(0, round(box[1] * down)),
                min(width, round(box[2] * across)),
                min(height, round(box[3] * down)),
            )
        )
    return boxes
