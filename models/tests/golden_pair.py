"""Read the golden pair that an export writes."""

import json
from pathlib import Path

import numpy as np


def golden_arrays(folder: Path) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Inputs by name and the output of `model.golden.json`."""
    golden = json.loads((folder / "model.golden.json").read_text())

    def read(entry: dict) -> np.ndarray:
        count = int(np.prod(entry["shape"]))
        values = np.fromfile(folder / entry["file"], "<f4", count, offset=entry["offset"])
        return values.reshape(entry["shape"])

    return {name: read(entry) for name, entry in golden["inputs"].items()}, read(golden["output"])
