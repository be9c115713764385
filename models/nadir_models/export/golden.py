"""The golden pair of a model: one window and the logits PyTorch makes of it.

Every adapter is checked against it before it is used, so the logits must not come from a runtime
that is itself to be checked: they are the rewritten network's in PyTorch, in single precision, with
the weights as the file stores them.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from nadir_models.errors import NadirError
from nadir_models.export.compare import EXACT, compare_in_onnxruntime, infer
from nadir_models.export.manifest import write_json
from nadir_models.export.restore import read_network
from nadir_models.graph.onnx_graph import INPUT_NAMES


def write_golden(folder: Path, id: str, inputs: dict[str, np.ndarray], output: np.ndarray) -> None:
    """`<id>.golden.bin` (little-endian float32, one after the other) and its `.golden.json`."""
    file = f"{id}.golden.bin"
    offset = 0
    blocks = []

    def place(array: np.ndarray) -> dict[str, Any]:
        nonlocal offset
        block = np.ascontiguousarray(array, dtype="<f4").tobytes()
        entry = {"shape": list(array.shape), "file": file, "offset": offset}
        offset += len(block)
        blocks.append(block)
        return entry

    golden = {
        "inputs": {name: place(array) for name, array in inputs.items()},
        "output": place(output),
    }
    (folder / file).write_bytes(b"".join(blocks))
    write_json(folder / f"{id}.golden.json", golden)


def read_golden(path: Path) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Inputs by name and the output of a `.golden.json`."""
    golden = json.loads(path.read_text())

    def read(entry: dict[str, Any]) -> np.ndarray:
        count = int(np.prod(entry["shape"]))
        values = np.fromfile(path.parent / entry["file"], "<f4", count, offset=entry["offset"])
        return values.reshape(entry["shape"])

    return {name: read(entry) for name, entry in golden["inputs"].items()}, read(golden["output"])


def renew_golden(onnx_path: Path) -> float:
    """Replace the logits of a shipped file's golden pair by PyTorch's; the inputs stay.

    Returns the largest change, in logits. A NadirError leaves the pair as it is: the file is none
    that can be restored, or differs in onnxruntime by more than `EXACT`.
    """
    if not onnx_path.with_suffix(".golden.json").is_file():
        raise NadirError(f"{onnx_path} has no golden pair beside it; export the network anew.")
    inputs, before = read_golden(onnx_path.with_suffix(".golden.json"))
    optical, dsm = (torch.from_numpy(inputs[name]) for name in INPUT_NAMES)
    logits = infer(read_network(onnx_path).graph, (optical, dsm))
    compare_in_onnxruntime(onnx_path.read_bytes(), (optical, dsm), logits, EXACT, batches=(1,))
    write_golden(onnx_path.parent, onnx_path.stem, inputs, logits)
    return float(np.abs(logits - before).max())
