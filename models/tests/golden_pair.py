"""The golden pair that an export in a test folder writes."""

from pathlib import Path

import numpy as np

from nadir_models.export.golden import read_golden


def golden_arrays(folder: Path) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Inputs by name and the output of `model.golden.json`."""
    return read_golden(folder / "model.golden.json")
