"""Do two forms of a network compute the same? What must hold before anything is written."""

from collections.abc import Callable

import numpy as np
import onnxruntime
import torch
from torch import Tensor

from nadir_models.errors import NadirError
from nadir_models.graph.onnx_graph import INPUT_NAMES, OUTPUT_NAME

# Relative to the largest logit. The graph must equal the rewritten network; the rewritten network
# must equal the plain one; only rounding the weights (and computing in half) may cost more. The
# batch norms of a restored network got statistics anew, which costs some digits.
EXACT = 1e-4
RESTORED = 1e-3
ROUNDED = 2e-2


def infer(network: Callable[..., Tensor], inputs: tuple[Tensor, Tensor]) -> np.ndarray:
    """Logits without gradients, as an array."""
    with torch.inference_mode():
        return network(*inputs).numpy()


def relative_difference(found: np.ndarray, expected: np.ndarray) -> float:
    """Largest absolute difference over the largest absolute expected value."""
    return float(np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-12))


def require_equal(what: str, found: np.ndarray, expected: np.ndarray, tolerance: float) -> None:
    """Refuse a difference above the tolerance, and anything that is not a number."""
    if not np.isfinite(found).all():
        raise NadirError(f"{what} gives values that are not finite; nothing was written.")
    difference = relative_difference(found, expected)
    agreement = float((found.argmax(1) == expected.argmax(1)).mean())
    print(f"{what}: relative difference {difference:.1e}, same class {agreement:.4%}")
    if difference > tolerance:
        raise NadirError(
            f"{what} differs from the reference by {difference:.1e} of the largest logit, more "
            f"than {tolerance:.0e}; nothing was written."
        )


def compare_in_onnxruntime(
    graph_bytes: bytes,
    inputs: tuple[Tensor, Tensor],
    expected: np.ndarray,
    tolerance: float,
    batches: tuple[int, ...] = (3, 1),
) -> None:
    """Run the file on the first windows, as many as each batch says, and refuse disagreement."""
    session = onnxruntime.InferenceSession(graph_bytes, providers=["CPUExecutionProvider"])
    for batch in batches:
        feeds = {name: x[:batch].numpy() for name, x in zip(INPUT_NAMES, inputs, strict=True)}
        found = session.run([OUTPUT_NAME], feeds)[0]
        require_equal(f"The exported graph at batch {batch}", found, expected[:batch], tolerance)
