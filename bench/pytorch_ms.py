"""Milliseconds per window of a network in PyTorch, fp32, on the GPU where there is one.

python bench/pytorch_ms.py NETWORK VARIANT BATCH RUNS  ->  {"device": ..., "ms": ...}
"""

import json
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "models"))

from nadir_models.families import registry  # noqa: E402

network_name, variant, batch, runs = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
size = registry.get_variant(network_name, variant)
network = registry.build_network(network_name, variant, num_classes=6).eval().to(device)
optical = torch.rand(batch, 3, size.input_px, size.input_px, device=device)
dsm = torch.rand(batch, 1, size.input_px, size.input_px, device=device)


def wait() -> None:
    """Until the device has done what was asked of it."""
    if device.type == "cuda":
        torch.cuda.synchronize()


with torch.inference_mode():
    for _ in range(2):
        network(optical, dsm)
    wait()
    started = time.perf_counter()
    for _ in range(runs):
        network(optical, dsm)
    wait()
ms = (time.perf_counter() - started) * 1000 / runs / batch
name = torch.cuda.get_device_name() if device.type == "cuda" else "CPU"
print(json.dumps({"device": f"{name}, PyTorch {torch.__version__}, fp32", "ms": ms}))
